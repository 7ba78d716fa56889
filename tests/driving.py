"""Helpers of the tests: a small shelf of our own, and ways to drive real parts."""

from __future__ import annotations

import itertools
from pathlib import Path

import yaml

from flows import engine
from flows.engine import Heard, Step
from flows.loading import Shelf, load
from flows.model import Interview

NOW = 1_795_000_000
BANDS = {"18-25": [18, 25], "45-50": [45, 50], "60-65": [60, 65], "70-75": [70, 75]}

START = {
    "theme": "start",
    "title": "Pour commencer",
    "questions": [
        {"id": "consent", "type": "single", "ask": "Garder ?",
         "options": [{"value": "yes", "label": "Oui"}, {"value": "no", "label": "Non"}]},
        {"id": "age", "type": "single", "ask": "Âge ?", "min": 1, "max": 120, "unit": "years",
         "options": [*({"value": band, "label": band} for band in BANDS),
                     {"value": "other", "label": "Autre"}]},
        {"id": "age_exact", "type": "number", "ask": "Âge exact ?", "min": 1, "max": 120,
         "unit": "years", "when": {"age": [*BANDS, "other"]}},
        {"id": "band_choice", "type": "single", "ask": "Répondre quand même ?",
         "options": [{"value": "go_on", "label": "Oui"}, {"value": "later", "label": "Non"}]},
        {"id": "go_on", "type": "single", "ask": "Et maintenant ?",
         "options": [{"value": "go_on", "label": "Continuer"}, {"value": "pause", "label": "Pause"},
                     {"value": "stop", "label": "Arrêter ici"}]},
    ],
}  # fmt: skip
HEALTH = {
    "theme": "addictions",
    "title": "Tabac",
    "questions": [
        {"id": "smokes", "type": "single", "ask": "Fumez-vous ?",
         "options": [{"value": "yes", "label": "Oui"}, {"value": "no", "label": "Non"}]},
        {"id": "wants_to_stop", "type": "single", "ask": "Arrêter ?", "when": {"smokes": "yes"},
         "options": [{"value": "yes", "label": "Oui"}, {"value": "no", "label": "Non"}]},
        {"id": "ill", "type": "multiple", "ask": "Malade ?",
         "options": [{"value": "heart", "label": "Cœur"}, {"value": "lungs", "label": "Poumons"},
                     {"value": "none", "label": "Aucune", "exclusive": True}]},
        {"id": "height_m", "type": "number", "ask": "Taille ?",
         "unit": "m", "min": 1.2, "max": 2.3},
        {"id": "share", "type": "single", "ask": "Partager ?",
         "options": [{"value": "yes", "label": "Oui"}, {"value": "no", "label": "Non"}]},
    ],
}  # fmt: skip
ALERT = {
    "id": "heart",
    "order": 1,
    "numbers": ["samu_15"],
    "triggers": ["ill"],
    "quiet": "Urgence : 15.",
    "cards": [
        {"id": "first", "when": {"ill": "heart"}, "text": "Le 15 répond jour et nuit."},
        {"id": "now", "when": {"heart_follow_up": "yes"}, "text": "Appelez le 15."},
    ],
    "follow_ups": [
        {"id": "heart_follow_up", "type": "single", "ask": "Maintenant ?", "when": {"ill": "heart"},
         "options": [{"value": "yes", "label": "Oui"}, {"value": "no", "label": "Non"}]},
    ],
    "words": {"fr": ["mal au coeur"]},
}  # fmt: skip


def small_content(folder: Path, **changes: object) -> Path:
    """A tiny but whole content folder; `changes`: theme, alert, band (a dict) to lay over."""
    for name in ("themes", "alerts", "bands"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    _write(folder / "themes/start.yaml", START)
    _write(folder / "themes/health.yaml", changes.get("theme", HEALTH))
    _write(folder / "alerts/heart.yaml", changes.get("alert", ALERT))
    for band, ages in BANDS.items():
        manifest = {"band": band, "ages": ages, "version": "t1", "title": f"Bilan {band}",
                    "questions": ["smokes", "wants_to_stop", "ill", "height_m"]}  # fmt: skip
        _write(folder / f"bands/{band}.yaml", manifest | dict(changes.get("band", {})))  # type: ignore[call-overload]
    _write(folder / "journey.yaml", {"start": ["consent", "age", "age_exact", "band_choice"],
                                     "closing": ["share"]})  # fmt: skip
    return folder


def _write(path: Path, content: object) -> None:
    text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
    path.write_text(text, encoding="utf-8")


def small_shelf(folder: Path, **changes: object) -> Shelf:
    return load(small_content(folder, **changes))


class Talk:
    """An engine conversation: `say`, then look at `step` and `position`."""

    def __init__(self, shelf: Shelf, language: str = "fr") -> None:
        self.shelf = shelf
        self.interview: Interview = engine.begin("one", language, NOW)
        self.step: Step | None = None
        self._ticks = itertools.count(1)

    def say(
        self, *said: str | tuple[str, ...], about: str | None = None, tick: bool = False
    ) -> Step:
        """Each one typed in turn, or tapped when `about` is given."""
        for each in said:
            typed = about is None and isinstance(each, str)
            heard = Heard(each, about, typed, tick)
            self.step = engine.hear(self.shelf, self.interview, heard, NOW + next(self._ticks))
            self.interview = self.step.interview
        assert self.step is not None
        return self.step

    @property
    def position(self) -> engine.Position:
        return engine.replay(self.shelf, self.interview)

    @property
    def waiting(self) -> str | None:
        question = self.position.waiting
        return question.id if question else None

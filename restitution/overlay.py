"""An operator's folder laid over the rules: some switched off, some said otherwise. No code.

```yaml
off: [some_rule]
change:
  another_rule: {patient: "…", severity: info, resources: [droits], review: drafted}
```
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flows.files import read_file
from restitution.files import ChangeFile, OverlayFile, RuleFile, Unsigned

Written = dict[str, tuple[str, RuleFile]]
"""Rule id → (file, rule as written)."""


@dataclass(frozen=True)
class Overlay:
    """What the operator wants otherwise."""

    off: frozenset[str] = frozenset()
    change: Mapping[str, tuple[str, ChangeFile]] = field(default_factory=dict)
    """Rule id → (file, change)."""
    mark: str = ""
    """What it adds to the version of the rules: a brief tells that it was made with an overlay."""
    named: tuple[tuple[str, str], ...] = ()
    """(file, id) switched off."""


def read(folder: Path, problems: list[str]) -> Overlay:
    """The folder's files as one overlay; what is wrong is added to `problems`."""
    paths = sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")])
    if not paths:
        problems.append(f"AVANT_BILAN_OVERLAY: no .yaml file in {folder}")
    digest = hashlib.sha256()
    off: list[tuple[str, str]] = []
    change: dict[str, tuple[str, ChangeFile]] = {}
    for path in paths:
        where = f"overlay/{path.name}"
        try:
            digest.update(path.read_bytes())
        except OSError:
            problems.append(f"{where}: the file cannot be read")
            continue
        file = read_file(path, OverlayFile, problems)
        if file is None:
            continue
        off += [(where, each) for each in file.off]
        for key, each in file.change.items():
            if key in change:
                problems.append(f"{where}: change: {key}: stands in {change[key][0]} too")
            change[key] = (where, each)
    mark = f"+overlay-{digest.hexdigest()[:8]}" if off or change else ""
    return Overlay(frozenset(key for _, key in off), change, mark, tuple(off))


def changed(overlay: Overlay, written: Written, dues: Iterable[str]) -> tuple[Written, list[str]]:
    """The rules as the operator wants them, and every mistake of the overlay."""
    known = {*written, *dues}
    problems = [
        f"{where}: off: no rule called {key!r}" for where, key in overlay.named if key not in known
    ]
    made = dict(written)
    for key, (where, change) in overlay.change.items():
        told = f"{where}: change: {key}"
        if key not in written:
            problems.append(f"{told}: no rule called {key!r}")
        elif key in overlay.off:
            problems.append(f"{told}: it is switched off as well: keep one of the two")
        else:
            name, rule = written[key]
            problems += [f"{told}: {each}" for each in _mistakes(rule, change)]
            made[key] = (f"{where} over {name}", _laid(rule, change))
    return made, problems


def _mistakes(rule: RuleFile, change: ChangeFile) -> list[str]:
    found = []
    if not change.model_fields_set:
        found.append("nothing to change: patient, variants, severity, resources or review")
    others = [each for each in rule.variants if each.patient]
    if change.patient and others and change.variants is None:
        found.append(f"some people read other words: give `variants` too, {len(rule.variants)} "
                     "texts in the rule's order (null: as it is)")  # fmt: skip
    if change.patient and rule.patient is None:
        found.append("the patient reads nothing of this rule by itself: change its `variants`"
                     if others else "this rule is for the practitioner only")  # fmt: skip
    if change.variants is not None and len(change.variants) != len(rule.variants):
        found.append(f"variants: {len(rule.variants)} texts, not {len(change.variants)}")
    return found


def _laid(rule: RuleFile, change: ChangeFile) -> RuleFile:
    new: dict[str, Any] = {}
    if change.patient and rule.patient:
        new["patient"] = change.patient
    if change.variants is not None:
        texts = [*change.variants, *([None] * len(rule.variants))]
        new["variants"] = [
            each.model_copy(update={"patient": text}) if text else each
            for each, text in zip(rule.variants, texts, strict=False)
        ]
    if change.severity:
        new |= {"severity": change.severity, "severity_when": []}
    if change.resources is not None:
        new |= {"resources": change.resources, "resources_when": []}
        new["variants"] = [each.model_copy(update={"resources": None})
                           for each in new.get("variants", rule.variants)]  # fmt: skip
    # Whoever vouched for the rule did not read these words.
    new["review"] = change.review or (Unsigned(status="drafted") if new else rule.review)
    return rule.model_copy(update=new)

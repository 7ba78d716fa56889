"""The sheet to spot risks: what was declared in words, silence never « no », boxes left empty."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from flows.errors import BadContent
from flows.model import BANDS, Band
from restitution.fiche import Fiche, Row, fill
from restitution.fiche_loading import CONTENT, load, sheets
from restitution.model import Brief
from restitution.paper import CONFIDENTIAL_ITEMS
from tests.advising import CALM, brief, shelf
from tests.population import patients
from tests.printing import told

ELSEWHERE = {
    "sex", "has_children", "children_at_home", "ever_hospitalised", "priorities",
    "priorities_free_text", "phq4_nervous", "phq4_worry", "phq4_interest", "phq4_sad",
}  # fmt: skip
"""Official items the sheet tells otherwise (score, header), or that change no line of it."""


def filled(said: Mapping[str, Any]) -> Fiche:
    made = brief(said)
    return fill(sheets()[made.band], made)  # type: ignore[index]


def row(fiche: Fiche, label: str) -> Row:
    return next(each for section in fiche.sections for each in section.rows if each.label == label)


def words(fiche: Fiche, label: str) -> list[str]:
    return [each.words for each in row(fiche, label).declared]


def labels(fiche: Fiche) -> set[str]:
    return {each.label for section in fiche.sections for each in section.rows}


# -- what it says ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("answer", "said"), [
    ("yes", "Oui"), ("no", "Non"), ("dont_know", "ne sait pas"), ("skipped", "non répondu"),
    ("prefer_not", "non répondu (préfère ne pas dire)"),
    ("dont_understand", "non répondu (pas compris)"),
])  # fmt: skip
def test_silence_is_never_printed_as_no(answer: str, said: str) -> None:
    fiche = filled({"age": 47, "sleep_apnoea_signs": answer})
    assert words(fiche, "Si ronflements ou pauses") == [said]


def test_what_was_not_asked_says_so() -> None:
    assert words(filled({"age": 72}), "Mémoire") == ["non demandé"]


def test_a_worrying_answer_stands_out_and_the_others_do_not() -> None:
    fiche = filled({"age": 62, "fruit_veg": "never", "fat_sugar_salt": "once_per_month"})
    found = row(fiche, "Alimentation").declared
    assert [(each.words, each.strong) for each in found] == [
        ("fruits et légumes : jamais", True), ("gras, sucré, salé : 1 fois par mois", False),
    ]  # fmt: skip


def test_weight_changed_is_told_in_words_and_the_kilos_are_left_to_ask() -> None:
    changed = row(filled({"age": 47, "weight_change_6m": "loss"}), "Si le poids a changé")
    assert [each.words for each in changed.declared] == ["Oui, j'ai perdu du poids"]
    assert changed.boxes == ("gain", "perte", "de ____ kg en ____ mois")
    assert changed.threshold and changed.note


def test_an_incomplete_score_is_told_with_how_much_was_answered() -> None:
    half = {**CALM, "phq4_worry": "skipped"}
    assert words(filled({"age": 47, **CALM}), "Moral") == ["PHQ-4 : 0 sur 12"]
    assert words(filled({"age": 47, **half}), "Moral") == ["PHQ-4 : incomplet (3/4)"]
    one = filled({"age": 47, "height_m": 1.7, "weight_kg": "skipped"})
    assert words(one, "Poids, taille")[-1] == "IMC (déclaré) : incomplet (1/2)"


def test_menopause_is_asked_of_whoever_did_not_say_man() -> None:
    for sex, shown in (("woman", True), ("other", True), ("skipped", True), ("man", False)):
        fiche = filled({"age": 47, "sex": sex})
        assert ("Si ménopause" in labels(fiche)) is shown


def test_vaccines_and_screenings_are_boxes_by_exact_age() -> None:
    older = filled({"age": 75, "sex": "woman"})
    due = [box for section in older.sections if section.title == "Vaccination"
           for each in section.rows for box in each.boxes]  # fmt: skip
    assert any("VRS" in each for each in due)
    assert set(due) & {each.text for each in brief({"age": 75, "sex": "woman"}).due}


def test_only_lines_of_the_excerpt_are_said_to_be_seen_and_only_for_its_band() -> None:
    seen = {each.label for section in filled({"age": 47}).sections
            for each in section.rows if each.seen}  # fmt: skip
    assert {"Si le poids a changé", "Si ronflements ou pauses", "Si ménopause"} <= seen
    assert not [each for section in filled({"age": 62}).sections
                for each in section.rows if each.seen]  # fmt: skip


@pytest.mark.parametrize("band", BANDS)
def test_every_official_item_stands_on_the_sheet_or_is_told_elsewhere(band: Band) -> None:
    lines = [line for block in sheets()[band].blocks for line in block.lines]
    standing = {question for line in lines for question, _ in line.declared}
    official = {each.id for each in shelf().questionnaires[band].questions if each.official}
    assert official - standing - ELSEWHERE == official & CONFIDENTIAL_ITEMS
    assert not standing & CONFIDENTIAL_ITEMS


@pytest.mark.parametrize("band", BANDS)
def test_nothing_confidential_is_in_the_value_itself(band: Band) -> None:
    for each in patients(band, 12, seed=3):
        fiche = fill(sheets()[band], each.brief())
        assert told(repr(fiche.sections)) == []
        assert all(section.rows for section in fiche.sections)


def test_a_brief_sealed_before_boxes_had_names_still_prints() -> None:
    import msgspec

    made = msgspec.to_builtins(brief({"age": 47, "sex": "man", "fruit_veg": "never"}))
    for each in made["answers"]:
        del each["values"]
    old = msgspec.convert(made, Brief)
    fiche = fill(sheets()["45-50"], old)
    assert words(fiche, "Alimentation")[0] == "fruits et légumes : Jamais"
    assert "Si ménopause" in labels(fiche)  # what cannot be told leaves nobody out


# -- content ---------------------------------------------------------------------------------------


def broken(folder: Path, **changes: Any) -> list[str]:
    """The problems of the shipped file with its first declared line changed."""
    raw = yaml.load((CONTENT / "sheet.yaml").read_text("utf-8"), Loader=yaml.BaseLoader)
    raw["sources"]["excerpt"]["seen"] = "2026-11-24"
    for source in raw["sources"].values():
        source["seen"] = None if source["seen"] == "null" else source["seen"]
    raw["blocks"][1]["lines"][1] |= changes
    (folder / "sheet.yaml").write_text(yaml.safe_dump(raw, allow_unicode=True), "utf-8")
    with pytest.raises(BadContent) as caught:
        load(folder, shelf())
    return list(caught.value.problems)


@pytest.mark.parametrize(("change", "named"), [
    ({"declared": {"fruits": ""}, "signal": {}}, "no question called 'fruits'"),
    ({"signal": {"fruit_veg": ["always"]}}, "fruit_veg: no option called 'always'"),
    ({"signal": {"sex": ["man"]}}, "names a question that is not declared"),
    ({"unless": {"sex": ["boy"]}}, "sex: no option called 'boy'"),
    ({"score": "phq15"}, "no score called 'phq15'"),
    ({"threshold": "5"}, "a threshold has a source"),
    ({"threshold": "5", "source": "nobody"}, "no source called 'nobody'"),
    ({"declared": {"violence_victim": ""}, "signal": {}}, "'violence_victim' never stands"),
    ({"boxes": ["idées noires"]}, "'idées noires' never stands on paper"),
    ({"colour": "red"}, "colour"),
    ({"origin": "guessed"}, "origin"),
])  # fmt: skip
def test_a_mistake_in_the_sheet_is_named(tmp_path: Path, change: Any, named: str) -> None:
    assert any(named in each for each in broken(tmp_path, **change))


def test_several_mistakes_are_named_at_once(tmp_path: Path) -> None:
    found = broken(tmp_path, declared={"fruits": "", "legumes": ""}, signal={}, score="x")
    assert len(found) == 3

"""What an operator changes without code, and what is known of each content's review."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from app.cli import main
from flows import engine
from flows.errors import BadContent
from restitution import library
from restitution.brief import make_brief
from restitution.explain import explain
from restitution.library import CONTENT, Library, load
from restitution.status import report
from tests import advising
from tests.serving import make

SMOKES = advising.answers({"tobacco_status": ["smokes"], "age": 47})


def laid(tmp_path: Path, text: str) -> Library:
    (tmp_path / "ours.yaml").write_text(text, encoding="utf-8")
    return load(overlay=tmp_path)


def refused(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(BadContent) as found:
        laid(tmp_path, text)
    return found.value.problems


def test_a_rule_switched_off_says_nothing_to_anybody(tmp_path):
    made = laid(tmp_path, "off: [smoker]")
    assert "smoker" in {each.id for each in advising.rules().find("45-50", SMOKES)}
    assert "smoker" not in {each.id for each in made.find("45-50", SMOKES)}
    assert "smoker" not in made.by_id and made.off == {"smoker"}


def test_what_a_switched_off_rule_is_hidden_by_still_loads(tmp_path):
    hidden = next(iter(next(each.hides for each in advising.rules().rules if each.hides)))
    assert hidden not in laid(tmp_path, f"off: [{hidden}]").by_id


def test_a_vaccine_may_be_switched_off(tmp_path):
    due = advising.rules().dues[0].due.id
    assert due not in {each.due.id for each in laid(tmp_path, f"off: [{due}]").dues}


def test_an_advice_is_said_in_the_operator_s_words(tmp_path):
    made = laid(
        tmp_path,
        """
change:
  smoker: {patient: "Le centre vous aide à arrêter.", severity: info, resources: [droits]}
""",
    )
    rule = made.by_id["smoker"]
    (found,) = [each for each in made.find("45-50", SMOKES) if each.id == "smoker"]
    assert (found.patient, found.severity) == ("Le centre vous aide à arrêter.", "info")
    assert found.resources == ("droits",)
    assert rule.overlaid and not made.by_id["quit_strength"].overlaid


def test_whoever_vouched_for_the_old_words_does_not_vouch_for_the_new(tmp_path):
    content = tmp_path / "content"
    shutil.copytree(CONTENT, content)
    file = content / "advice" / "addictions.yaml"
    signed = 'review: {status: clinically_reviewed, by: Dr A. Durand, on: "2026-11-01"}'
    head, rest = file.read_text("utf-8").split("- id: smoker", 1)
    before, after = rest.split("\n    review: ", 1)
    after = after.split("\n", 1)[1]
    file.write_text(f"{head}- id: smoker{before}\n    {signed}\n{after}", "utf-8")
    ours = tmp_path / "overlay"
    ours.mkdir()

    def review(change: str) -> tuple[str, str]:
        (ours / "a.yaml").write_text(f"change: {{smoker: {{{change}}}}}", "utf-8")
        rule = load(content, overlay=ours).by_id["smoker"]
        return rule.review, rule.reviewed

    assert load(content).by_id["smoker"].reviewed == "Dr A. Durand, 2026-11-01"
    assert review('patient: "Autre chose."') == ("drafted", "")
    assert review('review: {status: clinically_reviewed, by: Dr B, on: "2026-12-01"}') == (
        "clinically_reviewed", "Dr B, 2026-12-01",
    )  # fmt: skip


def test_other_words_for_some_people_are_changed_one_by_one(tmp_path):
    rule = next(each for each in advising.rules().rules
                if each.patient and len([v for v in each.variants if v.patient]) == 1
                and len(each.variants) == 1)  # fmt: skip
    (told,) = refused(tmp_path, f'change: {{{rule.id}: {{patient: "A."}}}}')
    assert told.startswith(f"overlay/ours.yaml: change: {rule.id}: some people read other words")
    made = laid(tmp_path, f'change: {{{rule.id}: {{patient: "A.", variants: ["B."]}}}}')
    changed = made.by_id[rule.id]
    assert (changed.patient, changed.variants[0].patient) == ("A.", "B.")


def test_a_brief_tells_that_an_overlay_was_active(tmp_path):
    made = laid(tmp_path, "off: [smoker]")
    assert made.version.startswith(advising.rules().version + "+overlay-")
    again = laid(tmp_path, "off: [smoker, vape_only]")
    assert again.version != made.version


def test_a_service_with_an_overlay_gives_its_advice_and_says_so_when_asked_why(tmp_path):
    ours = tmp_path / "ours"
    ours.mkdir()
    (ours / "a.yaml").write_text('change: {smoker: {patient: "Parlons-en."}}', "utf-8")
    service = make(tmp_path, overlay=str(ours))
    made = advising.interview({"age": 47.0, "tobacco_status": ("smokes", "vapes")})
    brief = make_brief(engine.replay(service.shelf, made), made, service.library)
    find = service.shelf.questionnaires["45-50"].find
    flags = {each.id: explain(brief, each.id, service.library, find) for each in brief.flags}
    assert "+overlay-" in brief.rules
    assert (flags["smoker"].overlay, flags["smoker"].review) == ("here", "drafted")
    assert flags["dual_use"].overlay == "elsewhere"
    service.writer.close()


def test_every_mistake_of_an_overlay_is_named_at_once(tmp_path):
    (tmp_path / "second.yaml").write_text("change: {smoker: {severity: info}}", "utf-8")
    practitioner = next(each.id for each in advising.rules().rules
                        if each.patient is None and not each.variants)  # fmt: skip
    found = refused(
        tmp_path,
        f"""
off: [nothing_like_it, vape_only]
change:
  no_rule: {{patient: "A."}}
  smoker: {{patient: "A."}}
  vape_only: {{severity: info}}
  quit_recent: {{resources: [nowhere]}}
  {practitioner}: {{patient: "A."}}
  cannabis: {{}}
""",
    )
    for told in (
        "overlay/ours.yaml: off: no rule called 'nothing_like_it'",
        "overlay/ours.yaml: change: no_rule: no rule called 'no_rule'",
        "overlay/second.yaml: change: smoker: stands in overlay/ours.yaml too",
        "overlay/ours.yaml: change: vape_only: it is switched off as well",
        "overlay/ours.yaml over advice/addictions.yaml: quit_recent: no resource called 'nowhere'",
        f"overlay/ours.yaml: change: {practitioner}: this rule is for the practitioner only",
        "overlay/ours.yaml: change: cannabis: nothing to change",
    ):
        assert any(each.startswith(told) for each in found), (told, found)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("change: {smoker: {severity: enormous}}", "change: smoker: severity"),
        ("change: {smoker: {practitioner: x}}", "change: smoker: practitioner"),
        ("change: {smoker: {review: clinically_reviewed}}", "names who and when"),
        ("of: [smoker]", "Extra inputs"),
        ("off: [", "not YAML"),
    ],
)
def test_an_overlay_that_cannot_be_read_is_refused(tmp_path, text, told):
    assert any(told in each for each in refused(tmp_path, text)), refused(tmp_path, text)


def test_an_empty_folder_is_a_mistake_of_the_setting(tmp_path):
    with pytest.raises(BadContent, match=r"AVANT_BILAN_OVERLAY: no \.yaml file"):
        load(overlay=tmp_path)


# -- review ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "review",
    ["clinically_reviewed", "{status: clinically_reviewed}",
     "{status: clinically_reviewed, by: Dr A. Durand}",
     '{status: clinically_reviewed, on: "2026-11-01"}',
     '{status: clinically_reviewed, by: Dr A. Durand, on: "01/11/2026"}',
     "{status: drafted, by: Dr A. Durand}", "perhaps"],
)  # fmt: skip
def test_a_clinical_review_names_who_and_when_or_loading_refuses(tmp_path, review):
    content = tmp_path / "content"
    shutil.copytree(CONTENT, content)
    file = content / "resources" / "addictions.yaml"
    file.write_text(file.read_text("utf-8").replace("review: to_verify", f"review: {review}", 1))
    with pytest.raises(BadContent) as found:
        load(content)
    own = [each for each in found.value.problems if "tabac_3989: review" in each]
    assert own and all(each.startswith("resources/addictions.yaml: tabac") for each in own)


def test_everything_carries_a_status_and_nothing_claims_a_clinical_review():
    made = advising.rules()
    everything = (*made.rules, *made.dues, *made.resources, *made.tests)
    assert len(made.contents) == len(everything)
    assert {each.review for each in made.contents} <= {"to_verify", "drafted", "checked"}


def test_the_report_counts_by_status_and_names_what_is_stale():
    made = advising.rules()
    now, later = report(made.contents, date(2026, 11, 26)), report(made.contents, date(2028, 1, 1))
    seen = sum(each.source.seen is not None for each in made.contents)
    assert "source seen over 12 months ago: 0" in now
    assert f"source seen over 12 months ago ({seen})" in later
    unseen = sum(each.review == "to_verify" for each in made.contents)
    assert f"to_verify ({unseen})" in now
    assert "clinically_reviewed: 0" in now


def test_the_command_lists_it_for_the_day_given(capsys):
    assert main(["check", "--review", "--on", "2028-01-01"]) == 0
    assert "on 2028-01-01" in capsys.readouterr().out


def test_the_command_names_the_mistakes_of_the_overlay(tmp_path, monkeypatch, capsys):
    (tmp_path / "a.yaml").write_text("off: [nothing]", "utf-8")
    monkeypatch.setenv("AVANT_BILAN_OVERLAY", str(tmp_path))
    assert main(["check"]) == 1
    assert "overlay/a.yaml: off: no rule called 'nothing'" in capsys.readouterr().err


def test_a_map_names_known_resources_and_none_that_tells_a_confidence(tmp_path):
    content = tmp_path / "content"
    shutil.copytree(CONTENT, content)
    file = content / "maps.yaml"
    file.write_text(file.read_text("utf-8").replace("[mes, sante_fr]", "[nowhere, p3114]"), "utf-8")
    with pytest.raises(BadContent) as found:
        library.load(content)
    assert found.value.problems == [
        "maps.yaml: vaccination_adult: 'p3114' would tell a confidence",
        "maps.yaml: vaccination_adult: no resource called 'nowhere'",
    ]

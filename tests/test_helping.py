"""« Do you want to talk about it? »: asked at the end about what was found, told in order."""

from __future__ import annotations

import pytest

from flows.model import Answers
from restitution.helping import strongest
from tests import advising
from tests.professionals import person
from tests.serving import Patient, serving

CALM = {"age": 47.0, "tobacco_status": ("no",), "physical_activity_freq": "5_7_per_week"}


@pytest.mark.parametrize(
    ("answers", "themes"),
    [
        ({}, ()),
        ({"tobacco_status": ("smokes",)}, ("addictions",)),
        ({"tobacco_status": "skipped"}, ()),
        # What was confided about violence names no theme.
        ({"violence_victim": "yes", "violence_follow_up": "danger_now"}, ()),
        ({"violence_victim": "yes", "tobacco_status": ("smokes",)}, ("addictions",)),
    ],
)
def test_only_what_was_found_is_asked_about(answers, themes):
    assert strongest(advising.rules(), "45-50", Answers(answers)) == themes


def test_three_themes_at_most_the_gravest_first():
    found = strongest(advising.rules(), "45-50", advising.position(person("Marc")).answers)
    assert len(found) == 3
    flags = [flag for flag in advising.brief(person("Marc")).flags if not flag.confidential]
    worst = {flag.theme for flag in flags if flag.severity in ("urgent", "high")}
    assert set(found) <= worst


@pytest.mark.parametrize("wish", ["today", "later", "no", "skipped"])
async def test_each_wish_reaches_the_brief_after_the_chosen_topics(tmp_path, wish):
    smoker = {"age": "47", "tobacco_status": ("smokes",), "priorities": ("reduce_stop_tobacco",),
              "help_addictions": wish}  # fmt: skip
    async with serving(tmp_path) as service:
        patient = Patient(service)
        await patient.begin()
        await patient.answer(smoker)
    brief = advising.brief({**smoker, "age": 47.0, "check_answers": "all_good"})
    wants = [(each.label, each.when) for each in brief.wants]
    assert wants[0] == ("Fumer moins ou arrêter", None)
    assert ("Addictions", wish) in wants or (wish == "skipped" and len(wants) == 1)


async def test_the_wishes_are_asked_after_the_summary_and_never_before(tmp_path):
    async with serving(tmp_path) as service:
        patient = Patient(service)
        await patient.begin()
        asked = []
        smoker = {"age": "47", "tobacco_status": ("smokes",)}
        while (waiting := patient.reply.waiting) is not None:
            asked.append(waiting)
            await patient.answer_one(smoker)
    wishes = [each for each in asked if each.startswith("help_")]
    assert wishes == ["help_addictions"]
    assert asked.index("help_addictions") == asked.index("check_answers") + 1

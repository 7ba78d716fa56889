"""Bad content refuses to start, naming every problem at once, with file and question."""

from __future__ import annotations

import copy

import pytest

from flows.errors import BadContent
from flows.loading import load
from tests.driving import ALERT, HEALTH, small_content


def test_the_product_s_own_content_loads():
    shelf = load()
    official = {band: sum(it.official is not None for it in each.questions)
                for band, each in shelf.questionnaires.items()}  # fmt: skip
    assert official == {"18-25": 48, "45-50": 47, "60-65": 53, "70-75": 54}


def test_every_seeded_mistake_is_named_at_once(tmp_path):
    theme = copy.deepcopy(HEALTH)
    smokes, stop, ill, height, _ = theme["questions"]
    smokes["when"] = {"height_m": {"min": 1}}  # asked later
    stop["when"] = {"fact": "unknown_fact"}
    ill["options"].append({"value": "x" * 60, "label": "y" * 70})
    height["sensitive"] = True
    theme["questions"] += [copy.deepcopy(smokes), {"id": "no_text", "type": "single"}]
    alert = copy.deepcopy(ALERT)
    alert["cards"][1]["when"] = {"heart_follow_up": "perhaps"}
    alert["words"] = {"fr": ["(unclosed"]}

    with pytest.raises(BadContent) as found:
        load(small_content(tmp_path, theme=theme, alert=alert))
    told = [
        "alerts/heart.yaml: now: heart_follow_up: no option 'perhaps'",
        "alerts/heart.yaml: words: '(unclosed'",
        "bands/18-25.yaml: smokes: its condition looks at 'height_m', which is asked later",
        "themes/health.yaml: height_m: a sensitive question says why it is asked",
        f"themes/health.yaml: ill: {'x' * 60}: longer than a Telegram button holds",
        f"themes/health.yaml: ill: {'x' * 60}: label over 64 characters",
        "themes/health.yaml: no_text: ask: Field required",
        "themes/health.yaml: smokes: the same id stands in themes/health.yaml",
        "themes/health.yaml: wants_to_stop: no fact called 'unknown_fact'",
    ]
    for each in told:
        assert any(problem.startswith(each) for problem in found.value.problems), each


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda q: q[0].update(when={"height_m": {"min": 1}}),
         "bands/45-50.yaml: smokes: its condition looks at 'height_m', which is asked later"),
        (lambda q: q[1].update(when={"fact": "unknown_fact"}),
         "themes/health.yaml: wants_to_stop: no fact called 'unknown_fact'"),
        (lambda q: q[1].update(when={"smokes": "perhaps"}),
         "themes/health.yaml: wants_to_stop: smokes: no option 'perhaps'"),
        (lambda q: q[2]["options"].append({"value": "x" * 60, "label": "y"}),
         f"themes/health.yaml: ill: {'x' * 60}: longer than a Telegram button holds"),
        (lambda q: q[2]["options"].append({"value": "x", "label": "y" * 70}),
         "themes/health.yaml: ill: x: label over 64 characters"),
        (lambda q: q[3].update(sensitive=True),
         "themes/health.yaml: height_m: a sensitive question says why it is asked"),
        (lambda q: q.append(copy.deepcopy(q[0])),
         "themes/health.yaml: smokes: the same id stands in themes/health.yaml"),
        (lambda q: q[3].pop("min"), "themes/health.yaml: height_m: a number needs min and max"),
        (lambda q: q[0]["options"].clear(), "themes/health.yaml: smokes: a choice needs options"),
        (lambda q: q[0].update(colour="red"),
         "themes/health.yaml: smokes: colour: Extra inputs are not permitted"),
    ],
)  # fmt: skip
def test_a_seeded_mistake_is_named_with_its_file_and_question(tmp_path, change, told):
    theme = copy.deepcopy(HEALTH)
    change(theme["questions"])

    with pytest.raises(BadContent) as found:
        load(small_content(tmp_path, theme=theme))
    assert told in found.value.problems

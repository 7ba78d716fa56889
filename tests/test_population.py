"""The made-up people are worth testing with: real walks, always the same, of every kind."""

from __future__ import annotations

import pytest

from flows.model import BANDS, Band
from tests.population import KINDS, patients


@pytest.mark.parametrize("band", BANDS)
def test_the_same_seed_gives_the_same_people(band: Band) -> None:
    once, again = patients(band, 12, seed=7), patients(band, 12, seed=7)
    assert once == again
    assert [each.interview for each in once] != [p.interview for p in patients(band, 12, seed=8)]


@pytest.mark.parametrize("band", BANDS)
def test_everybody_reaches_the_end_of_their_own_band(band: Band) -> None:
    for each in patients(band, 24):
        assert each.position.questionnaire.band == band
        assert each.position.waiting is None and each.position.closed is None


@pytest.mark.parametrize("band", BANDS)
def test_each_kind_is_what_its_name_says(band: Band) -> None:
    people = {each.kind: each for each in patients(band, len(KINDS))}
    briefs = {kind: each.brief() for kind, each in people.items()}
    assert briefs["skips_everything"].answered == 0 and not briefs["skips_everything"].urgent
    assert {"suicide_any", "violence_yes"} <= {each.id for each in briefs["alarming"].urgent}
    assert briefs["alarming"].distress
    assert people["stops_half_way"].position.stopped and briefs["stops_half_way"].partial
    assert briefs["non_answers"].not_answered and briefs["non_answers"].answered
    assert briefs["ordinary"].answered > briefs["ordinary"].total * 0.6

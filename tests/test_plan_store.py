"""Plans at rest: sealed, bound to their version, theirs to read even when nobody else may."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from store import access, plans
from store.accounts import Professional
from store.crypto import SealError
from store.plans import Stale
from store.repository import table
from store.tables import PlanRow
from tests.professionals import House, person

PLAN = b'{"rows": "patchs, avec Mme Diallo"}'
CENTRE = "Centre Nord"


@pytest.fixture
def kept(tmp_path):
    """A house, somebody who may read, a brief."""
    house = House(tmp_path)
    who = house.account(centre=CENTRE)
    me = Professional(who, "", "Camille", "", "practitioner", house.centre(CENTRE), CENTRE)
    yield house, me, house.share(person("Marc"), CENTRE)[0]
    house.writer.close()


def save(kept, number, edit, plan=PLAN, validate=False):
    house, me, brief_id = kept
    with house.store.transaction() as tx:
        return plans.save(tx, me, brief_id, number, edit, plan, validate)


def test_nothing_of_a_plan_can_be_read_from_the_disk(kept):
    save(kept, 1, 0)
    files = list(kept[0].folder.glob("professionals.db*"))
    assert files and not [each for each in files if b"Diallo" in each.read_bytes()]


def test_an_older_state_put_back_does_not_open(kept):
    house, me, brief_id = kept
    save(kept, 1, 0)
    rows = table(PlanRow)
    with house.store.transaction() as tx:
        old = tx.db.execute(select(rows.c.sealed)).scalar_one()
    save(kept, 1, 1, b"{}")
    with house.store.transaction() as tx:
        tx.db.execute(rows.update().values(sealed=old))
    with pytest.raises(SealError), house.store.reading() as tx:
        plans.look(tx, me, brief_id, None)


@pytest.mark.parametrize(
    ("number", "edit"), [(1, 0), (1, 2), (2, 0), (2, 1), (0, 0), (3, 0)]
)  # fmt: skip
def test_only_the_state_one_saw_can_be_written_over(kept, number, edit):
    save(kept, 1, 0)
    with pytest.raises(Stale):
        save(kept, number, edit)
    assert save(kept, 1, 1) is not None


@pytest.mark.parametrize(("number", "edit"), [(1, 0), (1, 1), (1, 2), (1, 3), (3, 0), (2, 1)])
def test_a_validated_version_is_never_written_again(kept, number, edit):
    save(kept, 1, 0)
    save(kept, 1, 1, validate=True)
    for validate in (False, True):
        with pytest.raises(Stale):
            save(kept, number, edit, b"{}", validate)
    assert save(kept, 2, 0) is not None


def test_the_person_keeps_their_plan_when_they_no_longer_share(kept):
    house, me, brief_id = kept
    interview = save(kept, 1, 0).interview
    with house.store.transaction() as tx:
        assert plans.handed(tx, interview) is None, "a draft is nobody's yet"
    save(kept, 1, 1, validate=True)
    save(kept, 2, 0, b"{}")
    with house.store.transaction() as tx:
        access.withdraw(tx, interview)
    with house.store.reading() as tx:
        assert plans.look(tx, me, brief_id, None) is None
        handed = plans.handed(tx, interview)
    assert (handed.number, handed.plan) == (1, PLAN)
    assert save(kept, 2, 1) is None

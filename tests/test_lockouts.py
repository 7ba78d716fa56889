"""Limits that hold across processes: two of them on one PostgreSQL, all at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pyotp
import pytest

from store import access, accounts, factors, team, tries
from store.crypto import Keyring
from store.database import open_database
from store.repository import Store
from store.tries import TooManyTries
from tests.serving import NOW, Clock

KEYS = Keyring.parse(Keyring.fresh())
PASSWORD = "a-long-password"


@pytest.fixture
def processes(cluster):
    """Two stores on the same database, as two processes have them."""
    address, clock = cluster.fresh(), Clock()
    both = [Store(open_database(address), KEYS, clock) for _ in range(2)]
    yield both
    for each in both:
        each.engine.dispose()


def at_once(processes, work, count=8):
    """The results of `work`, so many at the same moment, shared out between the processes."""
    ready = Barrier(count)

    def run(number):
        ready.wait()
        with processes[number % 2].transaction() as tx:
            return work(tx)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def account(processes):
    with processes[0].transaction() as tx:
        return access.create_practitioner(tx, "c@example.org", "C", "médecin", PASSWORD, None)


def test_guesses_made_at_once_through_two_processes_are_all_counted(processes):
    def guess(tx):
        try:
            return bool(accounts.knock(tx, "c@example.org", "192.0.2.7"))
        except TooManyTries:
            return False

    account(processes)
    assert sum(at_once(processes, guess, 12)) == tries.PER_ACCOUNT


def test_six_digits_typed_twice_at_once_open_once(processes):
    who = account(processes)
    with processes[0].transaction() as tx:
        clock = pyotp.TOTP(factors.begin(tx, who))
        assert factors.digits(tx, who, clock.at(NOW - 30), first=True)
    assert sum(at_once(processes, lambda tx: factors.digits(tx, who, clock.at(NOW)))) == 1


def test_a_recovery_code_a_link_and_a_challenge_serve_once(processes):
    who = account(processes)
    with processes[0].transaction() as tx:
        code, *_ = factors.new_codes(tx, who)
        link = team.admission(tx, who, "reset")
        factors.once(tx, "challenge", "value")
    uses = (
        lambda tx: factors.recover(tx, who, code),
        lambda tx: team.use(tx, link, ("reset",)) is not None,
        lambda tx: factors.serve_once(tx, "challenge", "value"),
    )
    for use in uses:
        assert sum(at_once(processes, use)) == 1


def test_a_lock_out_outlives_the_processes(processes):
    with processes[0].transaction() as tx:
        for _ in range(tries.PER_ACCOUNT):
            accounts.knock(tx, "c@example.org")
    again = Store(
        open_database(str(processes[0].engine.url.render_as_string(False))), KEYS, Clock()
    )
    with again.transaction() as tx, pytest.raises(TooManyTries):
        accounts.knock(tx, "c@example.org")
    again.engine.dispose()

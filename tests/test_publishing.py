"""Publishing a changed questionnaire while people are in the middle of the old one."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.desk import Desk
from bot.rendering import Page
from flows.loading import CONTENT, load
from restitution.helping import ask_for_help
from store import access
from store.repository import table
from store.tables import RevisionRow
from tests.serving import Patient, serving, usual

ANSWERS = {"age": "47", "height_m": "1m70", "weight_kg": "70", "sex": "woman", "daily_cough": "yes"}


@pytest.fixture
def published(tmp_path):
    """The next version: one question reworded, one that now asks something else."""
    folder = tmp_path / "published"
    shutil.copytree(CONTENT, folder)
    change(
        folder, "Toussez-vous tous les jours ?", "Toussez-vous depuis longtemps ?\n    meaning: 2"
    )
    change(
        folder, "Depuis un an, avez-vous vu un dentiste ?", "Avez-vous vu un dentiste cette année ?"
    )
    change(folder, "version: ", "version: next-")
    return load(folder)


def change(folder, old, new):
    """Wherever it stands."""
    found = [each for each in folder.rglob("*.yaml") if old in each.read_text(encoding="utf-8")]
    assert found
    for each in found:
        text = each.read_text(encoding="utf-8")
        each.write_text(text.replace(old, new, 1), encoding="utf-8")


async def go_to(patient, question):
    for _ in range(90):
        if patient.reply.waiting == question:
            return
        waiting = patient.reply.waiting
        said = ANSWERS.get(waiting)
        if waiting in ("age", "height_m", "weight_kg"):
            await patient.say(said)
        else:
            await patient.say(said or usual(waiting), waiting)
    raise AssertionError(question)


def revisions(service):
    """What lies sealed for professionals."""
    rows = table(RevisionRow)
    with service.store.reading() as tx:
        return tx.db.execute(select(rows)).all()


async def test_each_person_goes_on_where_they_were(tmp_path, published):
    async with serving(tmp_path) as service:
        before, after, done = (Patient(service, each) for each in ("before", "after", "done"))
        for each in (before, after, done):
            await each.begin()
        await go_to(before, "leg_swelling")
        await go_to(after, "dentist_12m")
        await go_to(done, None)
        code = done.reply.code
        stood = await service.desk.view("console", "done", done.can)
        asked = await service.desk.view("console", "after", after.can)
        with service.store.transaction() as tx:
            centre = access.create_centre(tx, "Centre")
            reader = access.create_practitioner(
                tx, "a@example.org", "A", "médecin", "secret-secret", centre, "practitioner"
            )
            brief = access.open_by_code(tx, reader, code)
        sealed = revisions(service)

        # The service starts again on the same database, with the new questionnaire.
        await service.desk.stop()
        service.writer.store = replace(service.store)  # a new process remembers nobody
        shelf = ask_for_help(published, service.library)
        service.desk = Desk(service.writer, shelf, service.library, Page("https://b.example.org"))
        await service.desk.start()

        # Before the changed question: it comes in its new words, at its place.
        await before.say("no", "leg_swelling")
        assert before.reply.waiting == "daily_cough"
        assert "depuis longtemps" in before.text

        # After it: every other answer stands, that one is asked again, then on where they were.
        await after.say("yes", "social_support")
        assert after.reply.waiting == "daily_cough"
        await after.say("no", "daily_cough")
        assert after.reply.waiting == "dentist_12m"
        now = await service.desk.view("console", "after", after.can)
        kept = dict(asked.position.answers) | {"daily_cough": "no", "social_support": "yes"}
        assert dict(now.position.answers) == kept
        wordings = {each.question: now.interview.wordings[each.wording][1]
                    for each in now.interview.log if each.question[0] != "@"}  # fmt: skip
        assert wordings["sex"] != wordings["daily_cough"]

        # Finished: nothing is asked, nothing changed, and the professional reads the same.
        again = await service.desk.view("console", "done", done.can)
        assert again.position.finished
        assert dict(again.position.answers) == dict(stood.position.answers)
        await done.say("bonjour")
        assert (done.reply.waiting, done.reply.code, done.reply.finished) == (None, code, True)
        with service.store.transaction() as tx:
            assert access.open_by_code(tx, reader, code) == brief
        assert revisions(service) == sealed

        # Until that person changes something themselves.
        await done.say("yes", "dentist_12m")
        assert done.reply.waiting == "daily_cough"

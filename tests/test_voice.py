"""Listening: only when asked, only what was recorded for these very words, safety once reviewed."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
import yaml
from fastapi.testclient import TestClient

from app import cli, voice
from app.web import create
from bot import voices
from bot.spoken import mark
from flows.errors import BadContent
from tests.professionals import chromium
from tests.recordings import SOUNDS, TODAY, of, record, settings, texts, wav
from tests.serving import Patient, _content, make, serving
from tests.web_patients import TOLD, Phone, met, open_house

AFTER = date(2026, 12, 1)


def heard(folder: Path, language: str = "fr") -> voices.Language:
    return voices.load(folder, _content()[0]).languages[language]


# -- the folder ------------------------------------------------------------------------------


def test_who_listens_hears_the_question_its_example_and_its_numbered_answers():
    said = next(each.text for each in texts() if each.what == "shared_phone")

    assert said.split("\n") == [
        "Quelqu'un d'autre peut-il voir ce téléphone ?",
        "Par exemple un proche qui prend votre téléphone.",
        "1. Oui", "2. Non", "3. Je ne sais pas",
    ]  # fmt: skip


def test_every_text_has_a_mark_of_its_own_and_no_two_languages_share_one():
    marks = [mark(language, each.text) for language in ("fr", "snk") for each in texts()]

    assert len(set(marks)) == len(marks)


def test_a_recording_is_heard_no_more_once_its_text_changed(tmp_path):
    record(tmp_path, "fr", lambda each: each.what == "shared_phone")
    index = tmp_path / "fr" / "index.yaml"
    old, name = "0123456789ab", of("shared_phone")
    index.write_text(index.read_text("utf-8").replace(name, old), "utf-8")
    (tmp_path / "fr" / f"{name}.ogg").rename(tmp_path / "fr" / f"{old}.ogg")

    found = heard(tmp_path)
    told, todo = voice.check(settings(tmp_path), "fr")

    assert not found.clips
    assert todo
    assert f"text changed: {old}: shared_phone: Quelqu'un d'autre" in told
    assert f"missing: {name} shared_phone" in told


@pytest.mark.parametrize(
    ("what", "kind", "reviewed", "plays"),
    [
        ("sex", "recorded", False, True),
        ("sex", "draft", False, True),
        ("suicidal_history", "recorded", False, False),
        ("suicidal_history", "recorded", True, True),
        ("suicidal_history", "draft", False, False),
        ("suicidal_history", "draft", True, True),
        ("phq4_sad", "recorded", False, False),
        ("card suicide/first", "draft", False, False),
        ("card suicide/first", "recorded", True, True),
    ],
)
def test_safety_and_scored_texts_are_heard_once_somebody_reviewed_them(
    tmp_path, what, kind, reviewed, plays
):
    record(tmp_path, "fr", lambda each: each.what == what, reviewed=reviewed)
    index = tmp_path / "fr" / "index.yaml"
    index.write_text(index.read_text("utf-8").replace("kind: recorded", f"kind: {kind}"), "utf-8")

    assert (of(what) in heard(tmp_path).clips) is plays


def test_a_file_put_in_the_place_of_a_reviewed_one_is_not_reviewed(tmp_path):
    record(tmp_path, "fr", lambda each: each.what == "phq4_sad", reviewed=True)
    assert of("phq4_sad") in heard(tmp_path).clips

    (tmp_path / "fr" / f"{of('phq4_sad')}.ogg").write_bytes(SOUNDS["ogg"] + b"other words")
    assert of("phq4_sad") not in heard(tmp_path).clips

    voice.note(settings(tmp_path), "fr", TODAY)
    assert heard(tmp_path).unreviewed


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("{}.ogg", b"<script>", "not what its name says"),
        ("{}.mp3", wav(), "not what its name says"),
        ("{}.ogg", SOUNDS["ogg"], "not noted yet"),
        ("hello.wav", wav(), "not noted yet"),
    ],
)
def test_a_file_nobody_vouches_for_is_named_and_not_heard(tmp_path, name, content, told):
    (tmp_path / "fr").mkdir()
    (tmp_path / "fr" / name.format(of("sex"))).write_bytes(content)

    assert not heard(tmp_path).clips
    assert told in voice.check(settings(tmp_path), None)[0]


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("fr/index.yaml", "hello: {}"),
        ("fr/index.yaml", "0123456789ab: {what: a, text: b, kind: sung, made: 2026-11-26}"),
        ("fr/index.yaml", "["),
        ("snk/nothing.txt", ""),
        ("snk/language.yaml", "name: Sooninkanxanne"),
        ("fr/language.yaml", "name: Français\nfrench: français"),
        ("../oops/language.yaml", ""),
    ],
)
def test_a_mistake_in_the_folder_is_named_before_anything_starts(tmp_path, file, content):
    path = tmp_path / "voices" / file
    path.parent.mkdir(parents=True)
    path.write_text(content, "utf-8")
    (tmp_path / "voices").mkdir(exist_ok=True)

    if ".." in file:
        assert not voices.load(tmp_path / "voices", _content()[0]).languages
    else:
        with pytest.raises(BadContent):
            voices.load(tmp_path / "voices", _content()[0])


# -- drafts ----------------------------------------------------------------------------------


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A machine that reads aloud: one short silence for every text."""
    programs = tmp_path / "bin"
    programs.mkdir()
    (tmp_path / "said.wav").write_bytes(wav())
    fake = programs / "espeak-ng"
    fake.write_text(f'#!/bin/sh\n/bin/cp {tmp_path}/said.wav "$6"\n')
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(programs))


def test_without_a_machine_one_line_says_what_to_install(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("AVANT_BILAN_VOICE", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))

    assert cli.main(["voice", "draft", "--language", "fr"]) == 1
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("safety", [False, True])
def test_a_machine_drafts_safety_texts_only_when_asked_and_they_stay_unheard(
    tmp_path, machine, safety
):
    folder = tmp_path / "voices"
    folder.mkdir()
    voice.draft(settings(folder), "fr", safety, TODAY)
    found, all_ = heard(folder), texts()

    assert len(found.drafts) == sum(safety or not each.delicate for each in all_)
    assert {each.delicate for each in all_ if mark("fr", each.text) in found.clips} == {False}
    assert len(found.unreviewed) == (sum(each.delicate for each in all_) if safety else 0)


def test_a_recording_takes_the_place_of_a_draft(tmp_path, machine):
    folder = tmp_path / "voices"
    folder.mkdir()
    voice.draft(settings(folder), "fr", False, TODAY)
    (folder / "fr" / f"{of('sex')}.mp3").write_bytes(SOUNDS["mp3"])
    voice.note(settings(folder), "fr", AFTER)
    entry = yaml.safe_load((folder / "fr" / "index.yaml").read_text("utf-8"))[of("sex")]

    assert (entry["kind"], entry["made"], list(entry["files"])) == ("recorded", AFTER, ["mp3"])
    assert heard(folder).clips[of("sex")].names == (f"{of('sex')}.mp3",)
    assert not (folder / "fr" / f"{of('sex')}.wav").exists()


@pytest.mark.skipif(not shutil.which("espeak-ng"), reason="no espeak-ng on this machine")
def test_espeak_really_reads_what_is_given(tmp_path):
    assert voice._spoken("Bonjour.", "fr", tmp_path / "hello").stat().st_size > 1000


# -- sent --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """French as an operator recorded it: every question, two formats for one, cards reviewed."""
    made = tmp_path_factory.mktemp("voices")
    record(made, "fr", lambda each: each.what != "height_m", "wav", reviewed=True)
    record(made, "fr", lambda each: each.what == "sex", "mp3", reviewed=True)
    return made


@pytest.fixture(scope="module")
def client(folder, tmp_path_factory):
    service = make(tmp_path_factory.mktemp("data"), voice=str(folder))
    with TestClient(create(service), base_url="https://bilan.example.org") as made:
        yield made


def test_a_recording_is_sent_whole_or_in_part_and_kept_a_day(client):
    name = f"/voix/{of('sex')}.wav"
    whole, part = client.get(name), client.get(name, headers={"Range": "bytes=0-3"})

    assert (whole.status_code, whole.headers["content-type"]) == (200, "audio/wav")
    assert whole.content == SOUNDS["wav"]
    assert whole.headers["accept-ranges"] == "bytes"
    assert whole.headers["cache-control"] == "private, max-age=86400"
    assert whole.headers["x-content-type-options"] == "nosniff"
    assert (part.status_code, part.content) == (206, b"RIFF")


def test_what_is_private_is_kept_by_no_browser(client):
    sent = client.get(f"/voix/{of('suicidal_history')}.wav")

    assert (sent.status_code, sent.headers["cache-control"]) == (200, "no-store")


@pytest.mark.parametrize(
    "name",
    ["index.yaml", "../fr/index.yaml", "..%2Ffr%2Findex.yaml", "0123456789ab.wav", "{}.ogg", "{}",
     "{}.wav.wav", "{}.yaml"],
)  # fmt: skip
def test_nothing_else_of_the_folder_is_sent(client, name):
    assert client.get("/voix/" + name.format(of("sex"))).status_code == 404


async def test_a_gateway_gets_addresses_and_nothing_when_there_is_no_recording(folder, tmp_path):
    async with serving(tmp_path, voice=str(folder)) as service:
        with TestClient(create(service), base_url="https://bilan.example.org") as gateway:
            opened = gateway.post("/api/v1/interviews", json={"language": "fr"}).json()

    assert opened["replies"][-1]["audio"] == [f"https://bilan.example.org/voix/{of('consent')}.wav"]


async def test_a_terminal_shows_nothing_of_it(folder, tmp_path):
    async with serving(tmp_path, voice=str(folder)) as service:
        patient = Patient(service)
        await patient.begin()

        assert all(each.said[:7] != "/listen" for each in patient.reply.screens[-1].choices)


# -- in a browser --------------------------------------------------------------------------------

HEARD = "() => [...document.querySelectorAll('main audio')].filter(e => e.checkVisibility()).length"
LENGTH = """() => new Promise(done => {
  const it = document.querySelector('main audio');
  it.onloadedmetadata = () => done(it.duration);
  document.querySelector('main audio source:last-child').onerror = () => done(-1);
  it.load();
})"""


@pytest.fixture(scope="module")
def browser():
    with chromium() as made:
        yield made


@pytest.fixture(scope="module")
def house(folder, tmp_path_factory):
    with open_house(tmp_path_factory.mktemp("house"), voice=str(folder)) as made:
        yield made


@pytest.mark.parametrize(
    ("question", "seen", "folded"), [("sex", 1, 0), ("height_m", 0, 0), ("suicidal_history", 0, 1)]
)
def test_a_question_may_be_listened_to_and_a_private_one_after_a_warning(
    browser, house, question, seen, folded
):
    phone = Phone(browser, house.base, met(house, TOLD, until=question))
    phone.open("/chat")
    page = phone.page

    assert phone.waiting == question
    assert page.evaluate(HEARD) == seen
    assert page.locator("details.listen audio").count() == folded
    assert page.locator("audio[autoplay]").count() == 0
    assert page.locator("audio:not([preload=none])").count() == 0
    if folded:
        page.locator("details.listen summary").click()
        assert "écouteurs" in page.locator("details.listen summary").inner_text()
        assert page.evaluate(HEARD) == 1


def test_nothing_is_fetched_before_it_is_asked_for_and_then_it_plays(browser, house):
    phone = Phone(browser, house.base, met(house, TOLD, until="sex"))
    asked: list[str] = []
    phone.page.on("request", lambda each: asked.append(each.url))
    phone.open("/chat")

    assert not any("/voix/" in each for each in asked)
    assert phone.page.evaluate(LENGTH) == pytest.approx(0.2, abs=0.05)
    assert any("/voix/" in each for each in asked)

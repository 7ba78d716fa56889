"""What a phone needs to go on by itself: the questions of one band, their conditions, the fixed
texts of its alerts.

The same for everybody: no answer in it. The personal questions are not in it, so a phone cannot
show them without us; neither is what only we can decide (a fact, a score): there it waits.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Mapping
from functools import lru_cache, partial
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

import locales
from bot.channels.web import assets, shown
from bot.channels.web.pages import SAFE, Reader
from bot.channels.web.site import CAN, Link, Site
from bot.messages import Screen
from bot.phrases import PHRASES
from bot.questions import asked
from bot.rendering import View, render
from bot.say import Say
from flows.conditions import named
from flows.model import BANDS, Answers, Band, Interview, Position, Question, Questionnaire
from locales import Texts

PREFIX = f"{assets.PREFIX}/suite"
STOPS = ("private_ready", "check_answers")
"""Here the phone waits for us: the personal questions, the summary of what was said."""
TYPED = Say("cards", items=("help_now/first",))
"""Shown when words are written without the network: only we can look for distress in them."""
_MAIN = re.compile(r"<main[^>]*>(.*)</main>", re.DOTALL)
_OURS = re.compile(r'<input type="hidden" name="(?:key|language|about)" [^>]*>')
_FORM = '<form method="post" action="/say" class="question"'
_HELP = '<details class="help">'
_WHY = re.compile(r"(?<=</summary><p>)(.*?)(?=</p></details>)")
"""The reason of a question inside its help."""


class Ahead:
    """The questionnaires as phones take them, made when first asked for."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._made = lru_cache(maxsize=None)(self._make)
        self._looked_at = lru_cache(maxsize=None)(self._look)

    async def send(self, request: Request) -> Response:
        """One questionnaire, for as long as its address holds."""
        name, _, mark = request.path_params["name"].removesuffix(".json").rpartition(".")
        band, _, language = name.partition(".")
        known = band in BANDS and language in locales.offered()
        asset = self._made(band, language) if known else None
        if asset is None or not asset.address.endswith(f".{mark}.json"):
            return Response(status_code=404, headers=SAFE)
        return asset.sent(request)

    def here(self, view: View) -> str:
        """What the page that stands lets its phone do: where the questions are, and the few answers
        that the conditions still to come look at. « »: nothing ahead of us.

        Only where somebody goes straight on: going back and changing an answer are ours to follow.
        """
        position, waiting = view.position, view.position.waiting
        straight = (
            waiting is not None and position.questionnaire.band is not None
            and not (position.revisiting or position.stopped or position.paused)
            and position.reached[-1:] == (waiting,) and view.interview.doubt is None
        )  # fmt: skip
        if waiting is None or not straight or view.interview.instrument:
            return ""
        looked_at = self._looked_at(position.questionnaire.band, waiting.id)
        if looked_at is None or not self._shows(view, waiting):
            return ""
        asset = self._made(position.questionnaire.band, view.texts.language)
        known = {name: position.answers[name] for name in looked_at if name in position.answers}
        return msgspec.json.encode({"suite": asset.address, "known": known}).decode()

    def _look(self, band: Band, question: str) -> tuple[str, ...] | None:
        """What the conditions from this question on look at; None: no phone asks it by itself."""
        shelf = self.site.desk.shelf
        questionnaire = shelf.questionnaires[band]
        inside = _alone(questionnaire)
        place = next((at for at, each in enumerate(inside) if each.id == question), None)
        if place is None:
            return None
        later = inside[place:]
        looked = {"age", "age_exact"} if any("age" in str(it.written) for it in later) else set()
        for each in later:
            for raw in each.written.values():
                looked |= named(raw)
            for alert in shelf.alerts_about.get(each.id, ()):
                looked |= {name for card in alert.cards for name in named(card.written)}
        return tuple(it.id for it in questionnaire.questions if it.id in looked and not it.private)

    def _shows(self, view: View, question: Question) -> bool:
        """May the phone take the answer to this question by itself?"""
        alerts = view.shelf.alerts_about.get(question.id, ())
        return (
            question.id not in STOPS
            and _plain(question.written)
            and not any(alert.confidential for alert in alerts)
            and all(_plain(card.written) for alert in alerts for card in alert.cards)
        )

    def _make(self, band: Any, language: str) -> assets.Asset:
        shelf, texts = self.site.desk.shelf, locales.texts(language)
        questionnaire = shelf.questionnaires[band]
        view = _nobody(self.site, questionnaire, texts)
        inside = _alone(questionnaire)
        heads: list[str] = []
        helps: list[str] = []
        said = {
            "questions": [self._question(view, each, heads, helps) for each in inside],
            "heads": heads,
            "helps": helps,
            "cards": [
                {"about": sorted({*alert.triggers, *(it.id for it in alert.follow_ups)}),
                 "when": card.written,
                 "html": self._card(view, Say("cards", items=(f"{alert.id}/{card.id}",)))}
                for alert in shelf.alerts.values() for card in alert.cards
                if not alert.confidential and {it.id for it in inside} & named(card.written)
            ],
            "typed": self._card(view, TYPED),
            "left": [texts.gettext("bot", PHRASES[each]) for each in ("left_one", "left")],
            "unsent": texts.gettext("bot", PHRASES["unsent"]),
            "waits": _waits(self.site, texts),
        }  # fmt: skip
        plain = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
        mark = hashlib.sha256(plain).hexdigest()[:10]
        return assets.Asset(f"{PREFIX}/{band}.{language}.{mark}.json", "application/json", plain,
                            gzip.compress(plain, 9, mtime=0))  # fmt: skip

    def _question(
        self, view: View, question: Question, heads: list[str], helps: list[str]
    ) -> dict[str, Any]:
        """One question; what stands above and under many of them is told once, in `heads` and
        `helps`."""
        found: dict[str, Any] = {"id": question.id, "part": question.section, **question.written}
        if not self._shows(view, question):
            return found
        if question.kind == "number":
            found["bounds"] = [question.low, question.high]
        if question.kind == "multiple":
            found["alone"] = [each.value for each in question.options if each.exclusive]
            found["group"] = {it.value: it.group for it in question.options if it.group}
        html, help, under = self._html(view, question).partition(_HELP)
        why = _WHY.search(under)
        under = help + _WHY.sub("{why}", under, count=1)
        head, form, html = html.partition(_FORM)
        return found | {"head": _place(heads, head), "html": form + html,
                        "help": _place(helps, under), "why": why[1] if why else ""}  # fmt: skip

    def _html(self, view: View, question: Question) -> str:
        """The question as our own page lays it out, without what belongs to one person."""
        place = view.position.questionnaire.questions
        first = place[0]
        view = View(
            view.shelf, view.interview,
            Position(view.position.questionnaire, Answers({first.id: "yes"}), question,
                     (first, question)),
            view.texts, view.can, view.page, view.library,
        )  # fmt: skip
        page = shown.sort((Screen("question", "", asked(view, question)),))
        around = shown.around(view, page) | {"left": shown.left(view, page)}
        return _inside(self.site, view.texts, page, around)

    def _card(self, view: View, say: Say) -> str:
        page = shown.Shown(urgent=(render(view, say),))
        made = _inside(self.site, view.texts, page, shown.NOTHING_ASKED)
        return made[: made.index("</section>") + len("</section>")]


def _place(blocks: list[str], block: str) -> int:
    """Where this block stands among those already told; at their end if it is a new one."""
    if block not in blocks:
        blocks.append(block)
    return blocks.index(block)


def _waits(site: Site, texts: Texts) -> str:
    """What stands where only we can go on."""
    made = site.pages.html(_stranger(texts), "note.html", **waiting(texts))
    return _main(made)


def waiting(texts: Texts) -> dict[str, Any]:
    """The page shown while there is no network."""
    said = partial(texts.gettext, "bot")
    return {
        "title": said(PHRASES["no_network"]), "paragraphs": (said(PHRASES["waits_network"]),),
        "helps": (), "buttons": (), "links": (Link("/chat", said(PHRASES["try_again"])),),
    }  # fmt: skip


def _stranger(texts: Texts) -> Reader:
    return Reader(Request({"type": "http", "headers": [], "method": "GET"}), texts, "")


def _main(made: str) -> str:
    found = _MAIN.search(made)
    assert found is not None  # noqa: S101  every page has one
    return _OURS.sub("", found[1]).replace("\n", "").replace(" autofocus", "")


def _inside(site: Site, texts: Texts, page: shown.Shown, around: Mapping[str, Any]) -> str:
    made = site.pages.html(
        _stranger(texts), page.template, shown=page, units=units(texts), waiting=None,
        way_back=False, book_url=site.config.book_url, **around,
    )  # fmt: skip
    return _main(made)


def _nobody(site: Site, questionnaire: Questionnaire, texts: Texts) -> View:
    """A view of somebody who has said nothing."""
    desk = site.desk
    position = Position(questionnaire, Answers(), None, ())
    return View(desk.shelf, Interview("", texts.language, 0), position, texts, CAN, desk.page,
                desk.library)  # fmt: skip


def _alone(questionnaire: Questionnaire) -> list[Question]:
    """From the first question of the band to the summary, without the personal ones."""
    own = [each for each in questionnaire.questions if each.section != "start"]
    private = {each.id for each in own if each.private}
    upto = next((i for i, each in enumerate(own) if each.id == "check_answers"), len(own) - 1)
    return [each for each in own[: upto + 1]
            if not each.private and each.id.removeprefix("go_on_") not in private]  # fmt: skip


def _plain(raw: object) -> bool:
    """Nothing in this condition that only we can work out (a fact, a score)."""
    if isinstance(raw, Mapping):
        return not {"fact", "score"} & set(raw) and all(map(_plain, raw.values()))
    return all(map(_plain, raw)) if isinstance(raw, list) else True


def units(texts: Texts) -> dict[str, str]:
    """Units as they are written beside a number."""
    return {"m": texts.gettext("web", "m"), "kg": texts.gettext("web", "kg"),
            "years": texts.gettext("web", "ans")}  # fmt: skip

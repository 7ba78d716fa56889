"""« Qui peut lire ? »: who may read until when, who read, and what the person can do about it.

The store's rows become small `Say`s when the message is handled; words come when it leaves.
"""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from bot.messages import Choice, Screen
from bot.say import Say
from bot.view import View
from store import consent, watching
from store.codes import new_code
from store.consent import Reading, Share
from store.repository import Held, Transaction

SHOWN = 5
"""Readings on the screen, the newest; the count says how many there are."""
DAYS = {"30": 30, "90": 90}
"""What « jusqu'à quand » offers, in days from now."""
_APART = "\x1f"


def told(tx: Transaction, interview: str) -> Say:
    """Everything the screen tells, as of now."""
    readings = consent.readings(tx, interview)
    return Say(
        "share",
        words={"read": str(len(readings))},
        items=(
            *(f"s{_APART}{it.kind}{_APART}{it.until}{_APART}{it.name}"
              for it in consent.shares(tx, interview)),
            *(f"r{_APART}{it.number}{_APART}{it.at}{_APART}{it.name}{_APART}{it.profession}"
              f"{_APART}{int(it.listed)}{_APART}{int(it.contested)}" for it in readings[:SHOWN]),
        ),
    )  # fmt: skip


def watched(tx: Transaction, centre: str | None) -> Say:
    """Who reads at this centre what is urgent, and when; without words when nobody was named."""
    found = watching.watch(tx, centre)
    return Say("watch", words={"who": found.who, "hours": found.hours} if found else {})


def act(tx: Transaction, held: Held, argument: str) -> tuple[Say, ...]:
    """Do what the person asked for (« 30 », « new_code », « contest 12 »), and say so."""
    interview = held.interview.id
    what, _, number = argument.partition(" ")
    done = ""
    if what in DAYS and consent.lasts(tx, interview, DAYS[what]):
        done = "share_until_changed"
    elif what == "new_code":
        done = _new_code(tx, held)
    elif what == "contest" and number.isdecimal() and len(number) < 19:
        done = "share_contested" if consent.contest(tx, interview, int(number)) else ""
    said = told(tx, interview)
    if what == "contest" and not done:
        return (Say("contest", items=said.items),)
    return (Say("phrase", done), said) if done else (said,)


def _new_code(tx: Transaction, held: Held) -> str:
    code = new_code()
    if not consent.replace_code(tx, held.interview.id, code):
        return ""
    held.interview = msgspec.structs.replace(held.interview, code=code)
    return "share_new_code"


# -- words -------------------------------------------------------------------------------------


def watch(view: View, say: Say) -> Screen:
    """Shared with the centre before the end: who reads, when, and that nobody does now."""
    if not say.words:
        return Screen("info", view.phrase("share_nobody"), notice=True)
    text = f"{view.phrase('shared_now')}\n{view.phrase('watched_by', **say.words)}"
    return Screen("info", text, notice=True)


def share(view: View, say: Say) -> Screen:
    """Who may read, who read; then the few buttons that make sense."""
    shares, readings = _sorted(say)
    lines = [_who(view, each) for each in shares] or [view.phrase("share_nobody")]
    if readings:
        lines.append(view.phrase("share_read_by"))
        lines += [_reading(view, each) for each in readings]
        if int(say.words["read"]) > len(readings):
            lines.append(view.phrase("share_more", count=say.words["read"]))
    elif shares:
        lines.append(view.phrase("share_not_read"))
    return Screen("info", "\n".join(lines), choices=tuple(
        Choice(view.phrase(label), said, kind="action")
        for label, said in _buttons(view, bool(shares), shares, bool(readings))
    ))  # fmt: skip


def _buttons(
    view: View, shared: bool, shares: list[list[str]], read: bool
) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    if shared:
        found += [("share_stop", "/share stop"), ("share_30", "/share 30"),
                  ("share_90", "/share 90")]  # fmt: skip
    if not shared and may_share_now(view) and _alarmed(view):
        found.append(("share_now", "/share centre"))
    if any(kind == "code" for kind, *_ in shares):
        found.append(("share_code", "/share new_code"))
    if not shared and "share" in view.position.answers:
        found.append(("share_choose", "/change share"))
    if read:
        found.append(("share_contest", "/share contest"))
    return [*found, ("go_back", "/advice" if view.position.finished else "/resume")]


def may_share_now(view: View) -> bool:
    """Can the centre that invited read before the end? Only while nothing was chosen yet."""
    chosen = "share" in view.position.answers
    return bool(view.interview.centre) and view.position.waiting is not None and not chosen


def _alarmed(view: View) -> bool:
    alerts = view.shelf.alerts.values()
    return bool(view.interview.distress) or any(
        each.when(view.position.answers) is True for each in alerts
    )


def contest(view: View, say: Say) -> Screen:
    """Which reading was not right? One button for each."""
    readings = [each for each in _sorted(say)[1] if each[5] == "0"]
    if not readings:
        return Screen("info", view.phrase("share_nothing_to_contest"), choices=(
            Choice(view.phrase("go_back"), "/share", kind="action"),
        ))  # fmt: skip
    return Screen("info", view.phrase("share_contest_which"), choices=(
        *(Choice(_reading(view, each), f"/share contest {each[0]}", kind="action")
          for each in readings),
        Choice(view.phrase("go_back"), "/share", kind="action"),
    ))  # fmt: skip


def _sorted(say: Say) -> tuple[list[list[str]], list[list[str]]]:
    rows = [each.split(_APART) for each in say.items]
    return [it[1:] for it in rows if it[0] == "s"], [it[1:] for it in rows if it[0] == "r"]


def share_line(view: View, share: Share) -> str:
    """« Avec votre code, jusqu'au 3 mars 2027 », whoever may read."""
    return _who(view, [share.kind, str(share.until), share.name])


def reading(view: View, found: Reading) -> str:
    """« Camille Martin, infirmière, le 3 mars 2027 à 9 h 12 »."""
    return _reading(view, ["", str(found.at), found.name, found.profession,
                           str(int(found.listed)), str(int(found.contested))])  # fmt: skip


def _who(view: View, row: list[str]) -> str:
    kind, until, name = row
    day = view.texts.date(local(int(until)).date())
    phrase = {"code": "share_by_code", "centre": "share_by_centre"}.get(kind, "share_by_person")
    return view.phrase(phrase, name=name, until=day)


def _reading(view: View, row: list[str]) -> str:
    _, at, name, profession, listed, contested = row
    moment = local(int(at))
    hour = f"{moment.hour} h {moment:%M}" if view.texts.written == "fr" else f"{moment:%H:%M}"
    said = view.phrase(
        "share_listed" if listed == "1" else "share_reading",
        who=f"{name}, {profession}", day=view.texts.date(moment.date()), hour=hour,
    )  # fmt: skip
    return f"{said} {view.phrase('share_is_contested')}" if contested == "1" else said


def local(at: int) -> datetime:
    """A time as clocks show it in mainland France; UTC on a machine without time zones."""
    try:
        return datetime.fromtimestamp(at, ZoneInfo("Europe/Paris"))
    except ZoneInfoNotFoundError:
        return datetime.fromtimestamp(at, UTC)

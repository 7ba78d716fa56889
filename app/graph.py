"""A questionnaire drawn as SVG, from the files the service runs on."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from flows.conditions import named
from flows.files import QuestionFile
from flows.model import Questionnaire

ROW, WIDTH, LEFT = 34, 620, 260
KINDS = {"single": "○", "multiple": "☐", "number": "123", "text": "abc"}


def draw(questionnaire: Questionnaire, written: Mapping[str, QuestionFile], title: str) -> str:
    """One row a question in order; an arrow from each question another one's condition looks at."""
    places = {question.id: place for place, question in enumerate(questionnaire.questions)}
    height = ROW * (len(places) + 2)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + 20} {height}" '
        'font-family="sans-serif" font-size="12">',
        f"<title>{escape(title)}</title>",
        '<defs><marker id="to" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" '
        'markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" fill="#0b6e6e"/></marker></defs>',
        f'<text x="{LEFT}" y="22" font-size="16">{escape(title)}</text>',
    ]
    for question, place in places.items():
        parts += _row(questionnaire.by_id[question], place)
        author = written.get(question)
        for key, raw in (("when", author.when), ("unless", author.unless)) if author else ():
            for other in sorted(named(raw)):
                if other in places:
                    parts.append(_arrow(places[other], place, f"{key} {_short(raw)}"))
            if raw and not named(raw) & set(places):
                parts.append(_note(place, f"{key} {_short(raw)}"))
    return "\n".join([*parts, "</svg>"])


def _row(question: Any, place: int) -> list[str]:
    top = ROW * (place + 1)
    shade = "#fff3e0" if question.private else "#eef6f6" if question.official else "#f4f4f4"
    text = f"{question.official or '·'}  {KINDS[question.kind]}  {question.id}"
    ask = question.ask if len(question.ask) <= 62 else question.ask[:61] + "…"
    return [
        f'<rect x="{LEFT}" y="{top}" width="{WIDTH}" height="{ROW - 6}" rx="4" fill="{shade}" '
        'stroke="#b5c7c7"/>',
        f'<text x="{LEFT + 8}" y="{top + 18}" font-weight="bold">{escape(text)}</text>',
        f'<text x="{LEFT + 280}" y="{top + 18}" font-size="11">{escape(ask)}</text>',
    ]


def _arrow(source: int, target: int, label: str) -> str:
    start, end = ROW * (source + 1) + 16, ROW * (target + 1) + 12
    bend = LEFT - 24 - min(190, 6 * (target - source))
    return (
        f'<path d="M{LEFT} {start}C{bend} {start} {bend} {end} {LEFT - 2} {end}" fill="none" '
        f'stroke="#0b6e6e" marker-end="url(#to)"><title>{escape(label)}</title></path>'
        + _note(target, label)
    )


def _note(place: int, label: str) -> str:
    top = ROW * (place + 1) + 25
    return f'<text x="4" y="{top}" font-size="9" fill="#555">{escape(label[:48])}</text>'


def _short(raw: Any) -> str:
    """A condition in a few words: « sex = man », « any(a = yes, b = yes) »."""
    if isinstance(raw, list):
        return ", ".join(_short(each) for each in raw)
    if isinstance(raw, Mapping):
        return " & ".join(
            f"{key}({_short(value)})" if key in ("all", "any") else f"{key} = {_short(value)}"
            for key, value in raw.items()
        )
    return str(raw)

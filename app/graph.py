"""A questionnaire drawn as SVG, from the files the service runs on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from bot.phrases import SECTIONS
from flows.conditions import named
from flows.files import QuestionFile
from flows.loading import Shelf
from flows.model import BANDS, Band, Question, Questionnaire

LEFT, WIDTH, RIGHT = 130, 760, 20
HEAD, ROW, LINE, GAP, LANE = 34, 26, 16, 6, 11
KINDS = {"single": "une réponse", "multiple": "plusieurs", "number": "nombre", "text": "texte"}
STYLE = """
text{font-family:sans-serif;font-size:12px;fill:#222}
.title{font-size:18px;font-weight:bold}.section{font-size:14px;font-weight:bold;fill:#0b4f4f}
.number{font-weight:bold}.id,.kind{font-size:10px;fill:#667}.when{font-size:11px;fill:#0b6e6e}
.alert{font-size:11px;fill:#a4262c}.way{fill:none;stroke:#0b6e6e;stroke-width:1.4}
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One question with its place on the drawing."""

    question: Question
    top: int
    height: int
    lines: tuple[tuple[str, str], ...]
    """(class, text) under the question: its conditions, the alerts it sets off."""

    @property
    def middle(self) -> int:
        return self.top + ROW // 2


def draw(shelf: Shelf, band: Band, written: Mapping[str, QuestionFile]) -> str:
    """The band's questions by section, in order; an arrow leads from each question to those
    that hang on its answer, with the condition in words. French, like the files."""
    questionnaire = shelf.questionnaires[band]
    rows, heads, height = _rows(shelf, questionnaire, written)
    width = LEFT + WIDTH + RIGHT
    title = f"{shelf.titles[band]}, version {questionnaire.version}"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}">',
        f"<title>{escape(title)}</title><style>{STYLE}</style>",
        '<defs><marker id="to" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" '
        'markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" fill="#0b6e6e"/></marker></defs>',
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        f'<text class="title" x="{LEFT}" y="26">{escape(title)}</text>',
    ]
    parts += [f'<text class="section" x="{LEFT}" y="{top + 22}">{escape(text)}</text>'
              for text, top in heads]  # fmt: skip
    for row in rows.values():
        parts += _box(row)
    parts += _ways(rows, written)
    return "\n".join([*parts, "</svg>"])


def _rows(
    shelf: Shelf, questionnaire: Questionnaire, written: Mapping[str, QuestionFile]
) -> tuple[dict[str, Row], list[tuple[str, int]], int]:
    rows: dict[str, Row] = {}
    heads: list[tuple[str, int]] = []
    top, section = HEAD + GAP, None
    for question in questionnaire.questions:
        if question.section != section:
            section = question.section
            heads.append((SECTIONS.get(section or "", section or ""), top))
            top += HEAD
        lines = tuple(_lines(shelf, questionnaire, question, written.get(question.id)))
        height = ROW + LINE * len(lines)
        rows[question.id] = Row(question, top, height, lines)
        top += height + GAP
    return rows, heads, top + GAP


def _lines(
    shelf: Shelf, questionnaire: Questionnaire, question: Question, author: QuestionFile | None
) -> Iterator[tuple[str, str]]:
    if author is not None:
        for word, raw in (("si", author.when), ("sauf si", author.unless)):
            if raw:
                yield "when", f"{word} {in_words(raw, questionnaire)}"
    if question.id == "band_choice":
        yield "when", "si l'âge est hors des tranches " + ", ".join(BANDS)
    trigger = question.id.removeprefix("go_on_")
    alerts = [each.id for each in shelf.alerts_about.get(trigger, ()) if trigger in each.triggers]
    if alerts and trigger != question.id:
        yield "when", f"si un message urgent est venu : {', '.join(alerts)}"
    elif alerts:
        yield "alert", f"peut montrer un message urgent : {', '.join(alerts)}"


def _box(row: Row) -> list[str]:
    question = row.question
    shade = "#fff3e0" if question.private else "#eef6f6" if question.official else "#f4f4f4"
    options = "\n".join(f"· {each.label}" for each in question.options)
    told = "\n".join(filter(None, [question.ask, question.hint, options]))
    ask = question.ask if len(question.ask) <= 74 else question.ask[:73] + "…"
    parts = [
        f'<g id="{escape(question.id)}"><title>{escape(told)}</title>',
        f'<rect x="{LEFT}" y="{row.top}" width="{WIDTH}" height="{row.height}" rx="4" '
        f'fill="{shade}" stroke="#b5c7c7"/>',
        f'<text class="number" x="{LEFT + 8}" y="{row.top + 17}">{question.official or "·"}</text>',
        f'<text x="{LEFT + 66}" y="{row.top + 17}">{escape(ask)}</text>',
        f'<text class="kind" x="{LEFT + WIDTH - 8}" y="{row.top + 12}" text-anchor="end">'
        f"{KINDS[question.kind]}{_count(question)}</text>",
        f'<text class="id" x="{LEFT + WIDTH - 8}" y="{row.top + 23}" text-anchor="end">'
        f"{escape(question.id)}</text>",
    ]
    parts += [
        f'<text class="{kind}" x="{LEFT + 66}" y="{row.top + ROW + 10 + LINE * place}">'
        f"{escape(text)}</text>"
        for place, (kind, text) in enumerate(row.lines)
    ]
    return [*parts, "</g>"]


def _count(question: Question) -> str:
    return f" · {len(question.options)}" if question.options else ""


def _ways(rows: Mapping[str, Row], written: Mapping[str, QuestionFile]) -> Iterator[str]:
    """Arrows: down from each question in a lane of its own, to every question that hangs on it."""
    targets: dict[str, list[str]] = {}
    for question in rows:
        author = written.get(question)
        needed = named(author.when) | named(author.unless) if author else set()
        if question.startswith("go_on_"):
            needed = {question.removeprefix("go_on_")}
        for source in sorted(needed & set(rows)):
            targets.setdefault(source, []).append(question)
    ends: list[int] = []
    """By lane: where its last arrow ends."""
    for source, led in sorted(targets.items(), key=lambda each: rows[each[0]].top):
        start, last = rows[source].middle + 5, max(rows[each].middle for each in led)
        lane = next((at for at, end in enumerate(ends) if end < start), len(ends))
        ends[lane : lane + 1] = [last]
        across = LEFT - 14 - LANE * lane
        yield f'<path class="way" d="M{LEFT} {start}H{across}V{last}"/>'
        for each in led:
            yield (
                f'<path class="way" marker-end="url(#to)" '
                f'd="M{across} {rows[each].middle}H{LEFT - 1}">'
                f"<title>{escape(source)} → {escape(each)}</title></path>"
            )


def in_words(raw: Any, questionnaire: Questionnaire) -> str:
    """A condition in words: « Q1 sex = Un homme », « (a = Oui) ou (b = Oui) »."""
    if isinstance(raw, list):
        return " ou ".join(f"({in_words(each, questionnaire)})" for each in raw)
    parts = []
    for key, value in raw.items():
        if key in ("all", "any"):
            word = " et " if key == "all" else " ou "
            parts.append(word.join(in_words(each, questionnaire) for each in value))
        else:
            parts.append(_compared(str(key), value, questionnaire))
    return " et ".join(parts)


def _compared(key: str, value: Any, questionnaire: Questionnaire) -> str:
    question = questionnaire.find(key)
    name = f"{question.official} {key}" if question and question.official else key
    if isinstance(value, Mapping):
        bounds = {"min": "au moins", "max": "au plus", "below": "moins de"}
        said = ", ".join(f"{bounds.get(each, each)} {bound}" for each, bound in value.items())
        return f"{name} : {said}"
    wanted = [value] if isinstance(value, str) else list(value)
    labels = []
    for each in wanted:
        option = question.option(each) if question else None
        labels.append(option.label if option else each)
    return f"{name} = {' ou '.join(labels)}"

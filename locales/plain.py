"""Is this French plain? What can be counted: length, score, jargon, numbers, double questions.

A count is a smoke alarm, not a proof: a text within every limit may still be hard, and only
readers who find reading hard can say. Limits, words and exceptions are data (`plain.yaml`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from locales.measures import score, sentences, words

FILE = Path(__file__).parent / "plain.yaml"
_CAPITALS = re.compile(r"\b[A-ZÀ-Ý]{2,}\b")
_BIG = re.compile(r"(?<![\d.,:])\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\d)|(?<![\d\w])\d{4,}(?![\d\w])")
_PHONE = re.compile(
    r"(?<!\d)(?:0\d(?: \d\d){4}|0 800 \d{3} \d{3}|\d\d \d\d|1\d\d \d{3}|3\d{3})(?!\d)"
)
_IN_LETTERS = re.compile(
    r"\b(?:onze|douze|quinze|vingt|trente|quarante|cinquante|soixante|cent|mille)\b", re.IGNORECASE
)
"""Up to ten, letters read as well, and each language writes them its own way."""
_NOT = re.compile(r"\b(?:ne|n[’'])\s?\w", re.IGNORECASE)
_PASSIVE = re.compile(
    r"\b(?:est|sont|êtes|était|été|sera|seront) (?:\w+ )?\w+(?:é|i|u|it|ert|is)e?s? par\b",
    re.IGNORECASE,
)
_ORDER = re.compile(
    r"\b(?:vous devez|vous devriez|il faut|il ne faut|obligatoirement)\b", re.IGNORECASE
)
_MIDDOT = re.compile(r"\w·\w")


@dataclass(frozen=True, slots=True)
class Text:
    """One French text a patient may read: its context, what it is (`ask`, `option`…), itself."""

    context: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One limit passed, and how."""

    where: Text
    rule: str
    """`words`, `sentence`, `score`…; with the word for two of them: `jargon:frottis`."""
    says: str
    """« 17 words, at most 15 »."""


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of text as a whole."""

    kind: str
    texts: int
    words: float
    """Mean words of a text."""
    sentence: float
    """Mean words of a sentence."""
    longest: int
    """Words of the longest sentence."""
    score: float
    beyond: int
    """Texts beyond a limit."""
    excused: int
    """Of those, the ones with a written reason."""


@dataclass(frozen=True, slots=True)
class Excuse:
    """Why some texts may pass some limits. A text is named by its context (« resource.* » is all
    resources) and its beginning, so that one rewritten must be excused again."""

    reason: str
    rules: frozenset[str]
    texts: tuple[tuple[str, str], ...]

    def covers(self, found: Finding) -> bool:
        """Is this finding excused?"""
        return found.rule in self.rules and any(
            _names(context, start, found.where) for context, start in self.texts
        )


@dataclass(frozen=True)
class Policy:
    """`plain.yaml`, read."""

    kinds: Mapping[str, Mapping[str, int]]
    """Limits by kind; « all » holds for the kinds that do not say otherwise."""
    jargon: Mapping[str, str]
    """Beginning of a hard word → what to say rather. Fine where the same place explains it."""
    acronyms: frozenset[str]
    """Those people know, or meet on paper."""
    excuses: tuple[Excuse, ...]

    def limit(self, kind: str, rule: str) -> int | None:
        """The limit of this rule for this kind, if there is one."""
        return self.kinds.get(kind, {}).get(rule, self.kinds["all"].get(rule))


@lru_cache
def policy(path: Path = FILE) -> Policy:
    """The limits, words and exceptions of this file."""
    read: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    excuses = tuple(
        Excuse(each["reason"], frozenset(each["rules"]),
               tuple((context, start) for pair in each["texts"] for context, start in pair.items()))
        for each in read["exceptions"]
    )  # fmt: skip
    return Policy(read["limits"], read["jargon"], frozenset(read["acronyms"]), excuses)


# -- rules -----------------------------------------------------------------------------------------


def lint(texts: Sequence[Text], limits: Policy) -> list[Finding]:
    """Every limit passed by these texts, those with a written reason included."""
    beside: dict[str, list[Text]] = defaultdict(list)
    for each in texts:
        beside[each.context].append(each)
    return [
        Finding(each, rule, says)
        for each in texts
        for rule, says in (*_measured(each, limits), *_worded(each),
                           *_hard_words(each, limits, beside[each.context]),
                           *_asked(each, beside[each.context]))
    ]  # fmt: skip


def beyond(findings: Iterable[Finding], limits: Policy) -> list[Finding]:
    """Those nobody has written a reason for."""
    return [each for each in findings if not any(it.covers(each) for it in limits.excuses)]


def needless(findings: Sequence[Finding], limits: Policy) -> list[tuple[str, str]]:
    """(context, beginning) of exceptions that excuse nothing any more."""
    return [
        (context, start)
        for excuse in limits.excuses
        for context, start in excuse.texts
        if not any(each.rule in excuse.rules and _names(context, start, each.where)
                   for each in findings)
    ]  # fmt: skip


def _names(context: str, start: str, text: Text) -> bool:
    return fnmatchcase(text.context, context) and text.text.startswith(start)


def _measured(each: Text, limits: Policy) -> Iterable[tuple[str, str]]:
    lengths = [len(words(one)) for one in sentences(each.text)]
    total = sum(lengths)
    mean = round(total / len(lengths)) if len(lengths) > 1 else 0
    for rule, value in (("words", total), ("sentence", max(lengths, default=0)), ("mean", mean)):
        most = limits.limit(each.kind, rule)
        if most is not None and value > most:
            yield rule, f"{value} words, at most {most}"
    least, enough = limits.limit(each.kind, "score"), limits.limit(each.kind, "scored_from")
    if least is not None and enough is not None and total >= enough:
        reached = score([each.text])
        if reached < least:
            yield "score", f"score {reached:.0f}, at least {least}"


def _hard_words(each: Text, limits: Policy, beside: Sequence[Text]) -> Iterable[tuple[str, str]]:
    """Hard words and capitals that nothing explains beside them (« un frottis : … »)."""
    for word, plainer in limits.jargon.items():
        if re.search(rf"\b{word}", each.text, re.IGNORECASE) and not _explained(word, beside):
            yield f"jargon:{word}", f"rather « {plainer} »"
    for capitals in sorted(set(_CAPITALS.findall(each.text)) - limits.acronyms):
        if not _explained(capitals, beside):
            yield f"acronym:{capitals}", "people may not know it"


def _explained(word: str, beside: Sequence[Text]) -> bool:
    """« Un frottis : un test », « frottis (un test) », « un test (frottis) »."""
    explains = re.compile(rf"\b{word}\w*(?: :| \()|\w \({word}", re.IGNORECASE)
    return any(explains.search(it.text) for it in beside)


def _worded(each: Text) -> Iterable[tuple[str, str]]:
    text = each.text
    if "%" in text or _BIG.search(_PHONE.sub("", text)):
        yield "number", "a percentage, or a number from 1 000 on"
    if found := _IN_LETTERS.search(text):
        yield "letters", f"« {found[0]} » in letters"
    if any(len(_NOT.findall(one)) > 1 for one in sentences(text)):
        yield "negation", "two negations in one sentence"
    if found := _PASSIVE.search(text):
        yield "passive", f"« {found[0]} »"
    if found := _ORDER.search(text):
        yield "order", f"« {found[0]} »"
    if _MIDDOT.search(text):
        yield "middot", "screen readers spell « · »"


def _asked(each: Text, beside: Sequence[Text]) -> Iterable[tuple[str, str]]:
    if each.kind not in ("ask", "simpler"):
        return
    if each.text.count("?") > 1:
        yield "double", "two questions"
    elif re.search(r"\b(?:et|ou)\b", each.text) and all(it.kind != "hint" for it in beside):
        yield "double", "« et » or « ou » without an example beside it"
    if _NOT.search(each.text):
        yield "negation", "a question in the negative"


# -- the table ---------------------------------------------------------------------------------


def table(texts: Sequence[Text], limits: Policy) -> list[Row]:
    """One row a kind of text, then one for all, in the order of `plain.yaml`."""
    found = lint(texts, limits)
    all_, open_ = {each.where for each in found}, {each.where for each in beyond(found, limits)}
    kinds: dict[str, list[Text]] = defaultdict(list)
    for each in texts:
        kinds[each.kind].append(each)
    ordered = sorted(kinds, key=lambda kind: [*limits.kinds, kind].index(kind))
    return [
        _row(kind, kinds.get(kind, list(texts)), all_, open_) for kind in (*ordered, "all")
    ]  # fmt: skip


def _row(kind: str, texts: Sequence[Text], found: set[Text], unexcused: set[Text]) -> Row:
    lengths = [len(words(one)) for each in texts for one in sentences(each.text)]
    mine = set(texts)
    return Row(
        kind, len(texts), sum(lengths) / max(1, len(texts)), sum(lengths) / max(1, len(lengths)),
        max(lengths, default=0), score(each.text for each in texts),
        len(mine & found), len(mine & (found - unexcused)),
    )  # fmt: skip


def report(texts: Sequence[Text], limits: Policy) -> str:
    """The table, then each text beyond a limit without a written reason."""
    lines = [f"{'texts':12}{'count':>6}{'words':>7}{'words a':>10}{'longest':>9}{'score':>7}"
             f"{'beyond':>8}{'excused':>9}",
             f"{'':12}{'':6}{'':7}{'sentence':>10}{'sentence':>9}"]  # fmt: skip
    lines += [
        f"{it.kind:12}{it.texts:6}{it.words:7.1f}{it.sentence:10.1f}{it.longest:9}{it.score:7.0f}"
        f"{it.beyond:8}{it.excused:9}"
        for it in table(texts, limits)
    ]
    found = lint(texts, limits)
    open_ = beyond(found, limits)
    lines += [f"{it.where.context} ({it.where.kind}): {it.rule}: {it.says}: {it.where.text!r}"
              for it in open_]  # fmt: skip
    lines += [f"an exception nobody needs: {context}: {start!r}"
              for context, start in needless(found, limits)]  # fmt: skip
    if len(open_) == 0:
        lines.append("None beyond the limits without a written reason (locales/plain.yaml).")
    return "\n".join(lines)

"""Text → the boxes of a question: labels (typos too), numbers, « oui », « 1 et 3 », « les deux ».

A reading is (values, sure). Nothing is guessed between two boxes: that is `Unreadable`
« ambiguous », with what was understood and what was not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from rapidfuzz import fuzz, process

from flows import spans
from flows.errors import Unreadable
from flows.folding import bare, begins, fold, unspaced, whole
from flows.model import SKIPPED, Question
from flows.words import Words, key, spoken

Chosen = tuple[tuple[str, ...], bool]
FUZZY = 80
"""Likeness, of 100, above which a typo is worth a « did you mean »."""
MOST = 30
"""Pieces of a list that are looked at."""
_DIGITS = re.compile(r"[\d\s]+")
_RANGE = re.compile(r"\d+(?: ?- ?\d+)+")


def agreement(said: str, language: str = "") -> bool | None:
    """Is this a yes or a no? None: neither. « oui oui 👍 » is one."""
    words, text = spoken(language), key(said)
    if text in words.yes:
        return True
    if text in words.no:
        return False
    tokens = _calm(words.plain(text)).split()
    if tokens and len(tokens) <= 4:
        if all(each in words.yes for each in tokens):
            return True
        if all(each in words.no for each in tokens):
            return False
    return None


def together(question: Question, chosen: tuple[str, ...]) -> tuple[str, ...]:
    """Boxes that may stand together; raises « ambiguous » when one excludes another."""
    options = [option for each in chosen if (option := question.option(each))]
    groups = [option.group for option in options if option.group]
    if len(options) > 1 and any(option.exclusive for option in options):
        raise Unreadable("ambiguous", choices=chosen)
    if len(groups) > len(set(groups)):
        raise Unreadable("ambiguous", choices=chosen)
    return chosen


# -- one box ---------------------------------------------------------------------------------------


class Asked:
    """A question as this person reads it: what its boxes are called.

    `labels`: option value → label as they saw it. `year`: today's, for « en 1963 ».
    `numbered`: they read the boxes with numbers before them, so « 3 » is the third one.
    `language`: the interview's, whose words mean what they mean in it.
    """

    def __init__(
        self,
        question: Question,
        labels: Mapping[str, str],
        year: int = 0,
        numbered: bool = False,
        language: str = "",
    ) -> None:
        self.question, self.year, self.numbered = question, year, numbered
        self.names = _names(question, tuple(labels.items()))
        self.labels = labels
        self.words, self.language = spoken(language), language

    def named(self, said: str) -> bool:
        """Is this, word for word, one of the question's boxes?"""
        return said in self.question.values or key(said) in self.names

    def choose(self, said: str) -> Chosen:
        """The boxes this names, one at most for a single choice; raises `Unreadable`."""
        text = key(said.strip().replace("\n", ", "))
        if unspaced(text):
            text = text.replace(",", ", ")
        found = self.surely(text) or self.every(text) or self.list(text) or self.perhaps(text)
        if found is None:
            code = "which" if agreement(text, self.language) else "not_understood"
            raise Unreadable(code, not_understood=[text])
        values, sure = found
        if self.question.kind == "single" and len(values) > 1:
            raise Unreadable("ambiguous", choices=values)
        return together(self.question, values), sure

    def surely(self, text: str) -> Chosen | None:
        """The box this stands for without looking for likeness; None when it stands for none."""
        if text in self.names:
            return (self.names[text],), True
        if (place := _place(text, len(self.question.options), self.words)) is not None:
            return self._at(place, text)
        if (agreed := agreement(text, self.language)) is not None:
            return self._agreed(agreed)
        if text in self.words.nothing and (no := self._agreed(False)):
            return no
        if held := spans.holding(self.question, text, self.year, self.language):
            return held, True
        for trimmed in _trimmed(text, self.words):
            if trimmed in self.names:
                return (self.names[trimmed],), True
        return self._after_agreement(text)

    def perhaps(self, text: str) -> Chosen | None:
        """The boxes this resembles or holds, to be confirmed."""
        if not (2 if unspaced(text) else 3) <= len(text) <= 80:
            return None
        if "no" in self.question.values and self.words.without.match(text):
            return ("no",), False
        near = _like(text, self.names, self.words)
        return (near, False) if near else None

    def every(self, text: str) -> Chosen | None:
        """« les deux », « tout »: every box that can stand with the others, to be confirmed."""
        if self.question.kind != "multiple" or text not in self.words.all:
            return None
        boxes = (it for it in self.question.options if not it.exclusive and not it.group)
        return tuple(it.value for it in boxes), False

    def list(self, text: str) -> Chosen | None:
        """« 1 et 3 », « tabac, sommeil »; raises when only some of its pieces are understood."""
        pieces = list(_pieces(self.question, text, self.words))
        if len(pieces) < 2:
            return None
        read = {each: self.surely(each) or self.perhaps(each) for each in pieces}
        chosen = tuple(dict.fromkeys(value for each in read.values() if each for value in each[0]))
        missed = [piece for piece, each in read.items() if each is None]
        if not chosen:
            return None
        if missed:
            raise Unreadable(
                "ambiguous", choices=chosen, understood=chosen, not_understood=missed[:5]
            )
        split = text.isdecimal() or _RANGE.fullmatch(text)  # « 13 », « 1-3 »: perhaps 1 and 3
        sure = not split and all(each[1] for each in read.values() if each)
        return chosen, sure and self.question.kind == "multiple"

    def _at(self, place: int, text: str) -> Chosen:
        """The box at this place, unless the number may as well be the answer (« 3 » hours)."""
        value = self.question.options[place].value
        meant = () if self.numbered else spans.counted(self.question, text)
        return (value,), not meant or value in meant

    def _agreed(self, agreed: bool) -> Chosen | None:
        """What a yes or a no stands for: that box, « none », or every label that begins so."""
        values = ("yes",) if agreed else ("no", "none", "sex_12m_none_of_these", "none_of_these")
        if found := next((each for each in values if each in self.question.values), None):
            return (found,), True
        starts = self.words.yes if agreed else self.words.no
        begin = [value for value, label in self.labels.items()
                 if bare(fold(label).split(" ")[0]) in starts]  # fmt: skip
        if begin:
            return tuple(begin), True
        if not agreed and self.question.kind == "multiple":
            return (SKIPPED,), True  # nothing in the list, and no box that says so
        return None

    def _after_agreement(self, text: str) -> Chosen | None:
        """« oui, ma mère », « non je ne fume pas »: the rest decides when it names a box."""
        first, _, rest = text.partition(" ")
        agreed, rest = agreement(bare(first), self.language), bare(rest)
        if agreed is None or not rest or self.words.separators.match(rest):
            return None
        if self.words.either.match(rest):
            return None
        named = self.names.get(bare(first))
        chosen = ((named,), True) if named else self._agreed(agreed)
        found = next((self.names[it] for it in _trimmed(rest, self.words) if it in self.names), "")
        if found and (chosen is None or found in chosen[0] or found not in ("yes", "no")):
            return (found,), True
        contradicted = found or agreement(rest, self.language) not in (None, agreed)
        if chosen is None or contradicted or len(_pieces(self.question, rest, self.words)) > 1:
            return None
        # « non je ne fume pas » denies as it should; « oui mais plus maintenant » is confirmed.
        return chosen[0], not (agreed and self.words.turns.search(rest)) and len(rest) < 40


def _place(text: str, count: int, words: Words) -> int | None:
    """« 2 », « la 2 », « deux », « la deuxième », « 2️⃣ », « la dernière » → 0-based place."""
    if found := words.place.fullmatch(text):
        number = int(found[1])
    else:
        number = words.ordinals.get(text) or words.spelt.get(text) or 0
        if not number and " " in text:
            number = words.ordinals.get(text.split(" ", 1)[1], 0)
        if text in words.last:
            number = count
    return number - 1 if 1 <= number <= count else None


def _trimmed(text: str, words: Words) -> Iterator[str]:
    """Shorter and shorter: without « euh », « merci », « j'ai », « c'est », « ma » around it."""
    tokens = text.split()
    while tokens and bare(tokens[0]) in words.polite:
        del tokens[0]
    while tokens and bare(tokens[-1]) in words.polite:
        del tokens[-1]
    text = words.plain(said) if unspaced(said := bare(" ".join(tokens))) else said
    yield text
    for _ in range(4):
        lead = next((each for each in words.leads if text.startswith(each)), None)
        if lead is None or len(text) <= len(lead):
            return
        text = text[len(lead) :]
        yield text


def _calm(text: str) -> str:
    """« ouiiii » → « oui », « 👍👍 » → « 👍 »."""
    return re.sub(r"([^\W\d])\1+$|(\W)\2+", r"\1\2", re.sub(r"([^\W\d])\1{2,}", r"\1", text))


def _like(text: str, names: Mapping[str, str], words: Words) -> tuple[str, ...]:
    """The box this resembles or holds; two or three when it holds as many; else none.

    « souvent » never stands for « pas souvent »: the words that turn a meaning must be the same,
    and so must the numbers.
    """
    marks = turns, figures = _marks(text, words)
    inside: dict[str, str] = {}
    for name, value in names.items():
        short, long = (2, 2) if unspaced(name) else (4, 5)
        # Most names are not there at all: no expression is made to find out where.
        held = len(name) >= short and name in text and re.search(whole(name), text)
        holds = len(text) >= long and text in name and re.search(begins(text), name)
        same = (held or holds) and _marks(name, words)
        if same == marks or (held and same and same[0] == turns):
            inside[value] = name
    if inside:
        return tuple(inside) if len(inside) <= 3 else ()
    found = process.extract(
        text, names.keys(), scorer=fuzz.token_sort_ratio, score_cutoff=FUZZY, limit=6
    )
    near: dict[str, float] = {}
    for name, likeness, _ in found:
        # Above ninety only letters differ, whatever the words: « femmme ».
        if (likeness >= 90 and figures == _marks(name, words)[1]) or marks == _marks(name, words):
            near[names[name]] = max(likeness, near.get(names[name], 0))
    best = sorted(near.items(), key=lambda each: -each[1])
    if len(best) == 1 or (len(best) > 1 and best[0][1] - best[1][1] >= 8):
        return (best[0][0],)
    return ()


def _marks(text: str, words: Words) -> tuple[frozenset[str], frozenset[str]]:
    """What must be the same in two texts that mean the same: turning words, and numbers."""
    figures = (each for each in re.findall(r"\d+|[^\W\d_]+", text)
               if each.isdecimal() or words.spelt.get(each, 0) > 1)  # fmt: skip
    return (
        frozenset(words.turns.findall(text)),
        frozenset(str(words.spelt.get(each, each)) for each in figures),
    )


# -- several boxes ---------------------------------------------------------------------------------


def _pieces(question: Question, text: str, words: Words) -> Sequence[str]:
    if text.isdecimal():
        return list(dict.fromkeys(text)) if question.kind == "multiple" and len(text) <= 3 else []
    if _RANGE.fullmatch(text) or _DIGITS.fullmatch(text):
        return list(dict.fromkeys(re.findall(r"\d+", text)))[:MOST]
    found: list[str] = []
    for part in words.separators.split(text):
        for each in words.either.split(part):
            found += each.split() if _DIGITS.fullmatch(each) else [bare(each)]
    return [each for each in dict.fromkeys(found) if each][:MOST]


@lru_cache(maxsize=4096)
def _names(question: Question, labels: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """Everything that names a box exactly: value, label, other words, folded."""
    names: dict[str, str] = {}
    shown = dict(labels)
    for option in question.options:
        label = shown.get(option.value, option.label)
        for word in (option.value, label, option.label, *option.also):
            names.setdefault(key(word), option.value)
    for option in question.options:  # « Poumons, asthme »: each of its words, if no other box's
        for label in (shown.get(option.value, option.label), option.label):
            for part in re.split(
                r"[,()/،、]| ou | et | or | o | y | e | sau | ve | veya | или | и | або | та ",
                fold(label),
            ):
                if len(bare(part)) > 3:
                    names.setdefault(bare(part), option.value)
    return names

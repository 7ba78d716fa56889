"""Free text → value, generously: "oui", "ouais", "1m75", "72 kilos", "1 et 3", labels with a typo.

No language model: words, numbers and labels only. What is doubtful is said to be doubtful
(`Read.sure` is False) so that the conversation confirms it in one tap; what is ambiguous or
unknown raises `Unreadable`. Nothing else is ever raised, whatever people type.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz, process

from flows import words
from flows.errors import Unreadable
from flows.model import (
    DONT_KNOW,
    DONT_UNDERSTAND,
    NON_ANSWERS,
    NOT_CONCERNED,
    PREFER_NOT,
    SKIPPED,
    Question,
    Value,
)

LONGEST = 500
"""Characters of a free text that are kept; a longer one is refused kindly."""
FUZZY = 85
"""Likeness, of 100, above which a typo is worth a « did you mean »."""


@dataclass(frozen=True, slots=True)
class Read:
    """A reading, and whether it needs no confirmation."""

    value: Value
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Command:
    """Something the person wants done, rather than an answer."""

    name: str
    argument: str = ""


_DIGITS = {ord(each): str(place) for digits in ("٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹")
           for place, each in enumerate(digits)}  # fmt: skip
_FOLDS = (
    _DIGITS
    | {ord(each): "'" for each in "’ʼ`´"}
    | {ord("ـ"): None}
    | {
        ord(a): b
        for a, b in {"œ": "oe", "æ": "ae", "أ": "ا", "إ": "ا", "آ": "ا", "ى": "ي", "ة": "ه"}.items()
    }
)


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """Lower case, no accents or Arabic marks, plain apostrophes and digits, single spaces."""
    text = text[:1000].lower().translate(_FOLDS)
    if not text.isascii():
        text = "".join(each for each in unicodedata.normalize("NFKD", text)
                       if not unicodedata.combining(each))  # fmt: skip
    return " ".join(text.split())


def _bare(text: str) -> str:
    """Folded, without punctuation at its ends."""
    return fold(text).strip(" .,;:!?…»«\"'")


def read(
    question: Question, said: str | Sequence[str], language: str, labels: Mapping[str, str]
) -> Read:
    """What this answers to `question`; raises `Unreadable` (see its codes)."""
    if not isinstance(said, str):
        return _values(question, tuple(said))
    # « 18-25 » under the age is a box; « 18 » is an age.
    if question.options and said in question.values and not said.isdigit():
        return Read((said,) if question.kind == "multiple" else said)
    if said in NON_ANSWERS:
        return Read(said)
    if len(said) > LONGEST:
        raise Unreadable("too_long")
    if question.kind == "text":
        return _text(said)
    if (nothing := _non_answer(_bare(said), question)) is not None:
        return Read(nothing)
    if question.kind == "number":
        return Read(_number(question, fold(said)))
    if question.id == "age" and (
        years := re.fullmatch(r"(?:j'ai )?(\d{1,3})(?: ?ans)?", _bare(said))
    ):
        return Read(_in_range(question, float(years[1])))
    if question.kind == "single":
        return _single(question, said, language, labels)
    return _multiple(question, said, language, labels)


def agreement(said: str | Sequence[str], language: str) -> bool | None:
    """Is this a yes or a no? None: neither."""
    if not isinstance(said, str):
        return None
    bare = _bare(said)
    if bare in words.YES or said.strip() in words.YES:
        return True
    return False if bare in words.NO or said.strip() in words.NO else None


def command(said: str, language: str) -> Command | None:
    """The command a whole message amounts to, or None."""
    text = said.strip()
    if text.startswith("/"):
        name, _, argument = text[1:].partition(" ")
        known = words.SLASH.get(name.split("@")[0].lower())
        return Command(known, argument.strip()) if known else None
    bare = _bare(text)
    if len(bare) > 60:
        return None
    if bare in words.LANGUAGE_NAMES:
        return Command("language", words.LANGUAGE_NAMES[bare])
    if bare in words.COMMANDS:
        return Command(words.COMMANDS[bare])
    return None


def distress(said: str, patterns: Mapping[str, Sequence[re.Pattern[str]]]) -> tuple[str, ...]:
    """Ids of the alerts whose words are met. Generous: a mention counts, idioms do not."""
    folded = fold(said)
    if len(folded) < 4:
        return ()
    folded = words.IDIOMS.sub(" ", folded)
    return tuple(key for key, each in patterns.items() if any(it.search(folded) for it in each))


# -- values already chosen -----------------------------------------------------------------------


def _values(question: Question, said: tuple[str, ...]) -> Read:
    if len(said) == 1 and said[0] in NON_ANSWERS and said[0] not in question.values:
        return Read(said[0])
    chosen = tuple(dict.fromkeys(said))
    unknown = [each for each in chosen if each not in question.values]
    if not chosen or unknown:
        raise Unreadable("not_understood", not_understood=unknown)
    if question.kind != "multiple":
        if len(chosen) > 1:
            raise Unreadable("ambiguous", choices=chosen)
        return Read(chosen[0])
    return Read(_together(question, chosen))


def _together(question: Question, chosen: tuple[str, ...]) -> tuple[str, ...]:
    """Boxes that may stand together; raises « ambiguous » when one excludes another."""
    options = [option for each in chosen if (option := question.option(each))]
    groups = [option.group for option in options if option.group]
    if len(options) > 1 and any(option.exclusive for option in options):
        raise Unreadable("ambiguous", choices=chosen)
    if len(groups) > len(set(groups)):
        raise Unreadable("ambiguous", choices=chosen)
    return chosen


# -- words -----------------------------------------------------------------------------------------


def _text(said: str) -> Read:
    clean = "".join(each for each in said if each.isprintable() or each == "\n").strip()
    if not clean or _bare(clean) in words.NOTHING or _bare(clean) in words.NON_ANSWERS:
        return Read(words.NON_ANSWERS.get(_bare(clean), SKIPPED))
    return Read(clean)


def _non_answer(bare: str, question: Question) -> str | None:
    found = words.NON_ANSWERS.get(bare)
    if found == NOT_CONCERNED and found not in question.values and question.unless is None:
        return None
    if found in (DONT_KNOW, SKIPPED, PREFER_NOT, DONT_UNDERSTAND, NOT_CONCERNED):
        if found in question.values and question.kind == "multiple":
            return None
        return found
    return None


def _single(question: Question, said: str, language: str, labels: Mapping[str, str]) -> Read:
    value, sure = _one(question, said, language, labels)
    if value is not None:
        return Read(value, sure)
    several = _parts(question, said, language, labels)
    understood = [each for each, _ in several.values() if each]
    if len(set(understood)) > 1:
        raise Unreadable("ambiguous", choices=tuple(dict.fromkeys(understood)))
    raise Unreadable("not_understood", not_understood=[said])


def _multiple(question: Question, said: str, language: str, labels: Mapping[str, str]) -> Read:
    value, sure = _one(question, said, language, labels)
    if value is not None:
        return Read((value,), sure)
    several = _parts(question, said, language, labels)
    understood = tuple(dict.fromkeys(each for each, _ in several.values() if each))
    missed = [part for part, (each, _) in several.items() if not each]
    if not understood:
        raise Unreadable("not_understood", not_understood=missed)
    if missed:
        raise Unreadable("ambiguous", choices=understood, understood=understood,
                         not_understood=missed)  # fmt: skip
    return Read(_together(question, understood), all(sure for _, sure in several.values()))


_SEPARATORS = re.compile(r"\s*(?:[,;/+&\n]|\bet\b|\band\b|\bplus\b|،| و )\s*")


def _parts(
    question: Question, said: str, language: str, labels: Mapping[str, str]
) -> dict[str, tuple[str | None, bool]]:
    folded = fold(said)
    if re.fullmatch(r"[\d\s]+", folded):
        pieces = folded.split()
    else:
        pieces = [each for each in _SEPARATORS.split(folded) if each]
    return {each: _one(question, each, language, labels) for each in pieces[:30]}


def _one(
    question: Question, said: str, language: str, labels: Mapping[str, str]
) -> tuple[str | None, bool]:
    """One option from one piece of text: (value or None, sure)."""
    bare = _bare(said)
    names = _names(question, tuple(labels.items()))
    if bare in names:
        return names[bare], True
    agreed = agreement(said, language)
    if agreed is not None and (value := _yes_no(question, agreed, labels)) is not None:
        return value, True
    number = words.NUMBERS.get(bare) or _place(bare)
    if number and 1 <= number <= len(question.options) and question.id != "age":
        return question.options[number - 1].value, True
    if len(bare) < 4 or len(bare) > 80:
        return None, False
    return _like(bare, names), False


def _place(bare: str) -> int | None:
    found = re.fullmatch(r"(?:n ?[o°]? ?|numero |reponse |option )?(\d{1,2})[.)]?", bare)
    return int(found[1]) if found else None


@lru_cache(maxsize=1024)
def _names(question: Question, labels: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """Everything that names an option exactly: value, label, other words."""
    names: dict[str, str] = {}
    shown = dict(labels)
    for option in question.options:
        for word in (
            option.value,
            shown.get(option.value, option.label),
            option.label,
            *option.also,
        ):
            names.setdefault(_bare(word), option.value)
    return names


def _yes_no(question: Question, agreed: bool, labels: Mapping[str, str]) -> str | None:
    """The option a yes or a no stands for: its value, or a label that begins so."""
    wanted = "yes" if agreed else "no"
    if wanted in question.values:
        return wanted
    if not agreed and "none" in question.values:
        return "none"
    starts = words.YES if agreed else words.NO
    found = [
        value for value, label in labels.items() if _bare(label).split(" ")[0].strip(",") in starts
    ]
    return found[0] if len(found) == 1 else None


def _like(bare: str, names: Mapping[str, str]) -> str | None:
    """The option this resembles, unless it denies it or resembles two."""
    if words.NEGATION.search(bare):
        return None
    inside = {value for name, value in names.items()
              if len(bare) >= 5 and re.search(rf"\b{re.escape(bare)}", name)}  # fmt: skip
    if len(inside) == 1:
        return inside.pop()
    found = process.extract(bare, names.keys(), scorer=fuzz.ratio, score_cutoff=FUZZY, limit=4)
    near = {names[name] for name, _, _ in found}
    return near.pop() if len(near) == 1 else None


# -- numbers -------------------------------------------------------------------------------


def _number(question: Question, said: str) -> float:
    said = said.replace(",", ".")
    if (spelt := words.NUMBERS.get(said.split(" ")[0].strip("."))) and not re.search(r"\d", said):
        rest = said.split(" ", 1)[1] if " " in said else ""
        if rest in ("", "ans", "kilos", "kg", "kilo", "years"):
            return _in_range(question, float(spelt))
    if question.unit == "m":
        return _metres(question, said)
    units = (
        r"(?:kg|kgs|kilos?|kilogrammes?|كغ|كيلو)"
        if question.unit == "kg"
        else r"(?:ans?|years?|سنه)"
    )
    found = re.fullmatch(
        rf"(?:j'ai |je pese |environ |a |vers )*(\d{{1,4}}(?:\.\d+)?) ?{units}?\.?", said
    )
    if not found:
        raise Unreadable("not_a_number")
    return _in_range(question, float(found[1]))


def _metres(question: Question, said: str) -> float:
    found = re.fullmatch(
        r"(?:je mesure |je fais |environ )*(\d) ?(?:m|metres?|m\.|متر)? ?(\d{1,2})? ?(?:cm)?\.?",
        said,
    )
    if found and found[2] is not None:
        cents = found[2] if len(found[2]) == 2 else found[2] + "0"
        return _in_range(question, int(found[1]) + int(cents) / 100)
    found = re.fullmatch(
        r"(?:je mesure |je fais |environ )*(\d{1,4}(?:\.\d+)?) ?(cm|m|metres?)?\.?", said
    )
    if not found:
        raise Unreadable("not_a_number")
    value = float(found[1])
    centimetres = found[2] == "cm" or (value >= 100 and found[2] is None)
    return _in_range(question, value / 100 if centimetres else value)


def _in_range(question: Question, value: float) -> float:
    digits = {"m": 2, "kg": 1}.get(question.unit or "", 0)
    value = float(round(value, digits))
    low, high = question.low, question.high
    if (low is not None and value < low) or (high is not None and value > high):
        raise Unreadable("out_of_range", value=f"{value:g}")
    return value

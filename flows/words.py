"""The words people use, read from `content/words/*.yaml`: one file a language.

Somebody answering in Arabic may type « oui », and the contrary. What carries an answer (yes, no,
don't know, commands, language names) is heard in every language at once; little words (« o »,
« si ») only in the interview's language and in those of `HOUSE`: they mean other things elsewhere.
A word the interview's language has is heard as that language means it (`docs/languages.md`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flows import spelling
from flows.errors import BadContent
from flows.files import WordsFile, read_file
from flows.folding import HAN, bare, fold, pattern, unspaced, whole
from flows.vocabulary import HOUSE, heard, twice

FOLDER = Path(__file__).parent / "content" / "words"


@dataclass(frozen=True)
class Words:
    """Everything is folded: lower case, no accents (see `flows/folding.py`)."""

    languages: Mapping[str, str]
    """« arabe » → « ar »."""
    yes: frozenset[str]
    no: frozenset[str]
    nothing: frozenset[str]
    """« None of these », about a whole list."""
    all: frozenset[str]
    polite: frozenset[str]
    chatter: re.Pattern[str]
    """Polite words at either end of a text without spaces."""
    leads: tuple[str, ...]
    """« j'ai », « je suis » before an answer, longest first, articles included."""
    non_answers: Mapping[str, str]
    asks_meaning: tuple[str, ...]
    """« c'est quoi » before a word of the question."""
    commands: Mapping[str, str]
    change_what: frozenset[str]
    change_fillers: frozenset[str]
    topics: Mapping[str, str]
    """« taille » → the question to change."""
    without: re.Pattern[str]
    """« pas de », « jamais », « aucun » at the start."""
    turns: re.Pattern[str]
    """A negation, or a word that changes what a label beside it says (« plus », « avant »)."""
    separators: re.Pattern[str]
    either: re.Pattern[str]
    spelt: Mapping[str, int]
    """« soixante douze » → 72."""
    decimal: frozenset[str]
    half: frozenset[str]
    ordinals: Mapping[str, int]
    last: frozenset[str]
    place: re.Pattern[str]
    """« la 2 », « n° 2 »: the number is in group 1."""
    around: frozenset[str]
    """Said around a number without changing it."""
    born: frozenset[str]
    units: Mapping[str, str]
    """« kilos » → « kg »."""
    unspaced: re.Pattern[str]
    """A word said with a number in a text without spaces, the longest first."""
    idioms: re.Pattern[str]
    """Worrying words used for something else."""

    def plain(self, text: str) -> str:
        """The text without what is only polite in it."""
        said = " ".join(each for each in text.split() if bare(each) not in self.polite)
        return bare(self.chatter.sub("", said)) if unspaced(said) else said

    def spaced(self, text: str) -> str:
        """Chinese cut in words, as far as they may stand beside a number."""
        return self.unspaced.sub(r" \g<0> ", text) if unspaced(text) else text


@cache
def spoken(language: str = "") -> Words:
    """Our own words, for an interview in this language; « »: in any of `HOUSE`.

    Raises `BadContent` naming every problem in the files.
    """
    return load(FOLDER, language if language not in HOUSE else "")


def load(folder: Path, language: str = "") -> Words:
    """The words of a folder; raises `BadContent` naming every problem in it."""
    files = _files(folder)
    return _merge(heard(files, language), files)


@cache
def _files(folder: Path) -> tuple[WordsFile, ...]:
    problems: list[str] = []
    read = [read_file(path, WordsFile, problems) for path in sorted(folder.glob("*.yaml"))]
    found = tuple(each for each in read if each)
    for each in found:
        problems += twice(each)
        for idiom in each.idioms:
            try:
                re.compile(pattern(idiom))
            except re.error as error:
                problems.append(f"words/{each.language}.yaml: idioms: {idiom!r}: {error}")
    if problems or not found:
        raise BadContent(problems or [f"{folder}: no words"])
    return found


def _merge(files: Sequence[WordsFile], everyone: Sequence[WordsFile]) -> Words:
    def all_of(name: str) -> list[str]:
        return [key(word) for each in files for word in getattr(each, name)]

    leads = sorted({*all_of("leads"), *all_of("articles")}, key=len, reverse=True)
    turning = [*all_of("negations"), *all_of("guards")]
    polite, around = frozenset(all_of("polite")), all_of("around")
    numbers = (each for file in files for each in spelling.numbers(file.numbers).items())
    spelt = {_number(word): value for word, value in numbers}
    units = _upside_down(each.unit_words for each in files)
    decimal = frozenset(key(word) for each in files for word in each.numbers.decimal)
    half = frozenset(key(word) for each in files for word in each.numbers.half)
    beside = [*spelt, *units, *decimal, *half, *around, *all_of("born"), *polite, *all_of("leads")]
    return Words(
        languages={key(name): each.language for each in files for name in each.names},
        yes=frozenset(all_of("yes")),
        no=frozenset(all_of("no")),
        nothing=frozenset(all_of("nothing")),
        all=frozenset(all_of("all")),
        polite=polite,
        chatter=re.compile(_ends([each for each in polite if unspaced(each)])),
        leads=tuple(_before(each) for each in leads),
        non_answers=_upside_down(each.non_answers for each in files),
        asks_meaning=tuple(_before(each) for each in all_of("asks_meaning")),
        commands=_upside_down(each.commands for each in files),
        change_what=frozenset(all_of("change_what")),
        change_fillers=frozenset(all_of("change_fillers")),
        topics=_upside_down(each.topics for each in files),
        without=re.compile(_whole(all_of("without"))),
        turns=re.compile(rf"{_whole(turning)}|\bn'"),
        separators=re.compile(
            rf"\s*(?:[,;/+&\n.]|(?<!\S)-(?!\S)|{_alone(all_of('joins'))}"
            r"|[،؛、]|(?<=\S)\s+و\s*(?=\S))\s*"
        ),
        either=re.compile(_alone(all_of("either"))),
        spelt=spelt,
        decimal=decimal,
        half=half,
        ordinals={key(word): place for each in files
                  for place, ranks in enumerate(each.ordinals, 1) for word in ranks},
        last=frozenset(all_of("last")),
        place=re.compile(rf"(?:(?:{_either(all_of('place'))}) ?)*(\d{{1,2}})[.)]?"),
        around=frozenset([*around, *polite, *all_of("articles")]),
        born=frozenset(all_of("born")),
        units=units,
        unspaced=re.compile(f"{_either(each for each in beside if unspaced(each))}|[{HAN}]"),
        idioms=re.compile("|".join(pattern(idiom) for each in everyone for idiom in each.idioms)),
    )  # fmt: skip


def key(said: str) -> str:
    """How a word is looked up: bare, unless nothing but punctuation is left (« ? »)."""
    return bare(said) or fold(said).strip()


def _number(word: str) -> str:
    said = key(word).replace("-", " ")
    return said.replace(" ", "") if unspaced(said) else said


def _before(word: str) -> str:
    """A word with the space that parts it from the next one, where its script has any."""
    return word if word.endswith("'") or unspaced(word) else f"{word} "


def _upside_down(tables: Iterable[Mapping[str, Sequence[str]]]) -> dict[str, str]:
    """{meaning: words} of each language → {word: meaning}."""
    return {
        key(word): meaning for each in tables for meaning, said in each.items() for word in said
    }


def _either(words: Iterable[str]) -> str:
    return "|".join(re.escape(each) for each in _longest_first(words)) or _NOTHING


def _whole(words: Iterable[str]) -> str:
    """Any of these as a whole word."""
    found = _longest_first(words)
    plain = _either(each for each in found if each.isascii())
    return "|".join([rf"\b(?:{plain})\b", *(whole(each) for each in found if not each.isascii())])


def _alone(words: Iterable[str]) -> str:
    """Any of these between spaces; anywhere in a script that has none."""
    found = _longest_first(words)
    spaced = _either(each for each in found if not unspaced(each))
    return "|".join(
        [rf"(?<!\S)(?:{spaced})(?!\S)", *(re.escape(each) for each in found if unspaced(each))]
    )


def _ends(words: Sequence[str]) -> str:
    each = _either(words)
    return rf"^(?:(?:{each})[,.! ]*)+|(?:[,.! ]*(?:{each}))+$"


def _longest_first(words: Iterable[str]) -> list[str]:
    return sorted({each for each in words if each}, key=lambda each: (-len(each), each))


_NOTHING = "(?!)"
"""Matches nowhere: an empty choice would match everywhere."""

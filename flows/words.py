"""The words people use, read from `content/words/*.yaml`: one file a language, all heard at once.

Somebody answering in Arabic may type « oui », and the contrary: the languages are merged.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from flows import spelling
from flows.errors import BadContent
from flows.files import WordsFile, read_file
from flows.folding import bare, fold

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
    idioms: re.Pattern[str]
    """Worrying words used for something else."""


@cache
def spoken() -> Words:
    """Our own words, read once; raises `BadContent` naming every problem in the files."""
    return load(FOLDER)


def load(folder: Path) -> Words:
    """The words of a folder; raises `BadContent` naming every problem in it."""
    problems: list[str] = []
    found = [read_file(path, WordsFile, problems) for path in sorted(folder.glob("*.yaml"))]
    for each in filter(None, found):
        for idiom in each.idioms:
            try:
                re.compile(idiom)
            except re.error as error:
                problems.append(f"words/{each.language}.yaml: idioms: {idiom!r}: {error}")
    if problems or not found:
        raise BadContent(problems or [f"{folder}: no words"])
    return _merge([each for each in found if each])


def _merge(files: Sequence[WordsFile]) -> Words:
    def all_of(name: str) -> list[str]:
        return [key(word) for each in files for word in getattr(each, name)]

    leads = sorted({*all_of("leads"), *all_of("articles")}, key=len, reverse=True)
    negations = all_of("negations")
    return Words(
        languages={key(name): each.language for each in files for name in each.names},
        yes=frozenset(all_of("yes")),
        no=frozenset(all_of("no")),
        nothing=frozenset(all_of("nothing")),
        all=frozenset(all_of("all")),
        polite=frozenset(all_of("polite")),
        leads=tuple(each if each.endswith("'") else f"{each} " for each in leads),
        non_answers=_upside_down(each.non_answers for each in files),
        asks_meaning=tuple(f"{each} " for each in all_of("asks_meaning")),
        commands=_upside_down(each.commands for each in files),
        change_what=frozenset(all_of("change_what")),
        change_fillers=frozenset(all_of("change_fillers")),
        topics=_upside_down(each.topics for each in files),
        without=re.compile(rf"(?:{_either(all_of('without'))})\b"),
        turns=re.compile(rf"\b(?:{_either([*negations, *all_of('guards')])})\b|\bn'"),
        separators=re.compile(
            rf"\s*(?:[,;/+&\n.]|(?<!\S)-(?!\S)|(?<!\S)(?:{_either(all_of('joins'))})(?!\S)"
            r"|[،؛]|(?<=\S)\s+و\s*(?=\S))\s*"
        ),
        either=re.compile(rf"(?<!\S)(?:{_either(all_of('either'))})(?!\S)"),
        spelt={key(word).replace("-", " "): value
               for each in files for word, value in spelling.numbers(each.numbers).items()},
        decimal=frozenset(key(word) for each in files for word in each.numbers.decimal),
        half=frozenset(key(word) for each in files for word in each.numbers.half),
        ordinals={key(word): place for each in files
                  for place, ranks in enumerate(each.ordinals, 1) for word in ranks},
        last=frozenset(all_of("last")),
        place=re.compile(rf"(?:(?:{_either(all_of('place'))}) ?)*(\d{{1,2}})[.)]?"),
        around=frozenset([*all_of("around"), *all_of("polite"), *all_of("articles")]),
        born=frozenset(all_of("born")),
        units=_upside_down(each.unit_words for each in files),
        idioms=re.compile("|".join(idiom for each in files for idiom in each.idioms)),
    )  # fmt: skip


def key(said: str) -> str:
    """How a word is looked up: bare, unless nothing but punctuation is left (« ? »)."""
    return bare(said) or fold(said).strip()


def _upside_down(tables: Iterable[Mapping[str, Sequence[str]]]) -> dict[str, str]:
    """{meaning: words} of each language → {word: meaning}."""
    return {
        key(word): meaning for each in tables for meaning, said in each.items() for word in said
    }


def _either(words: Iterable[Any]) -> str:
    return "|".join(re.escape(each) for each in sorted(set(words), key=len, reverse=True))

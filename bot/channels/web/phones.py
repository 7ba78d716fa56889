"""Phone numbers in texts: links that call or write, never reversed in right-to-left text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup, escape

from restitution.model import Resource

EVERYWHERE = ("15", "17", "18", "112", "115", "119", "3018", "3114", "3919")
"""Numbers our fixed texts may name even where no resource describes them."""
BY_MESSAGE = ("114",)
_ISOLATES = dict.fromkeys(map(ord, "\u2066\u2067\u2068\u2069"))
_COUNTED = (
    "minutes?|mins?|ans?|years?|jours?|days?|heures?|hours?|mois|fois|mots?|kg|cm|euros?|h",
    "años?|horas?|minutos?|días?|veces|anos?|dias?|meses|de ani|ani|ore|minute|zile|luni",
    "yaş\\w*|saat\\w*|dakika\\w*|gün\\w*|kez|ay|лет|года?|час\\w*|минут\\w*|дн\\w+|раз\\w*",
    "мес\\w*|рок\\w*|годин\\w*|хвилин\\w*|дні\\w*|разів|місяц\\w*",
)
"""What a number counts where words are parted by spaces: « 18 ans » calls nobody."""
_STUCK = (
    "دقيقة|دقائق|سنة|يوم|أيام|ساعة|岁|点|分钟|天|年|次|个|小时|வய|மணி|நிமிட|நாட்|நாள்|மாத|வார|முறை|"
    "বছর|বয়স|টা|মিনিট|দিন(?!রাত)|ঘণ্টা|মাস|বার|সপ্তাহ"
)
_TO = "à|to|a|al|до|إلى|到|முதல்|থেকে|până la|[–-]"
_UNITS = rf"(?!\.\d|\s*(?:%|€|\d|(?:{_TO})\s*\d|(?:{'|'.join(_COUNTED)})\b|{_STUCK}))"


@dataclass(frozen=True)
class Call:
    """One number a person may call or write to."""

    number: str
    href: str
    message: bool
    """By text message, without speaking."""


class Phones:
    """The numbers we know, and how each one is reached."""

    def __init__(self, resources: Iterable[Resource] = ()) -> None:
        known = {number: Call(number, f"tel:{number}", False) for number in EVERYWHERE}
        known |= {number: Call(number, f"sms:{number}", True) for number in BY_MESSAGE}
        for each in resources:
            for number, scheme in ((each.phone, "tel"), (each.sms, "sms")):
                if number:
                    digits = _digits(number)
                    known[digits] = Call(number, f"{scheme}:{digits}", scheme == "sms")
        self._known = known
        spelt = sorted(known, key=len, reverse=True)
        pattern = "|".join(_spelt(digits) for digits in spelt)
        self._pattern = re.compile(rf"(?<![\d,.])(?:{pattern})(?![\d]){_UNITS}")

    def found(self, text: str) -> list[Call]:
        """The numbers this text names, in its order."""
        met = (self._known[_digits(each.group())] for each in self._pattern.finditer(_bare(text)))
        return list(dict.fromkeys(met))

    def of(self, resource: Resource) -> list[Call]:
        """How this resource is reached."""
        numbers = dict.fromkeys(_digits(each) for each in (resource.phone, resource.sms) if each)
        return [self._known[each] for each in numbers]

    def linked(self, text: str) -> Markup:
        """The text with each number a link; numbers keep their order in any script."""
        text, parts, last = _bare(text), [], 0
        for each in self._pattern.finditer(text):
            call = self._known[_digits(each.group())]
            parts += [escape(text[last : each.start()]), Markup('<a href="{}">{}</a>').format(
                call.href, Markup('<bdi dir="ltr">{}</bdi>').format(each.group()))]  # fmt: skip
            last = each.end()
        return Markup("").join([*parts, escape(text[last:])])


def _spelt(digits: str) -> str:
    """However its digits are set apart; a short number never is."""
    gap = r"[ .\u00a0\u202f]?"
    if len(digits) == 4:
        return digits[:2] + gap + digits[2:]
    return digits if len(digits) < 4 else gap.join(digits)


def _digits(number: str) -> str:
    return re.sub(r"\D", "", number)


def _bare(text: str) -> str:
    # Isolates are for plain text; here the markup does their work.
    return text.translate(_ISOLATES)

"""Words that betray that suicide or violence was told: one list, for everything printed."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import filterfalse

_THEM = (
    r"(?:mari|femme|conjointe?|compagn\w+|copain|copine|ex|pere|mere|frere|soeur|fils|fille|patron"
    r"|chef|voisine?|oncle|beau|belle|famille|proche)"
)
_TELLING = (
    # suicide
    r"suicid|idees? (?:noires?|de mort)|\bmorte?s?\b|mourir|\bcrever\b|\ben finir|foutre en l'air",
    r"mettre fin a (?:mes jours|ma vie|mon existence|tout)|(?:envie|gout) de (?:vivre|disparaitre)",
    r"gout a la vie|plus vivre|me (?:pendre|noyer)\b|me jeter (?:par|sous|du|dans)|mutil|scarifi",
    r"\bfai(?:re|t|sait) du mal|\btue[rsz]?\b|\btuee?s?\b|sos amitie|vigilans",
    # violence
    r"violen[ct]|\bviol(?:s|e|ee|es|ees|er|eur|eurs|ait|ent)?\b|inceste|attouche|rapports? force",
    r"frapp|\bcoups\b|\bbattue?s?\b|\bm(?:e |')(?:bat|tape|cogne|crie|surveille)|\bgifl",
    r"\b(?:il|elle|on|ils|qui) m(?:e |'a |'ont )forcee?\b|sous la contrainte",
    r"etrangl|sequestr|harcel|agress|abus|insult|humili|rabaiss|discrimin|racis[mt]e|maltrait",
    r"\bmenac(?:e|es|ee|ees|er|ent|ant|ait)\b|\bemprise\b|\bvictimes?\b|\bme fai(?:t|sait) peur",
    r"peur de (?:lui|elle|eux|rentrer)|peur qu'(?:il|elle|on) (?:me|m'|re)",
    rf"peur d(?:e |')(?:mon|ma|mes|un|une) {_THEM}",
    rf"\b(?:mon|ma) {_THEM}\b.{{0,30}}(?:peur|crie|\bbat\b|controle|surveille|\bforce\b)",
    r"soumission chimique|\bghb\b|a mon insu|dans mon verre|psychotrauma|post.?traumatique",
    r"(?:controle|surveille|fouille|lit) mon (?:telephone|portable)",
    r"crafs|\bcrip\b|enfance en danger|danger (?:actuel|immediat|ce jour)",
    # numbers that say why one would call
    r"\b31 ?14\b|\b39 ?19\b|\b31 ?33\b|\b30 ?18\b|116 ?006|\b17,? ou 114|01 40 05 42 70",
    # other languages offered
    r"\bkill|\bdie\b|\bdying\b|be dead|\bend (?:it|my life)|self.?harm|hurts? (?:me|myself)",
    r"\brape|\bbeats?\b|\bbeaten\b|\bhits? me\b|assault|harass|threat|afraid of (?:him|her)",
    r"انتحار|انتحر|الموت|اموت|اقتل|عنف|ضرب(?!ات)|اغتصب|اغتصاب|تحرش|يهدد|اخاف من زوج",
    r"自杀|自殺|想死|家暴|强奸|打我",
)
"""On folded text. A word too many costs a sentence on paper; the screen still shows it."""
_HARMLESS = (
    r"(?:douleurs?|maux|mal|migraines?|toux|cephalees?|crampes?|vertiges?)"
    r"(?: (?:de|d'|au|aux|a la) ?\w+)?(?: (?:tres|plus))? violente?s?",
    r"violente?s? (?:douleurs?|maux|mal|migraines?|toux|crampes?|vertiges?)",
    r"menaces? (?:de fausse couche|d'accouchement|d'avortement|de prematur)",
    r"(?:cancers?|tumeurs?|traitements?|maladies?|chimio\w*)(?: (?:tres|plus))? agressi\w+",
    r"abus\w* (?:d'|de |du |des )(?:la |l')?(?:alcool|medicament|tabac|sel|sucre|ecran|cafe"
    r"|cannabis|grignot|anti|soda|viande)",
    r"en finir avec (?:le |la |l'|les |mon |ma |mes )?(?:tabac|cigarette|alcool|sucre"
    r"|migraine|douleur|kilo|stress|insomnie|ecran)",
    r"coups? de (?:soleil|chaleur|fatigue|froid|barre|pompe|vieux|stress)|coups? au coeur",
    r"mort subite|hernies? etranglees?|victimes? d'un (?:avc|infarctus|accident|cancer)",
    r"(?:pere|mere|parents?|freres?|soeurs?|oncle|tante|grand.?\w+|amie?s?|mari|femme|chien|chat)"
    r"(?: (?:est|sont|etait|etaient)(?: deja)? morte?s?| vient de mourir| viennent de mourir)",
    r"morte?s? (?:d'|de |du )(?:un |une |la |l'|son )?(?:avc|infarctus|cancer|crise|coeur|covid"
    r"|vieillesse|maladie|diabete)",
)
"""Everyday and medical words that look alike: looked away from before searching."""
_LOOK_AWAY = re.compile("|".join(_HARMLESS))
_WORDS = re.compile("|".join(_TELLING))


def tells(text: str | None) -> bool:
    """Does this text betray that suicide or violence was told?"""
    return bool(text) and bool(_WORDS.search(_LOOK_AWAY.sub(" ", folded(text or ""))))


@lru_cache(maxsize=4096)
def content_tells(text: str | None) -> bool:
    """The same of a text of ours, remembered; a person's own words are not kept for this."""
    return tells(text)


def screened(text: str | None) -> str | None:
    """A text of ours without the sentences that tell; None when nothing is left."""
    if not text or not content_tells(text):
        return text
    kept = [each for each in re.split(r"(?<=[.!?])\s+", text) if not content_tells(each)]
    return " ".join(kept) or None


def folded(text: str) -> str:
    """Lower case, without accents, with plain apostrophes and single spaces."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("’", "'").replace("œ", "oe"))
    return " ".join("".join(filterfalse(unicodedata.combining, plain)).split())

"""The words people use, folded (lower case, no accents), in every language offered."""

from __future__ import annotations

import re

YES = frozenset(
    "oui ouais ouai oue o ok d'accord yes y yep yeah si ouii yess "
    "👍 ✅ ✔ ☑ 👌 نعم اجل ايه اي".split()
).union(("oui oui", "bien sur", "tout a fait", "oui merci", "of course"))

NO = frozenset("non nan nn no n nope nop pas 👎 ❌ ✖ 🚫 لا كلا".split()).union(
    ("non merci", "non non", "pas du tout", "no thanks", "no thank you", "لا شكرا")
)
NOTHING = frozenset("non rien aucun aucune nan no none nothing nope لا".split())
NON_ANSWERS = {
    **dict.fromkeys(
        (
            "je ne sais pas",
            "je sais pas",
            "sais pas",
            "jsp",
            "chais pas",
            "aucune idee",
            "ne sais pas",
            "i don't know",
            "don't know",
            "dont know",
            "idk",
            "no idea",
            "not sure",
            "لا اعرف",
            "لا ادري",
        ),
        "dont_know",
    ),
    **dict.fromkeys(
        (
            "passer",
            "passe",
            "passez",
            "je passe",
            "suivant",
            "suivante",
            "skip",
            "next",
            "pass",
            "تخطي",
        ),
        "skipped",
    ),
    **dict.fromkeys(
        (
            "je prefere ne pas dire",
            "je prefere ne pas repondre",
            "je ne veux pas repondre",
            "je veux pas repondre",
            "je ne veux pas dire",
            "prefer not",
            "prefer not to say",
            "i'd rather not say",
            "افضل عدم الاجابه",
        ),
        "prefer_not",
    ),
    **dict.fromkeys(
        (
            "je ne comprends pas",
            "je comprends pas",
            "pas compris",
            "c'est quoi",
            "ca veut dire quoi",
            "i don't understand",
            "what does it mean",
            "لا افهم",
        ),
        "dont_understand",
    ),
    **dict.fromkeys(
        (
            "pas concerne",
            "pas concernee",
            "non concerne",
            "non concernee",
            "je ne suis pas concerne",
            "je ne suis pas concernee",
            "not concerned",
            "not applicable",
            "غير معني",
        ),
        "not_concerned",
    ),
}
COMMANDS = {
    "retour": "back",
    "precedent": "back",
    "question d'avant": "back",
    "back": "back",
    "modifier": "change",
    "corriger": "change",
    "changer": "change",
    "change": "change",
    "pause": "pause",
    "faire une pause": "pause",
    "reprendre": "resume",
    "continuer": "resume",
    "continue": "resume",
    "recommencer": "restart",
    "restart": "restart",
    "start again": "restart",
    "aide": "help",
    "help": "help",
    "مساعده": "help",
    "j'ai besoin d'aide maintenant": "help_now",
    "au secours": "help_now",
    "help me": "help_now",
    "i need help now": "help_now",
    "احتاج مساعده الان": "help_now",
    "pourquoi": "why",
    "why": "why",
    "pourquoi cette question": "why",
    "plus simple": "simpler",
    "simpler": "simpler",
    "langue": "language",
    "language": "language",
    "اللغه": "language",
    "effacer": "erase",
    "effacer mes reponses": "erase",
    "supprimer mes reponses": "erase",
    "erase": "erase",
    "stop": "stop",
    "arreter": "stop",
    "arreter ici": "stop",
    "rendez-vous sans questions": "appointment",
    "c'est tout": "done",
    "termine": "done",
    "fini": "done",
    "done": "done",
    "انتهيت": "done",
}
SLASH = {
    name: name
    for name in (
        "back",
        "change",
        "pause",
        "resume",
        "restart",
        "help",
        "help_now",
        "why",
        "simpler",
        "language",
        "erase",
        "erase_yes",
        "erase_private",
        "stop",
        "appointment",
        "done",
        "confirm",
        "deny",
        "here",
        "advice",
    )
} | {
    "aide": "help",
    "retour": "back",
    "modifier": "change",
    "reprendre": "resume",
    "langue": "language",
    "effacer": "erase",
    "recommencer": "restart",
}
LANGUAGE_NAMES = {
    "francais": "fr",
    "french": "fr",
    "english": "en",
    "anglais": "en",
    "arabe": "ar",
    "arabic": "ar",
    "العربيه": "ar",
    "عربي": "ar",
}
_UNITS = (
    "un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze "
    "seize dix-sept dix-huit dix-neuf"
).split()
_TENS = {
    "vingt": 20,
    "trente": 30,
    "quarante": 40,
    "cinquante": 50,
    "soixante": 60,
    "quatre-vingt": 80,
}


def _numbers() -> dict[str, int]:
    found = {word: place for place, word in enumerate(_UNITS, 1)} | {"une": 1, "cent": 100}
    for word, tens in _TENS.items():
        found[word] = found[f"{word}s"] = tens
        last = 20 if tens in (60, 80) else 10
        for unit in range(1, last):
            spelt = _UNITS[unit - 1]
            found[f"{word}-{spelt}"] = found[f"{word} {spelt}"] = tens + unit
            if unit in (1, 11):
                found[f"{word} et {spelt}"] = found[f"{word}-et-{spelt}"] = tens + unit
    english = "one two three four five six seven eight nine ten".split()
    found |= {word: place for place, word in enumerate(english, 1) if word not in found}
    ranks = (
        "premier premiere",
        "deuxieme seconde",
        "troisieme",
        "quatrieme",
        "cinquieme",
        "sixieme",
    )
    for place, rank in enumerate(ranks, 1):
        for word in rank.split():
            found |= {word: place, f"la {word}": place, f"le {word}": place}
    return found


NUMBERS = _numbers()
NEGATION = re.compile(r"\b(?:ne|n'|pas|jamais|aucune?|sans|ni|not|don't|never|no)\b|n'|لا|ليس")
IDIOMS = re.compile(
    r"\b(?:mort|morte|mourir|meurs|creve|crever)s? "
    r"(?:de (?:rire|faim|froid|chaud|soif|fatigue|peur|honte)|d'(?:envie|ennui|impatience))"
)

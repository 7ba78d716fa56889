"""One of each kind of document we print. `python -m tests.papers FOLDER` puts them in a folder, for
a checker of PDF/UA that is not ours (`make accessible-papers`)."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import locales
from restitution import documents, ppp
from restitution.advise import advise
from restitution.ppp_edit import act
from tests.advising import CALM, brief, position, rules
from tests.test_plan_paper import SIGNED

DAY, CODE, URL = "26/11/2026", "7H3KQ9TMWX", "https://bilan.example.org/pro#7H3KQ9TMWX"
SAID = {"age": 63, "sex": "woman", **CALM, "fruit_veg": "never", "tobacco_status": "yes"}


def _texts(language: str) -> Callable[[str, str], str]:
    return locales.texts(language).gettext


def _patient(language: str) -> bytes:
    texts = _texts(language)
    made = advise(position(SAID), rules(), texts, language=language, paper=True)
    return documents.patient_pdf(made, texts, CODE, URL)


def _plan(language: str) -> bytes:
    plan = act(ppp.draft(brief(SAID), rules()), "accept_all")
    return documents.plan_pdf(plan, SIGNED, _texts(language), language)


def _data(language: str) -> bytes:
    said = (("Fumez-vous ?", "Oui"), ("Votre taille ?", "1,70 m"))
    return documents.data_pdf(said, ("Camille Martin, infirmière",), _texts(language), language)


PAPERS: dict[str, Callable[[], bytes]] = {
    "advice-fr": lambda: _patient("fr"),
    "advice-ar": lambda: _patient("ar"),
    "receipt": lambda: documents.receipt_pdf(CODE, URL, _texts("fr")),
    "my-data": lambda: _data("fr"),
    "brief": lambda: documents.brief_pdf(brief(SAID), DAY),
    "summary": lambda: documents.fiche_pdf(brief(SAID), DAY),
    "plan-fr": lambda: _plan("fr"),
    "plan-ar": lambda: _plan("ar"),
    "poster": lambda: documents.poster_pdf("Maison de quartier", URL, ["fr", "en", "ar"]),
    "cards": lambda: documents.cards_pdf("Foyer des Lilas", [f"{URL}{each}" for each in range(3)]),
}
"""Document → its bytes."""


def main(folder: Path) -> None:
    """Write them all."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in PAPERS.items():
        (folder / f"{name}.pdf").write_bytes(make())


if __name__ == "__main__":
    main(Path(sys.argv[1]))

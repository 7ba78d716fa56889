"""Which words betray a confidence, and which everyday or medical ones only look like it."""

from __future__ import annotations

import pytest

from restitution.paper import SCREEN_ONLY, may_print
from restitution.telling import screened, tells
from tests.advising import rules
from tests.printing import told

TELLING = (
    "J'ai envie de mourir", "je veux en finir", "être morte", "idées noires", "plus envie de vivre",
    "me faire du mal", "scarifications", "Je me suis automutilée", "mettre fin à mes jours",
    "mon mari me frappe", "il me bat", "j'ai peur de mon mari", "peur de rentrer", "violée",
    "on m’a menacée", "harcelée au travail", "agressé dans la rue", "insultes", "étranglée",
    "attouchements", "rapport forcé", "il m'a forcée", "abusée par mon oncle", "discrimination",
    "mon compagnon me fait peur", "mon ex me surveille", "il contrôle mon téléphone",
    "𝐬𝐮𝐢𝐜𝐢𝐝𝐞", "GHB dans mon verre", "victime de coups", "ma mère souhaite ma mort", "menaces",
    "Appelez le 3114", "31 14", "116\u00a0006", "17, ou 114", "France Victimes", "SOS Amitié",
    "CRAFS", "centre de psychotrauma", "stress post-traumatique",
    "kill myself", "he hits me", "I want to die", "يضربني زوجي", "أريد أن أموت", "想死", "家暴",
)  # fmt: skip
HARMLESS = (
    "Mon père a fait un AVC", "une fausse couche il y a deux ans", "violet", "violette", "violon",
    "douleur violente au dos", "violents maux de tête", "crampes violentes",
    "menace de fausse couche", "abus d'alcool", "coup de chaleur", "coups de soleil",
    "mon père est mort d'un infarctus", "ma mère est morte jeune", "mort subite", "cancer agressif",
    "traitement agressif", "en finir avec le tabac", "hernie étranglée", "victime d'un AVC",
    "j'ai du mal à dormir", "je me force à manger", "peur de mes résultats", "mutuelle",
    "le cœur bat vite", "battements du cœur", "ménopause", "morphine", "sécurité sociale",
    "ضربات القلب", "mettre fin à mes insomnies", "",
)  # fmt: skip


@pytest.mark.parametrize("text", TELLING)
def test_what_would_betray_somebody_stays_off_paper(text: str) -> None:
    assert tells(text) and screened(text) is None


@pytest.mark.parametrize("text", HARMLESS)
def test_an_ordinary_word_of_health_is_printed(text: str) -> None:
    assert not tells(text) and screened(text) == text


def test_only_the_sentence_that_tells_is_taken_from_a_note() -> None:
    note = "PHQ-4 : au moins 9. Rechercher idées suicidaires et violences. Revoir sous 3 jours."
    assert screened(note) == "PHQ-4 : au moins 9. Revoir sous 3 jours."


def test_a_signal_in_the_open_always_keeps_something_to_say() -> None:
    for rule in rules().rules:
        if not rule.confidential:
            for note in (rule.practitioner, *(it.practitioner for it in rule.variants)):
                assert not note or screened(note), rule.id


def test_a_resource_whose_name_tells_is_kept_off_paper_whatever_its_id() -> None:
    for each in rules().resources.values():
        shown = f"{each.name} {each.use} {each.phone} {each.url}"
        assert not (may_print(each) and (told(shown) or each.id in SCREEN_ONLY)), each.id

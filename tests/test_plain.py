"""Plain French: nothing is beyond the limits unless somebody wrote why."""

from __future__ import annotations

import pytest

from app.cli import main
from flows.loading import load
from locales.__main__ import french
from locales.measures import score, sentences, syllables, words
from locales.plain import Excuse, Policy, Text, beyond, lint, needless, policy, table

TEXTS = french()
SIMPLER = {
    each.id: each
    for band in load().questionnaires.values()
    for each in band.questions
    if each.simpler
}
HARDEST = 30


# -- our own texts ---------------------------------------------------------------------------------


def test_nothing_is_beyond_the_limits_without_a_written_reason():
    assert beyond(lint(TEXTS, policy()), policy()) == []


def test_no_reason_is_kept_for_a_text_that_is_gone():
    assert needless(lint(TEXTS, policy()), policy()) == []


def test_every_reason_says_something():
    for each in policy().excuses:
        assert len(words(each.reason)) >= 6


def test_questions_advice_and_pages_are_easy_to_read_as_a_whole():
    for row in table(TEXTS, policy()):
        if row.texts > 50 and row.kind != "name":
            assert row.score >= 80, row
            assert row.sentence <= 12, row


def test_the_hardest_questions_have_a_simpler_version_and_an_example():
    assert len(SIMPLER) >= HARDEST
    for each in SIMPLER.values():
        assert each.hint, each.id
        assert len(words(each.simpler)) <= 12
        assert each.simpler != each.ask


def test_a_scored_question_is_never_reworded():
    for each in SIMPLER.values():
        assert not each.adapted, each.id


def test_a_simpler_version_keeps_the_period_asked_about():
    for each in SIMPLER.values():
        for period in ("depuis un an", "depuis 6 mois", "par semaine", "chaque jour"):
            if period in each.ask.lower():
                assert period in each.simpler.lower(), each.id


def test_the_operator_reads_the_table(capsys):
    assert main(["check", "--plain"]) == 0
    told = capsys.readouterr().out
    assert "None beyond the limits without a written reason" in told
    for kind in ("ask", "simpler", "option", "patient", "page", "all"):
        assert f"\n{kind} " in told


# -- measures --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "count"),
    {
        "le": 1, "les": 1, "eau": 1, "œil": 1, "vie": 1, "année": 2, "table": 1, "portes": 1,
        "médecin": 3, "santé": 2, "question": 2, "guérir": 2, "mangeons": 2, "payer": 2,
        "essayez": 3, "théâtre": 2, "aérer": 3, "maïs": 2, "poète": 2, "naïf": 2, "cœur": 1,
        "sœur": 1, "bruit": 1, "nuit": 1, "oui": 1, "août": 1, "famille": 2, "pharmacien": 3,
        "vaccination": 4, "rendez": 2, "professionnel": 4, "hôpital": 3, "l'alcool": 2, "15": 1,
        "aujourd'hui": 3, "écouter": 3, "fumée": 2, "rue": 1, "joue": 1, "longue": 1, "qui": 1,
    }.items(),
)  # fmt: skip
def test_syllables_are_counted_as_they_are_spoken(word, count):
    assert syllables(word) == count


def test_words_and_sentences():
    assert words("L'alcool : 2 verres, au plus.") == ["L'alcool", "2", "verres", "au", "plus"]
    assert words("Encore {count} questions.") == ["Encore", "questions"]
    assert len(sentences("Urgence : 15 ou 112.\nPersonne ne lit ceci.")) == 3


def test_a_plain_sentence_scores_higher_than_an_office_one():
    plain = "Le soir, je lis un peu. Le matin, je marche."
    office = "La consommation quotidienne de substances nécessite une évaluation professionnelle."
    assert score([plain]) > 100
    assert score([office]) < 30
    assert score([]) == 0


# -- rules -----------------------------------------------------------------------------------------

RULES = Policy(
    {
        "ask": {"words": 15}, "patient": {"words": 25},
        "all": {"sentence": 20, "mean": 12, "score": 60, "scored_from": 12},
    },
    {"pathologi": "maladie", "frottis": "un test"}, frozenset({"SMS"}), (),
)  # fmt: skip
LONG = "un mot " * 8


@pytest.mark.parametrize(
    ("kind", "text", "rule"),
    [
        ("ask", f"{LONG}?", "words"),
        ("patient", f"{LONG}, {LONG}", "sentence"),
        ("patient", f"{LONG}. {LONG}", "mean"),
        ("patient", "La consommation quotidienne de substances psychoactives nécessite "
         "une évaluation professionnelle individualisée avec accompagnement", "score"),
        ("patient", "Avez-vous une pathologie ?", "jargon:pathologi"),
        ("patient", "Allez au CSAPA.", "acronym:CSAPA"),
        ("patient", "30 % des gens", "number"),
        ("patient", "12 000 pas", "number"),
        ("patient", "Marchez vingt minutes.", "letters"),
        ("patient", "On ne peut pas ne rien dire.", "negation"),
        ("ask", "Ne dormez-vous pas bien ?", "negation"),
        ("patient", "Le test est fait par un médecin.", "passive"),
        ("patient", "Vous devez arrêter.", "order"),
        ("patient", "Il faut arrêter.", "order"),
        ("patient", "Vous êtes inscrit·e.", "middot"),
        ("ask", "Fumez-vous ? Buvez-vous ?", "double"),
        ("ask", "Fumez-vous ou buvez-vous ?", "double"),
    ],
)  # fmt: skip
def test_what_is_hard_to_read_is_named(kind, text, rule):
    assert rule in {each.rule for each in lint([Text("q", kind, text)], RULES)}


@pytest.mark.parametrize(
    "texts",
    [
        ["Urgence : 15 ou 112. Sans parler : 114 par SMS."],
        ["Le 01 40 05 42 70 répond, le 116 006 et le 0 800 235 236 aussi. Et le 3114."],
        ["Avez-vous fait un frottis ?", "Un frottis : un test."],
        ["Un test du col (frottis)."],
        ["Inscrit(e) ou pas, venez."],
        ["Un arrêt tôt peut jouer sur les os."],
    ],
)
def test_what_reads_well_or_is_explained_passes(texts):
    assert lint([Text("q", "hint", each) for each in texts], RULES) == []


def test_two_subjects_pass_with_an_example_beside_them():
    asked = Text("q", "ask", "Fumez-vous ou vapotez-vous ?")
    assert lint([asked, Text("q", "hint", "La chicha compte.")], RULES) == []


def test_a_reason_lasts_as_long_as_the_text_and_the_rule_it_names():
    found = lint([Text("advice.a", "patient", "Allez au CSAPA.")], RULES)

    def limits(rule: str, context: str, start: str) -> Policy:
        excuse = Excuse("because", frozenset({rule}), ((context, start),))
        return Policy(RULES.kinds, RULES.jargon, RULES.acronyms, (excuse,))

    for context, start in (("advice.a", "Allez"), ("advice.*", "")):
        assert beyond(found, limits("acronym:CSAPA", context, start)) == []
    for rule, context, start in (
        ("words", "advice.a", "Allez"),
        ("acronym:CSAPA", "advice.b", "Allez"),
        ("acronym:CSAPA", "advice.a", "Venez"),
    ):
        assert beyond(found, limits(rule, context, start)) == found
        assert needless(found, limits(rule, context, start)) == [(context, start)]

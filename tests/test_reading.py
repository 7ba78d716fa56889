"""What people type on the real questions, and what we make of it.

A value alone was sure; `maybe(value)` is confirmed in one tap; `again(code)` is asked again.
"""

from __future__ import annotations

import pytest

import locales
from flows import reading
from flows.errors import Unreadable
from flows.loading import load
from tests.driving import Talk

SHELF = load()
YEAR = 2026


def maybe(value):
    return ("maybe", value)


def again(code="not_understood", **hints):
    plain = {key: tuple(each) if isinstance(each, list) else each for key, each in hints.items()}
    return ("again", code, frozenset(plain.items()))


def heard(question, said, language="fr", band="45-50", numbered=False):
    asked = SHELF.questionnaires[band].find(question) or SHELF.questions[question]
    gettext = locales.texts(language).gettext
    labels = {each.value: gettext(asked.id, each.label) for each in asked.options}
    try:
        read = reading.read(asked, said, labels, YEAR, numbered)
    except Unreadable as problem:
        return again(problem.code, **problem.hints)
    return read.value if read.sure else maybe(read.value)


YES = [
    "oui",
    "Oui !",
    "OUI",
    "ouais",
    "ouai",
    "o",
    "O.",
    "ouiiii",
    "ouii",
    "oui oui",
    "ok",
    "d'accord",
    "D’accord",
    "bien sûr",
    "si",
    "yep",
    "absolument",
    "👍",
    "👍🏽",
    "✅",
    "✔️",
    "👍👍👍",
    "oui 👍",
    "oui merci",
    "yes",
    "Yes please",
    "نعم",
    "أكيد",
    "naam",
]
NO = [
    "non",
    "Non.",
    "non merci",
    "nan",
    "n",
    "nooon",
    "non non non",
    "pas du tout",
    "👎",
    "❌",
    "🚫",
    "non pas du tout",
    "no",
    "nope",
    "no thanks",
    "لا",
    "لا شكرا",
    "كلا",
]


@pytest.mark.parametrize("language", ["fr", "en", "ar"])
@pytest.mark.parametrize("said", YES)
def test_a_yes_however_it_is_said(said, language):
    assert heard("daily_cough", said, language) == "yes"


@pytest.mark.parametrize("language", ["fr", "en", "ar"])
@pytest.mark.parametrize("said", NO)
def test_a_no_however_it_is_said(said, language):
    assert heard("daily_cough", said, language) == "no"


NON_ANSWERS = {
    "dont_know": [
        "je sais pas",
        "je ne sais pas",
        "jsp",
        "chais pas",
        "aucune idée",
        "euh je sais pas",
        "ça dépend",
        "peut-être",
        "?",
        "🤷",
        "🤷‍♀️",
        "I don't know",
        "idk",
        "لا أعرف",
        "dont_know",
    ],
    "skipped": ["passer", "je passe", "suivant", "skip", "تخطي"],
    "prefer_not": [
        "je préfère ne pas répondre",
        "je veux pas répondre",
        "ça vous regarde pas",
        "prefer not to say",
        "أفضل عدم الإجابة",
    ],
    "dont_understand": [
        "je ne comprends pas",
        "j'ai pas compris",
        "c'est quoi ?",
        "c'est quoi ça",
        "what does it mean",
        "لا أفهم",
    ],
}


@pytest.mark.parametrize(
    ("value", "said"), [(value, said) for value, each in NON_ANSWERS.items() for said in each]
)
def test_four_ways_not_to_answer(value, said):
    assert heard("daily_cough", said) == value
    assert heard("weight_kg", said) == value


NUMBERS = {
    "height_m": {
        1.75: [
            "1m75",
            "175",
            "1,75 m",
            "1.75",
            "1,75",
            "1 m 75",
            "1 75",
            "175 cm",
            "175cm",
            "1m75cm",
            "je mesure 1m75",
            "Environ 1m75",
            "1m75 pieds nus",
            "un mètre soixante-quinze",
            "cent soixante-quinze",
            "1'75",
            "1:75",
            "-175",
            "1.75 metres",
            "one meter seventy five",
            "١٧٥",
            "١٫٧٥",
            "۱۷۵",
            "１７５",
            "مائة وخمسة وسبعون",
        ],
        1.7: ["1m7", "1,7", "170", "one meter seventy"],
        1.8: ["1 mètre 80", "un mètre quatre-vingt", "1m 80cm"],
        1.5: ["1 mètre et demi"],
        maybe(1.75): ["175 m", "1,75 cm", "5'9", "5 ft 9", "5 feet 9 inches"],
        maybe(1.71): ["170 ou 172"],
        maybe("prefer_not"): ["non", "non merci"],
        "out_of_range": ["17", "17 m", "1750", "0", "1m05", "2m45"],
        "not_a_number": ["grande", "trop petit", "oui", "1m75 72kg", "bonjour", "1e3", "💩"],
    },
    "weight_kg": {
        72.0: [
            "72",
            "72 kilos",
            "72kg",
            "72 Kg.",
            "je pèse 72 kilos",
            "environ 72",
            "soixante-douze",
            "soixante douze kilos",
            "72000 g",
            "72k",
            "-72",
            "٧٢",
            "٧٢ كغ",
            "seventy two",
            "اثنان وسبعون كيلو",
            "septante deux",
        ],
        72.5: [
            "72,5",
            "72.5 kg",
            "72 kg 5",
            "72 kg 500",
            "72 kilos et demi",
            "soixante-douze virgule cinq",
        ],
        99.0: ["quatre-vingt-dix-neuf", "99"],
        maybe(71.0): ["entre 70 et 72", "70 ou 72", "70-72 kilos"],
        maybe(68.0): ["150 lbs"],
        maybe(69.9): ["11 stone"],
        maybe(72.0): ["72 kilos ce matin à jeun"],
        maybe("prefer_not"): ["non"],
        "out_of_range": ["10", "999", "300000 kilos", "0", "quatre tonnes"],
        "not_a_number": ["trop", "lourd", "hypertension"],
    },
    "age": {
        47.0: [
            "47",
            "47 ans",
            "J'ai 47 ans",
            "j’ai 47ans",
            "quarante-sept",
            "47 ans et demi",
            "I am 47",
            "47 years old",
            "forty seven",
            "٤٧",
            "سبعة وأربعون سنة",
        ],
        16.0: ["16", "16 ans"],
        maybe(47.0): ["né en 1979", "je suis née en 1979", "1979", "12/03/1979", "مواليد 1979"],
        "45-50": ["45-50", "45 à 50 ans", "entre 45 et 50 ans", "2", "la deuxième", "le 2"],
        "other": ["autre", "un autre âge"],
        "out_of_range": ["130", "200 ans"],
    },
    "menopause_age": {
        50.0: ["50", "vers 50 ans", "50 ans environ", "cinquante"],
        maybe("not_concerned"): ["non", "pas encore"],
        "not_concerned": ["pas concernée"],
        "not_a_number": ["la cinquantaine"],
    },
}


@pytest.mark.parametrize(
    ("question", "wanted", "said"),
    [
        (question, wanted, said)
        for question, table in NUMBERS.items()
        for wanted, each in table.items()
        for said in each
    ],
)
def test_numbers_as_people_write_them(question, wanted, said):
    found = heard(question, said, band="60-65")
    if wanted in ("out_of_range", "not_a_number"):
        assert found[:2] == ("again", wanted)
    else:
        assert found == wanted


CHOICES = {
    "personal_history": {
        ("hypertension_diabetes_cholesterol", "cancer"): [
            "1 et 3",
            "1,3",
            "1 3",
            "1; 3",
            "un et trois",
            "1 puis 3",
            "premier et troisième",
            "1 و 3",
            "tension et cancer",
            "diabete + cancer",
            "Cholestérol\ncancer",
        ],
        maybe(("hypertension_diabetes_cholesterol", "cancer")): ["13", "1-3", "diabette et cancer"],
        ("hypertension_diabetes_cholesterol",): [
            "diabete",
            "DIABÈTE",
            "j'ai du diabète",
            "tension",
            "1",
            "1️⃣",
            "n°1",
            "la 1",
            "option 1",
            "le premier",
            "1)",
        ],
        maybe(("hypertension_diabetes_cholesterol",)): ["diabette", "hypertention"],
        ("cancer",): ["euh cancer merci", "cancer ?", "j'ai eu un cancer"],
        maybe(("cancer",)): ["cancer du sein guéri"],
        ("none",): ["aucune", "rien", "non", "je n'ai rien", "👎", "لا شيء", "none"],
        again("which", not_understood=("oui",)): ["oui"],
        again("ambiguous", choices=("hypertension_diabetes_cholesterol", "none")): ["1 et aucune"],
        again(
            "ambiguous", choices=("cancer",), understood=("cancer",), not_understood=("patates",)
        ): ["cancer, patates"],
        again(not_understood=("pas de diabete",)): ["pas de diabète"],
        again(not_understood=("peur du cancer",)): ["peur du cancer"],
    },
    "tobacco_status": {
        ("smokes",): ["je fume", "oui", "fumeur", "tabac", "clope", "cigarette"],
        ("no",): ["non", "jamais", "non fumeur", "je fume pas", "je ne fume pas", "jamais fumé"],
        ("quit",): ["j'ai arrêté", "je ne fume plus", "ex fumeur"],
        ("smokes", "vapes"): ["je fume et je vapote", "1 et 2"],
        maybe(("smokes",)): ["cigarete", "je fume depuis 20 ans"],
    },
    "sitting_time": {
        "gt_7h": ["8 heures", "8h", "toute la journée", "plus de 7 heures"],
        "4_to_7h": ["5h30", "environ 6 heures", "6-7h"],
        "2_to_4h": ["3 heures par jour", "2 à 4 heures", "entre 2 et 4h", "ثلاث ساعات", "3 hours"],
        "lt_2h": ["30 minutes", "une heure", "moins de 2 heures"],
        maybe("4_to_7h"): ["3"],  # the third box, or three hours?
        again("ambiguous", choices=("2_to_4h", "4_to_7h")): ["4h"],
    },
    "last_lab_test": {
        "lt_6m": ["il y a 3 mois", "3 semaines", "hier", "la semaine dernière", "3 months ago"],
        "gt_6m": ["2 ans", "en 2019", "il y a longtemps"],
        again("ambiguous", choices=("lt_6m", "gt_6m")): ["6 mois"],
    },
    "cervical_screening": {
        "lt_5y": ["il y a 3 ans", "2024", "l'an dernier"],
        "gt_5y": ["10 ans", "en 2015"],
        "never": ["jamais"],
        "not_concerned": ["pas concernée", "je ne suis pas concernée"],
        "dont_know": ["je me souviens pas"],
    },
    "fruit_veg": {
        "at_least_5_portions_day": ["5 par jour"],
        "1_to_4_portions_day": ["3 portions", "2 fruits par jour", "tous les jours"],
        maybe("never"): ["5"],  # the fifth box, or five portions?
        again("ambiguous", choices=("rarely", "never")): ["rarement ou jamais"],
    },
    "weight_change_6m": {
        "loss": ["perdu", "j'ai maigri", "oui perdu", "oui, j'ai maigri"],
        "gain": ["j'ai grossi", "2"],
        "no": ["non", "stable", "non stable", "pareil"],
        maybe("loss"): ["j'ai perdu 5 kilos"],
        again("ambiguous", choices=("loss", "gain")): ["oui", "perdu et repris"],
    },
    "social_support": {
        "yes": ["oui bien sûr", "ma famille", "mes enfants"],
        "no": ["non personne", "personne", "je n'ai personne"],
        "dont_know": ["ça dépend"],
        maybe("yes"): ["oui ma soeur"],
        again("ambiguous", choices=("yes", "no")): ["oui et non"],
    },
    "priorities": {
        ("reduce_stop_tobacco", "mental_wellbeing_stress"): [
            "tabac, stress",
            "tabac/stress",
            "2 et 4",
        ],
        ("mental_wellbeing_stress", "eat_better_move_more"): ["mon stress et mon poids"],
        maybe(("reduce_stop_tobacco",)): ["moins fumer", "tabak"],
        "skipped": ["rien", "non"],
    },
    "sex": {
        "woman": ["femme", "une femme", "F", "madame", "je suis une femme", "1", "woman", "امرأة"],
        "man": ["un homme", "h", "Monsieur"],
        maybe("woman"): ["femmme"],
        again("ambiguous", choices=("man", "other")): ["je suis un homme trans"],
    },
    "private_ready": {
        "yes": ["oui", "je suis seule"],
        "at_visit": ["non", "pas seule", "au rdv", "je suis avec mon mari"],
        "later": ["plus tard", "pas maintenant"],
    },
    "priorities_free_text": {
        "mes genoux": ["mes genoux", "  mes genoux "],
        "skipped": ["non", "rien", "non merci", "...", "🙂", "passer"],
        again(not_understood=("oui",)): ["oui"],
    },
    "chosen_name": {"O": ["O"], "Awa D.": ["Awa D."], "skipped": ["non"]},
}


@pytest.mark.parametrize(
    ("question", "wanted", "said"),
    [
        (question, wanted, said)
        for question, each in CHOICES.items()
        for wanted, texts in each.items()
        for said in texts
    ],
)
def test_boxes_as_people_name_them(question, wanted, said):
    language = "ar" if said == "امرأة" else "fr"
    found = heard(question, said, language)
    if isinstance(wanted, tuple) and wanted[:1] == ("again",):
        assert found[:2] == wanted[:2]
        assert found[2] >= wanted[2]
    else:
        assert found == wanted


@pytest.mark.parametrize("language", ["fr", "en", "ar"])
def test_every_label_of_every_question_reads_back_as_itself(language):
    gettext = locales.texts(language).gettext
    for questionnaire in SHELF.questionnaires.values():
        for question in questionnaire.questions:
            context = "go_on" if question.id.startswith("go_on_") else question.id
            labels = {it.value: gettext(context, it.label) for it in question.options}
            for value, label in labels.items():
                read = reading.read(question, label, labels, YEAR)
                wanted = (value,) if question.kind == "multiple" else value
                assert read == reading.Read(wanted), (question.id, label)


def test_not_concerned_is_heard_where_no_box_says_so_but_confirmed():
    assert heard("daily_cough", "pas concerné") == maybe("not_concerned")
    assert heard("menopause_discuss", "pas concernée") == "not_concerned"


def test_where_numbers_are_written_before_the_boxes_a_number_is_a_place():
    assert heard("sitting_time", "3") == maybe("4_to_7h")
    assert heard("sitting_time", "3", numbered=True) == "4_to_7h"


@pytest.mark.parametrize(
    ("said", "name", "argument"),
    [
        ("retour", "back", ""),
        ("question d'avant", "back", ""),
        ("pause", "pause", ""),
        ("AIDE", "help", ""),
        ("aide svp", "help", ""),
        ("au secours !", "help_now", ""),
        ("j'ai besoin d'aide", "help_now", ""),
        ("pourquoi ?", "why", ""),
        ("en français", "language", "fr"),
        ("english", "language", "en"),
        ("عربي", "language", "ar"),
        ("effacer mes réponses", "erase", ""),
        ("recommencer", "restart", ""),
        ("modifier", "change", ""),
        ("/change sex", "change", "sex"),
        ("/help@bilan_bot", "help", ""),
        ("مساعدة", "help", ""),
        ("النجدة", "help_now", ""),
        ("c'est tout", "done", ""),
    ],
)
def test_commands_in_plain_words(said, name, argument):
    assert reading.command(said) == reading.Command(name, argument)


@pytest.mark.parametrize(
    "said", ["/unknown", "/", "je voudrais vous parler de mon aide à domicile"]
)
def test_what_is_no_command(said):
    assert reading.command(said) is None


@pytest.fixture
def talk():
    talk = Talk(SHELF)
    talk.say("oui", "non", "47", "non", "femme")
    return talk


def go_to(talk, question):
    for _ in range(60):
        if talk.waiting == question:
            return
        talk.say("passer")
    raise AssertionError(question)


@pytest.mark.parametrize(
    ("said", "question"),
    [
        ("modifier mon âge", "age"),
        ("changer ma taille", "height_m"),
        ("corriger le poids", "weight_kg"),
        ("modifier la réponse sur les enfants", "children_at_home"),
    ],
)
def test_naming_what_to_change_goes_there(talk, said, question):
    go_to(talk, "leg_swelling")
    talk.say(said)

    assert talk.waiting == question


def test_a_doubtful_reading_is_confirmed_in_one_tap_and_can_be_denied(talk):
    go_to(talk, "personal_history")
    assert talk.say("diabette").outcome == "doubtful"
    talk.say("oui")
    assert talk.position.answers["personal_history"] == ("hypertension_diabetes_cholesterol",)

    talk.say("retour")
    talk.say("canser")
    talk.say("non")
    assert talk.waiting == "personal_history"
    assert talk.position.answers["personal_history"] == ("hypertension_diabetes_cholesterol",)


def test_saying_a_doubtful_thing_twice_confirms_it(talk):
    go_to(talk, "sitting_time")
    talk.say("3", "3")

    assert talk.position.answers["sitting_time"] == "4_to_7h"


@pytest.mark.parametrize("said", ["je sais pas", "passer", "peut-être", "?"])
def test_consent_is_said_or_refused_never_guessed(said):
    talk = Talk(SHELF)
    talk.say(said)

    assert talk.waiting == "consent"
    assert talk.position.closed is None


def test_that_is_all_leaves_a_free_text(talk):
    go_to(talk, "priorities_free_text")
    talk.say("c'est tout")

    assert talk.waiting == "check_answers"


def test_typing_a_box_of_the_private_block_is_an_answer_and_shows_its_card(talk):
    talk.say("oui", about="private_ready") if talk.waiting == "private_ready" else None
    go_to(talk, "private_ready")
    talk.say("oui", "passer", "passer", "passer", "passer")
    step = talk.say("J'ai eu envie de mourir")

    assert talk.position.answers["suicidal_history"] == ("ideation",)
    assert step.cards == ("suicide/first",)


@pytest.mark.parametrize("where", ["start", "weight_kg", "paused", "finished", "text"])
def test_distress_is_met_before_anything_is_read_wherever_one_stands(talk, where):
    if where == "start":
        talk = Talk(SHELF)
    elif where == "paused":
        talk.say("pause")
    elif where == "finished":
        for _ in range(90):
            if talk.waiting is None:
                break
            talk.say("tout est bon" if talk.waiting == "check_answers" else "passer")
        assert talk.position.finished
    else:
        go_to(talk, {"text": "priorities_free_text"}.get(where, where))
    waiting = talk.waiting
    step = talk.say("j'ai envie de mourir")

    assert (step.outcome, step.cards) == ("distress", ("suicide/first",))
    assert talk.interview.distress[-1][1] == "j'ai envie de mourir"
    if where != "text":
        assert talk.waiting == waiting

"""Why a flag stands in a brief: answer → fact → rule → source and date → status."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from flows import facts
from restitution.explain import Why, explain
from restitution.wording import Names, Wording, facts_in
from store.repository import table
from store.tables import AuditRow
from tests import advising
from tests.professionals import House, browsing, caller, person
from tests.test_pro_pages import in_the_open

RULES = advising.rules()


@pytest.fixture
def house(tmp_path):
    made = House(tmp_path)
    yield made
    made.writer.close()


def why(said: dict[str, object], flag: str, band: str = "45-50") -> Why:
    made = explain(advising.brief({"age": 47.0, "age_exact": 47.0, **said}), flag, RULES,
                   advising.shelf().questionnaires[band].find)  # fmt: skip
    assert made is not None
    return made


def test_a_smoker_s_flag_is_told_from_answer_to_status():
    found = why({"tobacco_status": ["smokes"]}, "smoker")
    assert [(each.official, each.said) for each in found.answers] == [("Q34", "Je fume")]
    assert found.conditions[0].startswith("« Fumez-vous ou vapotez-vous ? » Je fume")
    assert found.source == RULES.by_id["smoker"].source
    assert (found.review, found.version, found.overlay) == ("to_verify", RULES.version, "none")
    assert not found.changed_since


def test_a_named_fact_is_said_in_french_with_its_source():
    found = why({"tobacco_status": ["vapes"]}, "vape_only")
    assert [each.name for each in found.facts] == ["vapes_only"]
    assert found.facts[0].says == "vapote sans fumer"
    assert found.facts[0].source == "HCSP, avis cigarette électronique, 2022"


def test_every_answer_the_rule_looks_at_is_told():
    said = {"age": 72.0, "age_exact": 72.0, "adl_difficulty": ("walking",),
            "housing_fall_proof": "no", "vision_decline": "skipped"}  # fmt: skip
    found = why(said, "fall_risk_combo", "70-75")
    answers = {each.question: each.said for each in found.answers}
    assert answers["housing_fall_proof"] == "Non"
    assert answers["adl_difficulty"] == "Marcher, même avec une canne"
    assert answers["vision_decline"] == "passée" and "tobacco_status" not in answers


def test_a_calm_flag_whose_reasons_are_confidential_is_folded_like_them():
    said = {"private_ready": "yes", **advising.CALM, "phq4_sad": "nearly_every_day",
            "phq4_interest": "nearly_every_day", "suicidal_history": ("ideation",)}  # fmt: skip
    brief = advising.brief({"age": 47.0, "age_exact": 47.0, **said})
    find = advising.shelf().questionnaires["45-50"].find
    for flag in brief.flags:
        found = explain(brief, flag.id, RULES, find)
        told = any(each.confidential for each in found.answers)
        assert found.confidential or not (told or flag.confidential), flag.id


def test_nothing_is_explained_that_does_not_stand_in_the_brief():
    brief = advising.brief({"age": 47.0, "tobacco_status": ["no"]})
    find = advising.shelf().questionnaires["45-50"].find
    assert explain(brief, "smoker", RULES, find) is None
    assert explain(brief, "unknown", RULES, find) is None


def test_a_rule_gone_or_changed_since_says_so():
    brief = advising.brief({"age": 47.0, "tobacco_status": ["smokes"]})
    brief = replace(brief, rules="2025.1-00000000")
    find = advising.shelf().questionnaires["45-50"].find
    assert explain(brief, "smoker", RULES, find).changed_since
    without = replace(RULES, rules=tuple(each for each in RULES.rules if each.id != "smoker"))
    gone = explain(brief, "smoker", without, find)
    assert gone.conditions == () and gone.source.name


def test_words_typed_in_distress_are_explained_without_a_condition():
    brief = advising.brief({"age": 47.0}, [("suicide", "je veux en finir", "", advising.NOW)])
    spoken = RULES.spoken.id
    found = explain(brief, spoken, RULES, advising.shelf().questionnaires["45-50"].find)
    assert found.confidential and found.conditions == (
        "La personne a écrit des mots reconnus comme une alerte.",
    )


@pytest.mark.parametrize("rule", [each for each in RULES.rules if not each.spoken],
                         ids=lambda rule: rule.id)  # fmt: skip
def test_every_rule_can_be_said_in_french_in_each_of_its_bands(rule):
    for band in rule.bands:
        said = Wording(RULES.names, advising.shelf().questionnaires[band].find)
        for each in said.requirements(rule.condition):
            assert each and "fait «" not in each and "{" not in each, each
            assert "autre tranche" not in each, (band, each)


def test_every_fact_and_score_a_rule_names_has_its_words():
    named = {each for rule in RULES.rules for each in facts_in(rule.condition)}
    assert named <= set(RULES.names.facts)
    assert set(RULES.names.facts) <= set(facts.FACTS)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ({"sex": "woman"}, ("« Êtes-vous une femme ou un homme ? » Une femme",)),
        ({"age": {"min": 25, "below": 30}}, ("âge : à partir de 25 ans, moins de 30 ans",)),
        ({"score": {"bmi": {"min": 18.5, "below": 21}}},
         ("IMC déclaré : à partir de 18,5, moins de 21",)),
        ({"score": {"phq4": {"max": 2}}}, ("PHQ-4 : au plus 2",)),
        ({"height_m": {"below": 1.5}}, ("« Combien mesurez-vous ? » moins de 1,5 m",)),
        ({"family_history": ["yes", "dont_know"]},
         ("« Y a-t-il des maladies dans votre famille proche ? » Oui / Je ne sais pas",)),
        ({"tobacco_status": "prefer_not"},
         ("« Fumez-vous ou vapotez-vous ? » préfère ne pas répondre",)),
        ({"all": [{"fact": "vapes_only"}, {"fact": "chose_topics"}]},
         ("vapote sans fumer", "a choisi au moins un sujet")),
        ({"any": [{"fact": "vapes_only"}, {"fact": "chose_topics", "sex": "man"}]},
         ("l'un de : vapote sans fumer ; ou a choisi au moins un sujet et "
          "« Êtes-vous une femme ou un homme ? » Un homme",)),
        ({"any": [{"binge_drinking": "yes"}, {"fact": "vapes_only"}]}, ("vapote sans fumer",)),
    ],
)  # fmt: skip
def test_a_condition_is_put_into_words(raw, said):
    wording = Wording(RULES.names, advising.shelf().questionnaires["45-50"].find)
    assert wording.requirements(raw) == said


def test_a_fact_without_words_keeps_its_name():
    assert Wording(Names(), lambda _: None).requirements({"fact": "x"}) == ("fait « x »",)


# -- who may read it -------------------------------------------------------------------------------


async def test_only_who_may_read_the_brief_reads_why_and_it_leaves_a_trace(house):
    mine = house.account("a@example.org", "Nord")
    other = house.account("b@example.org", "Sud")
    outreach = house.account("c@example.org", "Nord", role="outreach")
    brief, _ = house.share(person("Marc", tobacco_status=("smokes",)), "Nord")
    path = f"/api/v1/briefs/{brief}/why/smoker"
    for who, status in ((None, 401), (other, 404), (outreach, 404), (mine, 200)):
        async with caller(house, who) as client:
            answer = await client.get(path)
            assert answer.status_code == status
            assert answer.headers["cache-control"] == "no-store"
    made = answer.json()
    assert made["answers"][0]["said"] == "Je fume" and made["source"]["name"]
    assert made["conditions"] and made["version"] and made["overlay"] == "none"
    with house.store.reading() as tx:
        audit = table(AuditRow)
        traces = tx.db.execute(select(audit.c.who, audit.c.action, audit.c.brief_id)).all()
    assert [tuple(each) for each in traces if each.action == "read why"] == [
        (mine, "read why", brief)
    ]


async def test_an_unknown_flag_looks_like_a_brief_that_is_not_there(house):
    mine = house.account(centre="Nord")
    brief, _ = house.share(person("Marc"), "Nord")
    async with caller(house, mine) as client:
        wrong = await client.get(f"/api/v1/briefs/{brief}/why/nothing")
        nowhere = await client.get("/api/v1/briefs/none/why/nothing")
    assert wrong.status_code == nowhere.status_code == 404
    assert wrong.json() == nowhere.json()


async def test_the_page_says_it_all_without_script_and_warns_of_a_confidence(house):
    house.account(centre="Nord")
    said = {"age": 47.0, "private_ready": "yes", "violence_victim": "yes",
            "tobacco_status": ("smokes",)}  # fmt: skip
    brief, _ = house.share(said, "Nord")
    flag = next(each.id for each in advising.brief(said).flags if each.confidential)
    async with browsing(house) as browser:
        await browser.sign_in()
        plain = await browser.go(f"/pro/bilan/{brief}/pourquoi/smoker")
        told = await browser.go(f"/pro/bilan/{brief}/pourquoi/{flag}")
    assert plain.status_code == told.status_code == 200
    for each in ("Réponses de la personne", "Je fume", "Ce que la règle demande", "Source",
                 "à vérifier", RULES.version):  # fmt: skip
        assert each in plain.text
    assert "Confidentiel" in told.text and "Confidentiel" not in plain.text
    assert "violence" not in in_the_open(told.text).lower()

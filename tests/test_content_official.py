"""The four official self-questionnaires, copied here from the printed forms, against our content.

One line per item: number on the form | our id | kind | values of the boxes, in printed order.
Only the structure is checked against the forms: the sentences are ours.
"""

from __future__ import annotations

from typing import Any

import pytest

from flows.loading import CONTENT, Shelf, load, written
from flows.model import BANDS, Band, Question

OFFICIAL: dict[Band, str] = {
    "18-25": """
Q1 | sex | single | woman man other
Q2 | occupation_status | single | student employed job_seeking study_and_work other
Q3 | living_arrangement | single | alone with_parents as_couple with_others
Q4 | has_children | single | yes no
Q5 | single_parent | single | yes no
Q6 | child_project_5y | single | yes no dont_know
Q7 | caregiver_role | single | yes no
Q8 | social_support | single | yes no
Q9 | hard_living_work_conditions | single | yes no
Q10 | personal_history | multiple | diabetes congenital_disease allergy cancer \
respiratory_disease depression_anxiety_eating_disorder other_free_text none
Q11 | ever_hospitalised | single | yes no
Q12 | last_lab_test | single | lt_6m gt_6m never
Q13 | family_history | single | yes no dont_know
Q14 | current_treatment | single | yes no
Q15 | height_m | number |
Q16 | weight_kg | number |
Q17 | weight_change_6m | single | loss gain no
Q18 | food_dominant | single | yes no
Q19 | vision_decline | single | yes no
Q20 | dentist_12m | single | yes no
Q21 | physical_activity_freq | single | never 1_2_per_week 3_4_per_week 5_7_per_week
Q22 | fruit_veg | single | at_least_5_portions_day 1_to_4_portions_day sometimes rarely never
Q23 | fat_sugar_salt | single | several_per_day several_per_week once_per_week once_per_month never
Q24 | sitting_time | single | lt_2h 2_to_4h 4_to_7h gt_7h dont_know
Q25 | screen_time | single | lt_1h 1_to_2h 2_to_4h gt_4h dont_know
Q26 | vaccines_up_to_date | single | yes no dont_know
Q27 | hpv_vaccinated | single | yes no dont_know
Q28 | cervical_smear_at_25 | single | yes no dont_know
Q29 | gynae_visit_12m | single | yes no not_concerned
Q30 | contraception_use | single | yes no
Q31 | period_pain_severe | single | yes no not_concerned
Q32 | sti_screening_ever | single | yes no dont_know
Q33 | sexual_situation | multiple | gt_1_partner_12m wants_to_stop_condom_new_partner \
partner_sti_12m sex_12m_none_of_these not_concerned
Q34 | alcohol_statements | multiple | gt_2_drinks_per_day gt_10_drinks_per_week \
no_alcohol_at_least_2_days_week
Q35 | binge_drinking | single | yes no
Q36 | tobacco_status | multiple | smokes vapes no quit
Q37 | other_substances | multiple | cannabis other_drugs nitrous_oxide no
Q38 | gambling_12m | single | often sometimes rarely no
Q39 | sleep_problems | multiple | often sometimes no takes_sleeping_pills
Q40 | sleep_duration | single | lt_6h 6_to_10h ge_10h
Q41 | phq4_nervous | single | never several_days more_than_seven_days nearly_every_day
Q42 | phq4_worry | single | never several_days more_than_seven_days nearly_every_day
Q43 | phq4_interest | single | never several_days more_than_seven_days nearly_every_day
Q44 | phq4_sad | single | never several_days more_than_seven_days nearly_every_day
Q45 | suicidal_history | multiple | ideation attempt no
Q46 | violence_victim | single | yes no dont_know
Q47 | priorities | multiple | sleep_better eat_better_move_more reduce_stop_tobacco \
reduce_stop_alcohol mental_wellbeing_stress less_screen screening_information
Q47 bis | priorities_free_text | text |
""",
    "45-50": """
Q1 | sex | single | woman man other
Q2 | children_at_home | single | yes no
Q3 | single_parent | single | yes no
Q4 | caregiver_role | single | yes no
Q5 | social_support | single | yes no
Q6 | hard_living_work_conditions | single | yes no
Q7 | personal_history | multiple | hypertension_diabetes_cholesterol cardiovascular_disease \
cancer respiratory_disease inflammatory_bowel_disease other_free_text none
Q8 | last_lab_test | single | lt_6m gt_6m
Q9 | family_history | single | yes no dont_know
Q10 | current_treatment | single | yes no
Q11 | height_m | number |
Q12 | weight_kg | number |
Q13 | weight_change_6m | single | loss gain no
Q14 | leg_swelling | single | yes no
Q15 | daily_cough | single | yes no
Q16 | productive_cough | single | yes no
Q17 | breathless_vs_peers | single | yes no
Q18 | sleep_apnoea_signs | single | yes no dont_know
Q19 | menopause_discuss | single | yes no already_menopausal not_concerned
Q20 | dentist_12m | single | yes no
Q21 | vision_decline | single | yes no
Q22 | hearing_decline | single | yes no
Q23 | msk_pain_12m | single | yes no
Q24 | physical_activity_freq | single | never 1_2_per_week 3_4_per_week 5_7_per_week
Q25 | fruit_veg | single | at_least_5_portions_day 1_to_4_portions_day sometimes rarely never
Q26 | fat_sugar_salt | single | several_per_day several_per_week once_per_week once_per_month never
Q27 | sitting_time | single | lt_2h 2_to_4h 4_to_7h gt_7h dont_know
Q28 | screen_time | single | lt_1h 1_to_2h 2_to_4h gt_4h dont_know
Q29 | vaccines_up_to_date | single | yes no dont_know
Q30 | colorectal_or_breast_screening | single | yes no dont_know
Q31 | cervical_screening | single | lt_5y gt_5y never dont_know
Q32 | sexual_situation | multiple | gt_1_partner_12m wants_to_stop_condom_new_partner \
partner_sti_12m sex_12m_none_of_these not_concerned
Q33 | alcohol_statements | multiple | gt_2_drinks_per_day gt_10_drinks_per_week \
no_alcohol_at_least_2_days_week
Q34 | tobacco_status | multiple | smokes vapes no quit
Q35 | smoking_quit_since | single | lt_1y 1_to_5y gt_5y
Q36 | other_substances | multiple | cannabis other_drugs no
Q37 | gambling_12m | single | often sometimes rarely no
Q38 | sleep_problems | multiple | often sometimes no takes_sleeping_pills
Q39 | sleep_duration | single | lt_6h 6_to_10h ge_10h
Q40 | phq4_nervous | single | never several_days more_than_seven_days nearly_every_day
Q41 | phq4_worry | single | never several_days more_than_seven_days nearly_every_day
Q42 | phq4_interest | single | never several_days more_than_seven_days nearly_every_day
Q43 | phq4_sad | single | never several_days more_than_seven_days nearly_every_day
Q44 | suicidal_history | multiple | ideation attempt no
Q45 | violence_victim | single | yes no dont_know
Q46 | priorities | multiple | eat_better_move_more reduce_stop_tobacco reduce_stop_alcohol \
mental_wellbeing_stress menopause less_screen screening_information
Q46 bis | priorities_free_text | text |
""",
    "60-65": """
Q1 | sex | single | woman man other
Q2 | caregiver_role | single | yes no
Q3 | social_support | single | yes no
Q4 | contacts_6m | single | yes no
Q5 | personal_history | multiple | hypertension_diabetes_cholesterol cardiovascular_disease \
cancer respiratory_disease osteoarthritis_rheumatic vertebral_hip_fracture_osteoporosis \
other_free_text none
Q6 | last_lab_test | single | lt_6m gt_6m
Q7 | family_history | single | yes no dont_know
Q8 | current_treatment | single | yes no
Q9 | height_m | number |
Q10 | weight_kg | number |
Q11 | weight_change_6m | single | loss gain no
Q12 | leg_swelling | single | yes no
Q13 | chest_pain_effort | single | yes no
Q14 | daily_cough | single | yes no
Q15 | productive_cough | single | yes no
Q16 | breathless_vs_peers | single | yes no
Q17 | sleep_apnoea_signs | single | yes no dont_know
Q18 | menopause_age | number |
Q19 | dentist_12m | single | yes no
Q20 | vision_decline | single | yes no
Q21 | hearing_decline | single | yes no
Q22 | urinary_trouble | single | yes no
Q23 | msk_pain_12m | single | yes no
Q24 | work_conditions_hard_if_working | single | yes no
Q25 | memory_complaint | single | yes no
Q26 | daily_activity_difficulty | single | yes no dont_know
Q27 | physical_activity_freq | single | never 1_2_per_week 3_4_per_week 5_7_per_week
Q28 | fruit_veg | single | at_least_5_portions_day 1_to_4_portions_day sometimes rarely never
Q29 | fat_sugar_salt | single | several_per_day several_per_week once_per_week once_per_month never
Q30 | sitting_time | single | lt_2h 2_to_4h 4_to_7h gt_7h dont_know
Q31 | screen_time | single | lt_1h 1_to_2h 2_to_4h gt_4h dont_know
Q32 | vaccines_up_to_date | single | yes no dont_know
Q33 | colorectal_screening | single | lt_2y gt_2y never dont_know
Q34 | breast_screening | single | lt_2y gt_2y never dont_know
Q34 bis | cervical_screening | single | lt_5y gt_5y never dont_know
Q35 | sexual_situation | multiple | gt_1_partner_12m wants_to_stop_condom_new_partner \
partner_sti_12m sex_12m_none_of_these not_concerned
Q36 | alcohol_statements | multiple | gt_2_drinks_per_day gt_10_drinks_per_week \
no_alcohol_at_least_2_days_week
Q37 | tobacco_status | multiple | smokes vapes no quit
Q38 | smoking_quit_since | single | lt_1y 1_to_5y gt_5y
Q39 | other_substances | multiple | cannabis other_drugs no
Q40 | gambling_12m | single | often sometimes rarely no
Q41 | retirement_view | single | very_positive rather_positive rather_negative very_negative
Q42 | retirement_projects | single | yes_started yes_planned no_not_yet
Q43 | sleep_problems | multiple | often sometimes no takes_sleeping_pills
Q44 | sleep_duration | single | lt_6h 6_to_10h ge_10h
Q45 | phq4_nervous | single | never several_days more_than_seven_days nearly_every_day
Q46 | phq4_worry | single | never several_days more_than_seven_days nearly_every_day
Q47 | phq4_interest | single | never several_days more_than_seven_days nearly_every_day
Q48 | phq4_sad | single | never several_days more_than_seven_days nearly_every_day
Q49 | suicidal_history | multiple | ideation attempt no
Q50 | violence_victim | single | yes no dont_know
Q51 | priorities | multiple | sleep_better eat_better_move_more reduce_stop_tobacco \
reduce_stop_alcohol mental_wellbeing_stress ageing_effects screening_information
Q51 bis | priorities_free_text | text |
""",
    "70-75": """
Q1 | sex | single | woman man other
Q2 | caregiver_role | single | yes no
Q3 | social_support | single | yes no
Q4 | contacts_6m | single | yes no
Q5 | personal_history | multiple | hypertension_diabetes_cholesterol cardiovascular_disease \
cancer respiratory_disease osteoarthritis_rheumatic vertebral_hip_fracture_osteoporosis \
other_free_text none
Q6 | last_lab_test | single | lt_6m gt_6m
Q7 | family_history | single | yes no dont_know
Q8 | current_treatment | single | yes no
Q9 | height_m | number |
Q10 | weight_kg | number |
Q11 | weight_change_6m | single | loss gain no
Q12 | leg_swelling | single | yes no
Q13 | chest_pain_effort | single | yes no
Q14 | daily_cough | single | yes no
Q15 | productive_cough | single | yes no
Q16 | breathless_vs_peers | single | yes no
Q17 | sleep_apnoea_signs | single | yes no dont_know
Q18 | menopause_age | number |
Q19 | dentist_12m | single | yes no
Q20 | vision_decline | single | yes no
Q21 | hearing_decline | single | yes no
Q22 | urinary_trouble | single | yes no
Q23 | msk_pain_12m | single | yes no
Q24 | memory_complaint | single | yes no
Q25 | adl_difficulty | multiple | bed_transfer toilet washing dressing eating_drinking walking \
transport
Q26 | physical_activity_freq | single | never 1_2_per_week 3_4_per_week 5_7_per_week
Q27 | fruit_veg | single | at_least_5_portions_day 1_to_4_portions_day sometimes rarely never
Q28 | fat_sugar_salt | single | several_per_day several_per_week once_per_week once_per_month never
Q29 | sitting_time | single | lt_2h 2_to_4h 4_to_7h gt_7h dont_know
Q30 | screen_time | single | lt_1h 1_to_2h 2_to_4h gt_4h dont_know
Q31 | housing_accessible | single | yes no
Q32 | housing_fall_proof | single | yes no
Q33 | vaccines_up_to_date | single | yes no dont_know
Q34 | colorectal_screening | single | lt_2y gt_2y never dont_know
Q35 | breast_screening | single | lt_2y gt_2y never dont_know
Q35 bis | cervical_smear_ever | single | yes no dont_know
Q36 | sexual_situation | multiple | gt_1_partner_12m wants_to_stop_condom_new_partner \
partner_sti_12m sex_12m_none_of_these not_concerned
Q37 | alcohol_statements | multiple | gt_2_drinks_per_day gt_10_drinks_per_week \
no_alcohol_at_least_2_days_week
Q38 | tobacco_status | multiple | smokes vapes no quit
Q39 | smoking_quit_since | single | lt_1y 1_to_5y gt_5y
Q40 | other_substances | multiple | cannabis other_drugs no
Q41 | gambling_12m | single | often sometimes rarely no
Q42 | retirement_view | single | very_positive rather_positive rather_negative very_negative
Q43 | retirement_projects | single | yes_started yes_planned no_not_yet
Q44 | sleep_problems | multiple | often sometimes no takes_sleeping_pills
Q45 | sleep_duration | single | lt_6h 6_to_10h ge_10h
Q46 | phq4_nervous | single | never several_days more_than_seven_days nearly_every_day
Q47 | phq4_worry | single | never several_days more_than_seven_days nearly_every_day
Q48 | phq4_interest | single | never several_days more_than_seven_days nearly_every_day
Q49 | phq4_sad | single | never several_days more_than_seven_days nearly_every_day
Q50 | suicidal_history | multiple | ideation attempt no
Q51 | violence_victim | single | yes no dont_know
Q52 | priorities | multiple | sleep_better eat_better_move_more reduce_stop_tobacco \
reduce_stop_alcohol mental_wellbeing_stress ageing_effects screening_information
Q52 bis | priorities_free_text | text |
""",
}
COUNTS: dict[Band, int] = {"18-25": 48, "45-50": 47, "60-65": 53, "70-75": 54}


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    return load()


def printed(band: Band) -> list[tuple[str, str, str, list[str]]]:
    """The form, item by item."""
    rows = [line.split("|") for line in OFFICIAL[band].strip().splitlines()]
    return [(no.strip(), key.strip(), kind.strip(), boxes.split()) for no, key, kind, boxes in rows]


def ours(shelf: Shelf, band: Band) -> list[Question]:
    """Our questions that stand on the form."""
    return [each for each in shelf.questionnaires[band].questions if each.official]


@pytest.mark.parametrize("band", BANDS)
def test_items_stand_in_the_printed_order_with_their_number_and_boxes(
    shelf: Shelf, band: Band
) -> None:
    found = [
        (str(each.official), each.id, each.kind, [o.value for o in each.options if not o.added])
        for each in ours(shelf, band)
    ]
    assert found == printed(band)
    assert len(found) == COUNTS[band]
    assert all(each.section for each in ours(shelf, band))


SECTIONS = (
    "personal_social_family_situation personal_family_history current_health_state "
    "physical_activity_sedentary_diet health_environment vaccines_screening_sexual_health "
    "addictive_behaviours mental_wellbeing_violence further_details_priorities"
).split()
"""The headings of the printed forms, in their order."""
FIRST: dict[Band, str] = {
    "18-25": "Q1 Q10 Q14 Q21 - Q26 Q34 Q39 Q47",
    "45-50": "Q1 Q7 Q10 Q24 - Q29 Q33 Q38 Q46",
    "60-65": "Q1 Q5 Q8 Q27 - Q32 Q36 Q41 Q51",
    "70-75": "Q1 Q5 Q8 Q26 Q31 Q33 Q37 Q42 Q52",
}
"""The first item under each heading (« - »: this form has no such part)."""
CONDITIONS: dict[str, str] = {
    "single_parent": "when any",
    "personal_history_other": "when personal_history",
    "cervical_smear_at_25": "when age unless sex",
    "gynae_visit_12m": "unless sex",
    "period_pain_severe": "unless sex",
    "menopause_discuss": "unless sex",
    "menopause_age": "unless sex",
    "cervical_screening": "unless sex",
    "cervical_smear_ever": "unless sex",
    "breast_screening": "unless sex",
    "binge_drinking": "unless alcohol_statements",
    "smoking_quit_since": "when tobacco_status",
    "screening_which": "when colorectal_or_breast_screening",
    **dict.fromkeys(
        "phq4_nervous phq4_worry phq4_interest phq4_sad suicidal_history violence_victim".split(),
        "when private_ready",
    ),
}
"""What each conditional item hangs on; every other item is asked of everybody."""


@pytest.mark.parametrize("band", BANDS)
def test_items_stand_under_the_printed_headings(shelf: Shelf, band: Band) -> None:
    first: dict[str, str] = {}
    for each in ours(shelf, band):
        first.setdefault(str(each.section), str(each.official))
    pairs = zip(SECTIONS, FIRST[band].split(), strict=True)
    assert list(first.items()) == [(head, item) for head, item in pairs if item != "-"]


def not_ours(unless: dict[str, Any] | None) -> dict[str, Any] | None:
    """Without what is ours: held back while somebody helps."""
    parts = [each for each in (unless or {}).get("any", [unless]) if each != {"helped": "helped"}]
    return parts[0] if parts else None


def test_items_are_conditional_as_printed_and_no_other() -> None:
    found = {}
    for key, each in written(CONTENT).items():
        said = [f"{word} {' '.join(raw)}" for word, raw in
                (("when", each.when), ("unless", not_ours(each.unless))) if raw]  # fmt: skip
        if said and (each.official or key in CONDITIONS):
            found[key] = " ".join(said)
    assert found == CONDITIONS


def test_a_lost_option_or_item_would_be_noticed(shelf: Shelf) -> None:
    """The table itself: each item once, at least two boxes, and as many items as the forms."""
    for band in BANDS:
        numbers = [no for no, _, _, _ in printed(band)]
        assert len(set(numbers)) == COUNTS[band]
        assert all(len(boxes) >= 2 for _, _, kind, boxes in printed(band) if kind in _CHOICES)


_CHOICES = ("single", "multiple")

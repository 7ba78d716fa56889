"""What `make run` prepares: accounts, a campaign and made-up patients, all marked as practice."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Mapping
from pathlib import Path

from app.directory import import_sample
from app.wiring import Service, public_url
from bot.channels.console import CAN
from bot.messages import Inbound, Reply
from store import access, outreach, watching
from store.repository import Transaction

PASSWORD = "avant-bilan-demo"  # noqa: S105  printed on the terminal, accepted on one's own machine only
CENTRE = "Centre de santé de démonstration"
NOTE = Path("demo.txt")

AWA: Mapping[str, str | tuple[str, ...]] = {
    "age": "62", "sex": "woman", "social_support": "yes", "contacts_6m": "yes",
    "caregiver_role": "yes", "personal_history": ("hypertension_diabetes_cholesterol",),
    "last_lab_test": "gt_6m", "height_m": "1,62", "weight_kg": "79", "leg_swelling": "yes",
    "breathless_vs_peers": "no", "chest_pain_effort": "no", "dentist_12m": "no",
    "physical_activity_freq": "never", "sitting_time": "gt_7h", "fruit_veg": "sometimes",
    "vaccines_up_to_date": "dont_know", "colorectal_screening": "never",
    "breast_screening": "gt_2y", "tobacco_status": ("quit",), "smoking_quit_since": "gt_5y",
    "alcohol_statements": ("no_drink",), "sleep_problems": ("sometimes",),
    "private_ready": "at_visit", "priorities": ("eat_better_move_more", "ageing_effects"),
    "family_doctor": "no", "interpreter": "yes", "chosen_name": "Awa D.", "share": "yes",
}  # fmt: skip
LUCAS: Mapping[str, str | tuple[str, ...]] = {
    "age": "22", "sex": "man", "occupation_status": "student", "living_arrangement": "alone",
    "has_children": "no", "social_support": "yes", "height_m": "1,80", "weight_kg": "74",
    "physical_activity_freq": "5_7_per_week", "screen_time": "gt_4h", "hpv_vaccinated": "no",
    "vaccines_up_to_date": "yes", "alcohol_statements": ("none_of_these",), "binge_drinking": "yes",
    "tobacco_status": ("vapes",), "sleep_problems": ("often",), "private_ready": "yes",
    "phq4_nervous": "several_days", "phq4_worry": "several_days", "phq4_interest": "never",
    "phq4_sad": "several_days", "suicidal_history": ("no",), "violence_victim": "no",
    "priorities": ("sleep_better", "less_screen"), "chosen_name": "Lucas", "share": "yes",
}  # fmt: skip


async def prepare(service: Service) -> str:
    """Make what is missing, once; gives what to print."""
    if not service.settings.local:
        raise OSError("the demo runs on this machine only: its password is public. Use `serve`.")
    base = public_url(service.settings)
    note = Path(service.settings.data_dir) / NOTE
    if not note.exists():
        with service.store.transaction() as tx:
            access.create_centre(tx, CENTRE)
            centre = _watched(tx)
            access.create_practitioner(tx, "demo@example.org", "Camille Martin", "infirmière",
                                       PASSWORD, centre, "practitioner")  # fmt: skip
            access.create_practitioner(tx, "terrain@example.org", "Nadia B.", "médiatrice",
                                       PASSWORD, centre, "outreach")  # fmt: skip
            campaign = outreach.create_campaign(tx, "Forum santé de démonstration", None, centre,
                                                demo=True)  # fmt: skip
        import_sample(service)
        await service.desk.start()
        codes = [await answer(service, who, persona) for who, persona in
                 (("awa", AWA), ("lucas", LUCAS))]  # fmt: skip
        await service.desk.stop()
        note.write_text(f"{campaign.token} {' '.join(codes)}", encoding="ascii")
    # Beside the note: a demonstration made by an older version has neither yet.
    with service.store.transaction() as tx:
        _watched(tx)
    with contextlib.suppress(OSError), service.store.transaction() as tx:
        access.create_practitioner(tx, "equipe@example.org", "Alice R.", "coordinatrice",
                                   PASSWORD, access.centre_called(tx, CENTRE), "admin")  # fmt: skip
    token, awa, lucas = note.read_text(encoding="ascii").split()
    return f"""
Avant-bilan is running, with made-up patients.

  Patients         {base}/
  With an invitation  {base}/r/{token}
  Practitioners    {base}/pro        demo@example.org      {PASSWORD}
                   codes: Awa D., 62: {awa}    Lucas, 22: {lucas}
  Outreach         {base}/terrain    terrain@example.org   {PASSWORD}
  Accounts         {base}/pro        equipe@example.org    {PASSWORD}
  API              {base}/api/docs

Stop with Ctrl-C.
"""


def _watched(tx: Transaction) -> str:
    """The centre of the demonstration, which says who reads what is urgent; gives its id."""
    centre = access.centre_called(tx, CENTRE)
    watching.name(tx, centre, "Camille Martin, infirmière", "du lundi au vendredi, de 9 h à 17 h")
    return centre


async def answer(service: Service, who: str, said: Mapping[str, str | tuple[str, ...]]) -> str:
    """Go through a whole questionnaire as this made-up person; gives the code."""
    keys = itertools.count()
    place = f"demo-{who}"

    async def say(what: str | tuple[str, ...], about: str | None) -> Reply:
        return await service.desk.hear(
            Inbound("demo", place, what, str(next(keys)), about, typed=about == "age"), CAN
        )

    reply = await service.desk.hear(Inbound("demo", place, "/begin", "begin", start=""), CAN)
    usual = {"consent": "yes", "shared_phone": "no", "helped": "alone", "check_answers": "all_good"}
    while reply.waiting is not None:
        reply = await say(
            said.get(reply.waiting) or usual.get(reply.waiting, "skipped"), reply.waiting
        )
    return reply.code or "none"

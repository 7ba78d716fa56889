"""Fixed phrases of a restitution, in the French source. Their context is « restitution »."""

from __future__ import annotations

PHRASES: dict[str, str] = {
    "took_time": "Vous avez pris le temps de répondre : c'est un vrai pas pour votre santé.",
    "any_step": "Cette semaine, notez une question à poser au rendez-vous.",
    "because": "Vous avez dit : « {said} ».",
    "because_asked": "« {asked} » Vous avez dit : « {said} ».",
    "book": "Prenez rendez-vous sur sante.fr, annuaire « Mon bilan prévention ». C'est gratuit.",
    "bring_card": "Votre carte Vitale, si vous en avez une.",
    "bring_vaccines": "Votre carnet de vaccination, si vous l'avez.",
    "bring_prescriptions": "Vos ordonnances.",
    "bring_results": "Vos derniers résultats d'analyses.",
    "bring_screening": "Vos résultats de dépistage.",
    "bring_glasses": "Vos lunettes, si vous en portez.",
    "bring_hearing": "Vos appareils auditifs, si vous en portez.",
}
"""By name; `{said}` and `{asked}` are filled in after translation."""

"""Words of the professionals' pages. French only: the programme's professionals work in it."""

from __future__ import annotations

SEVERITIES = {
    "urgent": "urgent", "high": "important", "moderate": "à proposer", "info": "à savoir",
    "strength": "point fort", "": "rien de signalé",
}  # fmt: skip
THEMES = {
    "nutrition": "Nutrition",
    "physical_activity": "Activité physique",
    "addictions": "Addictions",
    "mental_health": "Santé mentale, sommeil",
    "sexual_health": "Santé sexuelle",
    "vaccination": "Vaccination",
    "cancers": "Cancers",
    "chronic_diseases": "Autres maladies chroniques",
    "housing_environment": "Logement, environnement",
    "social_life": "Vie sociale",
}
"""The programme's ten, in its order."""
MISSING = {
    "skipped": "Passé",
    "prefer_not": "Préfère ne pas répondre",
    "dont_know": "Ne sait pas",
    "dont_understand": "N'a pas compris",
    "not_usable": "Nombre inutilisable",
    "not_concerned": "Non concerné(e)",
    "not_asked": "Pas demandé",
}
"""Why there is no answer. None of these is a « no »."""
REVIEWS = {
    "to_verify": "à vérifier",
    "drafted": "rédigée, non relue par un clinicien",
    "checked": "vérifiée à la source, non relue par un clinicien",
}

"""Words of the professionals' pages. French only: the programme's professionals work in it."""

from __future__ import annotations

SEVERITIES = {
    "urgent": "urgent", "high": "important", "moderate": "à proposer", "info": "à savoir",
    "strength": "point fort", "": "rien de signalé",
}  # fmt: skip
DUE = {"due": "À faire", "to_ask": "À demander", "to_check": "À vérifier"}
"""What to do about a vaccine or a screening."""
WHEN = {"today": "au rendez-vous", "later": "plus tard", "no": "ne souhaite pas"}
"""When the person wants to talk about it."""
MISSING = {
    "skipped": "Passé",
    "prefer_not": "Préfère ne pas répondre",
    "dont_know": "Ne sait pas",
    "dont_understand": "N'a pas compris",
    "not_usable": "Nombre inutilisable",
    "not_concerned": "Non concerné(e)",
    "held_back": "Gardé pour le rendez-vous : quelqu'un aidait, à demander seul à seul",
    "not_asked": "Pas demandé",
}
"""Why there is no answer. None of these is a « no »."""
TESTS = {
    "phq9": "PHQ-9", "gad7": "GAD-7", "fagerstrom_6": "Fagerström", "hsi_2_items": "HSI",
    "cast": "CAST", "face": "FACE", "audit_c": "AUDIT-C", "scoff_f": "SCOFF", "wast": "WAST",
    "mini_gds_4": "mini-GDS", "epices": "EPICES", "icje_pgsi": "ICJE", "mna_sf": "MNA-SF",
    "mini_zarit": "mini-Zarit", "icope_step1": "ICOPE, étape 1", "hhie_s": "HHIE-S",
    "mini_cog_or_5_words": "Mini-Cog ou 5 mots", "iadl": "IADL", "eisinger": "score d'Eisinger",
    "amsler_grid": "grille d'Amsler", "grio_calcium": "apports en calcium (GRIO)",
}  # fmt: skip
"""Second-line tests by their usual names."""
REVIEWS = {
    "to_verify": "à vérifier",
    "drafted": "rédigée, non relue par un clinicien",
    "clinically_reviewed": "relue par un clinicien",
    "checked": "vérifiée à la source, non relue par un clinicien",
}

"""French words for what accounts are and did."""

from __future__ import annotations

ROLES = {
    "practitioner": "Soignant", "outreach": "Acteur de terrain", "auditor": "Auditeur",
    "admin": "Administrateur", "volunteer": "Bénévole",
}  # fmt: skip
STATES = {"invited": "invitation en attente", "active": "actif", "off": "arrêté"}
ACTIONS = {
    "sign in": "s'est connecté", "open by code": "a ouvert un bilan par son code",
    "read brief": "a lu un bilan", "listed": "a vu un bilan dans sa liste",
    "read plan": "a lu un plan de prévention", "begin in the room": "a commencé un questionnaire",
    "resume in the room": "a repris un questionnaire", "invite account": "a invité quelqu'un",
    "reset account": "a remis un compte à zéro", "deactivate account": "a arrêté un compte",
    "name watcher": "a dit qui lit les bilans urgents",
    "end sessions": "a fermé les sessions d'un compte", "admit volunteer": "a admis un bénévole",
    "join by link": "a rejoint par son lien", "reset by link": "a repris son compte par un lien",
    "day by link": "a commencé sa journée", "change password": "a changé son mot de passe",
    "recover account": "a repris son compte par un code de secours",
    "new recovery codes": "a fait de nouveaux codes de secours",
    "use recovery code": "a utilisé un code de secours", "add passkey": "a ajouté une clé d'accès",
    "remove passkey": "a retiré une clé d'accès",
    "remove second factor": "a retiré son second facteur",
}  # fmt: skip
"""Another action is shown by its own name."""

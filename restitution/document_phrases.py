"""Fixed phrases of what a person takes away. French source; their context is « restitution »."""

from __future__ import annotations

PHRASES: dict[str, str] = {
    # -- the restitution, as text and on paper
    "title": "Vos conseils",
    "programme": "Mon bilan prévention",
    "band": "Bilan des {band} ans",
    "safety": "D'abord, votre sécurité",
    "strengths": "Ce qui va déjà bien",
    "advice": "Pour vous, d'abord",
    "first_step": "Cette semaine, un petit pas",
    "appointment": "Votre rendez-vous",
    "bring": "À apporter",
    "more": "Autres conseils",
    "more_left": "Et {count} autres conseils, sur votre écran.",
    "chosen": "Vous voulez parler de : {topics}.",
    "partial": "Vous n'avez pas répondu à tout. Ces conseils partent de ce que vous avez dit.",
    "sms": "{number} par SMS",
    "code": "Votre code",
    "code_show": "Montrez-le au rendez-vous : le professionnel pourra lire vos réponses.",
    "code_picture": "Carré à photographier : il contient votre code.",
    "not_diagnosis": "Ce document n'est pas un diagnostic.",
    "said_by_you": "Il part de vos réponses. Parlez-en au rendez-vous.",
    "emergency": "Urgence : 15 ou 112. Sans parler, par SMS : 114.",
    # -- one's own data
    "data": "Mes données",
    "data_answers": "Mes réponses",
    "data_private": "Les questions personnelles ne sont pas imprimées.",
    "data_readings": "Qui les a lues",
    "data_nobody": "Personne pour l'instant.",
    # -- the prevention plan
    "plan": "Mon plan personnalisé de prévention",
    "plan_priorities": "Mes priorités en santé",
    "plan_obstacles": "Freins rencontrés",
    "plan_advice": "Conseils et modalités pratiques",
    "plan_resources": "Ressources et intervenants",
    "plan_follow_up": "Modalités de suivi",
    "plan_importance": "Important pour moi : {count} sur 10",
    "plan_confidence": "Je m'en sens capable : {count} sur 10",
    "plan_bring": "Gardez cette page. Apportez-la à vos rendez-vous.",
    # -- the small paper with the code
    "receipt": "Votre code pour le rendez-vous",
    "receipt_show": "Montrez ce papier à l'accueil ou au professionnel.",
    "receipt_keep": "Gardez-le pour vous : avec ce code, on peut lire vos réponses.",
    # -- the poster and the cards
    "poster": "Un bilan de santé gratuit",
    "poster_what": "Un rendez-vous de 30 minutes pour parler de votre santé.",
    "poster_questions": "Avant, des questions sur votre téléphone : 10 minutes.",
    "poster_private": "Personne ne lit vos réponses sans votre accord.",
    "poster_scan": "Prenez ce carré en photo avec votre téléphone",
    "poster_type": "ou écrivez cette adresse :",
    "poster_ages": "À 18-25, 45-50, 60-65 et 70-75 ans",
    "poster_picture": "Carré à photographier : il ouvre les questions.",
    "card": "Votre bilan de santé gratuit",
    "card_scan": "10 minutes, sur votre téléphone",
}
"""By name; `{count}`, `{topics}`, `{number}` and `{band}` are filled in after translation."""

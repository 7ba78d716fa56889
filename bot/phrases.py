"""Everything the conversation says that is neither a question nor an advice. French source.

Catalogues translate these under the context « bot ». Placeholders are named.
"""

PHRASES: dict[str, str] = {
    # -- start
    "start": (
        "Bonjour. Mon bilan prévention : un rendez-vous gratuit pour votre santé.\n"
        "Avant, quelques questions. Environ 10 minutes. Rien n'est obligatoire.\n"
        "Vos réponses sont lues seulement par le professionnel que vous choisissez.\n"
        "Ce n'est pas un service d'urgence. Urgence : 15."
    ),
    "start_place": "Vous êtes invité(e) par : {place}.",
    "begin": "Commencer",
    "appointment": "Rendez-vous sans questions",
    "language": "Langue",
    "languages": "Choisissez votre langue. Vos réponses sont gardées.",
    "appointment_text": (
        "Vous pouvez prendre rendez-vous sans répondre aux questions.\n"
        "Choisissez un médecin, un infirmier, une sage-femme ou un pharmacien.\n"
        "Le rendez-vous est gratuit et dure 30 minutes.\n"
        "Annuaire : {url}"
    ),
    "book": "Trouver un rendez-vous",
    "consent_telegram": (
        "Telegram garde aussi ce que vous écrivez ici. Notre page web est plus discrète.\n"
        "Si d'autres voient ce téléphone, j'efface à la fin vos messages et les miens.\n"
        "Telegram ne le permet que pendant 48 heures."
    ),
    "invitation_used": "Cette carte a déjà servi. Vous pouvez commencer sans elle.",
    "invitation_over": "Cette invitation n'est plus valable. Vous pouvez commencer sans elle.",
    # -- coming back
    "welcome_back": "Bonjour. Vos réponses sont gardées. On continue ?",
    "resume": "Continuer",
    "restart": "Recommencer",
    "restarted": "On recommence depuis le début.",
    "other_phone": "Continuer sur un autre téléphone",
    "resume_code": (
        "Pour continuer sur un autre téléphone : {code}\n"
        "Là-bas, ouvrez {url} et touchez « Reprendre sur un autre téléphone ».\n"
        "Ce code sert une fois, jusqu'au {until}. Ne le montrez à personne."
    ),
    "resume_elsewhere": "Reprendre sur un autre téléphone",
    "resume_enter": "Écrivez le code que l'autre téléphone vous a montré.",
    "resume_label": "Votre code",
    "resume_wrong": "Ce code n'est pas le bon, ou il a déjà servi. Demandez-en un autre là-bas.",
    "resume_wait": "Trop d'essais. Attendez une demi-heure.",
    "resume_here": (
        "Des réponses sont déjà gardées ici. Pour reprendre celles d'un autre téléphone, "
        "effacez d'abord celles-ci."
    ),
    "paused": (
        "C'est gardé. Revenez quand vous voulez, au même endroit.\nJe n'écris pas de moi-même."
    ),
    "paused_ask": (
        "C'est gardé. Revenez quand vous voulez, au même endroit.\nJe n'écris que si vous voulez."
    ),
    "remind_me": "Me le rappeler",
    "will_remind": (
        "C'est noté. Je vous écrirai trois fois au plus.\nPour ne plus rien recevoir, écrivez STOP."
    ),
    "reminder_1": (
        "Bonjour. Vous m'avez demandé de vous le rappeler : il reste quelques questions. "
        "Continuez quand vous voulez. STOP : je n'écris plus."
    ),
    "reminder_2": "Bonjour. Ce que vous avez écrit est toujours là. On continue ? "
    "STOP : je n'écris plus.",
    "reminder_3": "Bonjour. Dernier rappel : on continue quand vous voulez. "
    "Ensuite, je n'écris plus.",
    "stop_reminders": "Ne plus m'écrire",
    "no_reminders": "D'accord. Je n'écris plus de moi-même.",
    "later": "C'est gardé. Ces questions attendent un moment plus tranquille.",
    "stopped": "On s'arrête ici. Ce que vous avez répondu reste utile.",
    # -- nothing to ask
    "refused": (
        "D'accord. Je ne garde rien.\nVous pouvez prendre rendez-vous sans questions : {url}"
    ),
    "underage": (
        "Ce bilan commence à 18 ans. D'autres personnes peuvent vous répondre.\n"
        "Fil santé jeunes : 0 800 235 236, tous les jours de 9 h à 23 h. Gratuit et anonyme.\n"
        "Harcèlement, violences en ligne : 3018.\n"
        "Enfant ou ado en danger : 119, jour et nuit.\n"
        "Urgence : 15 ou 112. Sans parler : 114 par SMS."
    ),
    "waits": "D'accord. Votre prochain bilan est à {opens} ans. À bientôt.",
    "waits_last": "D'accord. Votre médecin peut faire le point avec vous à tout âge.",
    "no_age": (
        "Sans votre âge, je ne sais pas quelles questions poser.\n"
        "Vous pouvez donner votre âge, ou prendre rendez-vous sans questions : {url}"
    ),
    "give_age": "Donner mon âge",
    "between": (
        "À {age} ans, vous êtes entre deux bilans. Le prochain est à {opens} ans.\n"
        "Vous pouvez répondre aujourd'hui aux questions du bilan {band}, pour vous."
    ),
    "between_last": (
        "À {age} ans, il n'y a plus de bilan à âge fixe.\n"
        "Vous pouvez répondre aux questions du bilan {band}, pour vous."
    ),
    # -- under a question
    "done": "C'est tout",
    "dont_know": "Je ne sais pas",
    "skip": "Passer",
    "help": "Aide",
    "listen": "Écouter",
    "listen_name": "Écouter : {name}",
    "listen_private": "Écouter (mettez des écouteurs)",
    "no_voice": "Il n'y a pas d'enregistrement pour cela.",
    "several": "Plusieurs réponses possibles.",
    "write_number": "Écrivez un nombre.",
    "write_text": "Écrivez quelques mots, ou passez.",
    "left_one": "Dernière question de cette partie.",
    "left": "Encore {count} questions dans cette partie.",
    "ticked": "Choisi : {choices}",
    # -- help
    "help_title": "Que voulez-vous ?",
    "simpler": "Plus simple",
    "why": "Pourquoi cette question ?",
    "why_default": "Pour mieux préparer votre rendez-vous. Vous pouvez passer.",
    "in_simpler_words": "En plus simple : {said}",
    "no_simpler": "Vous pouvez passer cette question, ou en parler au rendez-vous.",
    "dont_understand": "Je ne comprends pas",
    "prefer_not": "Je préfère ne pas dire",
    "not_concerned": "Je ne suis pas concerné(e)",
    "back": "Question d'avant",
    "change": "Changer une réponse",
    "pause": "Faire une pause",
    "help_now": "J'ai besoin d'aide maintenant",
    "erase": "Effacer mes réponses",
    "go_back": "Retour à la question",
    # -- without a network
    "no_network": "Pas de réseau",
    "waits_network": "La suite revient avec le réseau. Rien n'est à refaire.",
    "unsent": (
        "Pas de réseau. Ce téléphone garde vos réponses. Elles partent quand le réseau revient, "
        "si cette page reste ouverte."
    ),
    "try_again": "Essayer encore",
    # -- how pages look
    "looks": "Affichage",
    "large_text": "Grand texte",
    "usual_text": "Texte normal",
    "dark": "Sombre",
    "light": "Clair",
    "like_the_phone": "Comme le téléphone",
    # -- reading
    "not_understood": "Je n'ai pas compris « {said} ».",
    "not_understood_short": "Je n'ai pas compris.",
    "which": "D'accord. Laquelle de ces réponses ?",
    "ambiguous": "J'ai compris plusieurs choses : {choices}. Laquelle ?",
    "partly": "J'ai compris : {understood}. Je n'ai pas compris : {missed}.",
    "not_a_number": "J'attends un nombre, par exemple {example}.",
    "out_of_range": "{value}, est-ce bien cela ? Vérifiez et écrivez encore une fois.",
    "not_usable": "D'accord, c'est noté. Le professionnel mesurera avec vous.",
    "too_long": "C'est un peu long. Écrivez moins de 500 caractères.",
    "nothing_ticked": "Rien n'est choisi. Touchez une réponse, ou passez.",
    "doubt": "Vous voulez dire : {choice} ?",
    "yes": "Oui",
    "no": "Non",
    "stale": "Cette question ne vous concerne plus. Rien n'a changé.",
    "corrected": "C'est changé.",
    "nothing_to_change": "Il n'y a pas encore de réponse à changer.",
    "error": "Un souci de notre côté. Votre réponse n'est pas perdue si vous la renvoyez.",
    # -- urgent
    "nobody_reads": "Personne ne lit ceci maintenant.",
    "call": "Appeler ou écrire",
    "stop": "Arrêter ici",
    "go_on": "Continuer",
    # -- private block
    "held_back": (
        "D'accord. Certaines questions plus personnelles sont gardées pour le professionnel.\n"
        "Il vous les posera seul à seul. Ce n'est pas un oubli."
    ),
    "private_link": (
        "Ces questions sont personnelles. Elles s'ouvrent sur notre page, plus discrète.\n"
        "Ce lien sert une seule fois."
    ),
    "open_page": "Ouvrir la page",
    "answer_here": "Répondre ici quand même",
    "at_visit": "J'en parlerai au rendez-vous",
    "answered_there": "C'est fait, continuer",
    "private": "Questions personnelles",
    "private_answered": "répondu",
    "not_answered": "passé",
    # -- the end
    "summary": "Vérifiez vos réponses. Vous pouvez tout changer.",
    "understood": "Ai-je bien compris ? {answers}\nVous pouvez changer, ou laisser ainsi.",
    "change_which": "Quelle partie voulez-vous changer ?",
    "change_question": "Quelle réponse voulez-vous changer ?",
    "restitution_link": "Vos conseils sont prêts, sur notre page. Ce lien sert une seule fois.",
    "read_advice": "Lire mes conseils",
    "plan_link": (
        "Un document préparé avec vous vous attend, sur notre page.\nCe lien sert une seule fois."
    ),
    "read_plan": "Ouvrir mon document",
    "test_link": (
        "Votre professionnel vous propose quelques questions, sur notre page.\n"
        "Ce lien sert une seule fois."
    ),
    "code": (
        "Votre code : {code}\n"
        "Montrez-le au professionnel. Il pourra lire vos réponses.\n"
        "Le code marche jusqu'au {until}."
    ),
    "code_centre": "Le centre qui vous invite peut aussi lire vos réponses.",
    "code_practitioner": "Le professionnel qui vous a invité(e) peut lire vos réponses, sans code.",
    "share_now": "Partager avec le centre",
    "shared_now": "C'est partagé avec le centre qui vous invite, même si vous ne finissez pas.",
    "watched_by": (
        "Réponses urgentes lues au centre par : {who}, {hours}.\n"
        "Personne ne lit ceci maintenant. En danger : 15 ou 112. Sans parler : 114 par SMS."
    ),
    "who_reads": "Qui peut lire ?",
    "share_nobody": "Personne ne peut lire vos réponses.",
    "share_by_code": "Qui a votre code peut lire, jusqu'au {until}.",
    "share_by_centre": "Le centre « {name} » peut lire, jusqu'au {until}.",
    "share_by_person": "{name} peut lire, jusqu'au {until}.",
    "share_not_read": "Personne ne les a encore lues.",
    "share_read_by": "Déjà lues par :",
    "share_reading": "{who}, le {day} à {hour}",
    "share_listed": "{who}, dans sa liste, le {day} à {hour}",
    "share_is_contested": "(signalé)",
    "share_more": "En tout : {count} lectures.",
    "share_stop": "Ne plus partager",
    "share_30": "Partager encore 30 jours",
    "share_90": "Partager encore 3 mois",
    "share_code": "Avoir un nouveau code",
    "share_choose": "Choisir qui peut lire",
    "share_contest": "Une lecture n'est pas normale",
    "share_contest_which": "Quelle lecture n'est pas normale ?",
    "share_nothing_to_contest": "Toutes ces lectures sont déjà signalées.",
    "share_stopped": (
        "C'est fait. Plus personne ne peut lire vos réponses.\n"
        "Ce qui a déjà été lu ou imprimé ne peut pas être repris."
    ),
    "share_until_changed": "C'est changé.",
    "share_new_code": "Voici un nouveau code. L'ancien ne marche plus.",
    "share_contested": (
        "C'est noté, merci de l'avoir dit. Le responsable du centre le verra.\n"
        "Vous pouvez aussi ne plus partager."
    ),
    "not_shared": (
        "Personne ne lit vos réponses.\nVous pouvez changer d'avis : écrivez « changer »."
    ),
    "all_done": "Merci. C'est terminé.",
    "see_again": "Revoir mes conseils",
    "new_advice": "Vos conseils sont à jour.",
    # -- erasing
    "erase_sure": "Effacer toutes vos réponses ? On ne pourra pas les retrouver.",
    "erase_yes": "Oui, tout effacer",
    "erase_no": "Non, garder",
    "erase_private": "Effacer ces réponses personnelles",
    "erased": "C'est effacé. Il ne reste rien de vos réponses ici.",
    # -- one's own data
    "my_data": "Mes données",
    # -- commands menu
    "menu_start": "Commencer ou continuer",
    "menu_help": "Aide",
    "menu_help_now": "J'ai besoin d'aide maintenant",
    "menu_back": "Question d'avant",
    "menu_change": "Changer une réponse",
    "menu_pause": "Faire une pause",
    "menu_partage": "Qui peut lire ?",
    "menu_language": "Langue, language, اللغة",
    "menu_erase": "Effacer mes réponses",
}

SECTIONS: dict[str, str] = {
    "start": "Pour commencer",
    "personal_social_family_situation": "Votre situation",
    "personal_family_history": "Vos maladies, votre famille",
    "current_health_state": "Votre santé aujourd'hui",
    "physical_activity_sedentary_diet": "Bouger et manger",
    "health_environment": "Votre logement",
    "vaccines_screening_sexual_health": "Vaccins, dépistages, sexualité",
    "addictive_behaviours": "Tabac, alcool et autres",
    "mental_wellbeing_violence": "Sommeil et moral",
    "further_details_priorities": "Vos sujets",
    "closing": "Pour finir",
}
"""Headings of the official form's sections, in our words; translated under « section »."""

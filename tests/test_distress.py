"""Worrying words, as people write them: met in any state, with few false alarms.

When in doubt the card is shown: a mention counts, an idiom or a plain denial does not.
"""

from __future__ import annotations

import pytest

from flows.loading import load

SHELF = load()

WORRYING = {
    "suicide": """
j'ai envie de mourir
J'AI ENVIE DE MOURIR !!!
j ai envie de mourir
jai envi de mourir
g envie de mourir
je veux mourir
jveux mourrir
je veux juste mourir
je voudrais être morte
j'aimerais ne plus être là
je veux en finir
je veux en finir avec la vie
je pense au suicide
je pense à me suicider
des idées suicidaires
j'ai des idées noires
idées noires tous les soirs
j'ai fait une tentative de suicide l'an dernier
je vais me tuer
je vais me pendre
je veux me jeter sous un train
envie de me foutre en l'air
envie de sauter du pont
je n'ai plus envie de vivre
j'ai plus envie de vivre
je veux plus vivre
je ne veux plus être là
marre de vivre
la vie ne vaut plus la peine
je n'ai plus de raison de vivre
je serais mieux mort
tout le monde serait mieux sans moi
autant mourir
mettre fin à mes jours
je veux disparaître pour toujours
je me scarifie
je me mutile
je me fais du mal parfois
ma fille veut se suicider
je pense à la mort tous les jours
vivement que je meure
je suis mort de fatigue et j'ai envie de mourir
c'était drôle, mort de rire, mais je veux mourir
je n'ai pas d'idées noires mais je veux mourir
adieu à tous
je suis au bout du rouleau
je n'ai plus goût à la vie
je me suis ouvert les veines
je vais faire une bêtise
sauter par la fenêtre
mourir
i hate my life
I want to die
i wanna die
I don't want to live anymore
i want to kill myself
I am suicidal
better off dead
no reason to live
I cut myself
thinking about suicide
I want to end it all
أريد أن أموت
اريد الموت
أفكر في الانتحار
سأقتل نفسي
لا أريد أن أعيش
بدي أموت
نبغي نموت
أتمنى الموت
تعبت من الحياة
أؤذي نفسي
""",
    "violence": """
mon mari me frappe
mon mari me bat quand il boit
il me tape
il m'a frappée hier
elle m'a étranglé
on m'a violée
j'ai été violée
j'ai subi un viol
je me fais taper dessus par mon fils
mon fils me vole et me frappe
mon compagnon me menace de mort
il va me tuer
il veut me tuer
j'ai peur de mon mari
j'ai peur de mon père
j'ai peur qu'il me frappe
violences conjugales
je suis une femme battue
mon père me battait quand j'étais petit
il m'enferme et me frappe
mon mari est violent
mon mari me fait peur
violée
le voisin m'a frappé
my husband hits me
he beat me
I was raped
my partner chokes me
I am afraid of my husband
he will kill me
زوجي يضربني
تعرضت للاغتصاب
أخاف من زوجي
زوجي كيضربني
""",
    "chest_pain": """
j'ai mal à la poitrine
mal dans la poitrine depuis ce matin
douleur dans la poitrine
ça serre dans la poitrine
ma poitrine me serre
j'ai un poids sur la poitrine
je fais une crise cardiaque
chest pain
my chest hurts
ألم في الصدر
""",
    "stroke": """
ma bouche est de travers
mon bras est paralysé
je n'arrive plus à parler d'un coup
je fais un AVC
my face is drooping
""",
    "overdose": """
j'ai avalé toute la boîte
j'ai pris trop de médicaments
j'ai pris tous mes cachets
overdose
I took too many pills
""",
    "bleeding": """
je saigne beaucoup
je perds beaucoup de sang
enceinte et je saigne
hémorragie
bleeding a lot
""",
    "harm_others": """
je vais le tuer
je veux tuer mon voisin
envie de frapper mon fils
j'ai peur de faire du mal à mon bébé
I want to kill him
""",
    "help_now": """
je suis en danger
j'étouffe
je n'arrive plus à respirer
I can't breathe
""",
    "chemical_submission": """
on a mis quelque chose dans mon verre
on m'a drogué à mon insu
my drink was spiked
""",
}
HARMLESS = """
je suis mort de rire
mdr je meurs de rire
mort de fatigue
je suis morte de fatigue
mort de faim
je meurs de faim
je vais mourir de chaud
mort de peur
mort de honte
ça me tue
le travail me tue
ce boulot me tue le dos
ça me tue de payer autant
mes enfants me tuent
mon père est mort
ma mère est morte d'un cancer
mon mari est mort il y a 2 ans
mon frère est mort dans un accident
le chien est mort
je suis veuve, mon mari est décédé
je n'ai pas envie de mourir
j'ai pas envie de mourir
je n'ai jamais eu envie de mourir
je ne veux pas mourir
je n'ai jamais pensé au suicide
pas d'idées noires
je n'ai pas d'idées suicidaires
aucune idée noire
je n'ai jamais voulu mourir
non, pas de tentative de suicide
je meurs d'envie de dormir
je meurs d'impatience
à mourir d'ennui
un film triste à mourir
pour tuer le temps
je me tue au travail
je me tue à le répéter
je veux en finir avec la cigarette
j'aimerais en finir avec ce questionnaire
envie de dormir
j'ai envie de vivre
j'ai envie de vivre longtemps
je suis crevé
je suis crevée ce soir
mon vélo est crevé
la mort de ma mère me pèse
j'ai peur de la mort de mon chien
il me tape sur les nerfs
cette publicité m'a frappé
le prix m'a frappé
mon médecin m'a tapé sur le genou
j'étouffe de chaleur
mon mari ne me frappe pas
il ne m'a jamais frappée
personne ne me frappe
je n'ai pas peur de mon mari
j'ai peur de mon ombre
j'ai mal au coeur en voiture
mon père a fait une crise cardiaque
j'ai fait un infarctus en 2010
pas de douleur à la poitrine
je n'ai pas mal à la poitrine
cancer du sein
mon père a fait un AVC
j'ai eu un avc en 2015
bras cassé en 2018
overdose de chocolat
je saigne des gencives
je saigne du nez parfois
je prends mes médicaments
je prends tous mes cachets le matin
une robe violette
mon voisin est violent
je bats le record
mon coeur bat vite
72 kilos
1m75
oui
non merci
tabac, sommeil
mieux dormir
je dors mal
le moral est bas
j'ai peur de l'avion
moins de sucre, c'est mort
le point mort
I'm dead tired
I died laughing
this job is killing me
my father died last year
I don't want to die
I'm not suicidal
I never thought about suicide
to die for
killing time
my husband never hits me
dying of hunger
dying to meet you
مت من الضحك
ميت من التعب
أبي مات
توفي زوجي
لا أريد أن أموت
لا أفكر في الانتحار
أموت فيك
زوجي لا يضربني
أموت من الجوع
"""


def lines(text: str) -> list[str]:
    return text.strip().splitlines()


@pytest.mark.parametrize(
    ("alert", "said"), [(alert, said) for alert, text in WORRYING.items() for said in lines(text)]
)
def test_worrying_words_show_their_card(alert, said):
    assert alert in SHELF.distress.caught(said)


@pytest.mark.parametrize("said", lines(HARMLESS))
def test_idioms_mourning_and_denials_show_none(said):
    assert SHELF.distress.caught(said) == ()


def test_the_tables_are_long_enough_to_mean_something():
    assert sum(len(lines(text)) for text in WORRYING.values()) >= 60
    assert len(lines(HARMLESS)) >= 60

"""What the practitioner sees: in French whatever the patient's language, sealed when finished."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal

from flows.model import (
    DONT_KNOW,
    DONT_UNDERSTAND,
    NON_ANSWERS,
    NOT_CONCERNED,
    NOT_USABLE,
    PREFER_NOT,
    SKIPPED,
    Answers,
    Interview,
    Position,
    Question,
    Value,
)
from flows.three import said
from restitution.checks import contradictions
from restitution.helping import PREFIX
from restitution.library import Library
from restitution.model import THEME_TITLES, Brief, Flag, SaidAnswer, Want
from restitution.paper import CONFIDENTIAL_ITEMS, on_paper, themes
from restitution.readings import read_scores
from restitution.rules import RANK, Finding

__all__ = ["make_brief", "on_paper"]

Status = Literal["answered", "skipped", "dont_know", "dont_understand", "prefer_not",
                 "not_concerned", "not_usable", "not_asked", "held_back"]  # fmt: skip
_STATUS: dict[str, tuple[Status, str]] = {
    SKIPPED: ("skipped", "passée"),
    DONT_KNOW: ("dont_know", "ne sait pas"),
    DONT_UNDERSTAND: ("dont_understand", "n'a pas compris"),
    PREFER_NOT: ("prefer_not", "préfère ne pas répondre"),
    NOT_CONCERNED: ("not_concerned", "non concerné(e)"),
    NOT_USABLE: ("not_usable", "nombre inutilisable"),
}
_WHEN: dict[str, Literal["today", "later", "no"]] = {"today": "today", "later": "later", "no": "no"}
_OWN_THEMES = frozenset({"start", "closing", "after_alert", "help"})


def make_brief(position: Position, interview: Interview, library: Library) -> Brief:
    """Everything a practitioner needs to prepare the visit. For paper, see `on_paper`."""
    answers = position.answers
    said_answers = {each.id: _said(each, position) for each in position.questionnaire.questions}
    alerts = [each[0] for each in interview.distress]
    found = library.find(position.questionnaire.band, answers, alerts)
    chosen = answers.get("priorities")
    topics = list(chosen) if isinstance(chosen, tuple) else []
    flags = [_flag(each, said_answers, interview, library) for each in _sorted(found, topics)]
    risks = tuple(each for each in flags if each.severity != "strength")
    strengths = tuple(each for each in flags if each.severity == "strength")
    official = [each for each in position.questionnaire.questions if each.official]
    shown = [each for each in position.questionnaire.questions
             if each.official or (each.id in answers and _clinical(each))]  # fmt: skip
    return Brief(
        band=position.questionnaire.band or "",
        age=answers.age,
        language=interview.language,
        name=_text(answers, "chosen_name"),
        helped=said(answers, "helped", "helped"),
        interpreter=said(answers, "interpreter", "yes"),
        family_doctor=said(answers, "family_doctor", "yes"),
        answered=sum(_answered(each, answers) for each in official),
        total=len(official),
        partial=position.stopped or position.waiting is not None,
        unfinished=position.waiting is not None,
        urgent=tuple(each for each in risks if each.severity == "urgent"),
        flags=risks,
        strengths=strengths,
        scores=read_scores(position),
        priorities=_labels(position.questionnaire.find("priorities"), topics),
        priorities_free_text=_text(answers, "priorities_free_text"),
        answers=tuple(said_answers[each.id] for each in shown),
        not_answered=tuple(
            said_answers[each.id] for each in official
            if not _answered(each, answers) and _concerns(each, position)
        ),
        discuss_face_to_face=_face_to_face(position),
        distress=tuple((each[0], each[1]) for each in interview.distress),
        due=library.due(answers),
        notes=_notes(position, interview),
        themes=themes(risks, strengths),
        questionnaire=f"{position.questionnaire.band or ''} {position.questionnaire.version}",
        rules=library.version,
        wordings=interview.wordings,
        wants=_wants(position, topics),
        sensitive_helped=any(
            (each.sensitive or each.private) and _helped(each, position)
            and _answered(each, answers) for each in shown
        ),
    )  # fmt: skip


def _wants(position: Position, topics: Sequence[str]) -> tuple[Want, ...]:
    """The chosen topics first, in the person's order, then the themes they were asked about."""
    chosen = _labels(position.questionnaire.find("priorities"), topics)
    asked = [(each.id.removeprefix(PREFIX), position.answers.get(each.id))
             for each in position.asked if each.id.startswith(PREFIX)]  # fmt: skip
    wishes = [Want(THEME_TITLES[theme], _WHEN[str(value)]) for theme, value in asked
              if value in _WHEN]  # fmt: skip
    return (*(Want(label, None) for label in chosen), *wishes)


def _sorted(found: Sequence[Finding], topics: Sequence[str]) -> list[Finding]:
    """The person's priorities first, then by severity."""

    def place(finding: Finding) -> tuple[int, int, int]:
        wanted = [topics.index(each) for each in finding.rule.topics if each in topics]
        return min(wanted, default=len(topics)), RANK[finding.severity], -finding.rule.weight

    return sorted(found, key=place)


def _flag(
    finding: Finding, answers: dict[str, SaidAnswer], interview: Interview, library: Library
) -> Flag:
    rule = finding.rule
    note, causes = finding.practitioner, tuple(
        answers[each] for each in rule.items
        if each in answers and answers[each].status not in ("not_asked", "held_back")
    )  # fmt: skip
    if rule.spoken:
        note, causes = _heard(finding, interview)
    return Flag(
        id=rule.id, theme=rule.theme, severity=finding.severity, note=note, answers=causes,
        source=rule.source, review=rule.review, exam=rule.exam, second_line=finding.second_line,
        resources=tuple(library.resources[each] for each in finding.resources),
        confidential=rule.confidential, patient=finding.patient, step=finding.step,
    )  # fmt: skip


def _heard(finding: Finding, interview: Interview) -> tuple[str, tuple[SaidAnswer, ...]]:
    """The sentences typed, each with when and at which question."""
    quotes = tuple(
        SaidAnswer(
            question=question, official=None, theme=finding.rule.theme, confidential=True,
            asked=f"Écrit le {datetime.fromtimestamp(at, UTC):%d/%m/%Y à %H:%M} (UTC)"
            + (f", à la question {question}" if question else ""),
            said=sentence,
        )
        for _, sentence, question, at in interview.distress
    )  # fmt: skip
    times = ", ".join(each.asked[0].lower() + each.asked[1:] for each in quotes)
    return f"{finding.practitioner} ({times})", quotes


# -- answers in words ------------------------------------------------------------------------


def _said(question: Question, position: Position) -> SaidAnswer:
    value = position.answers.get(question.id)
    status, words = _words(question, value)
    if value is None and _held_back(question, position):
        status, words = "held_back", "gardée pour le rendez-vous"
    elif status == "not_asked" and _kept_for_the_visit(question, position):
        words = "non posée : traduction non relue, à aborder de vive voix"
    return SaidAnswer(
        question=question.id, official=question.official, asked=question.ask, said=words,
        status=status, theme=question.theme,
        confidential=question.id in CONFIDENTIAL_ITEMS
        or (question.private and question.alert is not None),
        values=_boxes(question, value) if status == "answered" else (),
        helped=_helped(question, position),
    )  # fmt: skip


def _kept_for_the_visit(question: Question, position: Position) -> bool:
    """Would it have been asked, had somebody reviewed it in this person's language?"""
    return question.id in position.held and question.id not in position.answers


def _helped(question: Question, position: Position) -> bool:
    entry = position.entries.get(question.id)
    return entry is not None and entry.helped


def _boxes(question: Question, value: Value | None) -> tuple[str, ...]:
    ticked = value if isinstance(value, tuple) else (value,)
    return tuple(each for each in ticked if isinstance(each, str) and question.option(each))


def _words(question: Question, value: Value | None) -> tuple[Status, str]:
    if value is None:
        return "not_asked", "non posée"
    if isinstance(value, tuple):
        return "answered", ", ".join(_labels(question, value))
    if isinstance(value, float):
        return "answered", _number(value, question.unit)
    option = question.option(value)
    if value in _STATUS:
        status, words = _STATUS[value]
        return status, option.label if option else words
    return "answered", option.label if option else value


def _number(value: float, unit: str | None) -> str:
    if unit == "m":
        return f"{value:.2f} m".replace(".", ",")
    words = f"{value:g}".replace(".", ",")
    return f"{words} ans" if unit == "years" else f"{words} {unit or ''}".strip()


def _labels(question: Question | None, values: Sequence[str]) -> tuple[str, ...]:
    if question is None:
        return ()
    found = [(question.option(each), each) for each in values]
    return tuple(option.label if option else each for option, each in found)


def _text(answers: Answers, question: str) -> str | None:
    value = answers.get(question)
    return value if isinstance(value, str) and value not in NON_ANSWERS and value else None


def _answered(question: Question, answers: Answers) -> bool:
    """Answered in the form's own boxes, « I don't know » included where the form has it."""
    value = answers.get(question.id)
    if value is None or value == NOT_USABLE:
        return False
    return value not in NON_ANSWERS or question.option(str(value)) is not None


def _concerns(question: Question, position: Position) -> bool:
    """Is its silence worth telling? Not when it did not apply; yes for the private block."""
    answered = question.id in position.answers or _held_back(question, position)
    return answered or question.private or question.concerns(position.answers)


def _held_back(question: Question, position: Position) -> bool:
    """Would it be asked if nobody were helping?"""
    if not question.held_back or question.concerns(position.answers):
        return False
    alone = Answers({key: each for key, each in position.answers.items() if key != "helped"})
    return question.concerns(alone)


def _clinical(question: Question) -> bool:
    """Ours, but worth reading: follow-ups and details, not consent or « go on »."""
    return (
        question.theme not in _OWN_THEMES
        and question.id != "private_ready"
        and (not question.id.startswith("go_on_"))
    )


def _face_to_face(position: Position) -> bool:
    """The private block was left for the visit or not asked, or the person was helped."""
    ready = position.answers.get("private_ready")
    if ready is None and "private_ready" in position.held:
        return True
    return position.answers.get("helped") == "helped" or (ready is not None and ready != "yes")


def _notes(position: Position, interview: Interview) -> tuple[str, ...]:
    answers = position.answers
    notes = [
        ("Âge hors des quatre tranches : tranche la plus proche, pour l'usage de la personne.",
         position.between),
        ("Quelqu'un a aidé à répondre : reprendre les questions personnelles seul à seul.",
         any(entry.helped for entry in interview.log) or answers.get("helped") == "helped"),
        ("Questions personnelles (moral, sécurité) non posées : à aborder seul à seul.",
         _face_to_face(position)),
        ("Traduction non relue dans sa langue : des questions de sécurité ou de score non "
         "posées. Les poser de vive voix, avec un interprète s'il le faut.",
         any(_kept_for_the_visit(each, position) and (each.official or each.concerns(answers))
             for each in position.questionnaire.questions)),
        ("Quelqu'un aidait : questions sensibles gardées, à poser seul à seul.",
         any(_held_back(each, position) for each in position.questionnaire.questions)),
        ("Téléphone vu par d'autres : pas de message ni d'appel qui en dise trop.",
         answers.get("shared_phone") in ("yes", DONT_KNOW)),
        ("Âge exact non donné : seuils d'âge à vérifier.", answers.age is None),
        ("La personne s'est arrêtée avant la fin.", position.stopped),
        ("Pas terminé : partagé avant la fin, d'autres réponses peuvent suivre.",
         position.waiting is not None and not position.stopped),
    ]  # fmt: skip
    odd = (each.note for each in contradictions(answers) if each.note)
    return (*(note for note, holds in notes if holds), *odd)

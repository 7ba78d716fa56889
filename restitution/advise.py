"""What the patient reads: one safety box, what goes well, three advices at most, one first step.

Texts come from the function given (a pgettext), so that every language says the same thing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from flows.model import Answers, Position, Question
from flows.three import said
from restitution.library import Library
from restitution.model import Advice, Resource, Restitution, Safety, Severity
from restitution.paper import may_print, tells
from restitution.phrases import PHRASES
from restitution.rules import RANK, Finding
from restitution.typography import french

Texts = Callable[[str, str], str]
"""(context, French source) → the text in the reader's language."""

MOST = 3
"""Advices on the first page, and strengths."""
SOON = 9
"""Weight from which a doctor is to be seen this week."""
PER_ADVICE = 2
"""Resources named with one advice: more would be none."""
BOOK_URL = "https://www.sante.fr/annuaire-mon-bilan-prevention"
"""The directory of the programme (ARS Grand Est, presentation of 22 December 2023)."""
_FIRST = ("samu_15", "eu_112", "p3114", "police_17", "sms_114")
_BRING = (
    ("bring_prescriptions", (
        ("current_treatment", ("yes",)),
        ("sleep_problems", ("takes_sleeping_pills",)),
    )),
    ("bring_results", (("last_lab_test", ("lt_6m", "gt_6m")),)),
    ("bring_screening", (
        ("colorectal_or_breast_screening", ("yes",)),
        ("colorectal_screening", ("lt_2y", "gt_2y")),
        ("breast_screening", ("lt_2y", "gt_2y")),
        ("cervical_screening", ("lt_5y", "gt_5y")),
    )),
    ("bring_glasses", (("vision_decline", ("yes",)),)),
    ("bring_hearing", (("hearing_decline", ("yes",)),)),
)  # fmt: skip
_UNQUOTED = frozenset({"sexual_situation", "other_substances"})
"""Answers never written again on a page somebody may look at."""
_WORTH: tuple[Severity, ...] = ("urgent", "high", "moderate")
_PRIVATE_TOPICS = frozenset({"mental_wellbeing_stress"})


@dataclass(frozen=True, slots=True)
class _Reader:
    """For whom, in which words, and who else might look."""

    position: Position
    library: Library
    texts: Texts
    discreet: bool
    paper: bool

    @property
    def answers(self) -> Answers:
        return self.position.answers

    def may_see(self, finding: Finding) -> bool:
        """Is this line fit for where it will be read?"""
        # A danger to the body is said all the same, in words that do not name its cause.
        bodily = finding.severity == "urgent" and "drugs" in finding.rule.tags
        if self.discreet and (finding.private or not (finding.rule.discreet or bodily)):
            return False
        return not (self.paper and (finding.rule.confidential or tells(finding.patient)))

    def line(self, finding: Finding) -> str:
        return self.texts(f"advice.{finding.id}", finding.patient or "")

    def resources(self, ids: Iterable[str]) -> tuple[Resource, ...]:
        """In the reader's language; numbers that betray a confidence stay off paper."""
        if not (self.discreet or self.paper):
            return tuple(self._resource(each) for each in ids)
        seen = [each for each in ids if may_print(self.library.resources[each])]
        return tuple(self._resource(each) for each in seen)

    def _resource(self, resource_id: str) -> Resource:
        made, context = self.library.resources[resource_id], f"resource.{resource_id}"
        words = {
            name: self.texts(context, value)
            for name in ("name", "hours", "cost", "use")
            if (value := getattr(made, name))
        }
        return replace(made, **words)

    def label(self, question: Question, value: str) -> str | None:
        option = question.option(value)
        return self.texts(question.id, option.label) if option else None


def advise(
    position: Position,
    library: Library,
    texts: Texts,
    *,
    language: str = "fr",
    discreet: bool = False,
    paper: bool = False,
    distress: Iterable[tuple[str, str, str, int]] = (),
    book_url: str = BOOK_URL,
    vouched: Callable[[str, str], bool] = lambda context, french: True,
) -> Restitution:
    """The person's restitution as of now, in the language of `texts`.

    `discreet` leaves out mood, violence, sexual and drug lines; `paper` leaves out whatever
    shows that suicide or violence was told. `distress` is the interview's (alert, …) list.
    `vouched`: may a line (context, French) on a danger be read in this language alone?
    """
    reader = _Reader(position, library, texts, discreet, paper)
    band = position.questionnaire.band
    found = library.find(band, position.answers, [each[0] for each in distress])
    # What may not be seen must not be guessed from what is missing either.
    urgent = any(each.severity == "urgent" and reader.may_see(each) for each in found)
    lines = [each for each in found if each.patient and reader.may_see(each)]
    chosen = _chosen(reader)
    top, more = _advice(reader, lines, chosen, urgent)
    return Restitution(
        language=language,
        band=band or "",
        safety=_safety(reader, lines, vouched),
        strengths=() if urgent else _strengths(reader, lines, found),
        advice=tuple(_advised(reader, each) for each in top),
        more=tuple(_advised(reader, each) for each in more),
        first_step=None if urgent else _first_step(reader, top),
        bring=_bring(reader),
        book=texts("restitution", PHRASES["book"]),
        book_url=book_url,
        chosen=tuple(label for _, label in chosen),
        partial=position.stopped or position.waiting is not None,
        paper=paper,
    )


def _in_box(finding: Finding) -> bool:
    return finding.rule.safety or finding.severity == "urgent"


def _safety(
    reader: _Reader, lines: Sequence[Finding], vouched: Callable[[str, str], bool]
) -> Safety | None:
    """Every danger met: 15, then 3114, then 17 and 114, then listening lines."""
    dangers = sorted((each for each in lines if _in_box(each)),
                     key=lambda each: (each.rank, RANK[each.severity]))  # fmt: skip
    if not dangers:
        return None
    named = dict.fromkeys(each for danger in dangers for each in danger.resources)
    order = [*(each for each in _FIRST if each in named),
             *(each for each in named if each not in _FIRST)]  # fmt: skip
    numbers = tuple(each for each in reader.resources(order) if each.phone or each.sms)
    said = tuple(dict.fromkeys(reader.line(each) for each in dangers))
    sure = all(vouched(f"advice.{each.id}", each.patient or "") for each in dangers) and all(
        vouched(f"resource.{each.id}", reader.library.resources[each.id].name) for each in numbers
    )
    return Safety(said, numbers, () if sure else _in_french(reader, dangers, numbers))


def _in_french(
    reader: _Reader, dangers: Sequence[Finding], numbers: Sequence[Resource]
) -> tuple[str, ...]:
    lines = dict.fromkeys(each.patient or "" for each in dangers)
    named = (reader.library.resources[each.id] for each in numbers)
    calls = (f"{each.phone or each.sms} : {each.name}" for each in named)
    return tuple(french(each) for each in (*lines, *calls))


def _strengths(
    reader: _Reader, lines: Sequence[Finding], found: Sequence[Finding]
) -> tuple[str, ...]:
    """What goes well; nothing of a theme where something grave was found."""
    alarmed = {each.rule.theme for each in found if each.severity in ("urgent", "high")}
    kept = [each for each in lines
            if each.severity == "strength" and each.rule.theme not in alarmed]  # fmt: skip
    if not kept:
        return (reader.texts("restitution", PHRASES["took_time"]),)
    return tuple(reader.line(each) for each in kept[:MOST])


def _chosen(reader: _Reader) -> list[tuple[str, str]]:
    """(topic, its label), in the order of the person's choices."""
    ticked = reader.answers.get("priorities")
    question = reader.position.questionnaire.find("priorities")
    if question is None or not isinstance(ticked, tuple):
        return []
    found = [(each, reader.label(question, each)) for each in ticked]
    return [(topic, label) for topic, label in found
            if label and not (reader.discreet and topic in _PRIVATE_TOPICS)]  # fmt: skip


def _advice(
    reader: _Reader,
    lines: Sequence[Finding],
    chosen: Sequence[tuple[str, str]],
    urgent: bool,
) -> tuple[list[Finding], list[Finding]]:
    """The advices on the first page, and the others on demand.

    After an urgent answer only what the person asked about, and what calls for a doctor.
    """
    candidates = [each for each in lines if each.severity != "strength" and not _in_box(each)
                  and "aside" not in each.rule.tags]  # fmt: skip
    candidates.sort(key=lambda each: (RANK[each.severity], -each.rule.weight))
    topics = [topic for topic, _ in chosen]
    if urgent:
        wanted = [each for each in candidates if set(each.rule.topics) & set(topics)]
        grave = [each for each in candidates if _calls_doctor(each) and each not in wanted]
        return _pick([*wanted, *grave], topics), []
    top = _pick(candidates, topics)
    return top, [each for each in candidates if each not in top]


def _first_step(reader: _Reader, top: Sequence[Finding]) -> str:
    """One small thing to do this week."""
    for each in top:
        if each.step:
            return reader.texts(f"advice.{each.id}", each.step)
    return reader.texts("restitution", PHRASES["any_step"])


def _calls_doctor(finding: Finding) -> bool:
    return finding.severity == "high" and "see_doctor" in finding.rule.tags


def _pick(candidates: Sequence[Finding], topics: Sequence[str]) -> list[Finding]:
    """One per chosen topic in the person's order, then the gravest, of other themes if possible."""
    top: list[Finding] = []
    for topic in topics:
        best = next((e for e in candidates if topic in e.rule.topics and e not in top), None)
        if best is not None:
            top.append(best)
    # What calls for a doctor is never behind « other advice », whatever was chosen.
    grave = [each for each in candidates if _calls_doctor(each)]
    grave = [each for each in grave if each.rule.weight >= SOON][: MOST - 1] or grave[:1]
    late = [each for each in grave if each not in top[: MOST - len(grave)]]
    top = [each for each in top if each not in late][: MOST - len(late)] + late
    # Another theme if possible, but a mere information never stands before something grave.
    for fresh, severities in ((True, _WORTH), (False, ("high",)), (True, None), (False, None)):
        for each in candidates:
            seen = fresh and each.rule.theme in {other.rule.theme for other in top}
            fits = severities is None or each.severity in severities
            if len(top) < MOST and each not in top and fits and not seen:
                top.append(each)
    return top


def _advised(reader: _Reader, finding: Finding) -> Advice:
    resources = reader.resources(finding.resources)[:PER_ADVICE]
    because = _because(reader, finding)
    return Advice(finding.id, finding.rule.theme, reader.line(finding), because, resources)


def _because(reader: _Reader, finding: Finding) -> str | None:
    """Their own words about the first question that led here, unless they are nobody's business."""
    for item in finding.rule.items:
        question = reader.position.questionnaire.find(item)
        value = reader.answers.get(item)
        if question is None or question.private or item in _UNQUOTED or finding.rule.confidential:
            return None
        named = finding.rule.quoted.get(item)
        values = value if isinstance(value, tuple) else (value,) if isinstance(value, str) else ()
        boxes = [question.option(each) for each in values if named is None or each in named]
        labels = [reader.texts(question.id, each.label) for each in boxes if each]
        if labels:
            # « Je fume » speaks for itself; « Parfois » needs its question.
            alone = question.kind == "multiple" and not any(each.group for each in boxes if each)
            spoken = reader.texts("restitution", PHRASES["because" if alone else "because_asked"])
            asked = reader.texts(question.id, question.ask)
            return spoken.format(asked=asked, said=", ".join(labels))
    return None


def _bring(reader: _Reader) -> tuple[str, ...]:
    names = ["bring_card", "bring_vaccines"]
    names += [name for name, asked in _BRING
              if any(said(reader.answers, item, *values) for item, values in asked)]  # fmt: skip
    return tuple(reader.texts("restitution", PHRASES[name]) for name in names)

"""Reads of questionnaires: the template behind one, its answers, its progress, its claims."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from django.db.models import QuerySet

from diligence.models import (
    Answer,
    AnswerRevision,
    Deal,
    EvidenceItem,
    Questionnaire,
    QuestionnaireTemplate,
    User,
)
from diligence.questionnaires.claims import AnswerClaim, claims_of
from diligence.questionnaires.conditions import VisibleSection, concerns, visible_sections
from diligence.questionnaires.loader import parse_template
from diligence.questionnaires.progress import Given, is_done, lack_of, lacks_evidence
from diligence.questionnaires.schema import AnswerValue, FileQuestion, Profile, Question, Template
from diligence.questionnaires.values import display_value


@lru_cache(maxsize=64)
def _parsed(sha256: str, source: str, name: str) -> Template:  # noqa: ARG001 - the key of the cache
    return parse_template(source, name)


def template_of(row: QuestionnaireTemplate) -> Template:
    """The template as a model, parsed once per version and process."""
    return _parsed(row.sha256, row.source, f"{row.slug}.v{row.version}.yaml")


def question_asked(answer: Answer) -> str:
    """The question as the startup read it."""
    return template_of(answer.questionnaire.template).question(answer.question).text


def profile_of(deal: Deal) -> Profile:
    """What decides which questions concern the startup."""
    return Profile(frozenset(deal.archetypes), frozenset(deal.flags))


def answers_of(questionnaire: Questionnaire) -> dict[str, Answer]:
    """Its answers by question id, with threads and what is attached to them now."""
    rows = _answers(questionnaire).prefetch_related("evidence__versions", "messages__author")
    return {row.question: row for row in rows}


def threads_of(questionnaire: Questionnaire) -> dict[str, Answer]:
    """Its answers by question id with threads alone, for who reads them as they were handed in."""
    rows = _answers(questionnaire).prefetch_related("messages__author")
    return {row.question: row for row in rows}


def _answers(questionnaire: Questionnaire) -> QuerySet[Answer]:
    return questionnaire.answers.select_related("updated_by", "taken_from")


@dataclass(frozen=True)
class Said:
    """What an answer says, now or when it was handed in, with what is attached to it."""

    value: AnswerValue
    cannot_answer: str
    evidence: tuple[EvidenceItem, ...]
    number: int
    by: User
    at: datetime
    taken_from: AnswerRevision | None = None

    @property
    def answered_at(self) -> datetime:
        """When somebody first said this: for what was taken over, when it was said then."""
        return self.taken_from.at if self.taken_from else self.at


def said_now(answer: Answer) -> Said:
    """What the startup sees of its own answer."""
    attached = tuple(e for e in answer.evidence.all() if e.withdrawn_at is None)
    return Said(
        answer.value, answer.cannot_answer, attached, answer.revision, answer.updated_by,
        answer.updated_at, answer.taken_from,
    )  # fmt: skip


def said_then(revision: AnswerRevision, items: dict[object, EvidenceItem]) -> Said:
    """What the answer said when it was handed in; `items` are the deal's evidence by id."""
    attached = tuple(items[pk] for pk in revision.evidence if pk in items)
    return Said(
        revision.value, revision.cannot_answer, attached, revision.number, revision.by,
        revision.at, revision.taken_from,
    )  # fmt: skip


def values_of(said: dict[str, Said]) -> dict[str, AnswerValue]:
    """The values by question id; "we cannot answer" is no value."""
    return {question: each.value for question, each in said.items()}


@dataclass(frozen=True)
class AskedQuestion:
    """A question as it stands: shown or hidden by a condition, with its answer if there is one."""

    question: Question
    answer: Answer | None
    shown: bool
    said: Said | None = None

    @property
    def attached(self) -> tuple[EvidenceItem, ...]:
        """The evidence of its answer, without what was withdrawn."""
        return self.said.evidence if self.said else ()

    @property
    def given(self) -> Given:
        """What has come in, in the terms of the rules on progress."""
        if self.said is None:
            return Given()
        return Given(self.said.value, bool(self.said.cannot_answer), len(self.attached))

    @property
    def is_given(self) -> bool:
        """Whether it is answered: by a value, by its file, or by why it cannot be."""
        return is_done(self.question, self.given)

    @property
    def is_missing(self) -> bool:
        """Required, shown and not answered, or its required evidence not attached."""
        return self.shown and lack_of(self.question, self.given) is not None

    @property
    def lacks_evidence(self) -> bool:
        """Whether an answer was given without the evidence that it requires."""
        return lacks_evidence(self.question, self.given)

    @property
    def is_asked_back(self) -> bool:
        """Whether the firm wants to know more."""
        return self.answer is not None and self.answer.state == Answer.State.ASKED_BACK

    @property
    def reopens(self) -> bool:
        """Whether it is open in a questionnaire that the firm sent back.

        Beside what was asked back that is what is missing now (a changed answer may have brought up
        another question), and what was written since: or it could never be submitted again.
        """
        drafted = self.answer is not None and self.answer.state == Answer.State.DRAFT
        return self.is_asked_back or drafted or self.is_missing

    @property
    def shown_value(self) -> str:
        """The answer in words."""
        return in_words(self.question, self.said) if self.said else ""


def in_words(question: Question, said: Said) -> str:
    """What an answer says, as one reads it."""
    if said.cannot_answer:
        return f"We cannot answer: {said.cannot_answer}"
    if isinstance(question, FileQuestion):
        return ", ".join(item.title for item in said.evidence)
    return display_value(question, said.value)


@dataclass(frozen=True)
class AskedSection:
    """A section of a questionnaire as it stands."""

    id: str
    title: str
    intro: str
    questions: tuple[AskedQuestion, ...]

    @property
    def shown(self) -> tuple[AskedQuestion, ...]:
        """Those of its questions that are shown now."""
        return tuple(q for q in self.questions if q.shown)

    @property
    def answered(self) -> int:
        """How many of the shown ones are answered."""
        return sum(1 for q in self.shown if q.is_given)

    @property
    def missing(self) -> tuple[AskedQuestion, ...]:
        """What keeps it from being submitted."""
        return tuple(q for q in self.shown if q.is_missing)

    @property
    def percent(self) -> int:
        """Answered of shown."""
        return 100 * self.answered // len(self.shown) if self.shown else 100


@dataclass(frozen=True)
class QuestionnaireSheet:
    """A questionnaire as it stands, whole or, for who takes over a part, `portion` of it."""

    questionnaire: Questionnaire
    template: Template
    sections: tuple[AskedSection, ...]
    is_whole: bool = True
    portion: float = 1.0

    @property
    def minutes(self) -> int:
        """About how long it takes, by the template."""
        return max(1, round(self.template.minutes * self.portion))

    @property
    def asked(self) -> int:
        """Questions shown."""
        return sum(len(s.shown) for s in self.sections)

    @property
    def answered(self) -> int:
        """Questions answered."""
        return sum(s.answered for s in self.sections)

    @property
    def missing(self) -> tuple[AskedQuestion, ...]:
        """All that keeps it from being submitted."""
        return tuple(q for s in self.sections for q in s.missing)

    @property
    def percent(self) -> int:
        """Answered of asked, rounded down, so that 100 is said only at the end."""
        return 100 * self.answered // self.asked if self.asked else 100

    @property
    def is_with_founder(self) -> bool:
        """Whether the startup may write in it now."""
        states = Questionnaire.State
        return self.questionnaire.state in (states.OPEN, states.RETURNED)

    @property
    def asked_back(self) -> tuple[AskedQuestion, ...]:
        """What the firm wants to know more about."""
        return tuple(q for s in self.sections for q in s.shown if q.is_asked_back)

    def limited_to(self, sections: frozenset[str]) -> "QuestionnaireSheet":
        """The same with these sections alone, as one sees it who takes over no other."""
        mine = tuple(s for s in self.sections if s.id in sections)
        part = sum(len(s.shown) for s in mine) / max(1, self.asked)
        return replace(self, sections=mine, portion=part, is_whole=False)

    def is_open(self, asked: AskedQuestion) -> bool:
        """Whether this answer can be written now."""
        if self.questionnaire.state == Questionnaire.State.RETURNED:
            return asked.reopens
        return self.questionnaire.state == Questionnaire.State.OPEN

    def section(self, section_id: str) -> AskedSection | None:
        """The section of that id, if anything is asked in it."""
        return next((s for s in self.open_sections if s.id == section_id), None)

    @property
    def fraction(self) -> str:
        """Answered of asked, in words."""
        return f"{self.answered} of {self.asked}"

    @property
    def first_unfinished(self) -> AskedSection | None:
        """Where to go on: the first section that lacks something, or the start."""
        unfinished = (s for s in self.open_sections if s.missing or not self.answered)
        return next(unfinished, None)

    @property
    def open_sections(self) -> tuple[AskedSection, ...]:
        """Sections in which something is shown."""
        return tuple(s for s in self.sections if s.shown)

    def find(self, question_id: str) -> AskedQuestion | None:
        """The question of that id, if the startup is asked it at all."""
        for section in self.sections:
            for asked in section.questions:
                if asked.question.id == question_id:
                    return asked
        return None


def sheet_of(questionnaire: Questionnaire) -> QuestionnaireSheet:
    """The questionnaire as its startup sees it: what is written now, handed in or not."""
    answers = answers_of(questionnaire)
    return _sheet(questionnaire, answers, {q: said_now(a) for q, a in answers.items()})


def handed_in_sheet(questionnaire: Questionnaire) -> QuestionnaireSheet:
    """The questionnaire as the firm reads it: each answer as it was last handed in."""
    said = handed_in(questionnaire)
    answers = threads_of(questionnaire)
    known = {q: a for q, a in answers.items() if q in said or a.state == Answer.State.ASKED_BACK}
    return _sheet(questionnaire, known, said)


def handed_in(questionnaire: Questionnaire) -> dict[str, Said]:
    """What the answers said when they were last handed in, by question id."""
    rows = AnswerRevision.objects.filter(answer__questionnaire=questionnaire)
    rows = rows.exclude(handed_in_at=None).select_related("answer", "by", "taken_from")
    newest = rows.order_by("answer_id", "-number").distinct("answer_id")
    items = evidence_by_id(questionnaire.deal)
    return {row.answer.question: said_then(row, items) for row in newest}


def evidence_by_id(deal: Deal) -> dict[object, EvidenceItem]:
    """The deal's evidence but for what was withdrawn, with its versions."""
    rows = deal.evidence.filter(withdrawn_at=None).prefetch_related("versions__blob")
    return {row.pk: row for row in rows}


def _sheet(
    questionnaire: Questionnaire, answers: dict[str, Answer], said: dict[str, Said]
) -> QuestionnaireSheet:
    """Every question that concerns the startup; hidden ones are kept and marked."""
    template = template_of(questionnaire.template)
    profile = profile_of(questionnaire.deal)
    shown = _shown_ids(visible_sections(template, values_of(said), profile))
    sections = tuple(
        AskedSection(
            section.id,
            section.title,
            section.intro or "",
            tuple(
                AskedQuestion(q, answers.get(q.id), q.id in shown, said.get(q.id))
                for q in section.questions
                if concerns(q, profile)
            ),
        )
        for section in template.sections
        if concerns(section, profile)
    )
    return QuestionnaireSheet(questionnaire, template, tuple(s for s in sections if s.questions))


def _shown_ids(sections: tuple[VisibleSection, ...]) -> set[str]:
    return {question.id for section in sections for question in section.questions}


BEING_REWRITTEN = (Answer.State.DRAFT, Answer.State.ASKED_BACK)


@dataclass(frozen=True)
class StatedClaim:
    """A claim with the answer that makes it. `key` stays the same while the answer changes."""

    claim: AnswerClaim
    answer: Answer
    key: str

    @property
    def is_being_rewritten(self) -> bool:
        """Whether the startup is at it again; the firm does not see that before it is handed in."""
        return self.answer.state in BEING_REWRITTEN


def stated_claims(deal: Deal) -> tuple[StatedClaim, ...]:
    """What the startup says of itself in its submitted questionnaires, newest first."""
    claims: list[StatedClaim] = []
    for questionnaire in deal.questionnaires.select_related("template").exclude(
        state=Questionnaire.State.OPEN
    ):
        answers = threads_of(questionnaire)
        said = values_of(handed_in(questionnaire))
        for claim in claims_of(template_of(questionnaire.template), said, profile_of(deal)):
            key = f"{questionnaire.pk}/{claim.id}"
            claims.append(StatedClaim(claim, answers[claim.question_id], key))
    return tuple(claims)


def answers_by_criterion(deal: Deal) -> dict[str, list[AskedQuestion]]:
    """Submitted answers by the rubric criteria that their questions inform."""
    found: dict[str, list[AskedQuestion]] = {}
    questionnaires = deal.questionnaires.select_related("template", "deal")
    for questionnaire in questionnaires.exclude(state=Questionnaire.State.OPEN):
        for section in handed_in_sheet(questionnaire).sections:
            for asked in section.shown:
                if asked.is_given:
                    for criterion in asked.question.criteria:
                        found.setdefault(criterion, []).append(asked)
    return found

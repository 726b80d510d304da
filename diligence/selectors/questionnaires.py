"""Reads of questionnaires: the template behind one, its answers, its progress, its claims."""

from dataclasses import dataclass
from functools import lru_cache

from diligence.models import Answer, Deal, Questionnaire, QuestionnaireTemplate
from diligence.questionnaires.claims import AnswerClaim, claims_of
from diligence.questionnaires.conditions import VisibleSection, visible_sections
from diligence.questionnaires.loader import parse_template
from diligence.questionnaires.schema import AnswerValue, Profile, Question, Template
from diligence.questionnaires.values import display_value


@lru_cache(maxsize=64)
def _parsed(sha256: str, source: str, name: str) -> Template:  # noqa: ARG001 - the key of the cache
    return parse_template(source, name)


def template_of(row: QuestionnaireTemplate) -> Template:
    """The template as a model, parsed once per version and process."""
    return _parsed(row.sha256, row.source, f"{row.slug}.v{row.version}.yaml")


def profile_of(deal: Deal) -> Profile:
    """What decides which questions concern the startup."""
    return Profile(frozenset(deal.archetypes), frozenset(deal.flags))


def answers_of(questionnaire: Questionnaire) -> dict[str, Answer]:
    """Its answers by question id, with evidence and threads fetched."""
    rows = questionnaire.answers.select_related("updated_by").prefetch_related(
        "evidence__versions", "messages__author"
    )
    return {row.question: row for row in rows}


def values_of(answers: dict[str, Answer]) -> dict[str, AnswerValue]:
    """The stored values by question id; "we cannot answer" is no value."""
    return {question: answer.value for question, answer in answers.items()}


@dataclass(frozen=True)
class AskedQuestion:
    """A question as it stands: shown or hidden by a condition, with its answer if there is one."""

    question: Question
    answer: Answer | None
    shown: bool

    @property
    def is_missing(self) -> bool:
        """Required, shown and not answered, or its required evidence not attached."""
        if not self.shown:
            return False
        given = self.answer is not None and self.answer.is_given
        if self.question.required and not given:
            return True
        return self.lacks_evidence

    @property
    def lacks_evidence(self) -> bool:
        """Whether an answer was given without the evidence that it requires."""
        asked = self.question.evidence
        if asked is None or not asked.required or self.answer is None:
            return False
        if self.answer.cannot_answer or self.answer.value is None:
            return False
        return not any(item.withdrawn_at is None for item in self.answer.evidence.all())

    @property
    def shown_value(self) -> str:
        """The answer in words."""
        if self.answer is None:
            return ""
        if self.answer.cannot_answer:
            return f"We cannot answer: {self.answer.cannot_answer}"
        return display_value(self.question, self.answer.value)


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
        return sum(1 for q in self.shown if q.answer is not None and q.answer.is_given)

    @property
    def missing(self) -> tuple[AskedQuestion, ...]:
        """What keeps it from being submitted."""
        return tuple(q for q in self.shown if q.is_missing)


@dataclass(frozen=True)
class QuestionnaireSheet:
    """A whole questionnaire as it stands."""

    questionnaire: Questionnaire
    template: Template
    sections: tuple[AskedSection, ...]

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
        """Answered of asked."""
        return round(100 * self.answered / self.asked) if self.asked else 0

    def find(self, question_id: str) -> AskedQuestion | None:
        """The question of that id, if the startup is asked it at all."""
        for section in self.sections:
            for asked in section.questions:
                if asked.question.id == question_id:
                    return asked
        return None


def sheet_of(questionnaire: Questionnaire) -> QuestionnaireSheet:
    """The questionnaire with all answers; hidden questions are kept and marked."""
    template = template_of(questionnaire.template)
    answers = answers_of(questionnaire)
    profile = profile_of(questionnaire.deal)
    shown = _shown_ids(visible_sections(template, values_of(answers), profile))
    concerned = {s.id for s in template.sections if _concerns(s.archetypes, s.flags, profile)}
    sections = tuple(
        AskedSection(
            section.id,
            section.title,
            section.intro or "",
            tuple(
                AskedQuestion(q, answers.get(q.id), q.id in shown)
                for q in section.questions
                if _concerns(q.archetypes, q.flags, profile)
            ),
        )
        for section in template.sections
        if section.id in concerned
    )
    return QuestionnaireSheet(questionnaire, template, tuple(s for s in sections if s.questions))


def _shown_ids(sections: tuple[VisibleSection, ...]) -> set[str]:
    return {question.id for section in sections for question in section.questions}


def _concerns(archetypes: tuple[str, ...], flags: tuple[str, ...], profile: Profile) -> bool:
    fits = not archetypes or not profile.archetypes or bool(profile.archetypes & set(archetypes))
    return fits and (not flags or bool(profile.flags & set(flags)))


def stated_claims(deal: Deal) -> tuple[AnswerClaim, ...]:
    """What the startup says of itself in its submitted questionnaires, newest first."""
    claims: list[AnswerClaim] = []
    for questionnaire in deal.questionnaires.select_related("template").exclude(
        state=Questionnaire.State.OPEN
    ):
        values = values_of(answers_of(questionnaire))
        claims.extend(claims_of(template_of(questionnaire.template), values, profile_of(deal)))
    return tuple(claims)


def answers_by_criterion(deal: Deal) -> dict[str, list[AskedQuestion]]:
    """Submitted answers by the rubric criteria that their questions inform."""
    found: dict[str, list[AskedQuestion]] = {}
    questionnaires = deal.questionnaires.select_related("template", "deal")
    for questionnaire in questionnaires.exclude(state=Questionnaire.State.OPEN):
        for section in sheet_of(questionnaire).sections:
            for asked in section.shown:
                if asked.answer is not None and asked.answer.is_given:
                    for criterion in asked.question.criteria:
                        found.setdefault(criterion, []).append(asked)
    return found

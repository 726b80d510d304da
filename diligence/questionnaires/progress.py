"""How far a questionnaire is: per section what is answered, and what is still missing."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Literal

from diligence.questionnaires.conditions import VisibleSection, is_answered, visible_sections
from diligence.questionnaires.schema import (
    Answers,
    FileQuestion,
    Profile,
    Question,
    Section,
    Template,
)


@dataclass(frozen=True)
class Response:
    """What has come in: answers, number of attachments by question, questions declined."""

    answers: Answers
    attachments: Mapping[str, int] = field(default_factory=dict)
    declined: AbstractSet[str] = frozenset()


@dataclass(frozen=True)
class MissingItem:
    """One thing that still has to be done before the questionnaire can be submitted."""

    question: Question
    section: Section
    reason: Literal["answer", "evidence"]


@dataclass(frozen=True)
class SectionProgress:
    """How far one section is. Hidden questions are not counted."""

    section: Section
    total: int
    answered: int
    required: int
    required_answered: int
    missing: tuple[MissingItem, ...]

    @property
    def is_complete(self) -> bool:
        """Whether nothing that is required is missing."""
        return not self.missing


@dataclass(frozen=True)
class Progress:
    """How far the whole questionnaire is."""

    sections: tuple[SectionProgress, ...]

    @property
    def total(self) -> int:
        """How many questions are shown."""
        return sum(section.total for section in self.sections)

    @property
    def answered(self) -> int:
        """How many of them have an answer."""
        return sum(section.answered for section in self.sections)

    @property
    def percent(self) -> int:
        """Answered share, rounded down, so that 100 is said only at the end."""
        return 100 * self.answered // self.total if self.total else 100

    @property
    def missing(self) -> tuple[MissingItem, ...]:
        """All that is still required, in the order of the questions."""
        return tuple(item for section in self.sections for item in section.missing)

    @property
    def is_complete(self) -> bool:
        """Whether it can be submitted."""
        return not self.missing


def progress_of(template: Template, response: Response, profile: Profile | None = None) -> Progress:
    """The progress of what has come in on this template."""
    sections = visible_sections(template, response.answers, profile)
    return Progress(tuple(_section_progress(section, response) for section in sections))


def is_done(question: Question, response: Response) -> bool:
    """Whether a question is answered, by a value, by its file, or declined with a reason."""
    if question.id in response.declined:
        return True
    if isinstance(question, FileQuestion) and response.attachments.get(question.id, 0) > 0:
        return True
    return is_answered(response.answers.get(question.id))


def _section_progress(visible: VisibleSection, response: Response) -> SectionProgress:
    done = [question for question in visible.questions if is_done(question, response)]
    required = [question for question in visible.questions if question.required]
    missing = [
        MissingItem(question, visible.section, reason)
        for question in visible.questions
        if (reason := _missing_reason(question, response)) is not None
    ]
    return SectionProgress(
        section=visible.section,
        total=len(visible.questions),
        answered=len(done),
        required=len(required),
        required_answered=sum(question in done for question in required),
        missing=tuple(missing),
    )


def _missing_reason(question: Question, response: Response) -> Literal["answer", "evidence"] | None:
    if not is_done(question, response):
        return "answer" if question.required else None
    if question.id in response.declined or not _asks_evidence(question, response):
        return None
    return None if response.attachments.get(question.id, 0) > 0 else "evidence"


def _asks_evidence(question: Question, response: Response) -> bool:
    """Required evidence is not asked for a plain no: there is nothing to show."""
    return question.required_evidence and response.answers.get(question.id) is not False

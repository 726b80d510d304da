"""When a question is done and what it lacks: one rule for pages, workbooks and submission."""

from dataclasses import dataclass
from typing import Literal

from diligence.questionnaires.conditions import is_answered
from diligence.questionnaires.schema import AnswerValue, FileQuestion, Question

Lack = Literal["answer", "evidence"]


@dataclass(frozen=True)
class Given:
    """What has come in for a question: a value, that one cannot answer, how many attachments."""

    value: AnswerValue = None
    declined: bool = False
    attachments: int = 0


def is_done(question: Question, given: Given) -> bool:
    """Whether it is answered: by a value, by its file, or by why it cannot be."""
    if given.declined:
        return True
    if isinstance(question, FileQuestion):
        return given.attachments > 0
    return is_answered(given.value)


def lack_of(question: Question, given: Given) -> Lack | None:
    """What keeps this question, where it is shown, from being submitted."""
    if lacks_evidence(question, given):
        return "evidence"
    return "answer" if question.required and not is_done(question, given) else None


def lacks_evidence(question: Question, given: Given) -> bool:
    """Whether an answer was given without the evidence that it requires.

    A plain no needs none: there is nothing to show.
    """
    if not question.required_evidence or given.attachments or given.declined:
        return False
    return is_done(question, given) and given.value is not False

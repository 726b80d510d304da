"""Reads of what a piece of evidence is used for: answers that it is attached to, and requests."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from diligence.models import (
    Answer,
    AnswerRevision,
    EvidenceItem,
    EvidenceRequest,
    Questionnaire,
    User,
)
from diligence.selectors.delegation import sections_for
from diligence.selectors.evidence_requests import visible_requests
from diligence.selectors.questionnaires import template_of


@dataclass(frozen=True)
class AnswerUse:
    """An answer that it is attached to, with the section and the words of its question."""

    questionnaire: Questionnaire
    question: str
    section: str
    text: str


@dataclass(frozen=True)
class EvidenceUses:
    """All that it is handed in for."""

    answers: tuple[AnswerUse, ...]
    requests: tuple[EvidenceRequest, ...]


def uses_of(item: EvidenceItem, user: User) -> EvidenceUses:
    """The startup sees its answers as they are, the firm as they were last handed in.

    Who sees only some sections sees the answers of those alone, and no request.
    """
    requests = visible_requests(user).filter(evidence=item)
    return EvidenceUses(tuple(_answers(item, user)), tuple(requests))


def _answers(item: EvidenceItem, user: User) -> Iterator[AnswerUse]:
    rows = _handed_in(item) if user.is_firm else item.answers.all()
    rows = rows.select_related("questionnaire__template", "questionnaire__deal")
    for row in rows.order_by("questionnaire__issued_at", "question"):
        use = _use(row)
        sections = sections_for(user, row.questionnaire)
        if use is not None and (sections is None or use.section in sections):
            yield use


def _handed_in(item: EvidenceItem) -> QuerySet[Answer]:
    """Answers that held it when they were last handed in."""
    newest = AnswerRevision.objects.filter(answer__questionnaire__deal=item.deal_id)
    newest = newest.exclude(handed_in_at=None).order_by("answer_id", "-number")
    holding = [
        row.answer_id
        for row in newest.distinct("answer_id").only("answer_id", "evidence")
        if item.pk in row.evidence
    ]
    return Answer.objects.filter(pk__in=holding)


def _use(answer: Answer) -> AnswerUse | None:
    """Where it is asked; None where the question is not in the template any more."""
    for section in template_of(answer.questionnaire.template).sections:
        for question in section.questions:
            if question.id == answer.question:
                return AnswerUse(answer.questionnaire, question.id, section.id, question.text)
    return None

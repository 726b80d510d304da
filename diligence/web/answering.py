"""What a founder sends in for a question, carried out: value, files, attachments, reply.

Each part is its own service call and stands by itself: a file that is refused does not take back
what was written.
"""

import uuid
from dataclasses import dataclass

from django.core.exceptions import ValidationError

from diligence.models import EvidenceItem, Questionnaire, User
from diligence.questionnaires.schema import Question
from diligence.selectors.questionnaires import QuestionnaireSheet
from diligence.services.errors import Conflict, Refused
from diligence.services.evidence import Upload, add_evidence
from diligence.services.questionnaires import (
    GivenAnswer,
    attach_evidence,
    detach_evidence,
    reply,
    save_answer,
)
from diligence.web.forms.answers import AnswerField, PostedAnswer


@dataclass(frozen=True)
class Outcome:
    """How it went; where something was not taken, what was typed is shown again."""

    typed: GivenAnswer | None = None
    error: str = ""
    conflict: str = ""

    @property
    def status(self) -> int:
        """The HTTP status that says so."""
        if self.conflict:
            return 409
        return 422 if self.error else 200


def take_answer(
    *, actor: User, questionnaire: Questionnaire, question: Question, posted: PostedAnswer
) -> Outcome:
    """Stores what was posted for one question; returns what could not be stored and why."""
    outcome = _take_value(actor, questionnaire, question, posted)
    try:
        _take_evidence(actor, questionnaire, question, posted)
        if posted.reply:
            answer = questionnaire.answers.get(question=question.id)
            reply(actor=actor, answer=answer, body=posted.reply)
    except Refused as refused:
        return Outcome(outcome.typed, " ".join((outcome.error, str(refused))), outcome.conflict)
    return outcome


def _take_value(
    actor: User, questionnaire: Questionnaire, question: Question, posted: PostedAnswer
) -> Outcome:
    if posted.lacks_reason:
        return Outcome(posted.given, error="Say in a few words why you cannot answer this.")
    try:
        save_answer(
            actor=actor, questionnaire=questionnaire, question_id=question.id, given=posted.given
        )
    except Conflict as conflict:
        return Outcome(posted.given, conflict=str(conflict))
    except Refused as refused:
        return Outcome(posted.given, error=str(refused))
    return Outcome()


def _take_evidence(
    actor: User, questionnaire: Questionnaire, question: Question, posted: PostedAnswer
) -> None:
    deal = questionnaire.deal
    items = [_item(actor, questionnaire, pk) for pk in posted.attach]
    for file in posted.files:
        upload = Upload(file.name or "", file.chunks())
        items.append(add_evidence(actor=actor, deal=deal, upload=upload))
    for item in items:
        attach_evidence(
            actor=actor, questionnaire=questionnaire, question_id=question.id, item=item
        )
    if posted.detach:
        detach_evidence(
            actor=actor, questionnaire=questionnaire, question_id=question.id,
            item=_item(actor, questionnaire, posted.detach),
        )  # fmt: skip


def _item(actor: User, questionnaire: Questionnaire, pk: str) -> EvidenceItem:
    rows = EvidenceItem.objects.visible_to(actor).filter(deal=questionnaire.deal_id)
    try:
        return rows.get(pk=uuid.UUID(pk))
    except (EvidenceItem.DoesNotExist, ValidationError, ValueError):
        raise Refused("This file is not in your room any more; choose another.") from None


def fields_of(
    sheet: QuestionnaireSheet,
    questions: list[str],
    attachable: tuple[EvidenceItem, ...],
    outcomes: dict[str, Outcome] | None = None,
) -> list[AnswerField]:
    """The fields of some questions, in the order of the questionnaire."""
    outcomes = outcomes or {}
    fields = []
    for section in sheet.sections:
        for asked in section.questions:
            if asked.question.id in questions:
                outcome = outcomes.get(asked.question.id, Outcome())
                fields.append(
                    AnswerField(
                        asked,
                        sheet.is_with_founder and sheet.is_open(asked),
                        typed=outcome.typed,
                        error=outcome.error.strip(),
                        conflict=outcome.conflict,
                        attachable=attachable,
                    )
                )
    return fields

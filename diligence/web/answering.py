"""What a founder sends in for a question, carried out: value, files, attachments, reply.

Each part is its own service call and stands by itself: a file that is refused does not take back
what was written.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from django.core.files.uploadedfile import UploadedFile

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
    lacks_reason: bool = False

    @property
    def status(self) -> int:
        """The HTTP status that says so."""
        if self.conflict:
            return 409
        return 422 if self.error else 200


def take_answer(
    *, actor: User, questionnaire: Questionnaire, question: Question, posted: PostedAnswer
) -> Outcome:
    """Stores all that was posted for one question; returns what could not be stored and why."""
    value = take_value(actor=actor, questionnaire=questionnaire, question=question, posted=posted)
    files = take_evidence(
        actor=actor, questionnaire=questionnaire, question=question, posted=posted
    )
    said = _take_reply(actor, questionnaire, question, posted)
    errors = (value.error, files.error, said)
    return replace(value, error=" ".join(error for error in errors if error))


def take_value(
    *, actor: User, questionnaire: Questionnaire, question: Question, posted: PostedAnswer
) -> Outcome:
    """Stores what was answered."""
    if posted.lacks_reason:
        error = "Say in a few words why you cannot answer this."
        return Outcome(posted.given, error=error, lacks_reason=True)
    try:
        save_answer(
            actor=actor, questionnaire=questionnaire, question_id=question.id, given=posted.given
        )
    except Conflict as conflict:
        return Outcome(posted.given, conflict=str(conflict))
    except Refused as refused:
        return Outcome(posted.given, error=str(refused))
    return Outcome()


def take_evidence(
    *, actor: User, questionnaire: Questionnaire, question: Question, posted: PostedAnswer
) -> Outcome:
    """Takes in files and attaches or detaches evidence; what is refused does not stop the rest."""
    target = _Target(actor, questionnaire, question.id)
    steps: list[Callable[[], None]] = [
        *(partial(target.attach, pk) for pk in posted.attach),
        *(partial(target.upload, file) for file in posted.files),
        *((partial(target.detach, posted.detach),) if posted.detach else ()),
    ]
    errors = []
    for step in steps:
        try:
            step()
        except Refused as refused:
            errors.append(str(refused))
    return Outcome(error=" ".join(errors))


def _take_reply(
    actor: User, questionnaire: Questionnaire, question: Question, posted: PostedAnswer
) -> str:
    answer = questionnaire.answers.filter(question=question.id).first()
    if not posted.reply or answer is None:
        return ""
    try:
        reply(actor=actor, answer=answer, body=posted.reply)
    except Refused as refused:
        return str(refused)
    return ""


@dataclass(frozen=True)
class _Target:
    """The answer that evidence is for."""

    actor: User
    questionnaire: Questionnaire
    question_id: str

    def upload(self, file: UploadedFile[Any]) -> None:
        upload = Upload(file.name or "", file.chunks())
        self._attach(add_evidence(actor=self.actor, deal=self.questionnaire.deal, upload=upload))

    def attach(self, pk: str) -> None:
        self._attach(self._item(pk))

    def detach(self, pk: str) -> None:
        detach_evidence(
            actor=self.actor, questionnaire=self.questionnaire, question_id=self.question_id,
            item=self._item(pk),
        )  # fmt: skip

    def _attach(self, item: EvidenceItem) -> None:
        attach_evidence(
            actor=self.actor, questionnaire=self.questionnaire, question_id=self.question_id,
            item=item,
        )  # fmt: skip

    def _item(self, pk: str) -> EvidenceItem:
        rows = EvidenceItem.objects.visible_to(self.actor).filter(deal=self.questionnaire.deal_id)
        try:
            return rows.get(pk=uuid.UUID(pk))
        except (EvidenceItem.DoesNotExist, ValueError):
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
                        section=section.id,
                        typed=outcome.typed,
                        error=outcome.error,
                        conflict=outcome.conflict,
                        attachable=attachable,
                        lacks_reason=outcome.lacks_reason,
                    )
                )
    return fields

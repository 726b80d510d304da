"""Reads of what an answer said before: its revisions, each compared with the one before it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from diligence.models import Answer, AnswerRevision, EvidenceItem, Questionnaire, User
from diligence.questionnaires.comparison import Piece, compared
from diligence.questionnaires.schema import Question
from diligence.selectors.questionnaires import Said, evidence_by_id, in_words, said_then


@dataclass(frozen=True)
class Change:
    """A revision of an answer, beside the one before it; the first has nothing beside it."""

    number: int
    by: User
    at: datetime
    handed_in_at: datetime | None
    pieces: tuple[Piece, ...]
    attached: tuple[EvidenceItem, ...]
    detached: tuple[EvidenceItem, ...]
    is_first: bool

    @property
    def is_worded_anew(self) -> bool:
        """Whether its words changed, not only what is attached."""
        return any(piece.kind != "same" for piece in self.pieces)


def handed_in_changes(questionnaire: Questionnaire, question: Question) -> tuple[Change, ...]:
    """What the firm received at each submission, newest first; nothing from in between."""
    rows = _revisions(questionnaire, question).exclude(handed_in_at=None)
    return _changes(questionnaire, question, list(rows))


def all_changes(questionnaire: Questionnaire, question: Question) -> tuple[Change, ...]:
    """Every change, newest first: for the startup, whose words they are."""
    return _changes(questionnaire, question, list(_revisions(questionnaire, question)))


def _revisions(questionnaire: Questionnaire, question: Question) -> QuerySet[AnswerRevision]:
    answers = Answer.objects.filter(questionnaire=questionnaire, question=question.id)
    rows = AnswerRevision.objects.filter(answer__in=answers).select_related("by", "taken_from")
    return rows.order_by("number")


def _changes(
    questionnaire: Questionnaire, question: Question, rows: list[AnswerRevision]
) -> tuple[Change, ...]:
    items = evidence_by_id(questionnaire.deal)
    said = [said_then(row, items) for row in rows]
    before: list[Said | None] = [None, *said]
    changes = [
        _change(row, question, old, new) for row, old, new in zip(rows, before, said, strict=False)
    ]
    return tuple(reversed(changes))


def _change(row: AnswerRevision, question: Question, old: Said | None, new: Said) -> Change:
    was = old.evidence if old else ()
    return Change(
        number=row.number,
        by=row.by,
        at=row.at,
        handed_in_at=row.handed_in_at,
        pieces=compared(in_words(question, old) if old else "", in_words(question, new)),
        attached=tuple(item for item in new.evidence if item not in was),
        detached=tuple(item for item in was if item not in new.evidence),
        is_first=old is None,
    )

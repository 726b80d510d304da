"""Reads of a room: what the startup's people see of the diligence on them, and nothing else."""

from dataclasses import dataclass

from django.db.models import QuerySet

from diligence.models import Activity, Deal, EvidenceItem, Questionnaire, RoomMember, User
from diligence.selectors.evidence import evidence_of
from diligence.selectors.questionnaires import AskedQuestion, QuestionnaireSheet, sheet_of

LATEST = 15
"""Lines of activity that the room shows."""


@dataclass(frozen=True)
class AskedBack:
    """An answer on which the firm asked back, with what it said last."""

    sheet: QuestionnaireSheet
    section: str
    asked: AskedQuestion
    message: str


@dataclass(frozen=True)
class Room:
    """All that stands on the first page of a room."""

    deal: Deal
    sheets: tuple[QuestionnaireSheet, ...]
    evidence: tuple[EvidenceItem, ...]
    activity: tuple[Activity, ...]
    people: tuple[RoomMember, ...]

    @property
    def asked_back(self) -> tuple[AskedBack, ...]:
        """What the firm wants to know more about, over all questionnaires."""
        return tuple(
            AskedBack(sheet, section.id, asked, _last_message(asked))
            for sheet in self.sheets
            if sheet.is_with_founder
            for section in sheet.sections
            for asked in section.shown
            if asked.is_asked_back
        )


def rooms_of(user: User) -> QuerySet[Deal]:
    """The rooms that this person may enter, newest first."""
    return Deal.objects.room_of(user).select_related("startup", "owner")


def room_of(deal: Deal, user: User) -> Room:
    """The first page of a room, as this person sees it."""
    people = deal.room_members.filter(removed_at=None).select_related("user")
    activity = deal.activities.filter(in_room=True).select_related("actor")[:LATEST]
    return Room(
        deal, sheets_of(deal), tuple(evidence_of(deal, user)), tuple(activity), tuple(people)
    )


def sheets_of(deal: Deal) -> tuple[QuestionnaireSheet, ...]:
    """The questionnaires of a room: first those that wait for the startup, by their date."""
    rows = deal.questionnaires.select_related("template", "deal__startup", "issued_by")
    waiting = (Questionnaire.State.RETURNED, Questionnaire.State.OPEN)
    sheets = [sheet_of(row) for row in rows]
    return tuple(
        sorted(
            sheets,
            key=lambda s: (
                s.questionnaire.state not in waiting,
                s.questionnaire.due_on is None,
                s.questionnaire.due_on or s.questionnaire.issued_at.date(),
            ),
        )
    )


def _last_message(asked: AskedQuestion) -> str:
    messages = list(asked.answer.messages.all()) if asked.answer else []
    from_firm = [m.body for m in messages if m.author.is_firm]
    return from_firm[-1] if from_firm else ""

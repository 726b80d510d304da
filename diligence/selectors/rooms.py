"""Reads of a room: what the startup's people see of the diligence on them, and nothing else."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from diligence.models import (
    Activity,
    Deal,
    EvidenceItem,
    EvidenceRequest,
    Questionnaire,
    RoomMember,
    User,
)
from diligence.policies import sees_whole_room
from diligence.selectors.delegation import room_people, sheet_for
from diligence.selectors.evidence import evidence_of
from diligence.selectors.evidence_requests import requests_of
from diligence.selectors.questionnaires import AskedQuestion, QuestionnaireSheet

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
class ToDo:
    """One thing that waits for the startup: a questionnaire or a request, never both."""

    due_on: date | None
    minutes: int
    sheet: QuestionnaireSheet | None = None
    request: EvidenceRequest | None = None


def time_in_words(minutes: int) -> str:
    """Minutes below two hours, then hours rounded to the half."""
    if minutes < 120:
        return f"{minutes} minute{'' if minutes == 1 else 's'}"
    return f"{round(minutes / 30) / 2:g} hours"


@dataclass(frozen=True)
class Room:
    """All that stands on the first page of a room."""

    deal: Deal
    sheets: tuple[QuestionnaireSheet, ...]
    requests: tuple[EvidenceRequest, ...]
    evidence: tuple[EvidenceItem, ...]
    activity: tuple[Activity, ...]
    people: tuple[RoomMember, ...]
    is_whole: bool = True

    @property
    def to_do(self) -> tuple[ToDo, ...]:
        """All that waits for the startup in one list: what is due first, then what has no date."""
        sheets = [_to_do_of(sheet) for sheet in self.sheets if sheet.is_with_founder]
        requests = [
            ToDo(row.due_on, row.minutes, request=row) for row in self.requests if row.is_open
        ]
        return tuple(sorted(sheets + requests, key=lambda t: t.due_on or date.max))

    @property
    def minutes(self) -> int:
        """What all of it takes together, by the estimates of those who ask."""
        return sum(thing.minutes for thing in self.to_do)

    @property
    def time(self) -> str:
        """That time in words."""
        return time_in_words(self.minutes)

    @property
    def submitted(self) -> tuple[QuestionnaireSheet, ...]:
        """The questionnaires that lie with the firm."""
        return tuple(sheet for sheet in self.sheets if not sheet.is_with_founder)

    @property
    def handed_over(self) -> bool:
        """Whether the firm has anything of what it asked."""
        return bool(self.submitted or self.done)

    @property
    def done(self) -> tuple[EvidenceRequest, ...]:
        """What was asked for and answered."""
        return tuple(r for r in self.requests if r.state == EvidenceRequest.State.ANSWERED)

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


def doors_of(user: User) -> QuerySet[Deal]:
    """The rooms before which this person may stand, newest first."""
    return Deal.objects.door_of(user).select_related("startup", "owner")


def room_of(deal: Deal, user: User) -> Room:
    """The first page of a room, as this person sees it."""
    people = room_people(deal)
    whole = sees_whole_room(user, deal)
    activity = deal.activities.filter(in_room=True).select_related("actor")[:LATEST]
    return Room(
        deal, sheets_of(deal, user), tuple(requests_of(deal, user)), tuple(evidence_of(deal, user)),
        tuple(activity) if whole else (), tuple(people), whole,
    )  # fmt: skip


def _to_do_of(sheet: QuestionnaireSheet) -> ToDo:
    """What is left of a questionnaire takes that share of its time, at least a minute."""
    shown = [asked for section in sheet.sections for asked in section.shown]
    if sheet.questionnaire.state == Questionnaire.State.RETURNED:
        left = sum(asked.reopens for asked in shown)
    else:
        left = sum(not asked.is_given for asked in shown)
    minutes = max(1, round(sheet.minutes * left / max(1, len(shown))))
    return ToDo(sheet.questionnaire.due_on, minutes, sheet=sheet)


def sheets_of(deal: Deal, user: User) -> tuple[QuestionnaireSheet, ...]:
    """The questionnaires of a room: first those that wait for the startup, by their date."""
    rows = (
        Questionnaire.objects.visible_to(user)
        .filter(deal=deal)
        .select_related("template", "deal__startup", "issued_by")
    )
    waiting = (Questionnaire.State.RETURNED, Questionnaire.State.OPEN)
    sheets = [s for row in rows if (s := sheet_for(user, row)).sections]
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

"""Reads of delegation: which sections someone of the startup takes over, and who is in the room."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import QuerySet

from diligence.models import (
    Deal,
    Invitation,
    Questionnaire,
    RoomMember,
    SectionAssignment,
    User,
)
from diligence.policies import sees_whole_room
from diligence.selectors.invitations import good_among, waiting_invitations
from diligence.selectors.questionnaires import QuestionnaireSheet, sheet_of


def sections_for(user: User, questionnaire: Questionnaire) -> frozenset[str] | None:
    """The sections that someone of the startup may see; None means all of them."""
    if user.is_firm or sees_whole_room(user, questionnaire.deal):
        return None
    mine = SectionAssignment.objects.of(user).filter(questionnaire=questionnaire)
    return frozenset(mine.values_list("section", flat=True))


def sheet_for(user: User, questionnaire: Questionnaire) -> QuestionnaireSheet:
    """The questionnaire as this person sees it; without a section where none is theirs."""
    sheet = sheet_of(questionnaire)
    sections = sections_for(user, questionnaire)
    return sheet if sections is None else sheet.limited_to(sections)


@dataclass(frozen=True)
class Delegable:
    """A section that can be assigned, with those who have it."""

    questionnaire: Questionnaire
    section: str
    title: str
    members: tuple[RoomMember, ...]

    @property
    def key(self) -> str:
        """Questionnaire and section as one word, for forms."""
        return f"{self.questionnaire.pk}:{self.section}"


def delegable_sections(deal: Deal) -> tuple[Delegable, ...]:
    """Every section of the deal's questionnaires that the startup is asked."""
    rows = deal.questionnaires.select_related("template", "deal__startup")
    taken = defaultdict(list)
    for one in SectionAssignment.objects.filter(
        questionnaire__deal=deal, member__removed_at=None
    ).select_related("member__user"):
        taken[(one.questionnaire_id, one.section)].append(one.member)
    return tuple(
        Delegable(row, section.id, section.title, tuple(taken[(row.pk, section.id)]))
        for row in rows
        for section in sheet_of(row).sections
    )


def room_people(deal: Deal) -> QuerySet[RoomMember]:
    """Who is in the room, with what is assigned to them."""
    rows = deal.room_members.filter(removed_at=None)
    return rows.select_related("user").prefetch_related("assignments__questionnaire__template")


def open_colleague_invitations(deal: Deal) -> list[Invitation]:
    """Invitations that the startup's own people sent and that can still be used."""
    return good_among(waiting_invitations(deal).filter(invited_by__firm_role=""), deal)

"""Which sections someone of the startup takes over, and holding them to these."""

from collections.abc import Collection

from django.core.exceptions import PermissionDenied

from diligence.models import Deal, Invitation, Questionnaire, RoomMember, SectionAssignment, User
from diligence.selectors.delegation import delegable_sections, sections_for
from diligence.selectors.questionnaires import template_of

Share = tuple[str, str]
"""A questionnaire's id and the id of one of its sections."""


def take_up(invitation: Invitation, member: RoomMember) -> None:
    """Gives whoever used an invitation what it was for."""
    member.limited = invitation.limited
    member.save(update_fields=["limited"])
    shares = known_sections(invitation.deal, [_pair(share) for share in invitation.sections])
    set_sections(member, shares, invitation.invited_by)


def require_section(actor: User, questionnaire: Questionnaire, question_id: str) -> None:
    """Raises PermissionDenied for a question outside the sections that the actor may see."""
    sections = sections_for(actor, questionnaire)
    if sections is None:
        return
    template = template_of(questionnaire.template)
    mine = (section for section in template.sections if section.id in sections)
    if not any(question.id == question_id for section in mine for question in section.questions):
        raise PermissionDenied("This question is not in the sections assigned to you.")


def set_sections(member: RoomMember, shares: Collection[Share], actor: User) -> None:
    """Makes the assignments of someone exactly these."""
    kept = set()
    for one in member.assignments.all():
        share = (str(one.questionnaire_id), one.section)
        if share in shares:
            kept.add(share)
        else:
            one.delete()
    for questionnaire_id, section_id in sorted(set(shares) - kept):
        row = member.deal.questionnaires.select_related("template").get(pk=questionnaire_id)
        section = next(s for s in template_of(row.template).sections if s.id == section_id)
        SectionAssignment.objects.create(
            questionnaire=row, section=section_id, member=member, assigned_by=actor,
            questions=[question.id for question in section.questions],
        )  # fmt: skip


def known_sections(deal: Deal, sections: Collection[Share]) -> list[Share]:
    """Those of the sections that the deal's questionnaires have; unknown ones are left out."""
    known = {share_of(delegable.key) for delegable in delegable_sections(deal)}
    return sorted(known & set(sections))


def share_of(key: str) -> Share:
    """A share from the word that stands for it in forms."""
    questionnaire, _, section = key.partition(":")
    return questionnaire, section


def _pair(share: Collection[str]) -> Share:
    questionnaire, section = share
    return str(questionnaire), str(section)

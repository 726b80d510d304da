"""Whether a mail may still go out: it may reach its reader days after it was written."""

from diligence.models import Deal, Invitation, OutboundMail, User


def is_still_meant(mail: OutboundMail) -> bool:
    """Whether its reader may know of every deal that it speaks of.

    Someone of the firm sees the deal; someone of the startup is in its room, or invited to it.
    """
    about = set(mail.about.values_list("pk", flat=True))
    if not about:
        return True
    invited = Invitation.objects.filter(email=mail.to, used_at=None, revoked_at=None)
    known = set(invited.values_list("deal", flat=True))
    user = User.objects.filter(email=mail.to).first()
    if user is not None and user.is_firm:
        known = set(Deal.objects.visible_to(user).values_list("pk", flat=True))
    elif user is not None:
        known |= set(Deal.objects.door_of(user).values_list("pk", flat=True))
    return about <= known

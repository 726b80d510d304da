"""Reads of information barriers, for those who run the deal."""

from dataclasses import dataclass

from diligence.models import Barrier, Deal, FirmRole, User
from diligence.selectors.deals import firm_people, who_sees

LIFTS = (FirmRole.ADMIN, FirmRole.PARTNER)
"""Who lifts a barrier, by role (policies, barrier.lift)."""


@dataclass(frozen=True)
class Barriers:
    """Those that stand on a deal and those that were lifted, newest first."""

    standing: tuple[Barrier, ...]
    lifted: tuple[Barrier, ...]


def barriers_of(deal: Deal) -> Barriers:
    """All that were ever raised on a deal."""
    rows = tuple(deal.barriers.select_related("user", "raised_by", "lifted_by"))
    return Barriers(
        standing=tuple(row for row in rows if row.lifted_at is None),
        lifted=tuple(row for row in rows if row.lifted_at is not None),
    )


def barrable(deal: Deal) -> tuple[User, ...]:
    """People of the firm who stand behind no barrier on the deal, whether they are on it or not."""
    standing = deal.barriers.standing().values("user")
    return tuple(firm_people().exclude(pk__in=standing).order_by("name", "email"))


def somebody_else_lifts(deal: Deal, user: User) -> bool:
    """Whether a deal that is closed to this person still has someone who could open it again."""
    return who_sees(deal).filter(firm_role__in=LIFTS).exclude(pk=user.pk).exists()

"""Writes of information barriers: a person in conflict is shut out of a deal, and let in again.

Partners and administrators raise and lift them, each with a reason that stays. Everybody declares
a conflict of their own, which takes effect at once: what they have just said is the reason why
they should not read on, and letting them in again is one step for somebody who is not in conflict.
"""

from django.db import transaction
from django.utils import timezone

from diligence.models import Barrier, Deal, User
from diligence.policies import require
from diligence.selectors.barriers import somebody_else_lifts
from diligence.services.activity import Change, record
from diligence.services.errors import Refused

WHY = "Say in a sentence what the conflict is; those who run the deal read it."


@transaction.atomic
def raise_barrier(*, actor: User, deal: Deal, user: User, reason: str) -> Barrier:
    """Shuts someone of the firm out of a deal. Raises Refused where nobody could let them in."""
    require(actor, "barrier.raise", deal)
    if not user.is_firm:
        raise Refused(f"{user} is not of the firm; take them out of the room instead.")
    return _raised(actor, deal, user, reason)


@transaction.atomic
def declare_conflict_of_interest(*, actor: User, deal: Deal, reason: str) -> Barrier:
    """One's own conflict of interest: the deal is closed to oneself from now on."""
    require(actor, "conflict.declare", deal)
    return _raised(actor, deal, actor, reason)


def _raised(actor: User, deal: Deal, user: User, reason: str) -> Barrier:
    # The lock lets two partners not shut each other out at once, with nobody left to lift it.
    deal = Deal.objects.select_for_update(of=("self",), no_key=True).get(pk=deal.pk)
    if not reason.strip():
        raise Refused(WHY)
    if deal.barriers.standing().filter(user=user).exists():
        raise Refused(f"{user} sees nothing of this deal already.")
    if not somebody_else_lifts(deal, user):
        raise Refused(
            "Nobody else could open this deal again. Put a partner on it first, or ask for a second"
            " administrator."
        )
    barrier = Barrier.objects.create(deal=deal, user=user, reason=reason.strip(), raised_by=actor)
    record(
        actor=actor, verb="barrier.raise", text=_said(barrier), deal=deal, about=barrier,
        change=Change.of({"closed_to": None}, {"closed_to": user.email}),
    )  # fmt: skip
    return barrier


def _said(barrier: Barrier) -> str:
    """What the trail says; why stays with those who run the deal."""
    if barrier.is_own:
        return "declared a conflict of interest and sees nothing more of the deal"
    return f"closed the deal to {barrier.user}, who has a conflict of interest"


@transaction.atomic
def lift_barrier(*, actor: User, barrier: Barrier, reason: str) -> None:
    """Lets someone see the deal again, as far as their role and place on it go."""
    require(actor, "barrier.lift", barrier)
    row = Barrier.objects.select_for_update(of=("self",)).get(pk=barrier.pk)
    if row.lifted_at is not None:
        return
    if not reason.strip():
        raise Refused("Say in a sentence why there is no conflict any more.")
    row.lifted_at, row.lifted_by, row.lifted_because = timezone.now(), actor, reason.strip()
    row.save(update_fields=["lifted_at", "lifted_by", "lifted_because"])
    record(
        actor=actor, verb="barrier.lift", text=f"opened the deal to {row.user} again",
        deal=row.deal, about=row,
        change=Change.of({"closed_to": row.user.email}, {"closed_to": None}),
    )  # fmt: skip

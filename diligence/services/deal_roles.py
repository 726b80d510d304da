"""Writes of roles of deals: administrators define them, those who staff a deal give them.

Nobody gives what they do not have: a role is given by somebody who may do all that it allows.
"""

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.utils import timezone

from diligence.models import DealMember, DealRole, DealVerb, User
from diligence.policies import deal_verbs, keeps_office, require, role_on
from diligence.services.activity import Change, record
from diligence.services.errors import Refused


@transaction.atomic
def define_role(*, actor: User, name: str, verbs: Iterable[str]) -> DealRole:
    """A new role. One without a verb lets people read and nothing else."""
    require(actor, "role.define")
    role = DealRole(name=name.strip(), verbs=_in_order(verbs), made_by=actor)
    _save(role)
    record(
        actor=actor, verb="role.create", text=f"defined the role {role}", about=role,
        change=Change.of({}, {"verbs": role.verbs}),
    )  # fmt: skip
    return role


@transaction.atomic
def change_role(*, actor: User, role: DealRole, name: str, verbs: Iterable[str]) -> DealRole:
    """Changes a role for everybody who has it, at once."""
    require(actor, "role.define")
    row = DealRole.objects.select_for_update(of=("self",)).get(pk=role.pk)
    if row.retired_at is not None:
        raise Refused(f"{row} is retired; define a new role.")
    before = {"name": row.name, "verbs": row.verbs}
    row.name, row.verbs = name.strip(), _in_order(verbs)
    _save(row)
    record(
        actor=actor, verb="role.change", text=f"changed the role {row}", about=row,
        change=Change.of(before, {"name": row.name, "verbs": row.verbs}),
    )  # fmt: skip
    return row


def _in_order(verbs: Iterable[str]) -> list[str]:
    """Each once, as the list of verbs has them. Raises Refused for what is none of them."""
    wanted = set(verbs)
    if not wanted <= set(DealVerb.values):
        raise Refused("Choose what the role may do from the list.")
    return [str(verb) for verb in DealVerb if verb in wanted]


def _save(role: DealRole) -> None:
    if not role.name:
        raise Refused("Name the role.")
    try:
        with transaction.atomic():
            role.save()
    except IntegrityError:
        raise Refused(f"There is already a role called {role.name}.") from None


@transaction.atomic
def retire_role(*, actor: User, role: DealRole) -> None:
    """Offers it no more. Raises Refused while somebody has it."""
    require(actor, "role.define")
    row = DealRole.objects.select_for_update(of=("self",)).get(pk=role.pk)
    if row.retired_at is not None:
        return
    if row.members.filter(removed_at=None).exists():
        raise Refused(f"Somebody on a deal is {row}; give them another role first.")
    row.retired_at = timezone.now()
    row.save(update_fields=["retired_at"])
    record(
        actor=actor, verb="role.remove", text=f"retired the role {row}", about=row,
        change=Change.of({"verbs": row.verbs}, {}),
    )  # fmt: skip


@transaction.atomic
def give_role(*, actor: User, member: DealMember, role: DealRole | None) -> DealMember:
    """Says what somebody may do on a deal; None is what they may do by their role at the firm.

    Raises Refused for oneself, for those who keep the rights of their office on every deal, and
    where the actor may not do themselves what they would allow.
    """
    deal = member.deal
    require(actor, "deal.staff", deal)
    if role is not None:  # held, so that nobody retires or widens it in between
        role = DealRole.objects.select_for_update(of=("self",)).get(pk=role.pk)
    row = DealMember.objects.select_for_update(of=("self",)).select_related("user", "role").get(
        pk=member.pk, removed_at=None
    )  # fmt: skip
    _refuse_unfit(actor, row, role)
    before, row.role = row.role, role
    row.save(update_fields=["role"])
    record(
        actor=actor, verb="deal.role", deal=deal, about=row.user,
        text=f"made {row.user} {role} on the deal" if role else
        f"gave {row.user} the rights of their role at the firm again",
        change=Change.of({"role": str(before or "")}, {"role": str(role or "")}),
    )  # fmt: skip
    return row


def _refuse_unfit(actor: User, member: DealMember, role: DealRole | None) -> None:
    if member.user_id == actor.pk:
        raise Refused("Somebody else says what you may do on a deal.")
    if keeps_office(member.user, member.deal):
        raise Refused(
            f"{member.user} keeps the rights of their office: owners, partners and administrators"
            " have no other role on a deal."
        )
    if role is not None and role.retired_at is not None:
        raise Refused(f"{role} is retired; choose another role.")
    if role is None and role_on(actor, member.deal) is not None:
        raise Refused("Only somebody without a role of their own on the deal can take one away.")
    beyond = set(role.verbs if role else ()) - deal_verbs(actor, member.deal)
    if beyond:
        words = ", ".join(verb.label.lower() for verb in DealVerb if verb in beyond)
        raise Refused(f"You cannot give what you may not do yourself: {words}.")

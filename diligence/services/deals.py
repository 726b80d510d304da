"""Writes of startups and deals: open, edit, move, staff, note."""

from dataclasses import dataclass, field
from decimal import Decimal
from uuid import uuid4

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from diligence.lib.names import hold_name
from diligence.models import Deal, DealMember, DealRole, FirmRole, Note, Stage, Startup, User
from diligence.policies import ANYBODYS, deal_verbs, require
from diligence.services.activity import Change, record, state_of
from diligence.services.errors import Conflict, Refused


@dataclass(frozen=True)
class StartupDetails:
    """What is known of a company."""

    name: str
    website: str = ""
    summary: str = ""
    country: str = ""
    founded: int | None = None


@dataclass(frozen=True)
class DealDetails:
    """What is known of a round. Amounts are whole units of `currency`, `ai_share` in percent."""

    name: str
    round: str
    amount: Decimal | None = None
    valuation: Decimal | None = None
    currency: str = "EUR"
    thesis: str = ""
    ai_share: int | None = None
    archetypes: list[str] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)
    restricted: bool = False


@transaction.atomic
def create_startup(*, actor: User, details: StartupDetails) -> Startup:
    """Adds a company. Raises Refused where one of that name exists."""
    require(actor, "startup.create")
    _refuse_taken_startup(actor, details.name)
    startup = Startup.objects.create(**vars(details))
    record(actor=actor, verb="startup.create", text=f"added {startup}", about=startup)
    return startup


@transaction.atomic
def edit_startup(*, actor: User, startup: Startup, deal: Deal, details: StartupDetails) -> Startup:
    """Changes what is known of a company, by someone who works on one of its deals."""
    require(actor, "deal.edit", deal)
    _refuse_taken_startup(actor, details.name, but=startup)
    for name, value in vars(details).items():
        setattr(startup, name, value)
    startup.save()
    record(actor=actor, verb="startup.edit", text=f"edited {startup}", deal=deal, about=startup)
    return startup


def _refuse_taken_startup(actor: User, name: str, *, but: Startup | None = None) -> None:
    """Raises Refused where another company of this name is there that the actor may hear of.

    Where it may not be named to them, the same name stands twice.
    """
    hold_name("startup", name)
    same = Startup.objects.filter(name__iexact=name).exclude(pk=but.pk if but else uuid4())
    if same.filter(pk__in=Startup.objects.visible_to(actor).values("pk")).exists():
        raise Refused(f"There is already a startup called {name}; choose it from the list.")
    if Deal.objects.named_to(actor).filter(startup__in=same).exists():
        raise Refused(
            f"There is already a startup called {name}, with a deal that you are not on; ask a"
            " partner to put you on it."
        )


def _refuse_taken_deal(
    actor: User, startup: Startup, name: str, *, but: Deal | None = None
) -> None:
    """Raises Refused where the startup has another deal of this name that may be named to them."""
    hold_name(f"deal of {startup.pk}", name)
    same = Deal.objects.named_to(actor).filter(startup=startup, name=name)
    if same.exclude(pk=but.pk if but else uuid4()).exists():
        raise Refused(f"{startup} already has a deal called {name}.")


@transaction.atomic
def create_deal(
    *, actor: User, startup: Startup, details: DealDetails, stage: Stage | None = None
) -> Deal:
    """Opens a deal in the first stage of the first pipeline unless told otherwise."""
    require(actor, "deal.create")
    if details.restricted:
        require(actor, "deal.restrict")
    stage = stage or Stage.objects.order_by("pipeline__position", "position").first()
    if stage is None:
        raise Refused("There is no pipeline yet; an administrator has to add one.")
    _refuse_taken_deal(actor, startup, details.name)
    deal = Deal.objects.create(startup=startup, stage=stage, owner=actor, **vars(details))
    DealMember.objects.create(deal=deal, user=actor)
    record(actor=actor, verb="deal.create", text=f"opened {deal}", deal=deal, about=deal)
    return deal


@transaction.atomic
def edit_deal(*, actor: User, deal: Deal, details: DealDetails, revision: int) -> Deal:
    """Changes a deal. Raises Conflict where someone else did so since `revision` was read."""
    require(actor, "deal.edit", deal)
    if details.restricted != deal.restricted:
        require(actor, "deal.restrict", deal)
    before = state_of(deal)
    _refuse_taken_deal(actor, deal.startup, details.name, but=deal)
    changed = Deal.objects.filter(pk=deal.pk, revision=revision).update(
        **vars(details), revision=F("revision") + 1
    )
    if not changed:
        raise Conflict(
            "Someone else changed this deal while you were editing; below is what it says now."
        )
    deal.refresh_from_db()
    record(
        actor=actor, verb="deal.edit", text="edited the deal", deal=deal, about=deal,
        change=Change.since(before, deal),
    )  # fmt: skip
    return deal


@transaction.atomic
def move_deal(*, actor: User, deal: Deal, stage: Stage) -> Deal:
    """Moves a deal to a stage of its pipeline; to the stage it is in, nothing happens."""
    require(actor, "deal.move", deal)
    deal = Deal.objects.select_for_update(of=("self",)).select_related("stage").get(pk=deal.pk)
    if deal.stage_id == stage.pk:
        return deal
    if deal.stage.pipeline_id != stage.pipeline_id:
        raise Refused(f"{stage} belongs to another pipeline.")
    before, deal.stage, deal.stage_entered_at = deal.stage, stage, timezone.now()
    deal.save(update_fields=["stage", "stage_entered_at"])
    record(
        actor=actor, verb="deal.move", text=f"moved the deal from {before} to {stage}", deal=deal,
        about=deal,
    )  # fmt: skip
    return deal


@transaction.atomic
def add_member(*, actor: User, deal: Deal, user: User) -> DealMember:
    """Puts someone of the firm on a deal; who is on it already stays.

    Who was on it before comes back with the role that they had; where it is retired meanwhile, only
    an administrator brings them back, without it. Raises Refused where somebody would be able to do
    what the actor, who has a role of their own on the deal, may not do.
    """
    require(actor, "deal.staff", deal)
    if user.firm_role == FirmRole.NONE or not user.is_active:
        raise Refused(f"{user} is not of the firm; founders are invited to the room instead.")
    if deal.barriers.standing().filter(user=user).exists():
        raise Refused(f"{user} has a conflict of interest on this deal; lift the barrier first.")
    role = _role_of_before(actor, deal, user)
    member, added = DealMember.objects.get_or_create(
        deal=deal, user=user, removed_at=None, defaults={"role": role}
    )
    if added:
        if deal_verbs(user, deal) - ANYBODYS - deal_verbs(actor, deal):
            raise Refused(
                f"{user} could do more on this deal than you; ask somebody without a role of their"
                " own on it."
            )
        record(
            actor=actor, verb="deal.staff", text=f"added {user} to the team", deal=deal, about=user,
            change=Change.of(
                {"on_the_deal": False}, {"on_the_deal": True, "role": str(role or "")}
            ),
        )  # fmt: skip
    return member


def _role_of_before(actor: User, deal: Deal, user: User) -> DealRole | None:
    """What they were on the deal when they were last on it, held against being retired meanwhile.

    Without a role that is retired they may be able to do more than with it: that is for an
    administrator, who could define such a role anew. Raises Refused for everybody else.
    """
    last = deal.members.filter(user=user).order_by("removed_at").last()
    if last is None or last.role_id is None:
        return None
    role = DealRole.objects.select_for_update(of=("self",)).get(pk=last.role_id)
    if role.retired_at is None:
        return role
    if actor.firm_role != FirmRole.ADMIN:
        raise Refused(
            f"{user} was {role} on this deal, a role that is retired; ask an administrator to put"
            " them on it again and to give them another role."
        )
    return None


@transaction.atomic
def remove_member(*, actor: User, member: DealMember) -> None:
    """Takes someone off a deal; the owner stays."""
    require(actor, "deal.staff", member.deal)
    if member.user_id == member.deal.owner_id:
        raise Refused("The owner of a deal stays on it; hand the deal over first.")
    member.removed_at = timezone.now()
    member.save(update_fields=["removed_at"])
    record(
        actor=actor, verb="deal.unstaff", text=f"took {member.user} off the team",
        deal=member.deal, about=member.user,
        change=Change.of({"on_the_deal": True}, {"on_the_deal": False}),
    )  # fmt: skip


@transaction.atomic
def write_note(*, actor: User, deal: Deal, body: str) -> Note:
    """Adds a note for the firm."""
    require(actor, "note.write", deal)
    note = Note.objects.create(deal=deal, author=actor, body=body)
    record(actor=actor, verb="note.write", text="wrote a note", deal=deal, about=note)
    return note


@transaction.atomic
def edit_note(*, actor: User, note: Note, body: str) -> Note:
    """Changes a note and marks it as edited."""
    require(actor, "note.edit", note)
    note.body, note.edited_at = body, timezone.now()
    note.save(update_fields=["body", "edited_at"])
    record(actor=actor, verb="note.edit", text="edited a note", deal=note.deal, about=note)
    return note

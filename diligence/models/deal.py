"""Deals: a startup in a round, on its way through the firm's stages, with the people on it."""

import uuid
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Concat, Lower
from django.utils import timezone

from diligence.models.barrier import Barrier
from diligence.models.deal_role import DealRole
from diligence.models.remembering import Remembers
from diligence.models.room_terms import RoomTerms
from diligence.models.startup import Startup
from diligence.models.user import FirmRole, User

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class Pipeline(models.Model):
    """A way that deals take, with its own stages."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=100, unique=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("position", "name")

    def __str__(self) -> str:
        return self.name


class Stage(models.Model):
    """One column of the board."""

    class Outcome(models.TextChoices):
        """Whether a deal that lies here is still being worked on."""

        OPEN = "open", "Open"
        WON = "won", "Invested"
        LOST = "lost", "Passed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pipeline = models.ForeignKey(Pipeline, on_delete=models.CASCADE, related_name="stages")
    name = models.CharField(max_length=60)
    position = models.PositiveSmallIntegerField()
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default=Outcome.OPEN)

    class Meta:
        ordering = ("pipeline", "position")
        constraints = (
            models.UniqueConstraint(fields=("pipeline", "name"), name="stage_name_once"),
        )

    def __str__(self) -> str:
        return self.name


class Round(models.TextChoices):
    """Company stage: it sets what is expected (rubric, section 2), never what a level means."""

    PRE_SEED = "pre-seed", "Pre-seed"
    SEED = "seed", "Seed"
    SERIES_A = "series-a", "Series A"
    SERIES_B = "series-b", "Series B or later"
    CONTROL = "control", "Control deal or acquisition"


class Archetype(models.TextChoices):
    """What the product is made of; several may hold (rubric, section 2)."""

    CLF = "clf", "Trains its own models"
    FT = "ft", "Adapts open or hosted weights"
    RAG = "rag", "Prompts, retrieval or agents on a language model"


class RiskFlag(models.TextChoices):
    """What makes more criteria apply (rubric, section 2)."""

    HR = "hr", "High-risk or regulated decisions"
    PD = "pd", "Personal data"
    NO_PEOPLE = "no-people", "No output concerns a person"


class DealQuerySet(models.QuerySet["Deal"]):
    """Reads of deals. Fetching one and being allowed to see it are the same act."""

    def visible_to(self, user: "User | AnonymousUser") -> "DealQuerySet":
        """Deals that someone of the firm may see; founders see none of them as deals.

        By role, by being on them, and never behind a barrier. All else that is read of a deal
        starts here; `selectors.deals.who_sees` is the same rule asked the other way round.
        """
        return self._open_to(user).before_no_barrier_of(user)

    def before_no_barrier_of(self, user: "User | AnonymousUser") -> "DealQuerySet":
        """Without those on which this person is in conflict."""
        return self.exclude(pk__in=_closed_to(user))

    def hidden_from(self, user: "User | AnonymousUser") -> "DealQuerySet":
        """Those that `visible_to` leaves out; for an administrator they are looked up at once."""
        if user.is_active and getattr(user, "firm_role", "") == FirmRole.ADMIN:
            return self.filter(pk__in=_closed_to(user))
        return self.exclude(pk__in=Deal.objects.visible_to(user).values("pk"))

    def named_to(self, user: "User | AnonymousUser") -> "DealQuerySet":
        """Those that a refusal may name to someone of the firm who opens one of the same name.

        Visible ones, and those that are neither restricted nor behind a barrier: two analysts who
        do not see each other's deals should not open one company twice.
        """
        seen = models.Q(pk__in=self.visible_to(user).values("pk"))
        return self.filter(seen | models.Q(restricted=False)).before_no_barrier_of(user)

    def _open_to(self, user: "User | AnonymousUser") -> "DealQuerySet":
        """By role and by being on them."""
        role = getattr(user, "firm_role", FirmRole.NONE) if user.is_active else FirmRole.NONE
        if role == FirmRole.ADMIN:
            return self.all()
        if role == FirmRole.NONE:
            return self.none()
        mine = models.Q(
            pk__in=DealMember.objects.filter(user=user.pk, removed_at=None).values("deal")
        )
        if role == FirmRole.PARTNER:
            return self.filter(models.Q(restricted=False) | mine)
        if role == FirmRole.ANALYST:
            return self.filter(models.Q(owner=user.pk) | mine)
        return self.filter(mine)

    def door_of(self, user: "User | AnonymousUser") -> "DealQuerySet":
        """Deals before whose room a founder or one of their people may stand."""
        if not user.is_active or getattr(user, "is_firm", False):
            return self.none()
        member = RoomMember.objects.filter(user=user.pk, removed_at=None)
        return self.filter(pk__in=member.values("deal"))

    def room_of(self, user: "User | AnonymousUser") -> "DealQuerySet":
        """Deals whose room they may enter: the terms that are in force, if any, are accepted."""
        return self.door_of(user).exclude(pk__in=RoomTerms.objects.unaccepted_by(user))

    def whole_room_of(self, user: "User | AnonymousUser") -> "DealQuerySet":
        """Those of which they see the whole room, not only the sections assigned to them."""
        whole = RoomMember.objects.filter(user=user.pk, removed_at=None, limited=False)
        return self.room_of(user).filter(pk__in=whole.values("deal"))


CALLED = Concat("startup_name", models.Value(" · "), "name", output_field=models.CharField())
"""A deal by its startup and its round, as pages print it."""


def _closed_to(user: "User | AnonymousUser") -> models.QuerySet[Barrier, Any]:
    """The deals behind whose barrier this person stands."""
    closed: models.QuerySet[Barrier, Any] = Barrier.objects.standing().filter(user=user.pk)
    return closed.values("deal")


class Deal(Remembers):
    """A round of a startup under diligence.

    `amount` and `valuation` are in whole units of `currency`; `ai_share` is the percentage of the
    valuation that rests on AI, by the firm's own estimate. `revision` grows with every edit, so
    that the second of two people who edit at once is told.

    `startup_name`, `stage_position`, `owner_name` and `words` repeat what lists sort by and search
    in, so that an index serves them (`words` in lower case: the names, the thesis and what the
    startup does). The database itself keeps them, by the triggers of the migrations that added
    them; nobody else writes them.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    startup = models.ForeignKey(Startup, on_delete=models.PROTECT, related_name="deals")
    name = models.CharField(max_length=120)
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="deals")
    stage_entered_at = models.DateTimeField(default=timezone.now)
    round = models.CharField(max_length=16, choices=Round.choices, default=Round.SEED)
    amount = models.DecimalField(max_digits=15, decimal_places=0, null=True, blank=True)
    valuation = models.DecimalField(max_digits=15, decimal_places=0, null=True, blank=True)
    currency = models.CharField(max_length=3, default="EUR")
    thesis = models.TextField(blank=True)
    ai_share = models.PositiveSmallIntegerField(null=True, blank=True)
    archetypes = ArrayField(
        models.CharField(max_length=8, choices=Archetype.choices), default=list, blank=True
    )
    flags = ArrayField(
        models.CharField(max_length=16, choices=RiskFlag.choices), default=list, blank=True
    )
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="deals_owned")
    restricted = models.BooleanField(default=False)
    watermark = models.BooleanField(default=False)
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    startup_name = models.CharField(max_length=200, default="", blank=True, editable=False)
    stage_position = models.PositiveSmallIntegerField(default=0, editable=False)
    owner_name = models.CharField(max_length=200, default="", blank=True, editable=False)
    words = models.TextField(default="", blank=True, editable=False)

    kept_by_database = frozenset({"startup_name", "stage_position", "owner_name", "words"})

    objects = DealQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(ai_share=None) | models.Q(ai_share__lte=100),
                name="deal_ai_share_is_a_percentage",
            ),
        )
        indexes = (
            # With what `visible_to` asks, so that counting reads the index and no deal.
            models.Index(
                fields=("stage", "stage_entered_at", "id"),
                include=("restricted", "owner"),
                name="deal_by_stage",
            ),
            models.Index(fields=("-created_at", "id"), name="deal_newest"),
            models.Index(fields=("stage_entered_at", "id"), name="deal_by_entry"),
            models.Index(fields=("startup_name", "name", "id"), name="deal_by_startup"),
            models.Index(fields=("round", "startup_name", "id"), name="deal_by_round"),
            models.Index(fields=("stage_position", "startup_name", "id"), name="deal_by_position"),
            models.Index(fields=("owner_name", "startup_name", "id"), name="deal_by_owner"),
            models.Index(fields=("amount", "startup_name", "id"), name="deal_by_amount"),
            models.Index(fields=("valuation", "startup_name", "id"), name="deal_by_valuation"),
            models.Index(fields=("ai_share", "startup_name", "id"), name="deal_by_ai_share"),
            GinIndex(fields=("words",), opclasses=("gin_trgm_ops",), name="deal_by_words"),
            GinIndex(OpClass(Lower(CALLED), name="gin_trgm_ops"), name="deal_by_called"),
        )

    def __str__(self) -> str:
        return f"{self.startup} · {self.name}"

    @property
    def profile_words(self) -> tuple[str, ...]:
        """What the product is made of and touches, in words."""
        titles = dict([*Archetype.choices, *RiskFlag.choices])
        return tuple(str(titles.get(each, each)) for each in [*self.archetypes, *self.flags])

    @property
    def days_in_stage(self) -> int:
        """Whole days since it entered its stage."""
        return (timezone.now() - self.stage_entered_at).days


class DealMember(Remembers):
    """Someone of the firm, or an outside expert, on a deal. Removal is a mark, not a deletion.

    `role` is what they may do on this deal in place of what they may do at the firm.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="deal_memberships")
    role = models.ForeignKey(
        DealRole, on_delete=models.PROTECT, null=True, blank=True, related_name="members"
    )
    added_at = models.DateTimeField(auto_now_add=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("added_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("deal", "user"),
                condition=models.Q(removed_at=None),
                name="deal_member_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} on {self.deal}"

    @property
    def takes_role(self) -> bool:
        """Whether a role of the deal could replace their rights (policies, keeps_office)."""
        office = self.user.firm_role in (FirmRole.ADMIN, FirmRole.PARTNER)
        return not office and self.user_id != self.deal.owner_id


class RoomMember(Remembers):
    """Someone of the startup who may enter the deal's room.

    Who is `limited` sees the sections assigned to them and what they handed in, and nothing else.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="room_members")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="rooms")
    title = models.CharField(max_length=100, blank=True)
    limited = models.BooleanField(default=False)
    joined_at = models.DateTimeField(auto_now_add=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("joined_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("deal", "user"),
                condition=models.Q(removed_at=None),
                name="room_member_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} in the room of {self.deal}"


class Invitation(Remembers):
    """A signed link to a deal's room: for one address, one use, and expiring.

    Only the hash of its secret is kept. `limited` and `sections` (pairs of questionnaire and
    section) are what whoever uses it will see.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField()
    name = models.CharField(max_length=200, blank=True)
    title = models.CharField(max_length=100, blank=True)
    limited = models.BooleanField(default=False)
    sections: "models.JSONField[Any, Any]" = models.JSONField(default=list, blank=True)
    secret_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"{self.email} to {self.deal}"

    @property
    def state(self) -> str:
        """`used`, `revoked`, `expired` or `open`."""
        if self.used_at:
            return "used"
        if self.revoked_at:
            return "revoked"
        return "expired" if self.expires_at <= timezone.now() else "open"


class Note(Remembers):
    """What someone of the firm wrote on a deal; founders never see it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="notes")
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    body = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)
    edited_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return self.body[:60]


__all__ = [
    "CALLED", "Archetype", "Deal", "DealMember", "Invitation", "Note", "Pipeline", "RiskFlag",
    "RoomMember", "Round", "Stage",
]  # fmt: skip

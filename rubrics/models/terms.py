"""What people set and enter on the way to terms: rates, haircuts, revenue, exposures, follow-ups.

Amounts are whole units of the deal's currency, as everywhere. Rows that count in a sum are taken
out by a mark, never deleted.
"""

import uuid
from typing import TYPE_CHECKING, Self, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from diligence.models import Deal, User
from diligence.models.remembering import Remembers
from rubrics.models.assessment import Assessment

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class Risk(models.TextChoices):
    """The kinds of risk of the rubric."""

    V = "V", "Valuation"
    L = "L", "Liability"
    R = "R", "Regulatory"
    C = "C", "Continuity"


class WeekRate(Remembers):
    """What one engineer-week costs the firm, all in, in one currency."""

    currency = models.CharField(max_length=3, primary_key=True)
    amount = models.DecimalField(max_digits=12, decimal_places=0)
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("currency",)
        constraints = (
            models.CheckConstraint(condition=Q(amount__gt=0), name="week_rate_above_nothing"),
        )

    def __str__(self) -> str:
        return f"{self.amount} {self.currency} a week"


class Haircut(Remembers):
    """A haircut of the house, in percent of the valuation; none until the fund sets one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=120)
    percent = models.DecimalField(max_digits=4, decimal_places=1)
    when = models.CharField(max_length=300, blank=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("name",)
        constraints = (
            models.CheckConstraint(
                condition=Q(percent__gt=0, percent__lte=100), name="haircut_is_a_percentage"
            ),
            models.UniqueConstraint(
                fields=("name",), condition=Q(retired_at=None), name="haircut_name_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.percent.normalize():f}%)"


_Row = TypeVar("_Row", bound=models.Model)


class OfDealQuerySet(models.QuerySet[_Row]):
    """Reads of rows that belong to a deal."""

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Those of deals that the user may see. Founders see none."""
        return self.filter(deal__in=Deal.objects.visible_to(user))

    def standing(self) -> Self:
        """Those that were not taken out."""
        return self.filter(removed_at=None)


class OfDeal(models.Model):
    """What somebody of the firm entered on a deal, and may be taken out by a mark."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    removed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ("at",)


class AppliedHaircutQuerySet(OfDealQuerySet["AppliedHaircut"]):
    """Reads of haircuts on deals."""


class AppliedHaircut(OfDeal):
    """A haircut of the house that somebody put on this deal, at the percentage of that day."""

    haircut = models.ForeignKey(Haircut, on_delete=models.PROTECT, related_name="+")
    percent = models.DecimalField(max_digits=4, decimal_places=1)
    because = models.TextField()

    objects = AppliedHaircutQuerySet.as_manager()

    class Meta(OfDeal.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=("deal", "haircut"),
                condition=Q(removed_at=None),
                name="haircut_applied_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.haircut.name} on {self.deal}"


class RevenueStatementQuerySet(OfDealQuerySet["RevenueStatement"]):
    """Reads of what revenue rests on."""


class RevenueStatement(OfDeal):
    """A production model and the percentage of revenue that is said to rest on it.

    No share where it is in production and nobody said how much rests on it. `keystones` narrows the
    criteria that concern it; empty means all.
    """

    name = models.CharField(max_length=200)
    share = models.DecimalField(max_digits=4, decimal_places=1, null=True, blank=True)
    source = models.CharField(max_length=300)
    keystones = ArrayField(models.CharField(max_length=80), default=list, blank=True)

    objects = RevenueStatementQuerySet.as_manager()

    class Meta(OfDeal.Meta):
        constraints = (
            models.CheckConstraint(
                condition=Q(share=None) | Q(share__gte=0, share__lte=100),
                name="revenue_share_is_a_percentage",
            ),
        )

    def __str__(self) -> str:
        return self.name


class ExposureQuerySet(OfDealQuerySet["Exposure"]):
    """Reads of exposures."""


class Exposure(OfDeal):
    """What counsel thinks a liability or regulatory finding may cost; no range until they say.

    `subject` is the criterion or the knock-out that it stands on.
    """

    risk = models.CharField(
        max_length=1, choices=[(Risk.L.value, Risk.L.label), (Risk.R.value, Risk.R.label)]
    )
    subject = models.CharField(max_length=80)
    title = models.CharField(max_length=200)
    low = models.DecimalField(max_digits=15, decimal_places=0, null=True, blank=True)
    high = models.DecimalField(max_digits=15, decimal_places=0, null=True, blank=True)
    counsel = models.CharField(max_length=200, blank=True)
    note = models.TextField(blank=True)

    objects = ExposureQuerySet.as_manager()

    class Meta(OfDeal.Meta):
        constraints = (
            models.CheckConstraint(
                condition=Q(low=None, high=None) | Q(low__gte=0, high__gte=F("low")),
                name="exposure_range_in_order",
            ),
        )

    def __str__(self) -> str:
        return self.title


class FollowUpQuerySet(models.QuerySet["FollowUp"]):
    """Reads of follow-ups."""

    def visible_to(self, user: "User | AnonymousUser") -> "FollowUpQuerySet":
        """One's own on visible deals, and all where the user may see the scores.

        A condition says what was found, often by the name of a knock-out. Founders see none.
        """
        seen = Assessment.objects.scores_visible_to(user)
        whose = Q(owner=user.pk) | Q(deal__assessment__in=seen)
        return self.filter(whose, deal__in=Deal.objects.visible_to(user))

    def open(self) -> "FollowUpQuerySet":
        """Those that somebody still has to do."""
        return self.filter(state=FollowUp.State.OPEN)


class FollowUp(Remembers):
    """A condition as something to do: what, who sees to it, until when, and what became of it.

    `risk` and `instrument` are those of the table of instruments, where it came from there.
    """

    class State(models.TextChoices):
        """OPEN until somebody says that it is met, or that it is dropped, and why."""

        OPEN = "open", "Open"
        MET = "met", "Met"
        DROPPED = "dropped", "Dropped"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="follow_ups")
    text = models.TextField()
    risk = models.CharField(max_length=1, choices=Risk.choices, blank=True)
    instrument = models.CharField(max_length=300, blank=True)
    subject = models.CharField(max_length=80, blank=True)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="follow_ups")
    due_on = models.DateField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(auto_now_add=True)
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_because = models.TextField(blank=True)

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        ordering = ("due_on", "opened_at")
        indexes = (
            models.Index(
                fields=("deal", "due_on"), condition=Q(state="open"), name="follow_up_open"
            ),
        )

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def is_overdue(self) -> bool:
        """Whether it is still open after its day."""
        return self.state == self.State.OPEN and self.due_on < timezone.localdate()

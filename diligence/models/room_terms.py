"""The terms of a room: what whoever enters has to accept first, and who did when."""

import uuid
from typing import TYPE_CHECKING, Any

from django.db import models

from diligence.models.user import User

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class RoomTermsQuerySet(models.QuerySet["RoomTerms"]):
    """Reads of terms."""

    def unaccepted_by(self, user: "User | AnonymousUser") -> "models.QuerySet[RoomTerms, Any]":
        """The ids of deals whose terms in force this person has not accepted."""
        accepted = TermsAcceptance.objects.filter(user=user.pk).values("terms")
        rows: models.QuerySet[RoomTerms, Any] = self.filter(lifted_at=None)
        return rows.exclude(pk__in=accepted).values("deal")


class RoomTerms(models.Model):
    """One text, such as an agreement on secrecy. A change is the next number, accepted anew."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    deal = models.ForeignKey("diligence.Deal", on_delete=models.PROTECT, related_name="terms")
    number = models.PositiveIntegerField()
    text = models.TextField(max_length=50_000)
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField(auto_now_add=True)
    lifted_at = models.DateTimeField(null=True, blank=True)

    objects = RoomTermsQuerySet.as_manager()

    class Meta:
        ordering = ("deal", "-number")
        constraints = (
            models.UniqueConstraint(fields=("deal", "number"), name="room_terms_once"),
            models.UniqueConstraint(
                fields=("deal",), condition=models.Q(lifted_at=None), name="room_terms_in_force"
            ),
        )

    def __str__(self) -> str:
        return f"terms {self.number} of {self.deal}"


class TermsAcceptance(models.Model):
    """Who accepted which text when. Rows are only ever added."""

    id = models.BigAutoField(primary_key=True)
    terms = models.ForeignKey(RoomTerms, on_delete=models.PROTECT, related_name="acceptances")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("at",)
        constraints = (
            models.UniqueConstraint(fields=("terms", "user"), name="terms_accepted_once"),
        )

    def __str__(self) -> str:
        return f"{self.user} accepted {self.terms}"

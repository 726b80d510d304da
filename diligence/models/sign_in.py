"""What the firm asks of people who sign in."""

from django.db import models
from django.utils import timezone

from diligence.models.user import FirmRole, User


class SecondFactorRule(models.Model):
    """Everybody in this role needs a second factor; without a row nobody in it does.

    The empty role is that of founders.
    """

    role = models.CharField(max_length=16, choices=FirmRole.choices, unique=True, blank=True)
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("role",)

    def __str__(self) -> str:
        return f"second factor for {self.role or 'founders'}"

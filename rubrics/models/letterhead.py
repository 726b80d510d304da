"""The firm on its reports: its name, looks and own words, and the key that it signs with."""

import uuid

from django.db import models

from diligence.models import User
from diligence.models.remembering import Remembers


class Letterhead(Remembers):
    """How the reports of the firm look and what it says in each. There is one row.

    `last_serial` is the number of the report that was issued last; whoever issues locks the row.
    """

    ONLY = 1

    class Paper(models.TextChoices):
        """The sheet that reports are set on."""

        A4 = "A4", "A4"
        LETTER = "letter", "US Letter"

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY, editable=False)
    firm = models.CharField(max_length=80, blank=True)
    logo = models.BinaryField(null=True, blank=True)
    colour = models.CharField(max_length=7, default="#155464")
    paper = models.CharField(max_length=6, choices=Paper.choices, default=Paper.A4)
    introduction = models.TextField(blank=True)
    disclaimer = models.TextField(blank=True)
    last_serial = models.PositiveIntegerField(default=0)
    revision = models.PositiveIntegerField(default=1)
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    set_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(pk=1), name="letterhead_is_one"),)

    def __str__(self) -> str:
        return self.firm or "Proofroom"


class SigningKey(models.Model):
    """A key that was made here, where the firm names no certificate of its own.

    `key` is encrypted with the field keys; the newest signs, older ones stay for what they signed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    certificate = models.BinaryField()
    key = models.BinaryField()
    sha256 = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-made_at",)

    def __str__(self) -> str:
        return self.sha256

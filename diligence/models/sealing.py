"""Keys of what is stored: one for each deal, under which the keys of its files lie.

A file is stored once whatever deals have it, sealed with a key of its own. That key is kept once
for each of these deals, under the deal's key; the deal's key is kept under the field keys. With the
deal's key gone, nothing of what it alone had can be read again, wherever a copy may be.
"""

from django.db import models

from diligence.models.deal import Deal
from diligence.models.evidence import Blob


class DealKey(models.Model):
    """The key of a deal, encrypted with the field keys. The row is deleted to shred it."""

    deal = models.OneToOneField(Deal, on_delete=models.PROTECT, related_name="key")
    wrapped = models.BinaryField()
    made_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"key of {self.deal}"


class BlobKey(models.Model):
    """The key of a file, sealed under the key of one deal that has it."""

    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="keys")
    under = models.ForeignKey(DealKey, on_delete=models.CASCADE, related_name="blobs")
    wrapped = models.BinaryField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("blob", "under"), name="blob_key_once_per_deal"),
        )

    def __str__(self) -> str:
        return f"key of {self.blob_id}"

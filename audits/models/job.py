"""What every piece of work for a worker has: the row is the queue, Celery only the doorbell."""

from django.db import models


class Job(models.Model):
    """A row that a worker takes, works on under a lease, and brings to an end.

    `lease_until` belongs to whichever worker holds it; past it a sweep gives the job back, up to
    `MAX_ATTEMPTS` times. `progress` counts `done` of `total` in `stage`.
    """

    MAX_ATTEMPTS = 3

    class State(models.TextChoices):
        """A job ends in exactly one of SUCCEEDED, FAILED and CANCELLED."""

        QUEUED = "queued", "Queued"
        RUNNING = "running", "Running"
        SUCCEEDED = "succeeded", "Done"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    failure = models.CharField(max_length=1000, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_holder = models.UUIDField(null=True, blank=True)
    stage = models.CharField(max_length=60, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def is_over(self) -> bool:
        """Whether it is in a final state."""
        return self.state not in (self.State.QUEUED, self.State.RUNNING)

    @property
    def percent(self) -> int:
        """How far the present stage is, 0 to 100."""
        return round(100 * self.done / self.total) if self.total else 0

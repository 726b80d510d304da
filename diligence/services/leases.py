"""Leases: until when a row is in the hands of the worker that took it.

A lease is a time of the clock in a row. It is over once that time has passed, and also where it
ends later than any lease that could be given now: then the clock was set back, and whoever took the
row before that would hold it for as long as the clock was wrong. A worker that still lives renews
its lease or is told by the row that it lost it; what it made then is not stored.
"""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

SKEW = timedelta(minutes=1)
"""How far the clocks of two machines that share the database may differ."""


def lapsed(longest: timedelta, field: str = "lease_until") -> Q:
    """Rows whose lease is over; `longest` is the longest that is given."""
    now = timezone.now()
    return Q((f"{field}__lt", now)) | Q((f"{field}__gt", now + longest + SKEW))


def free(longest: timedelta) -> Q:
    """Rows that nobody holds: without a lease, or with one that is over."""
    return Q(lease_until=None) | lapsed(longest)

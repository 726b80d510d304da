"""Reads of the firm's roles of deals."""

from django.db.models import Count, Q, QuerySet

from diligence.models import DealRole


def roles_in_use() -> QuerySet[DealRole]:
    """Roles that are offered, with the number of people on deals who have each."""
    people = Count("members__user", filter=Q(members__removed_at=None), distinct=True)
    return DealRole.objects.offered().annotate(people=people)

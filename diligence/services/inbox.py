"""The inbox: up to when somebody has seen what changed. Only their own mark moves, so no trail."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from diligence.models import InboxVisit, User


@transaction.atomic
def mark_seen(*, actor: User, until: datetime) -> None:
    """Moves the mark forward to what was on the page; what came meanwhile stays unseen."""
    until = min(until, timezone.now())
    visit, _ = InboxVisit.objects.select_for_update().get_or_create(
        user=actor, defaults={"seen_to": until}
    )
    if until > visit.seen_to:
        visit.seen_to = until
        visit.save(update_fields=["seen_to"])

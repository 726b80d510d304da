"""The trail: who did what. Every service calls `record` inside its own transaction."""

from django.db import models

from diligence.models import Activity, Deal, User


def record(
    *,
    actor: User | None,
    verb: str,
    text: str,
    deal: Deal | None = None,
    about: models.Model | None = None,
    in_room: bool = False,
) -> Activity:
    """Adds one line; `text` is a sentence without its subject: "moved the deal to Committee".

    `in_room` lines are also shown to the startup's people.
    """
    return Activity.objects.create(
        actor=actor,
        verb=verb,
        text=text[:500],
        deal=deal,
        object_id=str(about.pk) if about is not None else "",
        in_room=in_room,
    )

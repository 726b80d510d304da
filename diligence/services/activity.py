"""The trail: who did what. Every service calls `record` inside its own transaction.

The line is written with the work, or not at all. Its place in the chain is given right after the
commit (`sealing.py`), so that nobody waits for somebody else's transaction.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils import timezone

from diligence.lib.trail_marks import mark_of, plain
from diligence.lib.whence import whence
from diligence.models import Activity, Deal, User
from diligence.services.sealing import seal_after_commit
from diligence.services.trail_keys import trail_keys

SECRET = frozenset({"password", "secret", "secret_hash", "token", "hint", "key"})
"""Columns that never go into the trail, nor does any column of bytes."""
LONGEST = 1000
"""Characters of a text that are kept as before or after."""

State = dict[str, Any]


@dataclass(frozen=True)
class Change:
    """What was so before, and what is so after: the fields that differ, without secrets."""

    before: State
    after: State

    @classmethod
    def since(cls, before: State, row: models.Model) -> "Change":
        """What differs on the row since `state_of` was taken."""
        after = state_of(row)
        names = [name for name in after if after[name] != before.get(name)]
        return cls(
            {name: before.get(name) for name in names}, {name: after[name] for name in names}
        )

    @classmethod
    def of(cls, before: Mapping[str, Any], after: Mapping[str, Any]) -> "Change":
        """What a caller names itself, such as a permission that is given or taken."""
        return cls(plain(before), plain(after))


def state_of(row: models.Model) -> State:
    """The columns of a row as the trail may hold them."""
    return {
        column.name: _short(plain(getattr(row, column.attname)))
        for column in row._meta.concrete_fields
        if column.name not in SECRET and not isinstance(column, models.BinaryField)
    }


def _short(value: Any) -> Any:
    return f"{value[:LONGEST]}…" if isinstance(value, str) and len(value) > LONGEST else value


def record(  # noqa: PLR0913 - who, what, on what, before and after
    *,
    actor: User | None,
    verb: str,
    text: str,
    deal: Deal | None = None,
    about: models.Model | None = None,
    in_room: bool = False,
    change: Change | None = None,
) -> Activity:
    """Adds one line; `text` is a sentence without its subject: "moved the deal to Committee".

    `in_room` lines are also shown to the startup's people.
    """
    place = whence()
    row = Activity(
        actor=actor, deal=deal, verb=verb, text=plain(text)[:500], in_room=in_room,
        object_kind=about._meta.label_lower if about is not None else "",
        object_id=str(about.pk) if about is not None else "",
        before=change.before if change is not None else None,
        after=change.after if change is not None else None,
        via=place.via, address=place.address, agent=place.agent, at=timezone.now(),
    )  # fmt: skip
    row.mark = mark_of(row, trail_keys())
    row.save(force_insert=True)
    seal_after_commit(row)
    return row

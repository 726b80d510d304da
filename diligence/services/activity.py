"""The trail: who did what. Every service calls `record` inside its own transaction.

The line is written with the work, or not at all. Its place in the chain is given right after the
commit (`sealing.py`), so that nobody waits for somebody else's transaction.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from secrets import token_hex
from typing import Any

from django.db import models
from django.utils import timezone

from diligence.lib.trail_marks import mark_of, plain, word
from diligence.lib.whence import whence
from diligence.models import Activity, Deal, User
from diligence.models.remembering import Remembers, loaded_values, remember
from diligence.services.sealing import seal_after_commit
from diligence.services.telling import tell_endpoints
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

    def __bool__(self) -> bool:
        return bool(self.before or self.after)

    @classmethod
    def since(cls, before: State, row: models.Model) -> "Change":
        """What differs on the row since `state_of` was taken."""
        return cls._between(before, state_of(row))

    @classmethod
    def on(cls, row: models.Model) -> "Change | None":
        """What differs on a row that remembers how it was loaded; all of one that was just made."""
        if not isinstance(row, Remembers):
            return None
        loaded = loaded_values(row)
        before = {
            column.name: _kept(loaded[column.attname])
            for column in row._meta.concrete_fields
            if column.attname in loaded and _may_be_told(column)
        }
        remember(row, [c.attname for c in row._meta.concrete_fields if c.attname in row.__dict__])
        change = cls._between(before, state_of(row))
        return change if change.after else None

    @classmethod
    def _between(cls, before: State, after: State) -> "Change":
        names = [name for name in after if after[name] != before.get(name)]
        was = {name: before[name] for name in names if name in before}
        return cls(was, {name: after[name] for name in names})

    @classmethod
    def of(cls, before: Mapping[str, Any], after: Mapping[str, Any]) -> "Change":
        """What a caller names itself, such as a permission that is given or taken."""
        return cls(plain(before), plain(after))


CAME = Change({"in_the_room": False}, {"in_the_room": True})
NOTHING = Change({}, {})
"""For what is only read."""
LEFT = Change({"in_the_room": True}, {"in_the_room": False})
"""Someone of the startup and their room."""


def state_of(row: models.Model) -> State:
    """The columns of a row as the trail may hold them."""
    return {
        column.name: _kept(getattr(row, column.attname))
        for column in row._meta.concrete_fields
        if column.attname in row.__dict__ and _may_be_told(column)
    }


def _may_be_told(column: "models.Field[Any, Any]") -> bool:
    untold = SECRET | getattr(column.model, "kept_by_database", frozenset())
    return column.name not in untold and not isinstance(column, models.BinaryField)


def _kept(value: Any) -> Any:
    value = plain(value)
    return _clipped(value, LONGEST) if isinstance(value, str) else value


def sentence_of(text: str) -> str:
    """A sentence as its line has it, which shows where it was cut."""
    return _clipped(word(text), Activity._meta.get_field("text").max_length or LONGEST)


def _clipped(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


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

    `in_room` lines are also shown to the startup's people. Where no change is given, what is so
    before and after is read off the row, if it is of a kind that remembers. A number of chance in
    it makes two lines that say the same at the same moment two, and the copy of a line a copy.
    Endpoints that asked for this verb are told of it, in the same transaction.
    """
    place = whence()
    if change is None and about is not None:
        change = Change.on(about)
    row = Activity(
        actor=actor, deal=deal, verb=verb, text=sentence_of(text), in_room=in_room,
        object_kind=about._meta.label_lower if about is not None else "",
        object_id=str(about.pk) if about is not None else "",
        before=change.before if change else None, after=change.after if change else None,
        via=place.via, address=place.address, agent=place.agent, at=timezone.now(),
        data={"once": token_hex(8)},
    )  # fmt: skip
    row.mark = mark_of(row, trail_keys())
    row.save(force_insert=True)
    seal_after_commit(row)
    tell_endpoints(row)
    return row

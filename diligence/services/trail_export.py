"""The audit trail as a file: lines for a spreadsheet, or JSON that says everything."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC
from typing import Any

from django.db.models import QuerySet

from diligence.lib.spreadsheets import csv_text
from diligence.models import Activity, TrailAnchor, User
from diligence.policies import require
from diligence.selectors.trail import TrailQuery, trail_for
from diligence.services.activity import record
from diligence.services.errors import Refused

PIECE = 1_000
"""Lines that are fetched and written at a time."""
COLUMNS = (
    "number", "at", "who", "verb", "text", "deal", "object_kind", "object_id", "before", "after",
    "via", "address", "agent", "in_room", "id", "actor_id", "deal_id", "mark", "hash",
)  # fmt: skip


def export_trail(*, actor: User, query: TrailQuery, form: str) -> Iterator[str]:
    """What was asked for, piece by piece, oldest first; that it was taken out is recorded first.

    Raises Refused for a form that is not known.
    """
    require(actor, "trail.read")
    writer = FORMS.get(form)
    if writer is None:
        raise Refused("The trail is exported as csv or jsonl.")
    asked = {name: value for name, value in vars(query).items() if value}
    narrowed = " (" + ", ".join(f"{k}: {v}" for k, v in asked.items()) + ")" if asked else ""
    record(actor=actor, verb="trail.export", text=f"exported the audit trail as {form}{narrowed}")
    return writer(trail_for(actor, query).order_by("pk"))


def take_anchor(*, actor: User, anchor: TrailAnchor) -> str:
    """The signed text of an anchor, to be kept elsewhere; that it was taken is recorded."""
    require(actor, "trail.read")
    record(
        actor=actor, verb="trail.anchor", about=anchor,
        text=f"took a copy of the trail's anchor of {anchor.day}",
    )  # fmt: skip
    return anchor.text


def _cells(row: Activity) -> dict[str, Any]:
    seal = getattr(row, "seal", None)
    return {
        "number": seal.number if seal is not None else None,
        "at": row.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "who": row.actor.email if row.actor is not None else None,
        "deal": str(row.deal) if row.deal is not None else None,
        "actor_id": str(row.actor_id) if row.actor_id else None,
        "deal_id": str(row.deal_id) if row.deal_id else None,
        "hash": seal.hash if seal is not None else None,
    } | {
        name: getattr(row, name)
        for name in ("verb", "text", "object_kind", "object_id", "before", "after", "via",
                     "address", "agent", "in_room", "id", "mark")
    }  # fmt: skip


def _csv(rows: QuerySet[Activity]) -> Iterator[str]:
    yield csv_text([COLUMNS])
    for piece in _pieces(rows):
        yield csv_text([_flat(row[name]) for name in COLUMNS] for row in piece)


def _flat(value: object) -> object:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value


def _json_lines(rows: QuerySet[Activity]) -> Iterator[str]:
    for piece in _pieces(rows):
        yield "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in piece)


def _pieces(rows: QuerySet[Activity]) -> Iterator[list[dict[str, Any]]]:
    """By the last id instead of one long read: no cursor stays open while a browser is slow."""
    last = 0
    while piece := [_cells(row) for row in rows.filter(pk__gt=last)[:PIECE]]:
        yield piece
        last = piece[-1]["id"]


FORMS: dict[str, Callable[[QuerySet[Activity]], Iterator[str]]] = {
    "csv": _csv, "jsonl": _json_lines,
}  # fmt: skip

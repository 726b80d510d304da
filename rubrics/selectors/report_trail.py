"""A deal's own part of the audit trail, as a report freezes it: who did what, and when.

Addresses and programs stay in the house: a report goes to people whom they do not concern.
"""

from typing import Any

from diligence.models import Deal, Seal, User
from diligence.selectors.trail import TrailQuery, trail_for

MOST = 2_000
"""Lines that are printed, some sixty pages: the newest; how many more there are is said."""


def trail_part(deal: Deal, reader: User) -> dict[str, Any]:
    """The deal's lines, oldest first, as far as whoever issues the report may read them."""
    rows = trail_for(reader, TrailQuery(deal=str(deal.pk)))
    newest = list(rows.order_by("-pk")[:MOST])
    head = Seal.objects.last()
    return {
        "lines": [
            {
                "number": row.seal.number if hasattr(row, "seal") else None,
                "at": row.at.isoformat(timespec="seconds"),
                "who": str(row.actor) if row.actor is not None else "Proofroom",
                "text": row.text,
            }
            for row in reversed(newest)
        ],
        "left_out": rows.count() - len(newest),
        "head": {"number": head.number, "hash": head.hash} if head is not None else None,
    }

"""What an issued report says of one criterion's level, in sentences that its forms share."""

from collections.abc import Iterator, Mapping
from typing import Any

Data = Mapping[str, Any]


def level_in(criterion: Data) -> str:
    """The level, or in a word why there is none."""
    if criterion["outcome"] == "not-supplied":
        return "0, not supplied"
    return "unknown" if criterion["level"] is None else str(criterion["level"])


def disputed_in(criterion: Data) -> str:
    """The flag of a dispute that is open, in the startup's words; nothing without one."""
    dispute = criterion.get("dispute")
    if not dispute:
        return ""
    return f"By {dispute['by']}, with new evidence, not closed yet: “{dispute['words']}”"


def scored_again_in(criterion: Data) -> Iterator[str]:
    """What disputes changed: both levels, and the reason that held before."""
    for again in criterion.get("scored_again", ()):
        yield (
            f"By {again['by']} on {again['at'][:10]} after the startup's dispute, "
            f"{again['before']} before, now {again['after']}. "
            f"The reason before: “{again['before_rationale']}”"
        )

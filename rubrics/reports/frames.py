"""What an issued report says of its frame, in sentences that every form of it shares."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Data = Mapping[str, Any]


@dataclass(frozen=True)
class PrintedChange:
    """One change of rubric, weights or profile; `at` is its day and minute in UTC."""

    number: int
    at: str
    by: str
    because: str
    differences: tuple[str, ...]
    before: str
    after: str


def changes_in(data: Data) -> Iterator[PrintedChange]:
    """The changes in their order; none in a report from before they were printed."""
    for number, each in enumerate(data.get("frame_changes", ()), start=1):
        yield PrintedChange(
            number=number,
            at=f"{each['at'][:16].replace('T', ' ')} UTC",
            by=each["by"],
            because=each["because"],
            differences=tuple(each["differences"]),
            before=_frame(each["before"]),
            after=_frame(each["after"]),
        )


def freezing_in(data: Data) -> str:
    """Whether the frame came before evidence was opened; nothing where the report does not say."""
    freezing = data.get("freezing")
    if not freezing:
        return ""
    opened = freezing["evidence_first_opened_at"]
    if not opened:
        return "Frozen before anyone of the firm opened the startup's evidence."
    if freezing["before_evidence"]:
        return f"Frozen before the firm first opened the startup's evidence on {opened[:10]}."
    late = f"The firm first opened the startup's evidence on {opened[:10]}, before it was frozen."
    because = freezing.get("late_because")
    return f"{late} Why: {because}" if because else late


def _frame(frame: Data) -> str:
    """A whole frame in one line, by the words of its rubric."""
    words, sha256 = frame["words"], frame["rubric_sha256"]
    rubric = f"{frame['rubric_title']}, version {frame['rubric_version']} ({sha256[:12]})"
    made_of = ", ".join(words["archetypes"]) or "nothing marked"
    touches = ", ".join(words["flags"]) or "nothing marked"
    return f"{rubric}; stage {words['stage']}; made of {made_of}; touches {touches}"

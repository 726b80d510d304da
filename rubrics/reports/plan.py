"""Remediation by effort: what can be done in the first 30, 60 and 100 days, from frozen data.

A finding goes by the effort of its check (low, medium, high), a gap by how many levels it is wide:
one level is two months' work beside the product, more is the whole plan. What is critical comes
first whatever it takes, and false alarms not at all.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

DAYS = (30, 60, 100)
OF_EFFORT = {"low": 30, "medium": 60, "high": 100}
URGENT = "critical"
Data = Mapping[str, Any]


@dataclass(frozen=True)
class Remedy:
    """One thing to do: what for, what to do, where it shows, and how often the same was found."""

    title: str
    step: str
    places: tuple[str, ...] = ()
    keystone: bool = False

    @property
    def more(self) -> int:
        """Places that are not named."""
        return max(0, len(self.places) - 3)


@dataclass(frozen=True)
class Horizon:
    """What is to be done within so many days."""

    days: int
    findings: tuple[Remedy, ...]
    gaps: tuple[Remedy, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing falls into it."""
        return not (self.findings or self.gaps)


def is_dismissed(finding: Data) -> bool:
    """Whether a person called it a false alarm."""
    triage = finding.get("triage")
    return triage is not None and triage["verdict"] == "False alarm"


def plan_of(data: Data) -> tuple[Horizon, ...]:
    """The three horizons, empty ones included."""
    findings = [(_days(f), f) for f in data["findings"] if not is_dismissed(f)]
    gaps = [(60 if c["gap"] == 1 else 100, c) for c in _gaps(data)]
    return tuple(
        Horizon(
            days,
            tuple(_together(f for d, f in findings if d == days)),
            tuple(
                Remedy(c["title"], c["next_anchor"], keystone=c["keystone"])
                for d, c in gaps
                if d == days
            ),
        )
        for days in DAYS
    )


def _days(finding: Data) -> int:
    if finding["severity"] == URGENT:
        return DAYS[0]
    return OF_EFFORT.get(finding.get("effort", "medium"), 60)


def _gaps(data: Data) -> Iterator[Data]:
    rows = [c for lens in data["lenses"] for c in lens["criteria"] if c["gap"]]
    yield from sorted(rows, key=lambda c: (not c["keystone"], -c["gap"], c["title"]))


def _together(findings: Iterator[Data]) -> Iterator[Remedy]:
    """Findings of one title and one remedy are one thing to do in several places."""
    groups: dict[tuple[str, str], list[str]] = {}
    for each in findings:
        place = f"{each['path']}:{each['line']}"
        groups.setdefault((each["title"], each["fix"]), []).append(place)
    for (title, fix), places in groups.items():
        yield Remedy(title, fix, tuple(dict.fromkeys(places)))

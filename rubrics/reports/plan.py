"""Remediation by effort: what can be done in the first 30, 60 and 100 days, from frozen data.

A finding goes by the effort of its check (low, medium, high), a gap by how many levels it is wide:
one level is two months' work beside the product, more is the whole plan. What is critical comes
first whatever it takes, and false alarms not at all.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

DAYS = (30, 60, 100)
OF_EFFORT = {"low": 30, "medium": 60, "high": 100}
URGENT = "critical"
Data = Mapping[str, Any]


@dataclass(frozen=True)
class Remedy:
    """One thing to do: what for, what to do, where it shows, and how often it was found."""

    title: str
    step: str
    places: tuple[str, ...] = ()
    keystone: bool = False

    @property
    def more(self) -> int:
        """Places that are not named."""
        return max(0, len(self.places) - 3)


@dataclass(frozen=True)
class Place:
    """A file with all its lines that show the same, which are printed behind its path once."""

    path: str
    lines: tuple[int, ...]
    about: Data
    """The first finding there: its words, its repository and what a person said of it."""


@dataclass(frozen=True)
class Group:
    """Findings of one severity and one remedy, which is printed once for all of them."""

    severity: str
    check: str
    title: str
    fix: str
    findings: tuple[Data, ...]

    @property
    def one_title(self) -> bool:
        """Whether the heading says of each what there is to say."""
        return len({each["title"] for each in self.findings}) == 1

    @property
    def first(self) -> str:
        """The first place in a few letters; the end of a path says more than its beginning."""
        found = self.findings[0]
        return f"{_end_of(found['path'])}:{found['line']}"

    @property
    def places(self) -> tuple[Place, ...]:
        """File by file where it was found; what a person said something of stands alone."""
        rows: dict[tuple[object, ...], list[Data]] = {}
        for number, each in enumerate(self.findings):
            alone = number if each["triage"] else None
            key = (each["title"], each["path"], each["repository"], each["commit"], alone)
            rows.setdefault(key, []).append(each)
        return tuple(
            Place(found[0]["path"], tuple(each["line"] for each in found), found[0])
            for found in rows.values()
        )


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


def _together(findings: Iterable[Data]) -> Iterator[Remedy]:
    for group in grouped(findings):
        places = tuple(dict.fromkeys(f"{f['path']}:{f['line']}" for f in group.findings))
        yield Remedy(group.title, group.fix, places)


def grouped(findings: Iterable[Data]) -> tuple[Group, ...]:
    """Together what has one severity, one check and one remedy, in the order of its first one."""
    rows: dict[tuple[str, str, str], list[Data]] = {}
    for each in findings:
        rows.setdefault((each["severity"], each["check"], each["fix"]), []).append(each)
    return tuple(
        Group(severity, check, _title(check, found), fix, tuple(found))
        for (severity, check, fix), found in rows.items()
    )


def _title(check: str, found: list[Data]) -> str:
    """The words of the finding; of several with other words those of the check."""
    titles = {each["title"] for each in found}
    words = next(iter(titles)) if len(titles) == 1 else _in_words(check)
    return words if len(found) == 1 else f"{words}: {len(found)} places"


def _end_of(path: str, most: int = 40) -> str:
    """The last letters of a path, cut between two folders where it can be."""
    if len(path) <= most:
        return path
    cut = path[-most:]
    _, slash, rest = cut.partition("/")
    return f"…/{rest}" if slash else f"…{cut}"


def _in_words(check: str) -> str:
    return check.rpartition("/")[2].replace("-", " ").capitalize()

"""What the system knows of a process: is it there, is it still the same, does its group live on.

Read from /proc. A zombie counts as gone: where nothing collects it, it stays for ever.
"""

from dataclasses import dataclass
from pathlib import Path

# Places in /proc/<pid>/stat after the name, which is in brackets and may hold anything.
STATE, GROUP, STARTED = 0, 2, 19


@dataclass(frozen=True)
class Trace:
    """A process; the start time (in ticks since boot) tells a reused pid apart."""

    pid: int
    started: str


def trace(pid: int) -> Trace | None:
    """None when there is no such process."""
    fields = _fields(Path(f"/proc/{pid}"))
    return Trace(pid, fields[STARTED]) if fields else None


def name_of(pid: int) -> str:
    """The program's short name; empty when there is no such process."""
    try:
        return Path(f"/proc/{pid}/comm").read_text("utf-8").strip() if trace(pid) else ""
    except OSError:
        return ""


def group_lives(leader: int) -> bool:
    """Whether any process of the leader's group is there."""
    return any(
        fields[GROUP] == str(leader)
        for entry in Path("/proc").iterdir()
        if entry.name.isdigit() and (fields := _fields(entry))
    )


def _fields(entry: Path) -> list[str]:
    try:
        fields = (entry / "stat").read_text("utf-8").rpartition(")")[2].split()
    except OSError:
        return []
    return [] if fields[STATE] == "Z" else fields

"""What an examination may take: limits on its source, processes, memory, time and room on disk.

All of it comes from the environment, so that the command line and the workers' children obey the
same settings. A wrong value is a SourceError with the variable's name.
"""

import os
from pathlib import Path
from typing import Any

from msgspec import Struct

from audits.collectors.entries import MOST_BYTES
from audits.sources.snapshot import LIMITS, MEBI, Limits, SourceError
from diligence.lib.outgoing import PrivateHosts

MOST_PROCESSES = 4
MEMORY_BYTES = 2048 * MEBI
LEAST_MEMORY_BYTES = 512 * MEBI
"""Address space below which not even a small source can be examined."""

CPU_SECONDS = 3600
LIMITED_BY = {
    "files": "PROOFROOM_AUDIT_FILES",
    "file_bytes": "PROOFROOM_AUDIT_FILE_BYTES",
    "total_bytes": "PROOFROOM_AUDIT_BYTES",
    "ratio": "PROOFROOM_AUDIT_RATIO",
    "path_bytes": "PROOFROOM_AUDIT_PATH_BYTES",
    "depth": "PROOFROOM_AUDIT_DEPTH",
    "seconds": "PROOFROOM_GIT_SECONDS",
    "history_commits": "PROOFROOM_AUDIT_HISTORY_COMMITS",
    "history_log_bytes": "PROOFROOM_AUDIT_HISTORY_LOG_BYTES",
    "history_bytes": "PROOFROOM_AUDIT_HISTORY_BYTES",
    "facts_bytes": "PROOFROOM_AUDIT_FACTS_BYTES",
}
"""The variable of the environment that sets each limit of a source."""

OTHERS = (
    "PROOFROOM_PRIVATE_HOSTS", "PROOFROOM_PROCESSES", "PROOFROOM_CACHE_DIR",
    "PROOFROOM_CACHE_BYTES", "PROOFROOM_AUDIT_MEMORY_BYTES", "PROOFROOM_AUDIT_CPU_SECONDS",
)  # fmt: skip
VARIABLES = (*LIMITED_BY.values(), *OTHERS)


class Resources(Struct, frozen=True):
    """What an examination may use: processes that read, and a folder to keep facts in.

    Neither changes what is found. `cache_bytes` is what the folder may grow to, `cache_key` what
    its entries are sealed with, if anything; `offline` shuts the network for good as soon as the
    source is open.
    """

    processes: int = 1
    cache: Path | None = None
    cache_bytes: int = MOST_BYTES
    cache_key: bytes = b""
    offline: bool = False


ALONE = Resources()


class Bounds(Struct, frozen=True):
    """What each process of an examination in a child may take from the machine."""

    memory_bytes: int = MEMORY_BYTES
    cpu_seconds: int = CPU_SECONDS


def limits_from_environment(**given: Any) -> Limits:
    """The limits with what whoever runs Proofroom allows."""
    said: dict[str, Any] = {
        field: _number(name, getattr(LIMITS, field))
        for field, name in LIMITED_BY.items()
        if os.environ.get(name)
    }
    allowed = PrivateHosts.from_environment()
    return Limits(**{"private_hosts": allowed, **said, **given})


def resources_from_environment(
    cache: Path | None = None, *, cache_key: bytes = b"", offline: bool = False
) -> Resources:
    """As many processes as there are cores, up to four, unless said; a cache only where named."""
    named = os.environ.get("PROOFROOM_CACHE_DIR", "")
    return Resources(
        processes=_number("PROOFROOM_PROCESSES", min(MOST_PROCESSES, os.cpu_count() or 1)),
        cache=cache or (Path(named) if named else None),
        cache_bytes=_number("PROOFROOM_CACHE_BYTES", MOST_BYTES),
        cache_key=cache_key,
        offline=offline,
    )


def bounds_from_environment() -> Bounds:
    """The bounds on memory and processor time."""
    return Bounds(
        _number("PROOFROOM_AUDIT_MEMORY_BYTES", MEMORY_BYTES, LEAST_MEMORY_BYTES),
        _number("PROOFROOM_AUDIT_CPU_SECONDS", CPU_SECONDS),
    )


def _number(name: str, default: int, least: int = 1) -> int:
    text = os.environ.get(name, "")
    if not text:
        return default
    if not text.isdecimal() or int(text) < least:
        raise SourceError(f"{name} must be a whole number from {least} on, not {text!r}.")
    return int(text)

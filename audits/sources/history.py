"""Reads the history that leads to the examined commit: git's log and one comparison, nothing else.

Git runs as everywhere here, over a directory of our own: no hook, external diff, text conversion,
signature program or setting of the repository takes part. Only the commits' metadata and the names
and ids of changed files are read, which is many times cheaper than their lines.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import NamedTuple

from msgspec.structs import replace

from audits.engine.types import Skipped
from audits.facts.history import DAY, FRESH_DAYS, Commit, History, Recent
from audits.sources.git_listing import sizes_of
from audits.sources.git_log import Memory, log_of
from audits.sources.git_process import Git
from audits.sources.paths import decoded
from audits.sources.snapshot import MEBI, Limits, Snapshot, SourceError, megabytes

PLACE = "(the history)"
NO_HISTORY = "the history cannot be seen: only the files were handed in"
SHALLOW = "the history cannot be seen: the clone is shallow, and what came before was cut off"
SQUASHED = "the history cannot be seen: it is a single commit, squashed or copied from elsewhere"
UNREADABLE = "the history could not be read: objects of the repository are missing or damaged"
_MOST_RENAMES = "400"
_PORTION = 2_000
_UNKNOWN = -1
_GIT_MEMORY_BYTES = 512 * MEBI
"""Git holds all changes of one commit at once; a few kilobytes of trees can stand for billions."""


def history_of(
    snapshot: Snapshot, limits: Limits, endings: Iterable[str], memory: Memory | None = None
) -> tuple[History, tuple[Skipped, ...]]:
    """The history and what of it was left out. Never raises for what a repository holds.

    `endings` are those of the files whose lines are compared for what is recent; `memory` spares
    what was read before and changes nothing else.
    """
    if snapshot.git_dir is None or snapshot.commit is None:
        return History(missing=NO_HISTORY), ()
    git = Git(
        snapshot.git_dir,
        objects=snapshot.objects,
        seconds=limits.seconds,
        memory_bytes=_GIT_MEMORY_BYTES,
    )
    if (git.git_dir / "shallow").is_file():
        return History(missing=SHALLOW), ()
    try:
        history = _read(git, snapshot, limits, memory)
        if not history.missing:
            history = replace(history, recent=_recent(git, history.commits, endings))
    except SourceError as error:
        return History(missing=f"the history could not be read: {error}"), (
            Skipped(PLACE, str(error)),
        )
    cut = history.missing if history.missing == UNREADABLE else history.cut
    return history, (Skipped(PLACE, cut),) if cut else ()


def _read(git: Git, snapshot: Snapshot, limits: Limits, memory: Memory | None) -> History:
    log = log_of(git, snapshot.tree, limits, memory)
    commits = log.commits
    if log.damaged or not commits:
        return History(missing=UNREADABLE)
    if len(commits) == 1:
        return History(commits, SQUASHED)
    cut = log.cut
    if not cut and len(commits) == limits.history_commits and commits[-1].parents:
        cut = f"only the newest {len(commits):,} commits were looked at"
    return History(commits, cut=cut)


def _recent(git: Git, commits: tuple[Commit, ...], endings: Iterable[str]) -> Recent | None:
    """What was added in the last days, by one comparison of two trees."""
    base = _before(commits)
    if not base:
        return Recent("", {})
    answer = git.run(
        "diff", "--numstat", "-z", "-M", f"-l{_MOST_RENAMES}", "--no-color", "--no-ext-diff",
        "--no-textconv", "--ignore-submodules=all", "--end-of-options", base, commits[0].id, "--",
        *(f":(glob,icase)**/*{ending}" for ending in endings),
    )  # fmt: skip
    return Recent(base, dict(_added(answer.out))) if answer.ok else None


def _before(commits: tuple[Commit, ...]) -> str:
    """The newest commit on the main line that is older than the last days; "" where none is."""
    first_parent = {c.id: c.parents[0] for c in commits if c.parents}
    times = {c.id: c.committed for c in commits}
    edge = commits[0].committed - FRESH_DAYS * DAY
    at = commits[0].id
    while at in times and times[at] > edge:
        at = first_parent.get(at, "")
    return at


def _added(out: bytes) -> Iterator[tuple[str, int]]:
    """Paths with their added lines; a moved file stands as an empty path and two names."""
    fields = iter(out.split(b"\0"))
    for row in fields:
        count, _, rest = row.partition(b"\t")
        _, _, path = rest.partition(b"\t")
        if count and not path:
            next(fields, b"")
            path = next(fields, b"")
        if count.isdigit() and path:
            yield decoded(path), int(count)


class Version(NamedTuple):
    """A version of a file that the tree does not hold.

    Its name is the blob's id before the path, so that versions of one file keep apart.
    """

    name: str
    blob: str
    size: int


class Versions(NamedTuple):
    """The versions to search, newest first; `left_out` says what there is beyond the limit.

    `told` are the bytes of those that were not known, by name.
    """

    kept: tuple[Version, ...]
    left_out: str
    told: Mapping[str, int]


def earlier_versions(
    snapshot: Snapshot,
    history: History,
    limits: Limits,
    wants: Callable[[str], bool],
    largest: int,
    sizes: Mapping[str, int],
) -> Versions:
    """Versions of files that the tree does not hold.

    Wanted are some paths, up to the `largest` size. They end where they come to more bytes than are
    read of a history. `sizes` are those of versions that were wanted before, by name.
    """
    if snapshot.git_dir is None:
        return Versions((), "", {})
    present = {file.blob for file in snapshot.tree}
    found: dict[str, str] = {}
    for commit in history.commits:
        for path, before, after in commit.changes:
            if after and after not in present:
                found.setdefault(after, path)
            if before and before not in present:
                found.setdefault(before, path)
    wanted = cache(wants)
    named = ((f"{blob}/{path}", blob, path) for blob, path in found.items())
    versions = [
        Version(name, blob, sizes.get(name, _UNKNOWN))
        for name, blob, path in named
        if name in sizes or wanted(path)
    ]
    git = Git(snapshot.git_dir, objects=snapshot.objects, seconds=limits.seconds)
    return _within(git, versions, limits, largest)


def _within(git: Git, versions: list[Version], limits: Limits, largest: int) -> Versions:
    """The first versions up to the limit; sizes are asked for only as far as they are needed."""
    kept: list[Version] = []
    told: dict[str, int] = {}
    total = 0
    for at in range(0, len(versions), _PORTION):
        for number, version in enumerate(_all_sized(git, versions[at : at + _PORTION], told), at):
            if not 0 < version.size <= largest:
                continue
            total += version.size
            if total > limits.history_bytes:
                size = megabytes(limits.history_bytes)
                left = f"{len(versions) - number:,} older versions of files were not searched"
                return Versions(tuple(kept), f"{left}: together they exceed {size}", told)
            kept.append(version)
    return Versions(tuple(kept), "", told)


def _all_sized(git: Git, versions: list[Version], told: dict[str, int]) -> list[Version]:
    """The versions with their sizes; git is asked for those that are not known."""
    unknown = {version.blob for version in versions if version.size == _UNKNOWN}
    if not unknown:
        return versions
    sizes = sizes_of(git, unknown)
    sized = [
        v if v.blob not in unknown else v._replace(size=sizes.get(v.blob, 0)) for v in versions
    ]
    told.update({v.name: v.size for v in sized if v.blob in unknown and v.size})
    return sized

"""Reads the history that leads to the examined commit: git's log and one comparison, nothing else.

Git runs as everywhere here, over a directory of our own: no hook, external diff, text conversion,
signature program or setting of the repository takes part. Only the commits' metadata and the names
and ids of changed files are read, which is many times cheaper than their lines.
"""

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import islice

from audits.engine.types import Skipped
from audits.facts.history import DAY, FRESH_DAYS, Change, Commit, History, Recent
from audits.facts.tree import File, Tree
from audits.sources.git import records, sized
from audits.sources.git_process import Git
from audits.sources.paths import decoded
from audits.sources.snapshot import MEBI, Limits, Snapshot, SourceError, megabytes

PLACE = "(the history)"
NO_HISTORY = "the history cannot be seen: only the files were handed in"
SHALLOW = "the history cannot be seen: the clone is shallow, and what came before was cut off"
SQUASHED = "the history cannot be seen: it is a single commit, squashed or copied from elsewhere"
UNREADABLE = "the history could not be read: objects of the repository are missing or damaged"
_FORMAT = "%x01%H%x00%P%x00%at%x00%ct%x00{}%x00{}%x00"
_HEADER_FIELDS = 6
_LARGEST_MAILMAP = 1024 * 1024
_LONGEST_NAME = 80
_MOST_RENAMES = "400"
_PORTION = 2_000
_GIT_MEMORY_BYTES = 512 * MEBI
"""Git holds all changes of one commit at once; a few kilobytes of trees can stand for billions."""


def history_of(
    snapshot: Snapshot, limits: Limits, endings: Iterable[str]
) -> tuple[History, tuple[Skipped, ...]]:
    """The history and what of it was left out. Never raises for what a repository holds.

    `endings` are those of the files whose lines are compared for what is recent.
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
        history = _read(git, snapshot, limits)
        if not history.missing:
            history = replace(history, recent=_recent(git, history.commits, endings))
    except SourceError as error:
        return History(missing=f"the history could not be read: {error}"), (
            Skipped(PLACE, str(error)),
        )
    cut = history.missing if history.missing == UNREADABLE else history.cut
    return history, (Skipped(PLACE, cut),) if cut else ()


def _read(git: Git, snapshot: Snapshot, limits: Limits) -> History:
    commit = snapshot.tree.commit or ""
    log = _Log(limits)
    command = ["log", "--raw", "-z", "--no-abbrev", "--no-renames", "--root", "--no-color",
               "--no-ext-diff", "--no-textconv", "--no-show-signature", "--no-notes",
               f"--max-count={limits.history_commits + 1}"]  # fmt: skip
    mailmap, who = _mailmap(snapshot.tree, commit)
    command = [*mailmap, *command, f"--format={who}", "--end-of-options", commit, "--"]
    with git.talking(*command) as process:
        if process.stdout is None:
            raise RuntimeError("git was started without pipes")
        commits = tuple(islice(log.commits(records(process.stdout)), limits.history_commits))
        whole = log.cut or len(commits) == limits.history_commits or process.wait() == 0
    if not whole or not commits:
        return History(missing=UNREADABLE)
    if len(commits) == 1:
        return History(commits, SQUASHED)
    cut = log.cut
    if not cut and len(commits) == limits.history_commits and commits[-1].parents:
        cut = f"only the newest {len(commits):,} commits were looked at"
    return History(commits, cut=cut)


def _mailmap(tree: Tree, commit: str) -> tuple[list[str], str]:
    """The options and the format by which the names are those of the repository's own mailmap."""
    file = tree.get(".mailmap")
    if file is None or file.size > _LARGEST_MAILMAP:
        return ["-c", "mailmap.blob=", "-c", "log.mailmap=false"], _FORMAT.format("%an", "%ae")
    return ["-c", f"mailmap.blob={commit}:.mailmap"], _FORMAT.format("%aN", "%aE")


class _Log:
    """Takes git's log apart as it comes, and stops where it is too long."""

    def __init__(self, limits: Limits) -> None:
        self._most = limits.history_log_bytes
        self._read = 0
        self._left: dict[str, str] = {}
        """Ids that newer commits came upon and no older one has brought in yet."""
        self.cut = ""

    def commits(self, stream: Iterator[bytes]) -> Iterator[Commit]:
        """Every commit whose record is whole."""
        head: list[bytes] = []
        changes: list[Change] = []
        for token in self._counted(stream):
            text = token.lstrip(b"\n")
            if text.startswith(b"\x01"):
                if head:
                    yield _commit(head, changes)
                head = [text, *islice(self._counted(stream), _HEADER_FIELDS - 1)]
                changes = []
            elif text.startswith(b":"):
                path = next(self._counted(stream), None)
                change = self._change(text, path) if path is not None else None
                if change is not None:
                    changes.append(change)
        if len(head) == _HEADER_FIELDS and not self.cut:
            yield _commit(head, changes)

    def _counted(self, stream: Iterator[bytes]) -> Iterator[bytes]:
        for token in stream:
            self._read += len(token) + 1
            if self._read > self._most:
                size = megabytes(self._most)
                self.cut = f"only the newest commits were looked at: the log exceeds {size}"
                return
            yield token

    def _change(self, head: bytes, raw: bytes) -> Change | None:
        """One record: `:mode mode id id status`. Links and submodules are no files."""
        fields = head[1:].split(b" ")
        if len(fields) != 5:
            return None
        old, new, before, after, _ = fields
        was, is_now = old.startswith(b"100"), new.startswith(b"100")
        if not (was or is_now):
            return None
        came, found = after.decode() if is_now else "", before.decode() if was else ""
        # What one commit brought in a newer one came upon: both hold the same text.
        came, found = self._left.pop(came, came), self._left.setdefault(found, found)
        return Change(sys.intern(decoded(raw)), found, came)


def _commit(head: list[bytes], changes: list[Change]) -> Commit:
    oid, parents, authored, committed, name, address = (
        part.decode("utf-8", "replace") for part in head
    )
    return Commit(
        oid[1:],
        tuple(parents.split()),
        _moment(authored),
        _moment(committed),
        sys.intern(" ".join(name.split())[:_LONGEST_NAME]),
        sys.intern(address.strip()[:_LONGEST_NAME]),
        tuple(changes),
    )


def _moment(text: str) -> int:
    """A time; one that no clock shows is 0."""
    return int(text) if text.isdecimal() and len(text) < 12 else 0


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


def earlier_versions(
    snapshot: Snapshot, history: History, limits: Limits, wants: Callable[[File], bool]
) -> tuple[tuple[File, ...], str]:
    """Versions of files that the tree does not hold, newest first, and what was left out.

    Each has its blob's id before its path, so that versions of one file keep apart. They end where
    they come to more bytes than are read of a history.
    """
    if snapshot.git_dir is None:
        return (), ""
    present = {file.blob for file in snapshot.tree}
    found: dict[str, str] = {}
    for commit in history.commits:
        for path, before, after in commit.changes:
            if after and after not in present:
                found.setdefault(after, path)
            if before and before not in present:
                found.setdefault(before, path)
    wanted = {path: wants(File(path, 1, "")) for path in {*found.values()}}
    git = Git(snapshot.git_dir, objects=snapshot.objects, seconds=limits.seconds)
    files = [File(path, 1, blob) for blob, path in found.items() if wanted[path]]
    return _within(git, files, limits, wants)


def _within(
    git: Git, files: list[File], limits: Limits, wants: Callable[[File], bool]
) -> tuple[tuple[File, ...], str]:
    """The first files up to the limit; sizes are asked for only as far as they are needed."""
    kept: list[File] = []
    total = 0
    for at in range(0, len(files), _PORTION):
        for number, file in enumerate(sized(git, files[at : at + _PORTION]), at):
            if not wants(file):
                continue
            total += file.size
            if total > limits.history_bytes:
                size = megabytes(limits.history_bytes)
                left = f"{len(files) - number:,} older versions of files were not searched"
                return tuple(kept), f"{left}: together they exceed {size}"
            kept.append(File(f"{file.blob}/{file.path}", file.size, file.blob))
    return tuple(kept), ""

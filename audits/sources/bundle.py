"""A git bundle: unpacked into a private git directory, then read like any repository."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec import Struct

from audits.sources.git import NO_COMMITS, few, snapshot_of
from audits.sources.git_listing import Memory
from audits.sources.git_process import Git
from audits.sources.shadow import Names, make_shadow, write_names
from audits.sources.snapshot import Limits, Snapshot, SourceError, megabytes

MAGIC = (b"# v2 git bundle\n", b"# v3 git bundle\n")
DAMAGED_BUNDLE = (
    "This git bundle is damaged or was cut short; "
    "make it again with `git bundle create repository.bundle --all`."
)
INCOMPLETE_BUNDLE = (
    "This git bundle builds on commits that are not in it; "
    "make a whole one with `git bundle create repository.bundle --all`."
)
NO_HEAD = "This bundle does not say which branch is the main one; say with --rev which of: {}."
_OID = r"[0-9a-f]{40}(?:[0-9a-f]{24})?"
_REF_LINE = re.compile(rf"({_OID}) (HEAD|refs/\S+)")
_PREREQUISITE = re.compile(rf"-{_OID}( .*)?")
_LONGEST_LINE = 8192
_MOST_LINES = 200_000


class Header(Struct, frozen=True):
    """What the head of a bundle says."""

    refs: dict[str, str]
    needs_others: bool


@contextmanager
def open_bundle(
    path: Path, location: str, rev: str | None, limits: Limits, memory: Memory | None = None
) -> Iterator[Snapshot]:
    """The snapshot of a bundle at a revision (HEAD, or the only branch, unless said)."""
    header = header_of(path)
    if header.needs_others:
        raise SourceError(INCOMPLETE_BUNDLE)
    if not header.refs:
        raise SourceError(NO_COMMITS)
    names = _names(header, rev)
    with TemporaryDirectory(prefix="proofroom-") as scratch:
        git = Git(Path(scratch) / "bundle", seconds=limits.seconds)
        make_shadow(git.git_dir, names.hash_name)

        def watch() -> None:
            check_size(git.git_dir, limits)

        answer = git.run("bundle", "unbundle", str(path.resolve()), watch=watch)
        if not answer.ok:
            raise SourceError(DAMAGED_BUNDLE)
        write_names(git.git_dir, names)
        yield snapshot_of(git, names, location, rev, limits, memory)


def header_of(path: Path) -> Header:
    """Reads refs and prerequisites. Raises SourceError where the head is no bundle's."""
    refs: dict[str, str] = {}
    needs_others = False
    with path.open("rb") as stream:
        stream.readline(_LONGEST_LINE)
        for _ in range(_MOST_LINES):
            line = stream.readline(_LONGEST_LINE).decode("utf-8", "surrogateescape")
            if line == "\n":
                return Header(refs, needs_others)
            found = _REF_LINE.fullmatch(line.rstrip("\n"))
            if found:
                refs[found.group(2)] = found.group(1)
            elif _PREREQUISITE.fullmatch(line.rstrip("\n")):
                needs_others = True
            elif not line.startswith("@"):
                break
    raise SourceError(DAMAGED_BUNDLE)


def _names(header: Header, rev: str | None) -> Names:
    refs = dict(header.refs)
    head = refs.pop("HEAD", "")
    if not head:
        usual = [r for r in ("refs/heads/main", "refs/heads/master") if r in refs]
        head = next(iter(refs)) if len(refs) == 1 else next(iter(usual), "")
    if not head and rev is None:
        raise SourceError(NO_HEAD.format(few(Names("", refs).branches)))
    return Names(head, refs)


def check_size(folder: Path, limits: Limits) -> None:
    """Raises SourceError where a folder that git fills has grown beyond the limit."""
    if size_of(folder) > limits.total_bytes:
        raise SourceError(
            f"This repository is larger than the limit of {megabytes(limits.total_bytes)}; "
            "hand in a bundle of the one branch that matters."
        )


def size_of(folder: Path) -> int:
    """Bytes of the packs in a git directory of our own, half-written ones included."""
    total = 0
    for file in (folder / "objects").rglob("*"):
        try:
            total += file.stat().st_size
        except FileNotFoundError:
            continue
    return total

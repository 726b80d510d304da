"""The files of a git tree at a commit, as git lists them or as a listing of before leads to them.

Where a `Memory` has the listing of an earlier commit, git is asked only what differs between the
two trees. The outcome is that of the whole listing, or git is asked for the whole.
"""

import hashlib
import re
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import IO, Protocol

import msgspec
import zstandard

from audits.engine.types import Skipped
from audits.facts.tree import File, Role
from audits.sources.git_process import Git
from audits.sources.paths import IN_GIT, LINK, OUTSIDE, SUBMODULE, Listing, decoded, leads_out
from audits.sources.shadow import DAMAGED
from audits.sources.snapshot import Limits, SourceError

CUT_TREE = (
    "part of the file tree could not be read: objects of the repository are missing or damaged"
)
WORTH_KEEPING = 5_000
"""Files from which on it is sooner told what differs than what there is."""
_NEWEST = 500
"""Commits among which a listing of before is looked for."""
_ANEW = 20
"""Once one file in so many differs, all are listed anew."""
_MOST_LINKS = 1_000
_COMPARING_BYTES = 256 * 1024 * 1024
"""Memory of git while it compares: it tells nothing before it has found all that differs, and a few
crafted objects can be a tree of any size."""
_RECORD = re.compile(r"(\d{6,11}) [a-z]{4,6} ([0-9a-f]{40,64})(?: {1,20}(\S{1,20}))?\t([^\0]+)")
_DIFFERENCE = re.compile(r":(\d{6}) (\d{6}) [0-9a-f]{40,64} ([0-9a-f]{40,64}) [A-Z]\0([^\0]+)")
_MODES = {"120000": LINK, "160000": SUBMODULE}
_GONE = "000000"
_EMPTY = (
    "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
    "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813",
)
"""The ids of a file without content."""
_CHUNK = 1024 * 1024


class Memory(Protocol):
    """Entries that outlast an audit."""

    def first_of(self, names: Sequence[bytes]) -> tuple[bytes, bytes] | None:
        """The first of these entries that is there and whole, with its name."""

    def remember(self, entries: Iterable[tuple[bytes, bytes]]) -> None:
        """Keeps entries."""


def listed(
    git: Git, commit: str, limits: Limits, memory: Memory | None = None
) -> tuple[tuple[File, ...], tuple[Skipped, ...]]:
    """Every file at the commit; links and submodules are listed as skipped.

    Raises SourceError where nothing of the tree can be read.
    """
    if memory is None:
        return _whole(git, commit, limits).closed()
    names = _Names(git, limits)
    listing = _continued(git, commit, limits, memory, names)
    if listing is None:
        listing = _whole(git, commit, limits)
        if len(listing.files) >= WORTH_KEEPING and _is_plain(listing):
            memory.remember([(names.of(commit), _packed(listing))])
    return listing.closed()


def _whole(git: Git, commit: str, limits: Limits) -> Listing:
    listing = Listing(limits)
    whole = _take_all(git, listing, ("ls-tree", "-r", "-l", "-z", "--full-tree", commit))
    if not whole:
        # A damaged blob ends a listing with sizes; without them only a damaged tree does.
        listing = Listing(limits)
        whole = _take_all(git, listing, ("ls-tree", "-r", "-z", "--full-tree", commit))
        listing.files = sized(git, listing.files)
    if not whole:
        if not (listing.files or listing.skipped):
            raise SourceError(DAMAGED)
        listing.skip(".", CUT_TREE, max(1, len(listing.files)))  # as much again may be missing
    return listing


def _take_all(git: Git, listing: Listing, command: Sequence[str]) -> bool:
    """Takes the records of a listing until there are too many; False where git broke off."""
    with git.talking(*command) as process:
        if process.stdout is None:
            raise RuntimeError("git was started without pipes")
        for part in _portions(process.stdout):
            for mode, oid, size, path in _RECORD.findall(decoded(part)):
                _take(listing, mode, path, oid, int(size) if size.isdigit() else 0)
            if listing.is_full:
                return True
        return process.wait() == 0


def records(stream: IO[bytes]) -> Iterator[bytes]:
    """Records that end with a NUL; a last one that is cut off is left out."""
    for part in _portions(stream):
        yield from part.split(b"\0")


def _portions(stream: IO[bytes]) -> Iterator[bytes]:
    """Some whole records at a time, without the NUL of the last."""
    rest = b""
    while chunk := stream.read(_CHUNK):
        part, found, rest = (rest + chunk).rpartition(b"\0")
        if found:
            yield part


def _take(listing: Listing, mode: str, path: str, oid: str, size: int) -> None:
    """Takes one record, or notes why not."""
    # Only such a path can have a part that misleads, and hardly any is one.
    odd = path[0] in "./" or "/." in path or path[1:2] == ":"
    if mode in _MODES:
        listing.skip(path, _MODES[mode])
    elif odd and (leads_out(path) or "." in path.split("/")):
        listing.skip(path, OUTSIDE.format("repository"))
    elif odd and ".git" in path.lower().split("/"):
        listing.skip(path, IN_GIT)
    elif listing.fits(path):
        listing.add(File(path, size, oid))


def sized(git: Git, files: Iterable[File]) -> list[File]:
    """The files with their sizes, 0 for what cannot be told."""
    kept = list(files)
    sizes = sizes_of(git, {file.blob for file in kept})
    return [File(file.path, sizes.get(file.blob, 0), file.blob) for file in kept]


def sizes_of(git: Git, blobs: Iterable[str]) -> dict[str, int]:
    """The bytes of these blobs; 0, or nothing, for what cannot be told."""
    sizes: dict[str, int] = {}
    with git.talking("cat-file", "--batch-check=%(objectname) %(objectsize)") as process:
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("git was started without pipes")
        threading.Thread(target=ask, args=(process.stdin, sorted(blobs)), daemon=True).start()
        for line in process.stdout:
            oid, _, size = line.decode("ascii", "replace").strip().partition(" ")
            sizes[oid] = int(size) if size.isdigit() else 0
    return sizes


def ask(stream: IO[bytes], blobs: Iterable[str]) -> None:
    """Writes the ids from a thread of its own, so that neither side waits for the other."""
    with suppress(BrokenPipeError, ValueError, OSError):
        stream.write("".join(f"{blob}\n" for blob in blobs).encode())
        stream.close()


class _Names:
    """What listings are kept under: the commit, and all on which a listing depends besides.

    What a folder on this machine holds is not checked against its ids by git, what was fetched or
    handed in is: a listing of a folder is taken for that folder alone.
    """

    def __init__(self, git: Git, limits: Limits) -> None:
        kind = "checked" if git.objects is None else f"as found in {git.objects}"
        self._about = f"{kind} {limits.files} {limits.path_bytes} {limits.depth}"

    def of(self, commit: str) -> bytes:
        """The name of the listing at a commit."""
        return b"listing" + hashlib.sha256(f"{self._about} {commit}".encode()).digest()


def _continued(
    git: Git, commit: str, limits: Limits, memory: Memory, names: _Names
) -> Listing | None:
    """The listing of the newest commit that has one kept, with what differs from it since.

    None where there is none, or where only the whole listing shows what becomes of a tree.
    """
    newest = git.run("rev-list", f"--max-count={_NEWEST}", "--end-of-options", commit).text.split()
    named = {names.of(each): each for each in (newest or [commit])}
    found = memory.first_of(list(named))
    kept = _unpacked(found[1], limits) if found else None
    if found is None or kept is None:
        return None
    base = named[found[0]]
    if base == commit:
        return kept
    differences = _differences(git, base, commit, len(kept.files) // _ANEW)
    return None if differences is None else _with(differences, kept, git)


class _Difference(msgspec.Struct, frozen=True):
    """A path that differs: its mode and id now, and whether it was there before."""

    path: str
    mode: str
    oid: str
    was_there: bool


def _differences(git: Git, base: str, commit: str, most: int) -> list[_Difference] | None:
    """What differs between the trees of two commits; None where it is more, or git broke off."""
    found: list[_Difference] = []
    command = ("diff-tree", "-r", "-z", "--raw", "--no-abbrev", "--no-renames", base, commit)
    bounded = replace(git, memory_bytes=_COMPARING_BYTES)
    with bounded.talking(*command) as process:
        if process.stdout is None:
            raise RuntimeError("git was started without pipes")
        for part in _portions(process.stdout):
            for old, mode, oid, path in _DIFFERENCE.findall(decoded(part)):
                found.append(_Difference(path, mode, oid, old != _GONE))
            if len(found) > most:
                return None
        return found if process.wait() == 0 else None


def _with(differences: Sequence[_Difference], kept: Listing, git: Git) -> Listing | None:
    """The listing after these; None where one does not fit it, as in a tree that git never made."""
    changed = {each.path: each for each in differences}
    there = kept.paths | {skipped.path for skipped in kept.skipped}
    if len(changed) < len(differences) or any(
        d.was_there != (d.path in there) for d in differences
    ):
        return None
    listing = Listing(kept.limits, [file for file in kept.files if file.path not in changed])
    listing.paths = {file.path for file in listing.files}
    listing.skipped = [skipped for skipped in kept.skipped if skipped.path not in changed]
    sizes = sizes_of(git, {d.oid for d in differences if d.mode not in (_GONE, *_MODES)})
    for each in differences:
        if each.mode != _GONE:
            _take(listing, each.mode, each.path, each.oid, sizes.get(each.oid, 0))
    return None if listing.beyond else listing


def _is_plain(listing: Listing) -> bool:
    """Whether nothing was left out but links and submodules, by paths that stand there whole.

    A size that git could not tell, as it lacks the object, it may tell another day.
    """
    if listing.beyond or len(listing.skipped) > _MOST_LINKS:
        return False
    plain = all(s.reason in _MODES.values() and "…" not in s.path for s in listing.skipped)
    return plain and all(file.size or file.blob in _EMPTY for file in listing.files)


_Kept = tuple[str, list[int], bytes, list[int], list[str], list[int], list[tuple[str, str]]]
"""Paths with a NUL between them; of each file its size, id, number of ending and role; the endings;
and what was left out with its reason. To tell again what a path tells would take longer than all
the rest."""
_decoder = msgspec.msgpack.Decoder(_Kept)


def _packed(listing: Listing) -> bytes:
    files = listing.files
    endings: dict[str, int] = {}
    numbers = [endings.setdefault(file.suffix, len(endings)) for file in files]
    kept: _Kept = (
        "\0".join([file.path for file in files]),
        [file.size for file in files],
        bytes.fromhex("".join([file.blob for file in files])),
        numbers,
        list(endings),
        [int(file.role) for file in files],
        [(skipped.path, skipped.reason) for skipped in listing.skipped],
    )
    return zstandard.ZstdCompressor(level=1).compress(msgspec.msgpack.encode(kept))


def _unpacked(body: bytes, limits: Limits) -> Listing | None:
    """The listing again; None where it is no good."""
    try:
        kept = _decoder.decode(zstandard.ZstdDecompressor().decompress(body))
        listing = Listing(limits, list(_files_of(kept)))
    except (msgspec.MsgspecError, zstandard.ZstdError, ValueError, LookupError, ArithmeticError):
        return None
    listing.paths = {file.path for file in listing.files}
    for path, reason in kept[-1]:
        listing.skip(path, reason)
    return listing


def _files_of(kept: _Kept) -> Iterator[File]:
    paths, sizes, ids, numbers, endings, roles, _ = kept
    blobs, wide = ids.hex(), 2 * len(ids) // len(sizes)
    role_of = {number: Role(number) for number in set(roles)}
    for path, size, at, number, role in zip(
        paths.split("\0"), sizes, range(0, len(blobs), wide), numbers, roles, strict=True
    ):
        name = path[path.rfind("/") + 1 :]
        yield File(path, size, blobs[at : at + wide], name, endings[number], role_of[role])

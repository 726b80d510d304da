"""A private git directory over a foreign repository's objects and names, and nothing else of it.

Its configuration, hooks, attributes and filters are never read, so nothing set there can take
effect, and nothing is ever written to it. Objects that it borrows from elsewhere are refused.
"""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from audits.sources.git_process import Git
from audits.sources.snapshot import SourceError

_OID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_REF = re.compile(r"refs/[^\x00-\x20\x7f ~^:?*\[\\]+")
_MOST_REFS = 50_000
_SMALL = 64 * 1024 * 1024

DAMAGED = (
    "This git repository is damaged or incomplete; check it with `git fsck` "
    "and hand in a fresh clone or a bundle."
)
BORROWED = (
    "This repository borrows objects from another one outside its own folder; run "
    "`git repack -a -d` in it and remove objects/info/alternates, or hand in a bundle."
)
ELSEWHERE = (
    "The .git of this folder points at a git directory that does not point back to it; "
    "name that directory itself, or hand in a bundle."
)
REFTABLE = (
    "This repository keeps its references in the reftable format, which is not read; "
    "hand in a bundle made with `git bundle create repository.bundle --all`."
)


class Names(Struct, frozen=True):
    """HEAD (an object id, a ref, or empty) and what every ref points at."""

    head: str
    refs: Mapping[str, str]

    @property
    def hash_name(self) -> str:
        """The repository's object format, told from the length of an id."""
        return "sha256" if any(len(oid) == 64 for oid in (self.head, *self.refs.values())) else ""

    @property
    def branches(self) -> tuple[str, ...]:
        """The names of branches, sorted; without one, all other refs."""
        heads = sorted(r for r in self.refs if r.startswith("refs/heads/"))
        return tuple(r.removeprefix("refs/heads/") for r in heads) or tuple(sorted(self.refs))


def git_folder(path: Path) -> Path | None:
    """The git directory of a work tree or a bare repository; None where there is none.

    Raises SourceError where a work tree names a git directory that is not its own.
    """
    dot = path / ".git"
    if dot.is_symlink():
        raise SourceError(ELSEWHERE)
    if dot.is_dir():
        return dot
    if dot.is_file():
        pointer = _text(dot, 4096).removeprefix("gitdir:").strip()
        target = (path / pointer).resolve()
        if not (_points_back(target, dot) or _is_submodule(target, path)):
            raise SourceError(ELSEWHERE)
        return target
    bare = (path / "HEAD").is_file() and (path / "objects").is_dir()
    return path if bare else None


def _points_back(git_dir: Path, dot: Path) -> bool:
    """Whether a git directory names this as the place of its linked work tree."""
    back = git_dir / "gitdir"
    return back.is_file() and Path(_text(back, 4096).strip()).resolve() == dot.resolve()


def _is_submodule(git_dir: Path, path: Path) -> bool:
    """Whether a git directory is kept for a submodule by a repository around it."""
    above = path.resolve().parents
    return any(git_dir.is_relative_to(folder / ".git" / "modules") for folder in above)


def shadow_of(git_dir: Path, folder: Path, seconds: int) -> tuple[Git, Names]:
    """A shadow in `folder` of a foreign git directory. Raises SourceError where it is no good."""
    if not (git_dir / "HEAD").is_file():
        raise SourceError(DAMAGED)
    common = _common_folder(git_dir)
    if (common / "reftable").is_dir():
        raise SourceError(REFTABLE)
    objects = _own_objects(common)
    names = Names(_head_of(git_dir), dict(_refs_of(common)))
    make_shadow(folder, names.hash_name)
    write_names(folder, names)
    shallow = common / "shallow"
    if shallow.is_file() and not shallow.is_symlink():
        grafts = [line for line in _text(shallow).splitlines() if _OID.fullmatch(line)]
        (folder / "shallow").write_text("".join(f"{oid}\n" for oid in grafts))
    return Git(folder, objects=objects, seconds=seconds), names


def make_shadow(folder: Path, hash_name: str = "") -> None:
    """Lays a bare git directory without any names, with our configuration alone."""
    for part in ("refs", "objects/pack"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    form = f"\n[extensions]\n\tobjectformat = {hash_name}" if hash_name else ""
    version = 1 if hash_name else 0
    config = f"[core]\n\trepositoryformatversion = {version}\n\tbare = true{form}\n"
    (folder / "config").write_text(config)
    write_names(folder, Names("", {}))


def write_names(folder: Path, names: Names) -> None:
    """Makes these the names of a shadow; their objects should be there."""
    lines = [f"{oid} {ref}\n" for ref, oid in sorted(names.refs.items())]
    (folder / "packed-refs").write_text("".join(lines), errors="surrogateescape")
    head = names.head or "refs/heads/main"
    head = f"ref: {head}" if head.startswith("refs/") else head
    (folder / "HEAD").write_text(f"{head}\n", errors="surrogateescape")


def _common_folder(git_dir: Path) -> Path:
    """Where refs and objects lie: elsewhere for a linked work tree."""
    pointer = git_dir / "commondir"
    if not pointer.is_file():
        return git_dir
    common = (git_dir / _text(pointer, 4096).strip()).resolve()
    if git_dir.resolve().parent != common / "worktrees":
        raise SourceError(BORROWED)
    return common


def _own_objects(common: Path) -> Path:
    """The objects folder. Raises SourceError where it, or what it borrows from, lies outside."""
    home = common.resolve()
    objects = (common / "objects").resolve()
    queue, seen = [objects], set[Path]()
    while queue:
        folder = queue.pop()
        if folder in seen:
            continue
        seen.add(folder)
        if not folder.is_relative_to(home):
            raise SourceError(BORROWED)
        queue.extend(_alternates_of(folder))
    if not objects.is_dir():
        raise SourceError(DAMAGED)
    for folder in seen:
        _check_objects(folder)
    return objects


def _check_objects(objects: Path) -> None:
    """Raises SourceError where git would follow a link out of an objects folder, or wait."""
    waiting = [objects]
    while waiting:
        folder = waiting.pop()
        if not folder.is_dir():
            continue
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_symlink():
                    raise SourceError(BORROWED)
                if entry.is_dir(follow_symlinks=False):
                    waiting += [Path(entry.path)] if folder == objects else []
                elif not entry.is_file(follow_symlinks=False):
                    raise SourceError(DAMAGED)


def _alternates_of(objects: Path) -> Iterator[Path]:
    listing = objects / "info" / "alternates"
    if listing.is_file():
        for line in _text(listing).splitlines():
            if line and not line.startswith("#"):
                yield (objects / line.strip('"')).resolve()


def _head_of(git_dir: Path) -> str:
    head = _text(git_dir / "HEAD", 4096).strip().removeprefix("ref:").strip()
    if not (_OID.fullmatch(head) or _REF.fullmatch(head)):
        raise SourceError(DAMAGED)
    return head


def _refs_of(common: Path) -> Iterator[tuple[str, str]]:
    """Packed refs first, so that loose ones replace them."""
    packed = common / "packed-refs"
    if packed.is_file():
        for line in _text(packed).splitlines():
            oid, _, ref = line.partition(" ")
            if _OID.fullmatch(oid) and _REF.fullmatch(ref):
                yield ref, oid
    for count, file in enumerate(_files_under(common / "refs")):
        if count >= _MOST_REFS:
            return
        ref, oid = file.relative_to(common).as_posix(), _text(file, 4096).strip()
        if _OID.fullmatch(oid) and _REF.fullmatch(ref):
            yield ref, oid


def _files_under(folder: Path) -> Iterator[Path]:
    """Regular files below a folder; links are not followed."""
    if folder.is_symlink() or not folder.is_dir():
        return
    for entry in sorted(folder.iterdir()):
        if entry.is_symlink():
            continue
        if entry.is_dir():
            yield from _files_under(entry)
        elif entry.is_file():
            yield entry


def _text(path: Path, most: int = _SMALL) -> str:
    try:
        with path.open("rb") as stream:
            return stream.read(most).decode("utf-8", "surrogateescape")
    except OSError:
        raise SourceError(DAMAGED) from None

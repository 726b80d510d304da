"""Archives of a data room: opened into a private folder and taken for what lies in them.

An `mlruns` tree or a folder of a model comes as one file where folders cannot be handed over. What
is in it stands in the room under the archive's name, as if it were a folder of that name. An
archive in which nothing is recognised stays one document; one within another is not opened.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from msgspec import structs

from audits.artifacts.errors import ArtifactError
from audits.artifacts.forms import form_of, head_of
from audits.artifacts.kinds import DOCUMENT, kinds
from audits.artifacts.reading import Given
from audits.engine.types import Skipped
from audits.facts.tree import File
from audits.services.room_entries import Entries
from audits.services.room_things import Thing, infer, things_in
from audits.sources.archive_members import NOT_TAR
from audits.sources.folder import open_folder
from audits.sources.opening import archive_at
from audits.sources.snapshot import LIMITS, Limits, SourceError
from audits.sources.unpacking import unpack

WHOLE = "."
"""The path within an archive of the archive itself, where all of it is one thing."""

NESTED = "an archive within an archive, which is not opened; hand it in by itself"
TAR_MARK = slice(257, 262)


@dataclass(frozen=True)
class Opened:
    """What lies in an archive, by its path there, and what of it is left out with its reason."""

    things: tuple[Thing, ...]
    skipped: tuple[Skipped, ...]

    @property
    def known(self) -> tuple[Thing, ...]:
        """What some kind recognised."""
        return tuple(t for t in self.things if t.given.kind != DOCUMENT)


@dataclass
class Unfolded:
    """The things of a room with those of its archives in place of these."""

    things: list[Thing] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)


def is_archive(path: Path) -> bool:
    """Whether a file is a zip or tar archive, by its content; an office document is none."""
    try:
        head = head_of(path, path.name)
    except ArtifactError:
        return False
    if form_of(head) not in ("zip", "gzip") and head[TAR_MARK] != b"ustar":
        return False
    try:
        next(archive_at(path, LIMITS).members(), None)
    except SourceError as error:
        # A damaged archive is one; a table that is merely compressed is none.
        return str(error) != NOT_TAR and _starts_as_archive(path)
    return True


def _starts_as_archive(path: Path) -> bool:
    try:
        archive_at(path, LIMITS)
    except SourceError:
        return False
    return True


def open_up(path: Path, into: Path, limits: Limits, entries: Entries | None = None) -> Opened:
    """Unpacks an archive below `into` and says what lies in it.

    Raises SourceError with one sentence where it cannot be used.
    """
    skipped = list(unpack(path, into, limits))
    with open_folder(into, path.name, limits) as room:
        files = list(room.tree)
        skipped += room.skipped
    things = _as_one(into, files) or list(things_in(into, files, entries or Entries({})))
    skipped += [
        Skipped(thing.given.name, NESTED)
        for thing in things
        if thing.given.kind == DOCUMENT and is_archive(thing.given.path)
    ]
    return Opened(tuple(things), tuple(skipped))


def _as_one(into: Path, files: list[File]) -> list[Thing]:
    """The archive as one thing, where its root is a folder that a kind knows."""
    guess = infer(into, WHOLE)
    if guess.kind == DOCUMENT:
        return []
    given = Given(into, WHOLE, guess.kind, guess.columns)
    return [Thing(given, guess.confidence, "", sum(file.size for file in files))]


def unfolded(
    things: Iterable[Thing], entries: Entries, place: Path, limits: Limits = LIMITS
) -> Unfolded:
    """The things of a room, each archive among them opened below `place`."""
    found = Unfolded()
    for number, thing in enumerate(things):
        if not _may_open(thing, entries):
            found.things.append(thing)
            continue
        try:
            opened = _opened(thing, place / str(number), limits, entries)
        except SourceError as error:
            found.things.append(thing)
            found.skipped.append(Skipped(thing.given.name, str(error)))
            continue
        found.things += opened.things or (thing,)
        found.skipped += opened.skipped
    return found


def _may_open(thing: Thing, entries: Entries) -> bool:
    """Whether it is an archive of which nobody said that it is one file."""
    given = thing.given
    kind = kinds().get(given.kind)
    said_whole = given.name in entries.by_path and kind is not None and kind.whole_folder
    unsaid = given.kind == DOCUMENT and given.name not in entries.by_path
    return (said_whole or unsaid) and is_archive(given.path)


def _opened(thing: Thing, into: Path, limits: Limits, entries: Entries) -> Opened:
    """What is in an archive, named as in the room; no things where nothing is recognised."""
    name = thing.given.name
    opened = open_up(thing.given.path, into, limits, _within(entries, name))
    skipped = tuple(structs.replace(s, path=f"{name}/{s.path}") for s in opened.skipped)
    if name in entries.by_path:
        root = replace(thing.given, path=_single_folder(into))
        return Opened((replace(thing, given=root),), skipped)
    if not opened.known:
        return Opened((), ())
    return Opened(tuple(_named(name, thing, inner) for inner in opened.things), skipped)


def _named(name: str, archive: Thing, inner: Thing) -> Thing:
    """A thing of an archive under the archive's name; the whole keeps the archive's hash."""
    if inner.given.name == WHOLE:
        given = replace(inner.given, name=name)
        return replace(inner, given=given, sha256=archive.sha256, bytes=archive.bytes)
    return replace(inner, given=replace(inner.given, name=f"{name}/{inner.given.name}"))


def _within(entries: Entries, name: str) -> Entries:
    """What `room.yaml` says of files in an archive, by their paths there."""
    start = f"{name}/"
    return Entries(
        {p.removeprefix(start): e for p, e in entries.by_path.items() if p.startswith(start)}
    )


def _single_folder(into: Path) -> Path:
    """The one folder around everything, or the root itself."""
    inside = list(into.iterdir())
    return inside[0] if len(inside) == 1 and inside[0].is_dir() else into

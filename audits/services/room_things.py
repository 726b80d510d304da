"""What lies in a data room: each file, or folder that is one thing, with what it is taken for."""

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from audits.artifacts.errors import ArtifactError
from audits.artifacts.glimpsing import Glimpse
from audits.artifacts.kinds import DOCUMENT, kinds
from audits.artifacts.reading import SAID, Given, Guess
from audits.engine.measured import Columns
from audits.facts.tree import File
from audits.services.room_entries import Entries, Entry

UNKNOWN = 0.5
"""The confidence of `document` where nothing else was recognised."""


@dataclass(frozen=True)
class Thing:
    """A file, or a folder that is one thing, with what was said or guessed of it."""

    given: Given
    confidence: float
    sha256: str
    bytes: int


def infer(path: Path, name: str = "") -> Guess:
    """What a file is by its content; `document` where no kind knows it. Never raises."""
    size = path.stat().st_size if path.is_file() else 0
    glimpse = Glimpse(path, name or path.name, size)
    guesses = []
    for kind in kinds().values():
        try:
            guess = kind.recognise(glimpse)
        except ArtifactError:
            guess = None
        if guess is not None:
            guesses.append(guess)
    return max(guesses, key=lambda g: g.confidence, default=Guess(DOCUMENT, UNKNOWN))


def things_in(folder: Path, files: Sequence[File], entries: Entries) -> Iterator[Thing]:
    """Files as they lie there; those in a folder that is one thing are that thing."""
    wholes = _wholes(folder, files, entries)
    for whole, entry in sorted(wholes.items()):
        within = [f for f in files if f.path.startswith(f"{whole}/")]
        lines = "".join(f"{_sha256(folder, f)}  {f.path}\n" for f in within)
        yield Thing(
            Given(folder / whole, whole, entry.kind, entry.columns),
            entry.confidence,
            hashlib.sha256(lines.encode("utf-8", "replace")).hexdigest(),
            sum(f.size for f in within),
        )
    for file in files:
        if any(file.path.startswith(f"{whole}/") for whole in wholes):
            continue
        said = entries.by_path.get(file.path)
        path = folder / file.path
        guess = _guess_for(said, path, file.path)
        yield Thing(
            Given(path, file.path, guess.kind, guess.columns),
            guess.confidence, _sha256(folder, file), file.size,
        )  # fmt: skip


def _guess_for(said: Entry | None, path: Path, name: str) -> Guess:
    """What was said; where only the kind was, the columns are guessed."""
    if said is None:
        return infer(path, name)
    if said.columns or said.kind not in kinds() or path.is_dir():
        return Guess(said.kind, SAID, said.columns)
    return Guess(said.kind, SAID, columns_for(said.kind, path, name))


def columns_for(kind: str, path: Path, name: str) -> Columns:
    """The columns of a file whose kind is known, as far as they can be guessed."""
    try:
        guess = kinds()[kind].recognise(Glimpse(path, name, path.stat().st_size))
    except ArtifactError:
        return {}
    return guess.columns if guess is not None else {}


def _wholes(folder: Path, files: Sequence[File], entries: Entries) -> Mapping[str, Guess]:
    """Folders that `room.yaml` names, and those that a kind knows by what lies in them."""
    parents = {str(up) for f in files for up in Path(f.path).parents if str(up) != "."}
    found: dict[str, Guess] = {}
    for path in sorted(parents, key=lambda p: (p.count("/"), p)):
        if any(path.startswith(f"{whole}/") for whole in found):
            continue
        if path in entries.by_path:
            entry = entries.by_path[path]
            found[path] = Guess(entry.kind, SAID, entry.columns)
        elif not any(said.startswith(f"{path}/") for said in entries.by_path):
            guess = infer(folder / path, path)
            if guess.kind != DOCUMENT:
                found[path] = guess
    return found


def _sha256(folder: Path, file: File) -> str:
    return file.blob or _hash(folder / file.path)


def _hash(path: Path) -> str:
    """The SHA-256 of a file of any size."""
    digest = hashlib.sha256()
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as stream:
        while chunk := stream.read(1024 * 1024):
            digest.update(chunk)
    return digest.hexdigest()

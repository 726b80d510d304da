"""Measures a data room: what each file is, what it shows, and what one file says of another.

The command line gives it a folder; the worker gives it single files whose kind and columns an
analyst has confirmed. A file that cannot be measured keeps its place with one sentence on why.
"""

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from audits.artifacts.glimpsing import Glimpse
from audits.artifacts.kinds import DOCUMENT, kinds
from audits.artifacts.reading import SAID, ArtifactError, Given, Guess
from audits.engine.measured import Columns
from audits.engine.report import Artifact
from audits.engine.types import Skipped
from audits.facts.dataset_manifest import DatasetManifest
from audits.facts.model_file import ModelFile, with_neighbours
from audits.facts.model_registry import ModelRegistry
from audits.facts.prediction_log import PredictionLog
from audits.facts.tracing import Register, traced
from audits.facts.tree import File
from audits.services.room_entries import ROOM_FILE, Entries, Entry, read_entries
from audits.sources.folder import open_folder
from audits.sources.paths import in_order
from audits.sources.snapshot import LIMITS, Notice, SourceError, silent

ROOM_MISSING = "There is no folder at {}; name the folder of the data room."
NOT_THERE = "room.yaml names it, but the room has no such file; hand it in or take it out"
FAILED = "{} could not be measured ({}); hand it in as another format, or tell us."
LABELS, LOG = "labels", "prediction-log"
UNKNOWN = 0.5
"""The confidence of `document` where nothing else was recognised."""


@dataclass(frozen=True)
class MeasuredRoom:
    """The artifacts in the order of their paths, and what was left out with its reason."""

    artifacts: tuple[Artifact, ...] = ()
    skipped: tuple[Skipped, ...] = ()


@dataclass(frozen=True)
class Thing:
    """A file, or a folder that is one thing, with what was said or guessed of it."""

    given: Given
    confidence: float
    sha256: str
    bytes: int


def measure_room(
    folder: Path, *, windows: Sequence[int] = (), seed: int = 1, notice: Notice = silent
) -> MeasuredRoom:
    """Every artifact of a room with its facts. Raises SourceError where there is no room.

    1. List the files; links and pipes are left out. 2. Say what each is, by `room.yaml` or by its
    content. 3. Measure each beside its companions. 4. Hold them against each other.
    """
    if not folder.is_dir():
        raise SourceError(ROOM_MISSING.format(folder))
    entries = read_entries(folder)
    with open_folder(folder, str(folder), LIMITS) as room:
        files = [file for file in room.tree if file.path != ROOM_FILE]
        skipped = [*room.skipped, *entries.odd]
    things = list(_things(folder, files, entries))
    known = {thing.given.name for thing in things}
    skipped += [Skipped(path, NOT_THERE) for path in entries.by_path if path not in known]
    asked = tuple(sorted({int(days) for days in windows}))
    givens = [replace(thing.given, windows=asked, seed=seed) for thing in things]
    artifacts = []
    for number, (thing, given) in enumerate(zip(things, givens, strict=True)):
        notice("Measuring the data room", number, len(things))
        artifact = measure(given, others=givens)
        artifacts.append(
            replace(artifact, sha256=thing.sha256, bytes=thing.bytes, confidence=thing.confidence)
        )
    skipped += [Skipped(a.path, a.problem) for a in artifacts if a.problem]
    return MeasuredRoom(related(artifacts), in_order(skipped))


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


def measure(given: Given, others: Iterable[Given] = ()) -> Artifact:
    """One artifact with its facts, or with the sentence that says why there are none.

    `others` is the whole room, from which a kind takes what it is measured beside. The hash and
    the size are left to the caller, who has them.
    """
    kind = kinds().get(given.kind)
    artifact = Artifact(given.name, given.kind, "", 0, columns=given.columns)
    if kind is None:
        return artifact
    companions = {
        need: tuple(o for o in others if o.name != given.name and _is(o, need))
        for need in kind.needs
    }
    try:
        facts = kind.measure(replace(given, companions=companions))
    except ArtifactError as error:
        return replace(artifact, problem=str(error))
    except MemoryError:
        raise
    except Exception as fault:  # noqa: BLE001 - one file never ends an audit
        return replace(artifact, problem=FAILED.format(given.name, type(fault).__name__))
    return replace(artifact, facts=facts)


def _is(given: Given, kind: str) -> bool:
    """Whether an artifact may stand beside another as this kind; labels are known by columns."""
    if kind == LABELS:
        return given.is_labels and given.kind in (LABELS, LOG)
    return given.kind == kind


def related(artifacts: Sequence[Artifact]) -> tuple[Artifact, ...]:
    """The same artifacts with what only the room as a whole can tell.

    That is where predictions lead, and what stands beside weights.
    """
    manifests = [a.facts for a in artifacts if isinstance(a.facts, DatasetManifest)]
    registers = [
        Register.of(a.path, a.facts, manifests)
        for a in artifacts
        if isinstance(a.facts, ModelRegistry)
    ]
    models = with_neighbours({a.path: a.facts for a in artifacts if isinstance(a.facts, ModelFile)})
    return tuple(
        replace(a, facts=models[a.path]) if a.path in models else _related(a, registers)
        for a in artifacts
    )


def _related(artifact: Artifact, registers: list[Register]) -> Artifact:
    """A log with the registry that knows the most of its versions."""
    if not isinstance(artifact.facts, PredictionLog) or not registers:
        return artifact
    log = artifact.facts
    found = [traced(log, register) for register in registers]
    best = max(found, key=lambda f: (f.traceable_to_model or 0, f.traceable_to_dataset or 0))
    return replace(artifact, facts=best)


def _things(folder: Path, files: Sequence[File], entries: Entries) -> Iterator[Thing]:
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

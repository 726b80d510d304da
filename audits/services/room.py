"""Measures a data room: what each file is, what it shows, and what one file says of another.

The command line gives it a folder; the worker gives it single files whose kind and columns an
analyst has confirmed. A file that cannot be measured keeps its place with one sentence on why.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec import structs

from audits.artifacts.errors import ArtifactError
from audits.artifacts.kinds import kinds
from audits.artifacts.reading import Given
from audits.engine.report import Artifact
from audits.engine.types import Skipped
from audits.facts.dataset_manifest import DatasetManifest
from audits.facts.model_file import ModelFile, with_neighbours
from audits.facts.model_registry import ModelRegistry
from audits.facts.prediction_log import PredictionLog
from audits.facts.tracing import Register, traced
from audits.services.room_archives import unfolded
from audits.services.room_entries import ROOM_FILE, read_entries
from audits.services.room_things import Thing, things_in
from audits.sources.folder import open_folder
from audits.sources.paths import in_order
from audits.sources.snapshot import LIMITS, Notice, SourceError, silent

ROOM_MISSING = "There is no folder at {}; name the folder of the data room."
NOT_THERE = "room.yaml names it, but the room has no such file; hand it in or take it out"
FAILED = "{} could not be measured ({}); hand it in as another format, or tell us."
LABELS, LOG = "labels", "prediction-log"


@dataclass(frozen=True)
class MeasuredRoom:
    """The artifacts in the order of their paths, and what was left out with its reason."""

    artifacts: tuple[Artifact, ...] = ()
    skipped: tuple[Skipped, ...] = ()


def measure_room(
    folder: Path, *, windows: Sequence[int] = (), seed: int = 1, notice: Notice = silent
) -> MeasuredRoom:
    """Every artifact of a room with its facts. Raises SourceError where there is no room.

    1. List the files; links and pipes are left out. 2. Say what each is, by `room.yaml` or by its
    content; archives are opened. 3. Measure each beside its companions. 4. Hold them against each
    other.
    """
    if not folder.is_dir():
        raise SourceError(ROOM_MISSING.format(folder))
    entries = read_entries(folder)
    with open_folder(folder, str(folder), LIMITS) as room:
        files = [file for file in room.tree if file.path != ROOM_FILE]
        skipped = [*room.skipped, *entries.odd]
    with TemporaryDirectory(prefix="proofroom-") as place:
        unfold = unfolded(things_in(folder, files, entries), entries, Path(place))
        known = {thing.given.name for thing in unfold.things}
        skipped += unfold.skipped
        skipped += [Skipped(path, NOT_THERE) for path in entries.by_path if path not in known]
        artifacts = _measured(unfold.things, windows, seed, notice)
    skipped += [Skipped(a.path, a.problem) for a in artifacts if a.problem]
    return MeasuredRoom(related(artifacts), in_order(skipped))


def _measured(
    things: Sequence[Thing], windows: Sequence[int], seed: int, notice: Notice
) -> list[Artifact]:
    """Each thing measured beside the others."""
    asked = tuple(sorted({int(days) for days in windows}))
    givens = [replace(thing.given, windows=asked, seed=seed) for thing in things]
    artifacts = []
    for number, (thing, given) in enumerate(zip(things, givens, strict=True)):
        notice("Measuring the data room", number, len(things))
        artifact = measure(given, others=givens)
        artifacts.append(
            structs.replace(
                artifact, sha256=thing.sha256, bytes=thing.bytes, confidence=thing.confidence
            )
        )
    return artifacts


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
        return structs.replace(artifact, problem=str(error))
    except MemoryError:
        raise
    except Exception as fault:  # noqa: BLE001 - one file never ends an audit
        return structs.replace(artifact, problem=FAILED.format(given.name, type(fault).__name__))
    return structs.replace(artifact, facts=facts)


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
        structs.replace(a, facts=models[a.path]) if a.path in models else _related(a, registers)
        for a in artifacts
    )


def _related(artifact: Artifact, registers: list[Register]) -> Artifact:
    """A log with the registry that knows the most of its versions."""
    if not isinstance(artifact.facts, PredictionLog) or not registers:
        return artifact
    log = artifact.facts
    found = [traced(log, register) for register in registers]
    best = max(found, key=lambda f: (f.traceable_to_model or 0, f.traceable_to_dataset or 0))
    return structs.replace(artifact, facts=best)

"""The part of an examination that looks back: the history, and credentials in earlier versions.

Every earlier version of a file is scanned once, by the same rules as the tree and by as many
processes. What was read of a history, and what was found in it, is kept beside the facts of the
tree under its commit; an audit of a later commit looks at what is new since.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from audits.collectors.languages.scripts import LANGUAGES
from audits.collectors.processes import spread
from audits.collectors.reading import FileParts, Piece, read_files
from audits.collectors.secrets import COLLECTOR, wants_path
from audits.engine.types import Skipped
from audits.facts.history import History
from audits.facts.past_secrets import PastSecrets, past_secrets
from audits.facts.secrets import Secret, Secrets
from audits.facts.tree import File
from audits.services.allowances import Resources
from audits.services.remembering import Remembered, Searched, remembered
from audits.sources.history import PLACE, earlier_versions, history_of
from audits.sources.snapshot import Limits, Notice, Snapshot

STAGE = "Reading the history"
_PIECE_BYTES = 8 * 1024 * 1024
_WORTH_A_PROCESS = 16 * 1024 * 1024
"""Below this a second process costs more than it saves."""

_WANTED = (0,)
_CODE = (".py", ".pyw", ".rmd", ".qmd", *LANGUAGES)


class _Means(Struct, frozen=True):
    """What looking back may use, and what is known from before."""

    limits: Limits
    progress: Notice
    processes: int
    memory: Remembered | None


def facts_of_the_past(
    snapshot: Snapshot,
    facts: Mapping[type, object],
    limits: Limits,
    progress: Notice,
    resources: Resources,
) -> tuple[dict[type, object], tuple[Skipped, ...]]:
    """The facts that only a history holds, by their type, and what of it was left out."""
    progress(STAGE, 0, 0)
    means = _Means(limits, progress, resources.processes, remembered(resources, snapshot))
    history, skipped = history_of(snapshot, limits, _CODE, means.memory)
    present = facts.get(Secrets)
    past = PastSecrets(missing=history.missing)
    if not history.missing and isinstance(present, Secrets):
        past = _past_secrets(snapshot, history, present, means)
        skipped += (Skipped(PLACE, past.left_out),) if past.left_out else ()
    return {History: history, PastSecrets: past}, skipped


def _past_secrets(
    snapshot: Snapshot, history: History, present: Secrets, means: _Means
) -> PastSecrets:
    memory = means.memory
    known = memory.searched() if memory else Searched()
    versions = earlier_versions(
        snapshot, history, means.limits, wants_path, COLLECTOR.limit, known.sizes
    )
    known.learn(versions.told)
    new = (v for v in versions.kept if v.name not in known.versions)
    unknown = {v.name: File(v.name, v.size, v.blob) for v in new}
    found = dict(known.secrets)
    total = len(versions.kept)
    done = total - len(unknown)
    for some in _scanned(snapshot, tuple(unknown.values()), means.processes):
        for entry in some:
            file = unknown[entry.file.path]
            found[file.path] = tuple(_renamed(entry))
            if entry.lasting:
                known.add(file, found[file.path])
        done += len(some)
        means.progress(STAGE, done, total)
    if memory:
        memory.keep_searched(known)
    # In the order of the history, not in that in which processes were done.
    held = {v.blob: secrets for v in versions.kept if (secrets := found.get(v.name))}
    return past_secrets(history, held, present, versions=total, left_out=versions.left_out)


def _renamed(entry: FileParts) -> Iterator[Secret]:
    """Under the path that the version had."""
    prefix = f"{entry.file.blob}/"
    for part in entry.parts:
        yield from (replace(s, path=s.path.removeprefix(prefix)) for s in part.value)


def _scanned(
    snapshot: Snapshot, files: Sequence[File], processes: int
) -> Iterator[list[FileParts]]:
    wanted = {file.path: _WANTED for file in files}

    def work(piece: Piece) -> list[FileParts]:
        return list(read_files(snapshot, piece.files, wanted, (COLLECTOR,)))

    large = sum(file.size for file in files) > _WORTH_A_PROCESS
    yield from spread(_pieces(files), work, processes if large else 1)


def _pieces(files: Iterable[File]) -> Iterator[Piece]:
    some: list[File] = []
    size = 0
    for file in files:
        some.append(file)
        size += file.size
        if size > _PIECE_BYTES:
            yield Piece(tuple(some))
            some, size = [], 0
    if some:
        yield Piece(tuple(some))

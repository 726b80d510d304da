"""The part of an examination that looks back: the history, and credentials in earlier versions.

Every earlier version of a file is scanned once, by the same rules as the tree and by as many
processes; what was found in it is kept beside the facts of the tree, since a blob never changes.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from audits.collectors.keeping import Shelf
from audits.collectors.languages.scripts import LANGUAGES
from audits.collectors.processes import spread
from audits.collectors.reading import FileParts, Piece, read_files
from audits.collectors.secrets import COLLECTOR
from audits.engine.types import Skipped
from audits.facts.history import History
from audits.facts.past_secrets import PastSecrets, past_secrets
from audits.facts.secrets import Secret, Secrets
from audits.facts.tree import File
from audits.services.allowances import Resources
from audits.sources.history import PLACE, earlier_versions, history_of
from audits.sources.snapshot import Limits, Notice, Snapshot

STAGE = "Reading the history"
_PIECE_BYTES = 8 * 1024 * 1024
_WORTH_A_PROCESS = 16 * 1024 * 1024
"""Below this a second process costs more than it saves."""

_WANTED = (0,)
_CODE = (".py", ".pyw", ".rmd", ".qmd", *LANGUAGES)


def facts_of_the_past(
    snapshot: Snapshot,
    facts: Mapping[type, object],
    limits: Limits,
    progress: Notice,
    resources: Resources,
) -> tuple[dict[type, object], tuple[Skipped, ...]]:
    """The facts that only a history holds, by their type, and what of it was left out."""
    progress(STAGE, 0, 0)
    history, skipped = history_of(snapshot, limits, _CODE)
    present = facts.get(Secrets)
    past = PastSecrets(missing=history.missing)
    if not history.missing and isinstance(present, Secrets):
        past = _past_secrets(snapshot, history, present, limits, progress, resources)
        skipped += (Skipped(PLACE, past.left_out),) if past.left_out else ()
    return {History: history, PastSecrets: past}, skipped


def _past_secrets(
    snapshot: Snapshot,
    history: History,
    present: Secrets,
    limits: Limits,
    progress: Notice,
    resources: Resources,
) -> PastSecrets:
    files, left_out = earlier_versions(snapshot, history, limits, COLLECTOR.wants)
    found: dict[str, tuple[Secret, ...]] = {}
    done = 0
    for some in _scanned(snapshot, files, resources):
        for entry in some:
            if entry.parts:
                found[entry.file.blob] = tuple(_renamed(entry))
        done += len(some)
        progress(STAGE, done, len(files))
    # In the order of the history, not in that in which processes were done.
    found = {file.blob: found[file.blob] for file in files if file.blob in found}
    return past_secrets(history, found, present, versions=len(files), left_out=left_out)


def _renamed(entry: FileParts) -> Iterator[Secret]:
    """Under the path that the version had."""
    prefix = f"{entry.file.blob}/"
    for part in entry.parts:
        yield from (replace(s, path=s.path.removeprefix(prefix)) for s in part.value)


def _scanned(
    snapshot: Snapshot, files: Sequence[File], resources: Resources
) -> Iterator[list[FileParts]]:
    wanted = {file.path: _WANTED for file in files}
    shelf = Shelf(resources.cache, (COLLECTOR,)) if resources.cache else None
    known: set[str] = set()
    for some in shelf.find(files, wanted) if shelf else ():
        known.update(entry.file.path for entry in some)
        yield some

    def work(piece: Piece) -> list[FileParts]:
        found = list(read_files(snapshot, piece.files, wanted, (COLLECTOR,)))
        if shelf:
            shelf.keep(found, wanted)
        return found

    left = [file for file in files if file.path not in known]
    large = sum(file.size for file in left) > _WORTH_A_PROCESS
    yield from spread(_pieces(left), work, resources.processes if large else 1)


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

"""A manifest of datasets: `dvc.lock`, `*.dvc`, or a table of ids and hashes."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from audits.artifacts.columns import Part, as_columns, guessed
from audits.artifacts.errors import ArtifactError
from audits.artifacts.glimpsing import Glimpse
from audits.artifacts.reading import Given, Guess, Kind
from audits.artifacts.tables import open_table
from audits.facts.dataset_manifest import DatasetManifest, PinnedDataset

MOST_DATASETS = 100_000
ALGORITHMS = ("md5", "sha256", "sha1", "etag", "checksum", "hash")
NO_DATASETS = (
    "{} lists no dataset; hand in dvc.lock, a .dvc file or a table with the columns id and hash."
)
_HEX = re.compile(r"(?:[a-z0-9]{1,20}:)?[0-9a-fA-F]{7,128}(?:\.dir)?")
_CODE = re.compile(r"(?i)\.(?:py|ipynb|r|sh|ya?ml|toml|jl|scala|sql)$")
Json = Mapping[str, Any]


def _hashes(values: tuple[str, ...]) -> bool:
    return bool(values) and all(_HEX.fullmatch(v.strip()) for v in values)


PARTS = (
    Part("hash", ("hash", "sha256", "md5", "digest", "checksum", "sha1", "etag", "content hash",
                  "sha", "data hash"), _hashes),
    Part("id", ("dataset id", "id", "dataset", "name", "dataset version", "version", "path",
                "data version", "dataset name", "file", "uri")),
    Part("bytes", ("bytes", "size", "size bytes", "file size")),
)  # fmt: skip


def measure(given: Given) -> DatasetManifest:
    """The datasets, each once, sorted by id."""
    glimpse = Glimpse(given.path, given.name, given.path.stat().st_size)
    found = list(_from_dvc(glimpse.settings)) if glimpse.settings else []
    if not found:
        found = _from_table(given, glimpse)
    if not found:
        raise ArtifactError(NO_DATASETS.format(given.name))
    pinned = {each for each in found if each.hash}
    return DatasetManifest(
        datasets=tuple(sorted(pinned, key=lambda d: (d.id, d.hash))),
        without_hash=tuple(sorted({each.id for each in found if not each.hash})),
    )


def _from_dvc(document: Json) -> Iterator[PinnedDataset]:
    """Outputs of a `.dvc` file; of a lock, what stages read and write that is not code."""
    for out in _objects(document.get("outs")):
        yield _pinned(out)
    stages = document.get("stages")
    for stage in stages.values() if isinstance(stages, dict) else ():
        if isinstance(stage, dict):
            for entry in (*_objects(stage.get("deps")), *_objects(stage.get("outs"))):
                if not _CODE.search(str(entry.get("path", ""))):
                    yield _pinned(entry)
    datasets = document.get("datasets")
    for entry in _objects(datasets):
        yield _pinned(entry)


def _objects(value: Any) -> list[Json]:
    listed: list[Any] = value[:MOST_DATASETS] if isinstance(value, list) else []
    return [each for each in listed if isinstance(each, dict)]


def _pinned(entry: Json) -> PinnedDataset:
    algorithm = next((name for name in ALGORITHMS if entry.get(name)), "")
    size = entry.get("size")
    return PinnedDataset(
        id=str(entry.get("path") or entry.get("name") or entry.get("url") or "")[:1000],
        hash=str(entry.get(algorithm, ""))[:200] if algorithm else "",
        algorithm=algorithm,
        bytes=size if isinstance(size, int) and not isinstance(size, bool) else None,
    )


def _from_table(given: Given, glimpse: Glimpse) -> list[PinnedDataset]:
    columns = dict(given.columns)
    if not columns and glimpse.preview is not None:
        columns = dict(as_columns(guessed(glimpse.preview, PARTS)))
    if not {"id", "hash"} <= columns.keys():
        return []
    with open_table(given.path, given.name) as table:
        parts = [table.text(str(columns[part])) for part in ("id", "hash")]
        size = columns.get("bytes")
        parts.append(f"TRY_CAST({table.text(str(size))} AS BIGINT)" if size else "NULL")
        rows = table.rows(f"SELECT {', '.join(parts)} FROM {table.view} LIMIT {MOST_DATASETS}")
    named = str(columns["hash"]).lower()
    algorithm = next((name for name in ALGORITHMS if name in named), "")
    return [PinnedDataset(str(i or ""), str(h or ""), algorithm, b) for i, h, b in rows if i or h]


def recognise(glimpse: Glimpse) -> Guess | None:
    """DVC's own files by their keys; a table whose hashes are hexadecimal."""
    document = glimpse.settings
    if document is not None:
        told = [each for each in _from_dvc(document) if each.hash]
        keys = {"outs", "stages", "datasets"} & document.keys()
        if told and keys:
            return Guess("dataset-manifest", 0.95, {}, "It has DVC's list of outputs and hashes.")
        return None
    preview = glimpse.preview
    if preview is None or len(preview.columns) > 20:
        return None
    found = guessed(preview, PARTS)
    if not {"id", "hash"} <= found.keys() or found["hash"][1] < 0.5:
        return None
    told_of = f"It has a hash in {found['hash'][0]!r} for each {found['id'][0]!r}."
    return Guess("dataset-manifest", 0.8, as_columns(found), told_of)


KINDS = (Kind("dataset-manifest", measure, recognise, parts=tuple(part.name for part in PARTS)),)

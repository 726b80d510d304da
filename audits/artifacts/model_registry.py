"""A model registry: MLflow's REST JSON, an `mlruns` tree, or a table of versions."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

from audits.artifacts.columns import Part, as_columns, guessed, looks_like_time
from audits.artifacts.errors import ArtifactError
from audits.artifacts.glimpsing import Glimpse
from audits.artifacts.mlruns import is_mlruns, tree_versions
from audits.artifacts.moments import instant
from audits.artifacts.reading import Given, Guess, Kind
from audits.artifacts.tables import open_table
from audits.engine.measured import rounded
from audits.facts.model_registry import ModelRegistry, RegisteredVersion

MOST_VERSIONS = 100_000
PARTS = (
    Part("version", ("version", "model version", "version id", "number", "model id", "release")),
    Part("created_at", ("created at", "creation timestamp", "registered at", "created",
                        "creation time", "timestamp", "date", "released at"), looks_like_time),
    Part("run_id", ("run id", "run", "training run", "experiment run", "job id", "run uuid")),
    Part("dataset", ("dataset", "dataset version", "data version", "training dataset",
                     "training data", "dataset id", "data hash", "dataset hash")),
    Part("name", ("name", "model name", "model", "registered model")),
    Part("stage", ("stage", "current stage", "status", "alias")),
)  # fmt: skip
_DATASET_KEY = re.compile(
    r"(?i)(?:(?:mlflow|model|dvc|train|training|input)[._ -])*"
    r"(?:data[._ -]?sets?|(?:train(?:ing)?[._ -]?)?data)"
    r"(?:[._ -](?:version|id|hash|digest|uri|ref|rev|revision|name|snapshot|tag|path|commit))?"
)
NO_VERSIONS = (
    "{} lists no model version; hand in the answer of `model-versions/search`, an `mlruns` folder "
    "or a table with the columns version, created_at, run_id, dataset."
)
Json = Mapping[str, Any]


def measure(given: Given) -> ModelRegistry:
    """The facts on a registry in any of its forms."""
    if given.path.is_dir():
        return summary(tree_versions(given.path, given.name), given.name)
    glimpse = Glimpse(given.path, given.name, given.path.stat().st_size)
    listed = versions_in(glimpse.document)
    if listed is None:
        listed = _table_versions(given, glimpse)
    return summary(listed, given.name)


def versions_in(document: Any) -> list[RegisteredVersion] | None:
    """The versions in MLflow's JSON, of one page or of several; None where it is something else."""
    pages = document if isinstance(document, list) else [document]
    entries: list[Any] = []
    known = False
    for page in pages:
        if not isinstance(page, dict):
            return None
        for key in ("model_versions", "registered_models", "registered_model", "model_version"):
            if key in page:
                known = True
                entries.extend(_entries(page[key]))
    return [_version(e) for e in entries[:MOST_VERSIONS] if isinstance(e, dict)] if known else None


def _entries(value: Any) -> list[Any]:
    """Versions, or models that carry their latest ones."""
    found: list[Any] = []
    for entry in value if isinstance(value, list) else [value]:
        within = entry.get("latest_versions") if isinstance(entry, dict) else None
        found.extend(within if isinstance(within, list) else [entry])
    return found


def _version(entry: Json) -> RegisteredVersion:
    return RegisteredVersion(
        version=_word(entry.get("version")),
        name=_word(entry.get("name")),
        created_at=instant(entry.get("creation_timestamp") or entry.get("created_at")),
        run_id=_word(entry.get("run_id")),
        dataset=dataset_of(entry),
        stage=_word(entry.get("current_stage")),
    )


def dataset_of(entry: Json) -> str:
    """The dataset that a version names: a field of its own, or a tag or parameter called so."""
    own = _word(entry.get("dataset")) or _word(entry.get("dataset_version"))
    if own:
        return own
    for key in ("tags", "params", "model_params"):
        tags = entry.get(key)
        pairs = (
            [(t.get("key"), t.get("value")) for t in tags if isinstance(t, dict)]
            if isinstance(tags, list)
            else list(tags.items()) if isinstance(tags, dict) else []
        )  # fmt: skip
        named = sorted((str(k), _word(v)) for k, v in pairs if _DATASET_KEY.fullmatch(str(k)))
        found = [value for _, value in named if value]
        if found:
            return found[0]
    return ""


def _word(value: Any) -> str:
    return str(value).strip()[:500] if isinstance(value, str | int | float) else ""


def _table_versions(given: Given, glimpse: Glimpse) -> list[RegisteredVersion]:
    columns = dict(given.columns)
    if not columns and glimpse.preview is not None:
        columns = dict(as_columns(guessed(glimpse.preview, PARTS)))
    if "version" not in columns:
        raise ArtifactError(NO_VERSIONS.format(given.name))
    with open_table(given.path, given.name) as table:
        parts = {part: str(column) for part, column in columns.items()}
        wanted = ", ".join(table.text(column) for column in parts.values())
        rows = table.rows(f"SELECT {wanted} FROM {table.view} LIMIT {MOST_VERSIONS}")
    found = [dict(zip(parts, row, strict=True)) for row in rows]
    return [_version({**each, "current_stage": each.get("stage")}) for each in found]


def summary(listed: Iterable[RegisteredVersion], name: str) -> ModelRegistry:
    """The facts from the versions, the oldest first."""
    found = sorted(
        (v for v in set(listed) if v.version), key=lambda v: (v.created_at, v.name, v.version)
    )
    if not found:
        raise ArtifactError(NO_VERSIONS.format(name))
    dated = [v for v in found if v.created_at]
    times = [datetime.fromisoformat(v.created_at).astimezone(UTC) for v in dated]
    gaps = [(b - a).total_seconds() / 86_400 for a, b in pairwise(times)]
    undated = len(found) - len(dated)
    return ModelRegistry(
        versions=len(found),
        with_dataset=sum(bool(v.dataset) for v in found),
        with_run=sum(bool(v.run_id) for v in found),
        newest=dated[-1].created_at if dated else None,
        newest_version=dated[-1].version if dated else None,
        oldest=dated[0].created_at if dated else None,
        median_gap_days=rounded(median(gaps)) if gaps else None,
        listed=tuple(found),
        notes=(f"{undated:,} versions have no time of registration.",) if undated else (),
    )


def recognise(glimpse: Glimpse) -> Guess | None:
    """MLflow's JSON, its tree, or a table of versions."""
    if glimpse.form == "folder":
        sure = is_mlruns(Path(glimpse.path))
        return Guess("model-registry", 0.95, because="It is an mlruns tree.") if sure else None
    found = versions_in(glimpse.document)
    if found:
        told = f"It is MLflow's list of {len(found)} model versions."
        return Guess("model-registry", 0.97, because=told)
    return _recognised_table(glimpse)


def _recognised_table(glimpse: Glimpse) -> Guess | None:
    preview = glimpse.preview
    if preview is None or len(preview.columns) > 20:
        return None
    parts = guessed(preview, PARTS)
    beside = {"created_at", "run_id", "dataset"} & parts.keys()
    if "version" not in parts or parts["version"][1] < 0.6 or not beside:
        return None
    versions = preview.values(parts["version"][0])
    if len(set(versions)) < len(versions):
        return None
    told = ", ".join(f"{part} in {parts[part][0]!r}" for part in sorted(parts))
    return Guess(
        "model-registry", round(0.45 + 0.15 * len(beside), 2), as_columns(parts),
        f"Each row is a version: {told}.",
    )  # fmt: skip


KINDS = (
    Kind(
        "model-registry", measure, recognise, parts=tuple(p.name for p in PARTS), whole_folder=True
    ),
)

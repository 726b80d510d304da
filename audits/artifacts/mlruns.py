"""An `mlruns` tree as MLflow's file store writes it: registered versions, runs and their inputs."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from audits.artifacts.errors import ArtifactError
from audits.artifacts.forms import head_of
from audits.artifacts.moments import instant
from audits.facts.model_registry import RegisteredVersion

MOST_ENTRIES = 50_000
LARGEST_META = 256 * 1024
DATASET_TAGS = (
    "dataset_version", "dataset", "data_version", "training_data", "dataset_id", "dvc_rev",
    "data_hash", "dataset_hash",
)  # fmt: skip
"""Tags and parameters that name a dataset, the plainest first."""


def is_mlruns(folder: Path) -> bool:
    """Whether a folder holds experiments or registered models of MLflow's file store."""
    if _folders(folder / "models"):
        return any((each / "meta.yaml").is_file() for each in _folders(folder / "models"))
    return any(
        (each / "meta.yaml").is_file() and (each.name.isdigit() or each.name == ".trash")
        for each in _folders(folder)
    )


def tree_versions(folder: Path, name: str) -> list[RegisteredVersion]:
    """The registered versions; where none is registered, there are none, whatever ran."""
    runs = dict(_runs(folder))
    found = []
    for model in _folders(folder / "models"):
        for entry in _folders(model):
            meta = _meta(entry / "meta.yaml", f"{name}/models/{model.name}/{entry.name}")
            if not meta or not entry.name.startswith("version-"):
                continue
            run = str(meta.get("run_id") or "")
            found.append(
                RegisteredVersion(
                    version=str(meta.get("version") or entry.name.removeprefix("version-")),
                    name=str(meta.get("name") or model.name),
                    created_at=instant(meta.get("creation_timestamp")),
                    run_id=run,
                    dataset=_named_dataset(entry / "tags") or _of_run(runs.get(run)),
                    stage=str(meta.get("current_stage") or ""),
                )
            )
    return found


def _runs(folder: Path) -> Iterator[tuple[str, Path]]:
    for experiment in _folders(folder):
        if experiment.name in ("models", ".trash"):
            continue
        for run in _folders(experiment):
            yield run.name, run


def _of_run(run: Path | None) -> str:
    """The dataset of a run: its inputs, else its tags, else its parameters."""
    if run is None:
        return ""
    return _from_inputs(run) or _named_dataset(run / "tags") or _named_dataset(run / "params")


def _from_inputs(run: Path) -> str:
    """An input's meta.yaml points at the dataset's, which has a name and a digest."""
    for entry in _folders(run / "inputs"):
        meta = _meta(entry / "meta.yaml", entry.name)
        source = str(meta.get("source_id") or "")
        dataset = _meta(run.parent / "datasets" / source / "meta.yaml", source) if (
            source and "/" not in source and ".." not in source) else {}  # fmt: skip
        if dataset:
            told = (str(dataset.get("name") or ""), str(dataset.get("digest") or ""))
            return "@".join(each for each in told if each)
    return ""


def _named_dataset(folder: Path) -> str:
    """What a tag or a parameter says; each is a file with its value."""
    for tag in DATASET_TAGS:
        for spelled in (tag, f"mlflow.{tag}", tag.replace("_", "."), f"data.{tag}"):
            value = _read(folder / spelled).strip()
            if value:
                return value[:500]
    return ""


def _folders(folder: Path) -> list[Path]:
    """The folders in a folder, sorted; links are not followed."""
    try:
        with os.scandir(folder) as entries:
            found = [e.name for e in entries if e.is_dir(follow_symlinks=False)]
    except OSError:
        return []
    return [folder / name for name in sorted(found)[:MOST_ENTRIES]]


def _read(path: Path) -> str:
    try:
        return head_of(path, path.name, LARGEST_META).decode("utf-8", "replace")
    except ArtifactError:
        return ""


def _meta(path: Path, name: str) -> dict[str, Any]:
    text = _read(path)
    if not text:
        return {}
    try:
        if any(isinstance(e, yaml.AliasEvent) for e in yaml.parse(text, yaml.SafeLoader)):
            raise ArtifactError(
                f"{name} holds YAML aliases; hand in the folder as MLflow wrote it."
            )
        value = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}

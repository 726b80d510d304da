"""Makes data rooms by a seed, with claims that are all true or one that is not.

A room has a log (rows, base rate, noise, label delay, groups, months and form vary), a registry
(cadence and form vary), and two samples. A true claim says what the honest startup would read off
its own rows, or what holds in the process that made them. A lie misses the truth by at least twice
the half width of its 95 % interval.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import ceil, floor, sqrt
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from audits.engine.claiming import Claim

START = datetime(2026, 1, 5, tzinfo=UTC)
LIES = (
    "metric", "window", "error", "traceability", "retraining-cadence", "age",
    "stable-performance", "stable-inputs", "fairness", "own-model",
)  # fmt: skip
FAR = 2.2
"""How many half widths a lie lies beyond the truth; the least that is asked for is 2."""

Rows = dict[str, Any]


@dataclass
class Made:
    """A room on disk, with its claims, and which of them is a lie."""

    folder: Path
    claims: list[Claim] = field(default_factory=list)
    lie: str = ""


@dataclass(frozen=True)
class Shape:
    """What a seed decides."""

    rows: int
    days: int
    accuracy: float
    groups: tuple[float, ...]
    rate: float
    delay: int
    unlabelled: float
    form: str
    gap: int
    numeric: bool
    classes: int


def shape_of(rng: np.random.Generator) -> Shape:
    """Draws the shape of a room."""
    accuracy = float(rng.uniform(0.6, 0.97))
    count = int(rng.integers(2, 6))
    lean = rng.uniform(-0.02, 0.02, count)
    groups = tuple(float(np.clip(accuracy + each, 0.05, 0.99)) for each in lean)
    return Shape(
        rows=int(np.exp(rng.uniform(np.log(600), np.log(8_000)))),
        days=int(rng.integers(70, 280)),
        accuracy=accuracy,
        groups=groups,
        rate=float(rng.uniform(0.08, 0.6)),
        delay=int(rng.choice([0, 0, 7, 21])),
        unlabelled=float(rng.choice([0.0, 0.1, 0.4])),
        form=str(rng.choice(["csv", "jsonl", "parquet", "semicolon"])),
        gap=int(rng.integers(5, 60)),
        numeric=bool(rng.random() < 0.2),
        classes=int(rng.choice([2, 2, 2, 4])),
    )


def make_room(folder: Path, seed: int, lie: str = "") -> Made:
    """One room; `lie` is the planted one, if any."""
    rng = np.random.default_rng(seed)
    shape = shape_of(rng)
    if lie in ("metric", "window", "fairness", "stable-performance"):
        shape = Shape(**{**shape.__dict__, "numeric": False})
    if lie == "error":
        shape = Shape(**{**shape.__dict__, "numeric": True})
    folder.mkdir(parents=True)
    made = Made(folder)
    registry = _registry(shape, rng, stale=lie == "age")
    rows = _rows(shape, rng, registry, lie)
    _write_log(folder, shape, rows)
    _write_registry(folder, rng, registry)
    drifted = _write_samples(folder, rng, lie)
    _quality(made, shape, rows, lie)
    _records(made, shape, rows, registry, lie)
    made.claims.append(Claim("stable-inputs", "stable-inputs"))
    if lie == "own-model":
        (folder / "adapter_config.json").write_text(
            json.dumps(
                {"peft_type": "LORA", "base_model_name_or_path": "mistralai/Mistral-7B-v0.3"}
            )
        )
        made.claims.append(Claim("own-model", "own-model"))
    made.lie = {"window": "window", "error": "metric", "age": "retraining-cadence"}.get(lie, lie)
    assert bool(drifted) == (lie == "stable-inputs")
    return made


# The log


def _rows(shape: Shape, rng: np.random.Generator, registry: Rows, lie: str) -> Rows:
    n = shape.rows
    day = np.sort(rng.uniform(0, shape.days, n))
    weights = rng.dirichlet(np.full(len(shape.groups), 4.0))
    group = rng.choice(len(shape.groups), n, p=weights)
    known = rng.random(n) >= shape.unlabelled
    known &= day < shape.days - shape.delay
    hit_rate = np.array(shape.groups)[group]
    if lie == "fairness":
        hit_rate = _unfair(hit_rate, group, known)
    if lie == "stable-performance":
        hit_rate = hit_rate + _decay(day, shape.days, int(known.sum()), float(hit_rate.mean()))
    right = rng.random(n) < np.clip(hit_rate, 0.02, 0.995)
    rows: Rows = {"day": day, "group": group, "known": known, "right": right}
    rows["version"] = np.searchsorted(registry["days"], day, "right") - 1
    rows["version"] = np.clip(rows["version"], 0, len(registry["days"]) - 1)
    lost = rng.random(n) < (0.15 if lie == "traceability" else float(rng.choice([0.0, 0.02])))
    rows["lost"] = lost
    if shape.numeric:
        truth = rng.normal(50, 15, n)
        rows |= {"label": truth, "prediction": truth + rng.normal(0, rng.uniform(2, 8), n)}
        return rows
    if shape.classes == 2:
        label = (rng.random(n) < shape.rate).astype(int)
    else:
        label = rng.integers(0, shape.classes, n)
    wrong = (label + rng.integers(1, max(2, shape.classes), n)) % shape.classes
    rows |= {"label": label, "prediction": np.where(right, label, wrong)}
    return rows


def _half(p: float, n: int) -> float:
    return 1.96 * sqrt(p * (1 - p) / max(1, n))


def _unfair(hit_rate: Any, group: Any, known: Any) -> Any:
    """The largest group is worse by the claimed gap and more than twice its half width."""
    largest = int(np.bincount(group[known]).argmax())
    other = int(np.bincount(group[known & (group != largest)]).argmax())
    level = float(hit_rate.mean())
    sizes = [int((known & (group == g)).sum()) for g in (largest, other)]
    width = sqrt(sum(_half(level, n) ** 2 for n in sizes))
    chance = 1.25 * FAR * width
    return np.where(group == largest, level - 0.05 - chance, np.maximum(level, hit_rate))


def _decay(day: Any, days: int, n: int, level: float) -> Any:
    """A line whose slope is more than twice the half width of its interval."""
    half = 1.96 * sqrt(level * (1 - level) / n) / (days / sqrt(12))
    return -1.5 * FAR * half * (day - days / 2)


def _write_log(folder: Path, shape: Shape, rows: Rows) -> None:
    n = len(rows["day"])
    times = [(START + timedelta(days=float(d))).strftime("%Y-%m-%dT%H:%M:%SZ") for d in rows["day"]]
    table: Rows = {
        "prediction_id": [f"p{i}" for i in range(n)],
        "created_at": times,
        "model_version": [
            "" if lost else f"{v + 1}"
            for v, lost in zip(rows["version"], rows["lost"], strict=True)
        ],
        "region": [f"g{g}" for g in rows["group"]],
        "prediction": [_plain(v) for v in rows["prediction"]],
        "label": [
            _plain(v) if k else None for v, k in zip(rows["label"], rows["known"], strict=True)
        ],
    }
    columns = {"id": "prediction_id", "time": "created_at", "prediction": "prediction",
               "label": "label", "model_version": "model_version",
               "groups": ["region"]}  # fmt: skip
    path = folder / f"log.{'csv' if shape.form == 'semicolon' else shape.form}"
    _written(path, shape.form, table)
    room = {"artifacts": [{"path": path.name, "kind": "prediction-log", "columns": columns}]}
    (folder / "room.yaml").write_text(json.dumps(room))


def _plain(value: Any) -> Any:
    return int(value) if float(value) == int(value) else round(float(value), 4)


def _written(path: Path, form: str, table: Rows) -> None:
    lines = list(zip(*table.values(), strict=True))
    if form == "jsonl":
        path.write_text("\n".join(json.dumps(dict(zip(table, r, strict=True))) for r in lines))
        return
    mark = ";" if form == "semicolon" else ","
    text = [mark.join(table)]
    text += [mark.join("" if v is None else str(v) for v in r) for r in lines]
    if form != "parquet":
        path.write_text("\n".join(text) + "\n")
        return
    plain = path.with_suffix(".tmp")
    plain.write_text("\n".join(text) + "\n")
    with duckdb.connect() as base:
        base.read_csv(str(plain)).write_parquet(str(path))
    plain.unlink()


# The registry


def _registry(shape: Shape, rng: np.random.Generator, *, stale: bool) -> Rows:
    end = shape.days * 0.4 if stale else shape.days
    first = -float(rng.uniform(1, shape.gap))
    days = [first]
    while days[-1] + shape.gap < end:
        days.append(days[-1] + shape.gap * float(rng.uniform(0.7, 1.3)))
    kept = [d for d in days if d < end] or [first]
    return {"days": np.array(kept)}


def _write_registry(folder: Path, rng: np.random.Generator, registry: Rows) -> None:
    listed = [
        (str(i + 1), START + timedelta(days=float(d))) for i, d in enumerate(registry["days"])
    ]
    if rng.random() < 0.5:
        lines = [f"{v},{t:%Y-%m-%dT%H:%M:%SZ},run{v},data-{v}" for v, t in listed]
        text = "\n".join(["version,created_at,run_id,dataset", *lines]) + "\n"
        (folder / "registry.csv").write_text(text)
        return
    entries = [
        {"name": "churn", "version": v, "creation_timestamp": int(t.timestamp() * 1000),
         "run_id": f"run{v}", "tags": [{"key": "dataset_version", "value": f"data-{v}"}]}
        for v, t in listed
    ]  # fmt: skip
    (folder / "registry.json").write_text(json.dumps({"model_versions": entries}))


# The samples


def _write_samples(folder: Path, rng: np.random.Generator, lie: str) -> list[int]:
    count, n = int(rng.integers(3, 9)), [int(rng.integers(300, 2_500)) for _ in range(2)]
    chosen = [int(rng.integers(count))] if lie == "stable-inputs" else []
    kinds = [str(rng.choice(["normal", "skewed", "class"])) for _ in range(count)]
    for name, size, now in (("reference", n[0], False), ("current", n[1], True)):
        table = {
            f"f{i}": _feature(kind, size, rng, moved=now and i in chosen)
            for i, kind in enumerate(kinds)
        }
        _written(folder / f"{name}.csv", "csv", table)
    said = json.loads((folder / "room.yaml").read_text())
    for name in ("reference", "current"):
        said["artifacts"].append({"path": f"{name}.csv", "kind": f"{name}-sample"})
    (folder / "room.yaml").write_text(json.dumps(said))
    return chosen


def _feature(kind: str, size: int, rng: np.random.Generator, *, moved: bool) -> list[Any]:
    if kind == "class":
        shares = [0.2, 0.3, 0.5] if moved else [0.5, 0.3, 0.2]
        return [str(v) for v in rng.choice(["a", "b", "c"], size, p=shares)]
    values = rng.normal(0, 1, size) if kind == "normal" else rng.lognormal(0, 0.6, size)
    return [round(float(v), 4) for v in values + (0.5 if moved else 0.0)]


# The claims


def _quality(made: Made, shape: Shape, rows: Rows, lie: str) -> None:
    known = rows["known"]
    if shape.numeric:
        errors = np.abs(rows["prediction"] - rows["label"])[known]
        half = 1.96 * float(errors.std()) / sqrt(len(errors))
        mae = float(errors.mean())
        value = mae - FAR * half if lie == "error" else ceil(mae * 1000) / 1000
        made.claims.append(Claim("metric", "metric", fields={"metric": "mae", "value": value}))
        made.claims.append(Claim("stable-performance", "stable-performance"))
        return
    right = (rows["prediction"] == rows["label"])[known]
    made.claims.append(_accuracy("metric", right, lie == "metric", {}))
    last = rows["day"][known] >= rows["day"].max() - 45
    if last.sum() > 30:
        fields = {"window_days": 45}
        made.claims.append(_accuracy("window", right[last], lie == "window", fields))
    made.claims.append(Claim("stable-performance", "stable-performance"))
    gap = 0.05 if lie == "fairness" else max(shape.groups) - min(shape.groups) + 0.01
    fields_fair: Rows = {"metric": "accuracy", "group": "region", "max_gap": round(gap, 4)}
    made.claims.append(Claim("fairness", "fairness", fields=fields_fair))


def _accuracy(name: str, right: Any, lies: bool, fields: Rows) -> Claim:  # noqa: FBT001
    p, n = float(right.mean()), len(right)
    value = floor(p * 1000) / 1000
    if lies:
        value = min(1.0, p + FAR * max(_half(p, n), 2 / n) + 0.003)
    if round(n) % 2:
        value *= 100
    return Claim(name, "metric", fields={"metric": "accuracy", "value": value, **fields})


def _records(made: Made, shape: Shape, rows: Rows, registry: Rows, lie: str) -> None:
    share = 1 - float(rows["lost"].mean())
    value = 1.0 if lie == "traceability" else floor(share * 1000) / 1000
    target = "dataset" if shape.rows % 2 else "model"
    made.claims.append(
        Claim("traceability", "traceability", fields={"target": target, "value": value})
    )
    gaps = np.diff(registry["days"])
    age = float(rows["day"].max() - registry["days"][-1])
    worst = max(float(np.median(gaps)) if len(gaps) else 0.0, age)
    days = max(1, floor(worst / 2)) if lie == "retraining-cadence" else ceil(worst) + 1
    if lie == "age":
        days = ceil(float(np.median(gaps)) if len(gaps) else 1.0) + 1
        assert days < age
    made.claims.append(Claim("retraining-cadence", "retraining-cadence", fields={"days": days}))


def seeds(count: int, first: int) -> Iterator[int]:
    """Seeds one after another."""
    return iter(range(first, first + count))

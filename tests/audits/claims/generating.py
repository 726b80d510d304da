"""Makes data rooms by a seed, with claims that are all true or one that is not.

A room has a log (rows, base rate, noise, label delay, groups, months and form vary), a registry
(cadence and form vary), and two samples. A true claim says what the honest startup would read off
its own rows, or what holds in the process that made them. A lie misses what the rows show by twice
the half width of the 95% interval, and by no more where that can be set. Weeks are good and bad.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from math import ceil, floor, sqrt
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from audits.engine.claiming import Claim
from audits.facts.intervals import share

START = datetime(2026, 1, 5, tzinfo=UTC)
LIES = (
    "metric", "window", "error", "traceability", "retraining-cadence", "age",
    "stable-performance", "stable-inputs", "fairness", "own-model",
)  # fmt: skip
GAP = 0.05
"""The gap between groups that a lie claims at most."""

FAR = 2.0
"""How many half widths a lie lies beyond the truth: no further than what must be found."""

WIDER = 1.4
"""Student's t on the spans, and the chance that they vary by more than their rows."""

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
    swing: float
    hold: float = 0.5


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
        swing=float(rng.choice([0.0, 0.0, 0.01, 0.02])),
    )


def make_room(folder: Path, seed: int, lie: str = "", **changed: Any) -> Made:
    """One room; `lie` is the planted one, if any, `changed` what is not left to the seed."""
    rng = np.random.default_rng(seed)
    shape = replace(shape_of(rng), **changed)
    if lie in ("metric", "window", "fairness", "stable-performance"):
        shape = replace(shape, numeric=False)
    if lie == "error":
        shape = replace(shape, numeric=True)
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
    hit_rate = np.array(shape.groups)[group] + _seasons(shape, day, rng)
    chance = rng.random(n)
    right = chance < np.clip(hit_rate, 0.02, 0.995)
    if lie == "fairness":
        right = _unfair(hit_rate, chance, group, known)
    if lie == "stable-performance":
        right = _decaying(hit_rate, chance, day, known)
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


def _seasons(shape: Shape, day: Any, rng: np.random.Generator) -> Any:
    """Good and bad weeks; neighbours correlate by a half."""
    weeks = rng.normal(0, 1, shape.days // 7 + 1)
    for at in range(1, len(weeks)):
        weeks[at] = shape.hold * weeks[at - 1] + weeks[at] * sqrt(1 - shape.hold**2)
    return shape.swing * weeks[(day // 7).astype(int)]


def _half(p: float, n: int) -> float:
    return 1.96 * sqrt(p * (1 - p) / max(1, n))


def _unfair(hit_rate: Any, chance: Any, group: Any, known: Any) -> Any:
    """The largest group falls until it lies twice the half width beyond the claimed gap."""
    largest = int(np.bincount(group[known]).argmax())
    other = int(np.bincount(group[known & (group != largest)]).argmax())
    for fall in np.arange(0.05, 0.95, 0.002):
        right = chance < np.where(group == largest, hit_rate - fall, np.clip(hit_rate, 0, 0.995))
        low, high = (right[known & (group == g)] for g in (largest, other))
        width = sqrt(sum(_half(float(r.mean()), len(r)) ** 2 for r in (low, high)))
        if high.mean() - low.mean() - GAP >= FAR * width:
            break
    return right


def _decaying(hit_rate: Any, chance: Any, day: Any, known: Any) -> Any:
    """A line that falls until its slope lies twice the half width below none.

    The interval of a trend counts spans and not rows; WIDER says by how much it is wider.
    """
    when = day - day[known].mean()
    spread = float((when[known] ** 2).sum())
    for slope in np.arange(0, 0.02, 0.00001):
        right = chance < np.clip(hit_rate - slope * when, 0.02, 0.995)
        seen = right[known]
        half = 1.96 * sqrt(seen.mean() * (1 - seen.mean()) / spread)
        if float((when[known] * seen).sum()) / spread <= -FAR * WIDER * half:
            break
    return right


def _write_log(folder: Path, shape: Shape, rows: Rows) -> None:
    n = len(rows["day"])
    seconds = (rows["day"] * 86_400).astype("timedelta64[s]")
    times = np.datetime_as_string(np.datetime64(START.replace(tzinfo=None), "s") + seconds)
    table: Rows = {
        "prediction_id": [f"p{i}" for i in range(n)],
        "created_at": [f"{time}Z" for time in times.tolist()],
        "model_version": np.where(rows["lost"], "", (rows["version"] + 1).astype(str)).tolist(),
        "region": np.char.add("g", rows["group"].astype(str)).tolist(),
        "prediction": _plain(rows["prediction"]),
        "label": [
            value if known else None
            for value, known in zip(_plain(rows["label"]), rows["known"], strict=True)
        ],
    }
    columns = {"id": "prediction_id", "time": "created_at", "prediction": "prediction",
               "label": "label", "model_version": "model_version",
               "groups": ["region"]}  # fmt: skip
    path = folder / f"log.{'csv' if shape.form == 'semicolon' else shape.form}"
    _written(path, shape.form, table)
    room = {"artifacts": [{"path": path.name, "kind": "prediction-log", "columns": columns}]}
    (folder / "room.yaml").write_text(json.dumps(room))


def _plain(values: Any) -> list[Any]:
    """Whole numbers as they are, others to four digits."""
    plain: list[Any] = (values if values.dtype.kind == "i" else values.round(4)).tolist()
    return plain


def _written(path: Path, form: str, table: Rows) -> None:
    if form == "jsonl":
        lines = zip(*table.values(), strict=True)
        path.write_text("\n".join(json.dumps(dict(zip(table, r, strict=True))) for r in lines))
        return
    mark = ";" if form == "semicolon" else ","
    cells = [["" if v is None else str(v) for v in column] for column in table.values()]
    text = [mark.join(table), *map(mark.join, zip(*cells, strict=True))]
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
        named: list[Any] = rng.choice(["a", "b", "c"], size, p=shares).tolist()
        return named
    values = rng.normal(0, 1, size) if kind == "normal" else rng.lognormal(0, 0.6, size)
    return _plain(values + (0.5 if moved else 0.0))


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
    gap = GAP if lie == "fairness" else max(shape.groups) - min(shape.groups) + 0.01
    fields_fair: Rows = {"metric": "accuracy", "group": "region", "max_gap": round(gap, 4)}
    made.claims.append(Claim("fairness", "fairness", fields=fields_fair))


# Whether it lies is what each case is about.
def _accuracy(name: str, right: Any, lies: bool, fields: Rows) -> Claim:  # noqa: FBT001
    p, n = float(right.mean()), len(right)
    value = floor(p * 1000) / 1000
    if lies:
        figure = share(int(right.sum()), n)
        assert figure is not None
        assert figure.interval is not None
        low, high = figure.interval
        value = min(1.0, p + FAR * (high - low) / 2)
    if n % 2:
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

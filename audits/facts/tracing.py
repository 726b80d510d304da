"""Follows predictions from the version that they name to the registry, the run and the dataset."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from audits.engine.measured import rounded
from audits.facts.dataset_manifest import DatasetManifest
from audits.facts.model_registry import ModelRegistry, RegisteredVersion
from audits.facts.prediction_log import Drawn, PredictionLog
from audits.facts.traceability import Chain, Traceability

LINKS = ("version", "registration", "run", "dataset")
"""The links of a chain in their order; the first that is missing breaks it."""

MOST_NAMED = 50
_FLOAT = re.compile(r"(\d{1,30})\.0{1,30}")
_LAST = re.compile(r"[/:@]")


def bare(version: str) -> str:
    """A version as it may be compared: `v7`, `7.0`, `churn:7` and `models:/churn/7` are all 7."""
    text = _LAST.split(version.strip().lower())[-1].strip()
    text = re.sub(r"^(?:version|ver|v)[ ._-]*(?=\d)", "", text)
    whole = _FLOAT.fullmatch(text)
    return whole.group(1) if whole else text


@dataclass(frozen=True)
class Register:
    """A registry by everything that a row may call a version."""

    path: str
    by_name: dict[str, tuple[RegisteredVersion, ...]]
    datasets: frozenset[str]

    @classmethod
    def of(
        cls, path: str, registry: ModelRegistry, manifests: Iterable[DatasetManifest] = ()
    ) -> "Register":
        """From a registry, and the manifests whose datasets count as known."""
        found: dict[str, list[RegisteredVersion]] = {}
        for version in registry.listed:
            for name in sorted(_names(version)):
                found.setdefault(name, []).append(version)
        known = {v.dataset.lower() for v in registry.listed if v.dataset}
        for manifest in manifests:
            known |= {each.lower() for d in manifest.datasets for each in (d.id, d.hash) if each}
        by_name = {name: tuple(versions) for name, versions in found.items()}
        return cls(path, by_name, frozenset(known))

    def find(self, named: str) -> RegisteredVersion | None:
        """The version that a row names; of several that may be meant, one that leads furthest."""
        whole = named.strip().lower()
        for name in (whole, bare(named)):
            if found := self.by_name.get(name):
                return max(found, key=lambda v: (bool(v.dataset), bool(v.run_id)))
        return None


def _names(version: RegisteredVersion) -> set[str]:
    number, name = version.version.strip().lower(), version.name.strip().lower()
    joined = (
        {f"{name}{mark}{number}" for mark in ("/", ":", "-v", "-", "@", " ")} if name else set()
    )
    runs = {version.run_id.strip().lower()} if version.run_id else set()
    return {each for each in {number, bare(number), *joined, *runs} if each}


@dataclass(frozen=True)
class _Step:
    """How far one origin leads."""

    found: RegisteredVersion | None
    dataset: str
    broken_at: str


def _followed(register: Register, model: str, dataset: str) -> _Step:
    """A row that names a known dataset itself leads there without its run."""
    found = register.find(model) if model else None
    own = dataset if dataset and (dataset.lower() in register.datasets or found) else ""
    if not model:
        return _Step(None, own, "version")
    if found is None:
        return _Step(None, own, "registration")
    leads = found.dataset or own
    if not found.run_id and not leads:
        return _Step(found, "", "run")
    return _Step(found, leads, "" if leads else "dataset")


def traced(log: PredictionLog, register: Register) -> PredictionLog:
    """The log with what can be followed; a log that names no versions at all leads nowhere."""
    origins = log.origins or ()
    rows = log.rows
    broken: Counter[str] = Counter()
    strangers: Counter[str] = Counter()
    to_model = to_run = to_dataset = conflicting = 0
    for origin in origins:
        step = _followed(register, origin.model_version, origin.dataset_version)
        to_model += origin.rows if step.found else 0
        to_run += origin.rows if step.found and step.found.run_id else 0
        to_dataset += origin.rows if step.dataset else 0
        if step.broken_at:
            broken[step.broken_at] += origin.rows
        if step.broken_at == "registration":
            strangers[origin.model_version] += origin.rows
        if step.found and _differ(origin.dataset_version, step.found.dataset):
            conflicting += origin.rows
    if not origins:
        broken["version"] = rows
    trace = Traceability(
        registry=register.path,
        rows=rows,
        to_model=rounded(to_model / rows),
        to_run=rounded(to_run / rows),
        to_dataset=rounded(to_dataset / rows),
        first_broken_link=next((link for link in LINKS if broken[link]), ""),
        broken={link: broken[link] for link in LINKS if broken[link]},
        unregistered=dict(sorted(strangers.most_common(MOST_NAMED))),
        before_registration=_too_early(log, register),
        conflicting_dataset=conflicting,
        chains=tuple(_chain(drawn, register) for drawn in log.drawn),
    )
    return replace(
        log,
        traceable_to_model=trace.to_model,
        traceable_to_dataset=trace.to_dataset,
        trace=trace,
    )


def _differ(said: str, registered: str) -> bool:
    return bool(said and registered) and said.strip().lower() != registered.strip().lower()


def _too_early(log: PredictionLog, register: Register) -> dict[str, str]:
    """Versions that predicted on a day before the one on which they were registered."""
    early: dict[str, str] = {}
    for origin in sorted(log.origins, key=lambda o: (o.first, o.model_version)):
        found = register.find(origin.model_version)
        if found and origin.first and origin.first[:10] < found.created_at[:10]:
            early.setdefault(
                origin.model_version,
                f"first predicted on {origin.first[:10]}, registered on {found.created_at[:10]}",
            )
    return dict(sorted(early.items()))


def _chain(drawn: Drawn, register: Register) -> Chain:
    step = _followed(register, drawn.model_version, drawn.dataset_version)
    found = step.found
    registered = f"{found.name} {found.version}".strip() if found else ""
    run = found.run_id if found else ""
    return Chain(
        drawn.row, drawn.id, drawn.time, drawn.model_version, registered, run, step.dataset,
        step.broken_at, _told(drawn, step, registered, run),
    )  # fmt: skip


def _told(drawn: Drawn, step: _Step, registered: str, run: str) -> str:
    """The chain of one prediction in a sentence, to its end or to where it breaks."""
    start = f"Row {drawn.row:,}" + (f" ({drawn.id})" if drawn.id else "")
    if step.broken_at == "version":
        return f"{start} names no model version: the chain breaks there."
    said = f"{start} names version {drawn.model_version!r}"
    if step.broken_at == "registration":
        return f"{said}, which the registry does not have: the chain breaks there."
    link = f"{said} → registered as {registered}" + (f" → run {run}" if run else " → no run")
    if step.broken_at == "run":
        return f"{link}: the chain breaks there."
    if step.broken_at == "dataset":
        return f"{link} → no dataset: the chain breaks there."
    return f"{link} → dataset {step.dataset}."

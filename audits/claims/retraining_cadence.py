"""How often the model is registered anew, by the registry.

Two things are held against the claimed days: the median gap between versions, and the age of the
newest one when the log ends; either may contradict. A single version has only its age. Where no log
says when the model was last in use, the age is not known, and a gap that is short enough does not
decide alone.

Where the registry holds several models, each is looked at by itself, those that the log names where
it names any: gaps between versions of different models mean nothing. They contradict only together.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from statistics import median

from audits.claims.basis import Basis
from audits.claims.numbers import number
from audits.claims.verdicts import Measured, together, unsupported, verdict
from audits.engine.claiming import Claim, ClaimVerdict, Standing
from audits.engine.report import Artifact
from audits.engine.types import Evidence, Grade
from audits.facts.model_registry import ModelRegistry, RegisteredVersion
from audits.facts.prediction_log import PredictionLog
from audits.facts.tracing import Register

NO_REGISTRY = "No model registry was handed in, and only that would decide it."
NO_DATES = "{} gives no time of registration for any version, so no gap can be measured."
NO_END = (
    "Versions in {} come every {} days at the median, but no log says when the newest was last in "
    "use, so its age is not known."
)
_DAY = 86_400


@dataclass(frozen=True)
class _Series:
    """The dated versions of one model, the oldest first, and where the log ends."""

    artifact: Artifact
    versions: tuple[RegisteredVersion, ...]
    end: datetime | None
    agrees: bool

    @property
    def gap(self) -> float | None:
        """The median gap in days."""
        times = [_time(v.created_at) for v in self.versions]
        gaps = [(later - earlier).total_seconds() / _DAY for earlier, later in pairwise(times)]
        return median(gaps) if gaps else None

    @property
    def age(self) -> float | None:
        """The age of the newest version at the log's end, in days; none before it."""
        if self.end is None:
            return None
        return max(0.0, (self.end - _time(self.versions[-1].created_at)).total_seconds() / _DAY)


def judge(claim: Claim, basis: Basis) -> ClaimVerdict:
    """Holds the claimed days against gaps and age."""
    days = number(claim, "days", share=False)
    if days.value is None:
        return unsupported(claim, days.problem)
    if days.value <= 0:
        return unsupported(
            claim, f"A cadence of {days.value:g} days cannot be held against anything."
        )
    registries = basis.measured(ModelRegistry)
    if not registries:
        because = basis.problem_of("model-registry") or NO_REGISTRY
        return unsupported(claim, because, measured=Measured(days.value))
    logs = basis.measured(PredictionLog)
    series = [s for artifact, facts in registries for s in _series(artifact, facts, logs)]
    if not series:
        because = NO_DATES.format(registries[0][0].path)
        return unsupported(claim, because, measured=Measured(days.value))
    return together(claim, [_on(claim, days.value, each) for each in series])


def _series(
    artifact: Artifact,
    registry: ModelRegistry,
    logs: Sequence[tuple[Artifact, PredictionLog]],
) -> list[_Series]:
    end = max((_time(log.last) for _, log in logs if log.last), default=None)
    used = _used(artifact, registry, logs)
    dated = sorted(
        (v for v in registry.listed if v.created_at), key=lambda v: (_time(v.created_at), v.version)
    )
    names = sorted({v.name for v in dated} & used or {v.name for v in dated})
    return [
        _Series(artifact, tuple(v for v in dated if v.name == name), end, bool(used))
        for name in names
    ]


def _used(
    artifact: Artifact, registry: ModelRegistry, logs: Iterable[tuple[Artifact, PredictionLog]]
) -> set[str]:
    """The models whose versions the logs name."""
    register = Register.of(artifact.path, registry)
    found = [
        register.find(o.model_version) for _, log in logs for o in log.origins if o.model_version
    ]
    return {version.name for version in found if version}


def _time(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _on(claim: Claim, days: float, series: _Series) -> ClaimVerdict:
    gap, age = series.gap, series.age
    if gap is not None and gap > days:
        because = f"{_gap(series, gap)}, longer than the claimed {days:g} days."
        return _contradicted(claim, days, series, gap, because)
    if age is not None and age > days:
        because = f"{_age(series, age)}, older than the claimed {days:g} days."
        return _contradicted(claim, days, series, age, because)
    if age is None:
        because = NO_END.format(series.artifact.path, f"{gap:.3g}" if gap is not None else "?")
        if gap is None:
            because = (
                f"{series.artifact.path} has one version, and no log says how old it was in use."
            )
        return unsupported(claim, because, measured=Measured(days, gap))
    told = (
        f"{_gap(series, gap)}; {_age(series, age)[0].lower()}{_age(series, age)[1:]}"
        if (gap is not None)
        else _age(series, age)
    )
    return verdict(
        claim, Standing.SUPPORTED, f"{told}: neither is more than the claimed {days:g} days.",
        measured=Measured(days, max(gap or 0.0, age)),
        grade=Grade.E4 if series.agrees else Grade.E1, evidence=_places(series),
    )  # fmt: skip


def _contradicted(
    claim: Claim, days: float, series: _Series, measured: float, because: str
) -> ClaimVerdict:
    return verdict(
        claim, Standing.CONTRADICTED, because, measured=Measured(days, round(measured, 4)),
        grade=Grade.E4 if series.agrees else Grade.E1, evidence=_places(series),
    )  # fmt: skip


def _gap(series: _Series, gap: float) -> str:
    count = len(series.versions)
    return f"The {count} versions in {series.artifact.path} came {gap:.3g} days apart at the median"


def _age(series: _Series, age: float) -> str:
    newest = series.versions[-1]
    return (
        f"The newest version, {newest.version} of {newest.created_at[:10]}, was {age:.3g} days old "
        f"when the log ended on {series.end:%Y-%m-%d}"
    )


def _places(series: _Series) -> list[Evidence]:
    """The versions around the longest gap, and the newest."""
    path, versions = series.artifact.path, series.versions
    newest = versions[-1]
    found = [Evidence(path, 1, f"newest version {newest.version}, registered {newest.created_at}")]
    if len(versions) > 1:
        before, after = max(
            pairwise(versions), key=lambda p: _time(p[1].created_at) - _time(p[0].created_at)
        )
        told = f"longest gap: {before.version} of {before.created_at[:10]} to {after.version} of "
        found.append(Evidence(path, 1, f"{told}{after.created_at[:10]}"))
    return found

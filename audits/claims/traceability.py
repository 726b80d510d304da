"""The share of predictions that lead to a registered model, or on to its dataset.

It is a share of all rows of the log, with no sampling, so it is held against the claim as it is:
below the claimed share is contradicted. The pointers name the first link that breaks, and rows in
which a reviewer sees it.
"""

from collections.abc import Iterator

from audits.claims.basis import Basis
from audits.claims.numbers import Read, number, percent
from audits.claims.origins import recorded
from audits.claims.verdicts import Measured, together, unsupported, verdict
from audits.engine.claiming import Claim, ClaimVerdict, Standing
from audits.engine.report import Artifact
from audits.engine.types import Evidence, Grade
from audits.facts.model_registry import ModelRegistry
from audits.facts.prediction_log import PredictionLog
from audits.facts.traceability import Traceability

NO_LOG = "No log of predictions was handed in, so no prediction can be followed."
NO_REGISTRY = (
    "No model registry was handed in, so the predictions of {} lead nowhere that we can see."
)
TARGETS = ("model", "dataset")
_BREAKS = {
    "version": "{:,} rows name no model version",
    "registration": "{:,} rows name a version that the registry does not have",
    "run": "{:,} rows lead to a version without a run",
    "dataset": "{:,} rows lead to a version that names no dataset",
}
_ROUNDING = 5e-7


def judge(claim: Claim, basis: Basis) -> ClaimVerdict:
    """Holds the claimed share against the measured one."""
    target = claim.text_of("target").strip().lower()
    if target not in TARGETS:
        because = (
            f"The claim follows predictions to {target[:40]!r}, which is neither model nor dataset."
        )
        return unsupported(claim, because)
    claimed = number(claim, "value", share=True)
    if claimed.value is None:
        return unsupported(claim, claimed.problem)
    logs = basis.measured(PredictionLog)
    if not logs:
        because = basis.problem_of("prediction-log") or NO_LOG
        return unsupported(claim, because, measured=Measured(claimed.value))
    registries = {artifact.path: facts for artifact, facts in basis.measured(ModelRegistry)}
    found = [_on(claim, target, claimed, artifact, log, registries) for artifact, log in logs]
    return together(claim, found)


def _on(
    claim: Claim,
    target: str,
    claimed: Read,
    artifact: Artifact,
    log: PredictionLog,
    registries: dict[str, ModelRegistry],
) -> ClaimVerdict:
    share = log.traceable_to_model if target == "model" else log.traceable_to_dataset
    wanted = claimed.value or 0.0
    if share is None or log.trace is None:
        because = NO_REGISTRY.format(artifact.path)
        return unsupported(claim, because, measured=Measured(wanted))
    reaches = share >= wanted - _ROUNDING
    end = "a registered model" if target == "model" else "the dataset of their model"
    head = f"{percent(share)} of the {log.rows:,} predictions in {artifact.path} lead to {end}"
    tail = f"the claimed {percent(wanted)}{claimed.said}"
    if reaches:
        because = f"{head}, which reaches {tail}."
    else:
        because = f"{head}, less than {tail}: {_why(log.trace, target)}."
    return verdict(
        claim,
        Standing.SUPPORTED if reaches else Standing.CONTRADICTED,
        because,
        measured=Measured(wanted, share),
        grade=recorded(log) if reaches else Grade.E4,
        evidence=_places(artifact, log.trace, target, registries),
    )


def _links(trace: Traceability, target: str) -> list[str]:
    """The links that break before the target."""
    counted = ("version", "registration") if target == "model" else tuple(_BREAKS)
    return [link for link in counted if trace.broken.get(link)]


def _why(trace: Traceability, target: str) -> str:
    told = [_BREAKS[link].format(trace.broken[link]) for link in _links(trace, target)]
    return ", ".join(told) if told else "the chain of the others breaks"


def _places(
    artifact: Artifact, trace: Traceability, target: str, registries: dict[str, ModelRegistry]
) -> list[Evidence]:
    share = trace.to_model if target == "model" else trace.to_dataset
    figure = Evidence(
        artifact.path, 1, f"traceable_to_{target}: {percent(share)} of {trace.rows:,} rows"
    )
    broken = _links(trace, target)
    rows = [
        Evidence(artifact.path, 1, chain.told)
        for chain in trace.chains
        if chain.broken_at in broken
    ]
    registry = registries.get(trace.registry)
    return [figure, *rows[:3], *(_missing(trace, registry, broken) if registry else ())]


def _missing(trace: Traceability, registry: ModelRegistry, broken: list[str]) -> Iterator[Evidence]:
    """What the registry does not have: versions, or the datasets of versions."""
    if "registration" in broken and trace.unregistered:
        names = ", ".join(list(trace.unregistered)[:5])
        yield Evidence(trace.registry, 1, f"has no version {names}")
    if "dataset" in broken:
        bare = [v.version for v in registry.listed if not v.dataset]
        if bare:
            yield Evidence(trace.registry, 1, f"names no dataset for version {', '.join(bare[:5])}")

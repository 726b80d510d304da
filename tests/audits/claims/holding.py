"""Measured facts in literals, and a claim held against them."""

from dataclasses import replace
from typing import Any

from msgspec import structs

from audits.claims.judging import judge_claims
from audits.engine.claiming import Claim, ClaimVerdict, Standing
from audits.engine.inventory import Inventory
from audits.engine.measured import Facts, Figure
from audits.engine.report import Artifact, PracticeResult
from audits.engine.types import Evidence, Grade, Verdict
from audits.facts.model_registry import ModelRegistry, RegisteredVersion
from audits.facts.prediction_log import GroupFigures, Origin, PredictionLog
from tests.audits.literal import DRIFT

LOG = PredictionLog(
    accuracy=Figure(0.9, (0.88, 0.92), 1000, "Wilson score interval"),
    mae=Figure(2.0, (1.9, 2.1), 1000, "normal"),
    rows=1000, labelled=1000, first="2026-01-01T00:00:00Z", last="2026-06-30T00:00:00Z",
    refused={"f1": "which of the classes is the positive one is not said"},
    origins=(Origin("7", "", 1000),),
)  # fmt: skip


def artifact(path: str, kind: str, facts: Facts | None = None, problem: str = "") -> Artifact:
    """A file of the room with its facts."""
    return Artifact(path, kind, "0" * 64, 9, facts=facts, problem=problem)


def a_log(path: str = "log.csv", **changed: Any) -> Artifact:
    """A log with some facts changed."""
    return artifact(path, "prediction-log", replace(LOG, **changed))


def versions(*days: str, name: str = "churn", first: int = 1) -> tuple[RegisteredVersion, ...]:
    """Versions of a model by the day of their registration."""
    return tuple(
        RegisteredVersion(str(number), name, f"{day}T00:00:00Z", f"r{number}", f"d{number}")
        for number, day in enumerate(days, start=first)
    )


def a_registry(*listed: RegisteredVersion, path: str = "registry.json") -> Artifact:
    """A registry of these versions."""
    facts = ModelRegistry(len(listed), len(listed), len(listed), listed=listed)
    return artifact(path, "model-registry", facts)


def groups(**accuracies: tuple[float, int]) -> dict[str, dict[str, GroupFigures]]:
    """Groups by region with accuracy and number of rows."""
    return {"region": {name: GroupFigures(n, n, accuracy=a) for name, (a, n) in accuracies.items()}}


def practice(
    name: str, verdict: Verdict, value: str | None = None, path: str = "a.py"
) -> PracticeResult:
    """A verdict on a practice, with a place where it is not a plain no."""
    shown = verdict in (Verdict.YES, Verdict.PARTLY)
    evidence = (Evidence(path, 3, "calls fit"),) if shown else ()
    return structs.replace(
        DRIFT, id=name, verdict=verdict, value=value, grade=Grade.E2, evidence=evidence,
        because="it was looked for",
    )  # fmt: skip


def held(
    kind: str,
    *artifacts: Artifact,
    practices: tuple[PracticeResult, ...] = (),
    inventory: Inventory | None = None,
    **fields: Any,
) -> ClaimVerdict:
    """The verdict on one claim. A sentence and, where contradicted, a pointer are always there."""
    claim = Claim("c", kind, "They say so.", fields)
    (verdict,) = judge_claims([claim], practices, artifacts, inventory)
    assert verdict.because.endswith(".")
    assert "\n" not in verdict.because
    assert verdict.verdict is not Standing.CONTRADICTED or verdict.evidence
    return verdict

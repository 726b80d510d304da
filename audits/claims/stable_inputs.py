"""Inputs that are said to hold, against the drift between a reference and a current sample.

Which features drifted is decided where they are measured, with a correction for many features.
"""

from audits.claims.basis import Basis
from audits.claims.verdicts import Measured, together, unsupported, verdict
from audits.engine.claiming import Claim, ClaimVerdict, Standing
from audits.engine.report import Artifact
from audits.engine.types import Evidence, Grade
from audits.facts.samples import FeatureDrift, SampleDrift

NO_SAMPLES = "No reference sample and current sample were handed in, and only they would decide it."
NAMED = 5


def judge(claim: Claim, basis: Basis) -> ClaimVerdict:
    """Holds the claim against each current sample."""
    samples = basis.measured(SampleDrift)
    if not samples:
        problem = basis.problem_of("current-sample") or basis.problem_of("reference-sample")
        return unsupported(claim, problem or NO_SAMPLES)
    return together(claim, [_on(claim, artifact, drift) for artifact, drift in samples])


def _on(claim: Claim, artifact: Artifact, drift: SampleDrift) -> ClaimVerdict:
    compared = len(drift.features)
    if not compared:
        because = f"{artifact.path} and {drift.reference} have no feature that could be compared."
        return unsupported(claim, because)
    found = [name for name in drift.drifted_features if name in drift.features]
    measured = Measured(0.0, float(len(found)))
    rows = (
        f"{drift.reference_rows:,} rows of {drift.reference} and {drift.rows:,} of {artifact.path}"
    )
    if not found:
        because = f"None of {_features(compared)} drifted between {rows}."
        note = f"drifted_features: none of {compared}"
        return verdict(
            claim, Standing.SUPPORTED, because, measured=measured, grade=Grade.E1,
            evidence=[Evidence(artifact.path, 1, note)],
        )  # fmt: skip
    named = ", ".join(found[:NAMED]) + (" and others" if len(found) > NAMED else "")
    because = f"{len(found)} of {_features(compared)} drifted between {rows}: {named}."
    return verdict(
        claim, Standing.CONTRADICTED, because, measured=measured, grade=Grade.E1,
        evidence=[_place(artifact, name, drift.features[name]) for name in found[:12]],
    )  # fmt: skip


def _features(count: int) -> str:
    return f"{count:,} feature" + ("s" if count != 1 else "")


def _place(artifact: Artifact, name: str, drift: FeatureDrift) -> Evidence:
    p = f"p = {drift.p:.2g}" if drift.p >= 1e-12 else "p < 1e-12"
    note = f"features.{name}: {drift.test} {drift.statistic:.4g}, {p}, PSI {drift.psi:.3g}"
    return Evidence(artifact.path, 1, note)

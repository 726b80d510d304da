"""Quality that is said to hold, against the trend through the whole log.

One weighted line through equal spans of the log is one test for all of it (audits.facts.trends says
how and from which sources): no single bad week contradicts.
"""

from audits.claims.basis import Basis
from audits.claims.numbers import METRIC_NAMES, SHARES, points
from audits.claims.numbers import told as figure_told
from audits.claims.origins import recomputed
from audits.claims.verdicts import Measured, together, unsupported, verdict
from audits.engine.claiming import Claim, ClaimVerdict, Standing
from audits.engine.report import Artifact
from audits.engine.types import Evidence
from audits.facts.prediction_log import PredictionLog, Trend

NO_LOG = "No log of predictions with labels was handed in, and only that would decide it."


def judge(claim: Claim, basis: Basis) -> ClaimVerdict:
    """Holds the claim against the trend of each log."""
    logs = basis.measured(PredictionLog)
    if not logs:
        return unsupported(claim, basis.problem_of("prediction-log") or NO_LOG)
    return together(claim, [_on(claim, artifact, log) for artifact, log in logs])


def _on(claim: Claim, artifact: Artifact, log: PredictionLog) -> ClaimVerdict:
    if log.decaying is None or log.trend is None:
        why = log.refused.get("decaying", "too few labelled periods").rstrip(".")
        return unsupported(claim, f"{artifact.path} shows no trend either way: {why}.")
    measured = Measured(None, log.trend.slope, log.trend.interval)
    what = METRIC_NAMES.get(log.trend.metric, log.trend.metric)
    span = f"between {(log.first or '?')[:10]} and {(log.last or '?')[:10]}"
    chance = f"(p = {log.trend.p:.2g} over {log.trend.spans} spans)"
    if log.decaying:
        change = _change(log.trend)
        told = f"{what} in {artifact.path} worsened by {change} {span}"
        because = f"{told}, more than chance explains {chance}."
    else:
        because = f"{what} in {artifact.path} shows no significant decay {span} {chance}."
    return verdict(
        claim, Standing.CONTRADICTED if log.decaying else Standing.SUPPORTED, because,
        measured=measured, grade=recomputed(log), evidence=_places(artifact, log, log.trend),
    )  # fmt: skip


def _change(trend: Trend) -> str:
    return points(trend.fall) if trend.metric in SHARES else f"{trend.fall:.4g}"


def _places(artifact: Artifact, log: PredictionLog, trend: Trend) -> list[Evidence]:
    slope = f"{trend.slope:+.4g} in 30 days, p = {trend.p:.2g}"
    found = [Evidence(artifact.path, 1, f"trend of {trend.metric}: {slope}")]
    measured = [p for p in log.by_period if p.value is not None]
    for name, period in zip(("first", "last"), (measured[:1] + measured[-1:]), strict=False):
        value = figure_told(trend.metric, period.value or 0.0)
        unit = log.period or "period"
        note = f"{name} {unit}, from {period.start}: {value}, n = {period.labelled:,}"
        found.append(Evidence(artifact.path, 1, note))
    return found

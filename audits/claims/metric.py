"""A claimed metric against the same metric, recomputed from the log of predictions.

It is supported where the 95 % interval reaches the claimed value or a better one, contradicted
where the whole interval is worse, so that chance alone does not accuse. The interval's formula
stands with each figure (Wilson, DeLong, bootstrap, delta method: audits.facts.intervals). For MAE,
RMSE and the error rate lower is better. With `window_days` only the last days of the log count.
"""

from dataclasses import dataclass

from audits.claims.basis import Basis
from audits.claims.numbers import (
    LOWER_IS_BETTER,
    METRIC_NAMES,
    SHARES,
    Read,
    metric_named,
    number,
    told,
    within,
)
from audits.claims.origins import recomputed
from audits.claims.verdicts import Measured, together, unsupported, verdict
from audits.engine.claiming import Claim, ClaimVerdict, Standing
from audits.engine.measured import Figure
from audits.engine.report import Artifact
from audits.engine.types import Evidence
from audits.facts.prediction_log import METRICS, PredictionLog, Scores

NO_LOG = "No log of predictions with labels was handed in, and only that would decide it."
UNKNOWN = "{!r} is not a metric that is measured here; it would be one of {}."
NO_WINDOW = "The {} could not be cut to its last {} days, because its rows have no usable times."
FEW = 30


@dataclass(frozen=True)
class _Asked:
    """What is claimed."""

    metric: str
    value: Read
    days: int | None

    @property
    def words(self) -> str:
        """The metric, and the days where the claim speaks of some."""
        span = f" over the last {self.days} days" if self.days else ""
        return f"{METRIC_NAMES[self.metric]}{span}"


def judge(claim: Claim, basis: Basis) -> ClaimVerdict:
    """Holds the claimed value against what each log shows."""
    metric = metric_named(claim.text_of("metric"))
    if metric not in METRIC_NAMES:
        if not metric:
            return unsupported(
                claim, "The claim names no metric, so nothing can be measured for it."
            )
        return unsupported(claim, UNKNOWN.format(metric[:40], ", ".join(METRIC_NAMES)))
    value = number(claim, "value", share=metric in SHARES)
    if value.value is None:
        return unsupported(claim, value.problem)
    days, problem = _days(claim)
    if problem:
        return unsupported(claim, problem, measured=Measured(value.value))
    asked = _Asked(metric, value, days)
    logs = basis.measured(PredictionLog)
    if not logs:
        because = basis.problem_of("prediction-log") or NO_LOG
        return unsupported(claim, because, measured=Measured(value.value))
    return together(claim, [_on(claim, asked, artifact, log) for artifact, log in logs])


def _days(claim: Claim) -> tuple[int | None, str]:
    if "window_days" not in claim.fields:
        return None, ""
    days = claim.number_of("window_days")
    if days is None or not 1 <= days <= 36_500:
        given = str(claim.fields["window_days"])[:40]
        return None, f"The window of {given!r} days in the claim is no number of days."
    return int(days), ""


def _on(claim: Claim, asked: _Asked, artifact: Artifact, log: PredictionLog) -> ClaimVerdict:
    scores, problem = _scores(asked, artifact, log)
    figure = _figure(asked.metric, scores) if scores else None
    if figure is None:
        because = problem or _refused(asked, artifact, log)
        return unsupported(claim, because, measured=Measured(asked.value.value))
    return _held(claim, asked, artifact, log, figure)


def _scores(asked: _Asked, artifact: Artifact, log: PredictionLog) -> tuple[Scores | None, str]:
    if asked.days is None:
        return log, ""
    window = log.windows.get(asked.days)
    if window is None:
        return None, NO_WINDOW.format(artifact.path, asked.days)
    if not window.labelled:
        return (
            None,
            f"{artifact.path} has no label in its last {asked.days} days, which would decide it.",
        )
    return window, ""


def _figure(metric: str, scores: Scores) -> Figure | None:
    """The figure, turned round where the claim speaks of errors."""
    if metric in METRICS:
        return scores.metric(metric)
    found = scores.accuracy
    if found is None:
        return None
    interval = (1 - found.interval[1], 1 - found.interval[0]) if found.interval else None
    return Figure(1 - found.value, interval, found.n, found.method)


def _refused(asked: _Asked, artifact: Artifact, log: PredictionLog) -> str:
    key = "accuracy" if asked.metric == "error_rate" else asked.metric
    why = log.refused.get(key, "its columns do not allow it")
    return f"{asked.words} cannot be measured on {artifact.path}: {why.rstrip('.')}."


def _held(
    claim: Claim, asked: _Asked, artifact: Artifact, log: PredictionLog, figure: Figure
) -> ClaimVerdict:
    claimed = asked.value.value or 0.0
    measured = Measured(claimed, figure.value, figure.interval)
    low, high = figure.interval or (figure.value, figure.value)
    lower = asked.metric in LOWER_IS_BETTER
    reaches = low <= claimed if lower else high >= claimed
    if not reaches and figure.interval is None:
        because = f"{_measured(asked, artifact, figure)}, but no interval could be given."
        return unsupported(claim, because, measured=measured)
    standing = Standing.SUPPORTED if reaches else Standing.CONTRADICTED
    return verdict(
        claim, standing, _because(asked, artifact, figure, reaches=reaches), measured=measured,
        grade=recomputed(log), evidence=[_place(asked, artifact, figure)],
    )  # fmt: skip


def _measured(asked: _Asked, artifact: Artifact, figure: Figure) -> str:
    value, interval = told(asked.metric, figure.value), within(asked.metric, figure.interval)
    beside = f" ({interval})" if interval else ""
    rows = f"{figure.n:,} labelled row" + ("s" if figure.n != 1 else "")
    return f"{asked.words} on the {rows} of {artifact.path} is {value}{beside}"


def _because(asked: _Asked, artifact: Artifact, figure: Figure, *, reaches: bool) -> str:
    claimed = told(asked.metric, asked.value.value or 0.0)
    how = "which reaches" if reaches else "all of it worse than"
    few = "; with so few rows this says little" if reaches and figure.n < FEW else ""
    return (
        f"{_measured(asked, artifact, figure)}, {how} the claimed {claimed}{asked.value.said}{few}."
    )


def _place(asked: _Asked, artifact: Artifact, figure: Figure) -> Evidence:
    key = "accuracy" if asked.metric == "error_rate" else asked.metric
    key = f"windows.{asked.days}.{key}" if asked.days else key
    interval = within(asked.metric, figure.interval)
    note = (
        f"{key}: {told(asked.metric, figure.value)}, {interval or 'no interval'}, n = {figure.n:,}"
    )
    return Evidence(artifact.path, 1, note)

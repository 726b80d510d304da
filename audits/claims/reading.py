"""How a claim is read: the lens it speaks to, how much its contradiction weighs, what decides it.

Nothing here gives a verdict. The order of contradictions is stated, so that "the five worst" is no
matter of taste: first by what the price rests on (`WEIGHTS`), then by how far the figure misses.
"""

from dataclasses import dataclass

from audits.engine.claiming import Claim
from audits.engine.registry import check_of
from audits.engine.types import Lens

LENSES = {
    "metric": Lens.SUBSTANCE,
    "traceability": Lens.GOVERNANCE,
    "retraining-cadence": Lens.OPERATIONS,
    "stable-performance": Lens.OPERATIONS,
    "stable-inputs": Lens.OPERATIONS,
    "fairness": Lens.DELIVERY,
    "own-model": Lens.SUBSTANCE,
    "statement": Lens.SUBSTANCE,
}
"""Where a claim of each kind belongs, by the criterion of the rubric that it informs first."""

WEIGHTS = {
    "own-model": 4,
    "metric": 3,
    "fairness": 3,
    "traceability": 2,
    "stable-performance": 2,
    "retraining-cadence": 1,
    "stable-inputs": 1,
}
"""What a contradiction weighs: whether the AI is theirs, then how good it is and to whom, then what
can be proven of it, then how it is looked after."""

KIND_TITLES = {
    "metric": "A metric",
    "traceability": "Traceability of predictions",
    "practice": "A practice",
    "retraining-cadence": "How often it is retrained",
    "stable-performance": "Quality that holds",
    "stable-inputs": "Inputs that hold",
    "fairness": "Equal quality for groups",
    "own-model": "A model of their own",
    "statement": "Something that no evidence decides",
}


def lens_of(claim: Claim) -> Lens:
    """The lens that it speaks to; a practice speaks to that of its check."""
    if claim.kind == "practice":
        try:
            return check_of(claim.text_of("practice")).lens
        except KeyError:
            return Lens.SUBSTANCE
    return LENSES.get(claim.kind, Lens.SUBSTANCE)


def weight_of(kind: str, claimed: float | None, measured: float | None) -> tuple[int, float]:
    """What a contradiction weighs: its kind, then the miss as a share of what was claimed."""
    if claimed is None or measured is None:
        return WEIGHTS.get(kind, 0), 0.0
    return WEIGHTS.get(kind, 0), abs(measured - claimed) / max(abs(claimed), 1e-9)


@dataclass(frozen=True)
class Wanted:
    """The one piece of evidence that would decide a claim, in words for the startup."""

    what: str
    how: str


_LOG = "A log of predictions with the true outcome beside each"
_LOG_HOW = (
    "CSV, JSON Lines or Parquet, one row a prediction: id, time, prediction, true outcome, "
    "model version."
)
_REGISTRY_HOW = (
    "MLflow's model-versions/search as JSON, or a CSV: version, created_at, run_id, dataset."
)


def wanted_for(claim: Claim) -> Wanted | None:
    """What to ask the startup for; None where no evidence could decide it."""
    if claim.kind == "practice":
        return _practice(claim.text_of("practice"))
    if claim.kind == "metric":
        days = claim.number_of("window_days")
        span = f", of the last {days:g} days" if days else ""
        return Wanted(f"{_LOG}{span}", _LOG_HOW)
    if claim.kind == "fairness":
        column = claim.text_of("group")
        return Wanted(f"{_LOG}, with the column {column or 'of the group'}", _LOG_HOW)
    return _OTHERS.get(claim.kind)


_OTHERS = {
    "traceability": Wanted(
        "A log of predictions with the model version of each, and an export of the model registry",
        f"{_LOG_HOW} The registry: {_REGISTRY_HOW}",
    ),
    "retraining-cadence": Wanted(
        "An export of the model registry with the date of every version", _REGISTRY_HOW
    ),
    "stable-performance": Wanted(f"{_LOG}, of six months or more", _LOG_HOW),
    "stable-inputs": Wanted(
        "A sample of the training inputs and one of current inputs, with the same columns",
        "CSV or Parquet, a thousand rows each or more; leave names and addresses out.",
    ),
    "own-model": Wanted(
        "The product's model files, or their configuration",
        "safetensors, ONNX, GGUF, or the config.json or adapter_config.json beside the weights. "
        "Nothing is loaded or run.",
    ),
}


def _practice(practice: str) -> Wanted:
    try:
        title = check_of(practice).title
    except KeyError:
        title = practice.replace("-", " ")
    return Wanted(
        f"What shows this: {title[0].lower()}{title[1:]}"[:200],
        "The code or configuration that does it if it lies outside the repository that we have, "
        "or a record that it ran: a CI log, a tracker's export, an alert.",
    )

"""Which column of a table plays which part, guessed from names and values, with a confidence.

A name alone gives at most 0.9 and values alone at most 0.5, because either may mislead; a person
confirms or corrects the guess.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from audits.artifacts.previews import Preview
from audits.engine.measured import Columns

Values = tuple[str, ...]
Fits = Callable[[Values], bool]

_WORDS = re.compile(r"[a-z]+|\d+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_TIME = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}|\d{8}(?!\d)")
_EPOCH = re.compile(r"(?:\d{10}|\d{13}|\d{16}|\d{19})(?:\.\d+)?")
SLIPS = 0.95
MOST_GROUPS = 30
"""Different values from which a column is no grouping any more."""


def number_of(text: str) -> float | None:
    """A text as a number, with a decimal point or comma; None where it is none."""
    try:
        return float(text if text.count(",") != 1 else text.replace(",", "."))
    except ValueError:
        return None


def is_number(text: str) -> bool:
    """Whether a text is a number."""
    return number_of(text) is not None


def _most(values: Values, fits: Callable[[str], bool]) -> bool:
    """Whether nearly all values fit; a few slips of the pen do not unmake a column."""
    return bool(values) and sum(map(fits, values)) >= SLIPS * len(values)


def looks_like_time(values: Values) -> bool:
    """Whether values are dates, times or seconds since 1970."""
    return _most(values, lambda v: bool(_TIME.match(v) or _EPOCH.fullmatch(v)))


def _is_probability(values: Values) -> bool:
    return _most(values, lambda v: 0 <= (number_of(v) or 0) <= 1 and is_number(v))


def _few(values: Values) -> bool:
    return bool(values) and len(set(values)) <= max(30, len(values) // 4)


def _any(values: Values) -> bool:
    return bool(values)


def _mostly_own(values: Values) -> bool:
    return len(set(values)) >= 0.8 * len(values)


@dataclass(frozen=True)
class Part:
    """A part that a column may play: the names that say so, best first, and what values allow.

    Names are compared word by word, so that `yPred` and `y_pred` are one.
    """

    name: str
    names: tuple[str, ...]
    fits: Fits = _any


LOG_PARTS = (
    Part(
        "time",
        ("predicted at", "prediction time", "prediction timestamp", "scored at", "served at",
         "inference time", "timestamp", "time", "event time", "request time", "created at",
         "created", "logged at", "datetime", "date time", "ts", "date", "day", "when"),
        looks_like_time,
    ),
    Part(
        "id",
        ("prediction id", "inference id", "request id", "event id", "trace id", "row id",
         "record id", "id", "uuid", "guid", "key", "transaction id", "case id"),
        _mostly_own,
    ),
    Part(
        "score",
        ("score", "probability", "proba", "prob", "predicted probability", "prediction score",
         "confidence", "y score", "y proba", "y prob", "p 1", "likelihood", "risk score",
         "predicted proba", "prediction probability", "p"),
        _is_probability,
    ),
    Part(
        "prediction",
        ("prediction", "predicted", "y pred", "y hat", "yhat", "pred", "predicted label",
         "predicted class", "prediction label", "model output", "output", "forecast", "decision",
         "predicted value", "estimate"),
    ),
    Part(
        "label",
        ("label", "actual", "y true", "ground truth", "truth", "target", "outcome", "observed",
         "actual label", "true label", "actual value", "actual class", "true class", "gold", "y"),
    ),
    Part(
        "model_version",
        ("model version", "version", "model id", "model", "model name", "model tag",
         "deployed model", "release", "registered version", "run id", "model uri"),
        _few,
    ),
    Part(
        "dataset_version",
        ("dataset version", "data version", "dataset", "dataset id", "training data",
         "training dataset", "training set", "data snapshot", "data hash", "dataset hash"),
        _few,
    ),
)  # fmt: skip
"""The parts of a prediction log, in the order in which they take their columns."""

GROUP_WORDS = frozenset(
    {
        "group",
        "region",
        "segment",
        "zone",
        "country",
        "gender",
        "sex",
        "age",
        "race",
        "ethnicity",
        "channel",
        "plan",
        "cohort",
        "market",
        "language",
        "site",
        "store",
        "tier",
        "category",
        "device",
        "platform",
        "state",
        "city",
        "area",
        "branch",
    }
)


def folded(name: str) -> str:
    """A name as words in lower case."""
    return " ".join(_WORDS.findall(_CAMEL.sub(" ", name).lower()))


def guessed(preview: Preview, parts: tuple[Part, ...]) -> Mapping[str, tuple[str, float]]:
    """For each part that has one, its column and how sure that is; no column plays two."""
    values = {column: preview.values(column) for column in preview.columns}
    offers = [
        (_sureness(column, values[column], part), -order, -at, part.name, column)
        for order, part in enumerate(parts)
        for at, column in enumerate(preview.columns)
    ]
    taken: dict[str, tuple[str, float]] = {}
    used: set[str] = set()
    for sure, _, _, part_name, column in sorted(offers, reverse=True):
        if sure > 0 and part_name not in taken and column not in used:
            taken[part_name] = (column, sure)
            used.add(column)
    return taken


def _sureness(column: str, values: Values, part: Part) -> float:
    name, names = folded(column), [folded(each) for each in part.names]
    if values and not part.fits(values):
        return 0.0
    if name in names:
        # The first names are the plainest: `label` is surer than `y`.
        return round(0.9 - 0.3 * names.index(name) / len(names), 3)
    if part.name == "id" and name.endswith(" id"):
        return 0.5
    within = [each for each in names[:6] if " " in each or len(each) > 4]
    if any(f" {each} " in f" {name} " for each in within):
        return 0.45
    return 0.0


def group_columns(preview: Preview, used: frozenset[str]) -> tuple[str, ...]:
    """Columns of a few values that nothing else claims: those by which rows may be grouped."""
    return tuple(column for column in preview.columns if column not in used
                 and _groups(column, preview.values(column)))  # fmt: skip


def _groups(column: str, values: Values) -> bool:
    kinds = len(set(values))
    named = bool(GROUP_WORDS & set(folded(column).split()))
    if not 2 <= kinds <= MOST_GROUPS or kinds > max(2, len(values) // 2):
        return False
    return named or not any(is_number(v) for v in values)


def as_columns(found: Mapping[str, tuple[str, float]], groups: tuple[str, ...] = ()) -> Columns:
    """The guess in the form in which a room says it."""
    columns: dict[str, str | tuple[str, ...]] = {part: found[part][0] for part in sorted(found)}
    if groups:
        columns["groups"] = groups
    return columns

"""What may be said of a log whose target is a class, and why not where it may not."""

from dataclasses import dataclass

from audits.facts.confusion import MOST_CLASSES, Confusion, plain_positive

NO_CLASS = "the log has scores and no predicted class; a class is not guessed from a score"
NO_LABEL = "no row has a label"
NO_PREDICTION = "no row has a prediction"
SCORED = (
    "the column of predictions holds numbers with fractions and the labels are classes; "
    "name that column as the score"
)
TOO_MANY = "there are more than {:,} different {}, so they are no classes"
STRANGERS = "the predictions ({}) and the labels ({}) have no value in common"
NOT_ONE_PAIR = "no row has both a prediction and a label"
NO_SIDE = "which of the classes {} is the positive one is not said"
NO_SCORE = "the log has no score"
MANY_CLASSES = "it needs two classes; the labels have {}"
ONE_CLASS = "it needs both classes; all labels are {!r}"
CONFIDENCE = (
    "no score lies below 0.5 though both classes are predicted, so it says how sure the "
    "prediction is, and does not rank rows from one class to the other"
)
A_CLASS = "the labels are classes, not quantities"
A_QUANTITY = "the labels are quantities, not classes"
OUTSIDE = "{:,} labelled rows carry a class that is never predicted ({})."


@dataclass(frozen=True)
class Says:
    """What the columns allow: the reasons against classes, and the positive class of two."""

    classes: tuple[str, ...]
    against_classes: str
    positive: str | None

    @property
    def is_binary(self) -> bool:
        """Whether there are two classes, or one of two."""
        return 1 <= len(self.classes) <= 2


def against_classes(whole: Confusion, *, predicts: bool, many: tuple[bool, bool]) -> str:
    """Why predictions cannot be held against labels as classes; empty where they can.

    `many` says of predictions and of labels whether they have too many values.
    """
    if not predicts:
        return NO_CLASS
    if not whole.labelled:
        return NO_LABEL
    if not whole.predicted:
        return NO_PREDICTION
    fractions = [p for p in whole.predicted if _has_fraction(p)]
    if many[0] or (fractions and not set(fractions) & whole.true):
        whole_labels = not any(_has_fraction(t) for t in whole.true)
        return SCORED if whole_labels else TOO_MANY.format(MOST_CLASSES, "predictions")
    if many[1]:
        return TOO_MANY.format(MOST_CLASSES, "labels")
    if not whole.predicted & whole.true:
        return STRANGERS.format(_listed(whole.predicted), _listed(whole.true))
    return "" if whole.judged else NOT_ONE_PAIR


def _has_fraction(text: str) -> bool:
    try:
        return float(text) != int(float(text))
    except (ValueError, OverflowError):
        return False


def _listed(classes: frozenset[str]) -> str:
    shown = ", ".join(sorted(classes)[:4])
    return shown[:120] + (", …" if len(classes) > 4 else "")


def named_classes(whole: Confusion, against: str) -> tuple[str, ...]:
    """The classes, numbers by size and then the rest by name."""
    found = whole.true if against else whole.true | whole.predicted
    return tuple(sorted(found, key=_order))


def _order(name: str) -> tuple[int, float, str]:
    try:
        return (0, float(name), name)
    except ValueError:
        return (1, 0.0, name)


def positive_of(classes: tuple[str, ...], means: dict[str, float]) -> str | None:
    """The positive class of two: by its name, else the one predicted where the score is higher."""
    if not 1 <= len(classes) <= 2:
        return None
    plain = plain_positive(frozenset(classes))
    if plain or len(classes) < 2 or set(means) != set(classes):
        return plain
    low, high = sorted(classes, key=lambda name: means[name])
    return high if means[high] > means[low] else None


def refusals(says: Says) -> dict[str, str]:
    """Why metrics other than the ROC AUC are not given."""
    told = dict.fromkeys(("mae", "rmse", "r2"), A_CLASS)
    if says.against_classes:
        return told | dict.fromkeys(("accuracy", "precision", "recall", "f1"), says.against_classes)
    if says.is_binary and says.positive is None:
        side = NO_SIDE.format(" and ".join(repr(each) for each in says.classes))
        return told | dict.fromkeys(("precision", "recall", "f1"), side)
    return told


def against_ranking(says: Says, true: frozenset[str], *, scored: bool) -> str:
    """Why there is no ROC AUC; empty where there may be one."""
    if not scored:
        return NO_SCORE
    if not true:
        return NO_LABEL
    if len(true) > 2:
        return MANY_CLASSES.format(f"{len(true):,}")
    if len(true) < 2:
        return ONE_CLASS.format(min(true))
    if says.positive is None or says.positive not in true:
        return NO_SIDE.format(" and ".join(repr(each) for each in sorted(true)))
    return ""


def outside(whole: Confusion) -> str:
    """A sentence on labels that no prediction ever names; empty where there are none."""
    strange = whole.true - whole.predicted
    rows = sum(n for (p, t), n in whole.judged.items() if t in strange)
    return OUTSIDE.format(rows, _listed(frozenset(strange))) if rows else ""

"""From counts to figures: of the whole log, of its last days, its periods and its groups."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from audits.artifacts.log_counts import MOST_GROUP_VALUES, TOO_MANY, Counts, Overview
from audits.artifacts.log_scores import (
    against_scores,
    means,
    ranked,
    score_column,
)
from audits.engine.measured import Figure
from audits.facts.class_log import (
    A_QUANTITY,
    NO_LABEL,
    SCORED,
    Says,
    against_classes,
    against_ranking,
    named_classes,
    outside,
    positive_of,
    refusals,
)
from audits.facts.confusion import Confusion, plain_positive
from audits.facts.periods import DAY, period_of, start_of
from audits.facts.prediction_log import GroupFigures, Period, PredictionLog, Window
from audits.facts.quantities import Moments
from audits.facts.trends import Point, is_decay, span_count, too_short, trend

MISSING = "(missing)"
Part = Confusion | Moments


@dataclass(frozen=True)
class Asked:
    """What is to be summed: the cut of each window, the groups by number, the seed."""

    cuts: Mapping[int, float]
    exact: tuple[int, ...]
    groups: tuple[int, ...]
    seed: int


def with_classes(
    facts: PredictionLog, counts: Counts, seen: Overview, asked: Asked
) -> PredictionLog:
    """The figures of a log whose target is a class."""
    log = counts.log
    whole = counts.confusion().get((), Confusion({}))
    many = (seen.prediction_kinds > TOO_MANY, seen.label_kinds > TOO_MANY)
    against = against_classes(whole, predicts="prediction" in log.has, many=many)
    classes = () if many[1] else named_classes(whole, against)
    positive = plain_positive(frozenset(classes)) if len(classes) < 3 else None
    if positive is None and not against:
        positive = positive_of(classes, means(log))
    says = Says(classes, against, positive)
    column = score_column(log, instead=against == SCORED)
    no_rank = against_ranking(says, whole.true, scored=bool(column))
    no_rank = no_rank or against_scores(log, seen, len(whole.predicted))
    auc = ranked(log, column, positive) if column and positive and not no_rank else None
    refused = refusals(says) | ({"roc_auc": no_rank} if no_rank else {})
    facts = replace(
        facts,
        labelled=whole.labelled,
        target=("binary" if says.is_binary else "multiclass") if whole.labelled else None,
        classes=classes[:100],
        positive=positive,
        refused=refused,
        roc_auc=auc,
        notes=(*facts.notes, *_told(whole, against, seen.infinite_scores if column else 0)),
        windows=_class_windows(counts, says, asked),
        **class_scores(whole, says, asked.seed),
    )
    if column and positive and not no_rank:
        facts = replace(facts, windows={
            days: replace(each, roc_auc=ranked(log, column, positive, asked.cuts[days]))
            if days in asked.exact else each
            for days, each in facts.windows.items()
        })  # fmt: skip
    if against:
        return _without_trend(facts, counts, against)
    facts = _over_time(facts, counts, counts.confusion("slot", where="slot IS NOT NULL"))
    return replace(facts, groups=_groups(counts, asked, says))


def _told(whole: Confusion, against: str, infinite: int) -> list[str]:
    told = [] if against else [outside(whole)]
    if infinite:
        told.append(f"{infinite:,} labelled rows have an infinite score; roc_auc leaves them out.")
    return [each for each in told if each]


def class_scores(part: Confusion, says: Says, seed: int) -> dict[str, Any]:
    """Accuracy, precision, recall and F1, as far as they are allowed."""
    accuracy = None if says.against_classes else part.accuracy()
    if accuracy is None:
        return {}
    found: dict[str, Any] = {"accuracy": accuracy}
    if says.positive is not None:
        found |= part.on(says.positive, seed)
    elif not says.is_binary:
        found |= part.macro(seed)
    return found


def _class_windows(counts: Counts, says: Says, asked: Asked) -> dict[int, Window]:
    found = {}
    for days in sorted(asked.cuts):
        part = counts.confusion(where=f"age <= {days}").get((), Confusion({}))
        scores = class_scores(part, says, asked.seed)
        found[days] = Window(days=days, rows=part.rows, labelled=part.labelled, **scores)
    return found


def with_numbers(facts: PredictionLog, counts: Counts, asked: Asked) -> PredictionLog:
    """The figures of a log whose target is a quantity."""
    whole = counts.moments()[()]
    windows = {}
    for days in sorted(asked.cuts):
        part = counts.moments(where=f"age <= {days}")[()]
        windows[days] = Window(days=days, rows=part.n, labelled=part.labelled, **part.scores())
    classes = ("accuracy", "roc_auc", "f1", "precision", "recall")
    left_out = whole.labelled - whole.m
    told = (
        (f"{left_out:,} labelled rows have no finite prediction or label and are left out.",)
        if left_out else ()
    )  # fmt: skip
    facts = replace(
        facts, target="numeric", refused=dict.fromkeys(classes, A_QUANTITY), windows=windows,
        notes=(*facts.notes, *told), **whole.scores(),
    )  # fmt: skip
    facts = _over_time(facts, counts, counts.moments("slot", where="slot IS NOT NULL"))
    return replace(facts, groups=_groups(counts, asked, None))


def _without_trend(facts: PredictionLog, counts: Counts, why: str) -> PredictionLog:
    facts = _over_time(facts, counts, counts.confusion("slot", where="slot IS NOT NULL"))
    periods = tuple(replace(p, value=None, interval=None) for p in facts.by_period)
    return replace(
        facts, decaying=None, trend=None, by_period=periods,
        refused={**facts.refused, "decaying": why},
    )  # fmt: skip


def _over_time(
    facts: PredictionLog, counts: Counts, slots: Mapping[tuple[Any, ...], Part]
) -> PredictionLog:
    """Periods by the stated rule, and the trend through them."""
    seconds = counts.seconds
    labelled = {int(key[0]): part.labelled for key, part in slots.items()}
    if not slots:
        return replace(facts, refused={**facts.refused, "decaying": "the log has no times"})
    unit = period_of(labelled if any(labelled.values()) else dict.fromkeys(labelled, 1), seconds)
    parts: defaultdict[str, list[tuple[int, Part]]] = defaultdict(list)
    for (slot,), part in sorted(slots.items()):
        parts[start_of(slot * seconds, unit)].append((int(slot), part))
    periods = tuple(
        _period(start, _joined(part for _, part in found)) for start, found in parts.items()
    )
    facts = replace(facts, period=unit, by_period=periods)
    return _judged(facts, _points(_spans(slots), seconds))


def _joined(parts: Iterable[Part]) -> Part:
    found = list(parts)
    if isinstance(found[0], Moments):
        fields = [(m.n, m.labelled, m.m, m.a, m.e2, m.e4, m.d1, m.d2, m.d4, m.e2d2)
                  for m in found if isinstance(m, Moments)]  # fmt: skip
        return Moments(*(sum(column) for column in zip(*fields, strict=True)))
    cells: Counter[Any] = Counter()
    for part in found:
        if isinstance(part, Confusion):
            cells.update(part.cells)
    return Confusion(cells)


def _leading(part: Part) -> Figure | None:
    return part.accuracy() if isinstance(part, Confusion) else part.mae()


def _period(start: str, part: Part) -> Period:
    figure = _leading(part)
    rows = part.rows if isinstance(part, Confusion) else part.n
    if figure is None:
        return Period(start, rows, part.labelled)
    return Period(start, rows, part.labelled, figure.value, figure.interval)


def _spans(slots: Mapping[tuple[Any, ...], Part]) -> list[list[tuple[int, Part]]]:
    """The slots in equal spans of time, for the test of a trend."""
    labelled = {int(key[0]): part for key, part in sorted(slots.items()) if part.labelled}
    if not labelled:
        return []
    count = span_count(sum(part.labelled for part in labelled.values()))
    first, last = min(labelled), max(labelled)
    spans: defaultdict[int, list[tuple[int, Part]]] = defaultdict(list)
    for slot, part in labelled.items():
        spans[(slot - first) * count // (last - first + 1)].append((slot, part))
    return list(spans.values())


def _points(spans: list[list[tuple[int, Part]]], seconds: int) -> list[Point]:
    """The spans that can be judged, each in the middle of its labelled rows."""
    joined = [(slots, _joined(part for _, part in slots)) for slots in spans]
    figures = [(slots, part, figure) for slots, part in joined if (figure := _leading(part))]
    total = sum(figure.n for _, _, figure in figures)
    level = sum(figure.value * figure.n for _, _, figure in figures) / max(1, total)
    points = []
    for slots, part, figure in figures:
        middle = sum(slot * p.labelled for slot, p in slots) / sum(p.labelled for _, p in slots)
        variance = level * (1 - level) if isinstance(part, Confusion) else _spread(part)
        points.append(Point(middle * seconds / DAY, figure.value, variance / figure.n, figure.n))
    return points


def _spread(part: Moments) -> float:
    return max(0.0, (part.e2 - part.a**2 / part.m) / max(1, part.m - 1))


def _judged(facts: PredictionLog, points: list[Point]) -> PredictionLog:
    if not points:
        return replace(facts, refused={**facts.refused, "decaying": NO_LABEL})
    short = too_short(points)
    if short:
        return replace(facts, refused={**facts.refused, "decaying": short})
    quantity = facts.target == "numeric"
    found = trend("mae" if quantity else "accuracy", points, higher_is_better=not quantity)
    level = sum(p.value * p.rows for p in points) / sum(p.rows for p in points)
    return replace(facts, trend=found, decaying=is_decay(found, level, share=not quantity))


def _groups(counts: Counts, asked: Asked, says: Says | None) -> dict[str, dict[str, GroupFigures]]:
    """The most frequent values of each grouping column."""
    found = {}
    for number in asked.groups:
        parts: Mapping[tuple[Any, ...], Part] = (
            counts.confusion(f"g{number}") if says else counts.moments(f"g{number}")
        )
        ranked_parts = sorted(parts.items(), key=lambda kv: (-_rows(kv[1]), str(kv[0][0])))
        found[counts.log.groups[number]] = {
            MISSING if value is None else str(value): _group(part, says, asked.seed)
            for (value,), part in sorted(
                ranked_parts[:MOST_GROUP_VALUES], key=lambda kv: str(kv[0])
            )
        }
    return found


def _rows(part: Part) -> int:
    return part.rows if isinstance(part, Confusion) else part.n


def _group(part: Part, says: Says | None, seed: int) -> GroupFigures:
    figure = _leading(part)
    value, interval, n = (figure.value, figure.interval, figure.n) if figure else (None, None, 0)
    if isinstance(part, Moments) or says is None:
        return GroupFigures(n, _rows(part), None, interval, value)
    scores = class_scores(part, says, seed)
    share = part.positive_share(says.positive) if says.positive else None
    return GroupFigures(
        n, part.rows, value, interval, None,
        scores.get("precision"), scores.get("recall"), scores.get("f1"), share,
    )  # fmt: skip

"""The scores of a log: which class they speak for, and how well they rank."""

from collections import defaultdict

from audits.artifacts.log_counts import Overview
from audits.artifacts.log_rows import LogRows
from audits.engine.measured import Figure
from audits.facts.class_log import CONFIDENCE
from audits.facts.confusion import class_name
from audits.facts.intervals import area_under_curve


def score_column(log: LogRows, *, instead: bool) -> str | None:
    """The column that ranks: the score, or predictions that turned out to be scores."""
    if "score" in log.has:
        return "score"
    return "TRY_CAST(prediction AS DOUBLE)" if instead else None


def means(log: LogRows) -> dict[str, float]:
    """The mean score of the rows predicted as each class."""
    if not {"score", "prediction"} <= log.has:
        return {}
    rows = log.table.rows(
        "SELECT prediction, sum(score), count(score) FROM log "
        "WHERE isfinite(score) GROUP BY 1 ORDER BY 1 LIMIT 10"
    )
    sums: defaultdict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for predicted, total, n in rows:
        name = class_name(predicted)
        if name is not None and n:
            sums[name][0] += total
            sums[name][1] += n
    return {name: total / n for name, (total, n) in sums.items()}


def against_scores(log: LogRows, seen: Overview, classes: int) -> str:
    """Why the scores do not rank, where so many classes are predicted; empty where they may."""
    if "score" not in log.has or seen.lowest_score is None or seen.highest_score is None:
        return ""
    sure = seen.lowest_score >= 0.5 and seen.highest_score <= 1.0 and classes > 1
    return CONFIDENCE if sure else ""


def ranked(log: LogRows, column: str, positive: str, since: float | None = None) -> Figure | None:
    """ROC AUC with its interval, on all rows or on those after a moment."""
    spelled = [
        value
        for (value,) in log.table.rows("SELECT DISTINCT label FROM cube WHERE label IS NOT NULL")
        if class_name(value) == positive or _as_word(value) == positive
    ]
    values = ", ".join(repr(v) if not isinstance(v, str) else _quoted(v) for v in spelled)
    late = f" AND t > {since!r}" if since is not None else ""
    found = log.table.arrays(
        f"SELECT {column} AS s, label IN ({values}) AS y FROM log "
        f"WHERE label IS NOT NULL AND isfinite({column}){late}"
    )
    scores, side = found["s"], found["y"]
    return area_under_curve(scores[side], scores[~side])


def _as_word(value: object) -> str | None:
    """A class `true` or `false` as the digit that the predictions may use."""
    return {"true": "1", "false": "0"}.get(class_name(value) or "")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"

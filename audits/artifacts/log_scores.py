"""The scores of a log: which class they speak for, and how well they rank."""

from collections import defaultdict

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


def against_scores(log: LogRows) -> str:
    """Why the scores do not rank; empty where they may."""
    if not {"score", "prediction"} <= log.has:
        return ""
    low, high, kinds = log.table.row(
        "SELECT min(score), max(score), count(DISTINCT prediction) FROM log WHERE isfinite(score)"
    )
    sure = low is not None and low >= 0.5 and high <= 1.0 and kinds > 1
    return CONFIDENCE if sure else ""


def not_finite(log: LogRows) -> int:
    """Scores of labelled rows that are infinite."""
    found: int = log.table.row("SELECT count(*) FROM log WHERE label IS NOT NULL AND isinf(score)")[
        0
    ]
    return found


def ranked(log: LogRows, column: str, positive: str, since: float | None = None) -> Figure | None:
    """ROC AUC with its interval, on all rows or on those after a moment."""
    spelled = [
        value
        for (value,) in log.table.rows("SELECT DISTINCT label FROM cube WHERE label IS NOT NULL")
        if class_name(value) == positive or _as_word(value) == positive
    ]
    values = ", ".join(repr(v) if not isinstance(v, str) else _quoted(v) for v in spelled)
    late = f" AND t > {since!r}" if since is not None else ""
    where = f"label IS NOT NULL AND isfinite({column}){late} AND label"
    sides = [
        log.table.arrays(f"SELECT {column} AS s FROM log WHERE {where} {how} ({values})")["s"]
        for how in ("IN", "NOT IN")
    ]
    return area_under_curve(sides[0], sides[1])


def _as_word(value: object) -> str | None:
    """A class `true` or `false` as the digit that the predictions may use."""
    return {"true": "1", "false": "0"}.get(class_name(value) or "")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"

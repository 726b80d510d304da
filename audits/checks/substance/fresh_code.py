"""Much of the code was written in the thirty days before the newest commit.

Why an investor asks: code from the last weeks has not run for long, and some of it may have been
written for the data room. What was there before, and what users had, is the thing to ask.

How we look: the tree is compared with the one on the main line thirty days before the newest commit
(the clock of the machine plays no part); lines that are new count as fresh, files that only moved
do not. The share is taken of the lines of the product's code; notebooks, whose lines are made by a
machine, are left out.

Yes: half of the lines or more. Partly: a quarter or more. No: less. The value is the share.

What we cannot see: when code that was copied in was written; the dates are those of the committers.

Remedy (effort: low): show what ran before these changes, and why so much was written anew.

False alarms: a young repository, where all is fresh by nature; a formatter run over everything.
"""

from audits.engine.registry import check
from audits.engine.types import (
    Effort,
    Evidence,
    Grade,
    Judgement,
    Nature,
    no,
    not_applicable,
    partly,
    unknown,
    yes,
)
from audits.facts.code import Code
from audits.facts.history import FRESH_DAYS, History
from audits.facts.tree import Role

_HALF = 0.5
_QUARTER = 0.25


@check("substance/fresh-code", nature=Nature.HAZARD, effort=Effort.LOW)
def fresh_code(history: History, code: Code) -> Judgement:
    """Judges the share of lines that are younger than thirty days."""
    if history.missing:
        return unknown(history.missing)
    if history.recent is None:
        return unknown("the tree could not be compared with the one thirty days before")
    lines = {f.path: f.lines for f in code.product() if not f.role & Role.NOTEBOOK and f.lines}
    total = sum(lines.values())
    if not total:
        return not_applicable("there is no code outside notebooks")
    if not history.recent.since:
        days = f"{round(history.days)} days" if history.days > 1 else "a day"
        if history.cut:
            return unknown(f"what stood there thirty days before was not seen: {history.cut}")
        return yes(
            f"the whole history is no more than {days} long", _places(lines, lines), value="100 %"
        )
    fresh = {p: min(history.recent.added.get(p, 0), n) for p, n in lines.items()}
    share = sum(fresh.values()) / total
    because = (
        f"{share:.0%} of {total:,} lines of code were written in the {FRESH_DAYS} days "
        "before the newest commit"
    )
    value = f"{share * 100:.0f}%"
    if share >= _HALF:
        return yes(because, _places(fresh, lines), grade=Grade.E2, value=value)
    if share >= _QUARTER:
        return partly(because, _places(fresh, lines), grade=Grade.E2, value=value)
    return no(because, value=value)


def _places(fresh: dict[str, int], lines: dict[str, int]) -> list[Evidence]:
    order = sorted((p for p, n in fresh.items() if n), key=lambda p: (-fresh[p], p))
    return [Evidence(p, 1, f"{fresh[p]} of {lines[p]} lines are new") for p in order]

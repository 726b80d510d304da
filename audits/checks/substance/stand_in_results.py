"""A prediction or a measure is drawn at random, or always the same number.

Why an investor asks: an accuracy that is drawn from a random number, or a drift that is always
0.05, is shown on a dashboard like any other. It is rare, and nothing tells more.

How we look: Python of the product, by its syntax tree: functions named for predicting, scoring,
accuracy, drift or fairness whose only answer is a draw of a random number from literals, variables
named for a measure that are given such a draw, and functions named for a measure that do nothing
but give back a fixed number between 0 and 1. Functions, variables, classes and
files whose names say that they are dummies, baselines, mocks, samples or defaults are left out, as
are tests, examples and documentation.

Yes (a hazard): such a function, and the product's code calls it. Partly: such a function that
nothing calls. No: none. n/a: there is no Python.

What we cannot see: other languages; answers read from a fixed table; whether it is ever shown.

Remedy (effort: high): compute the result, or take the function and what shows it away.

False alarms: a fixed assumption that is named like a measure.
"""

from audits.engine.registry import check
from audits.engine.types import (
    Effort,
    Finding,
    Grade,
    Judgement,
    Nature,
    Severity,
    no,
    not_applicable,
    partly,
    yes,
)
from audits.facts.code import Code, called_among
from audits.facts.stand_ins import StandIn, StandIns
from audits.facts.tree import Role

CHECK = "substance/stand-in-results"
_FIX = "Compute this result from data, or take the function and everything that shows it away."


@check(CHECK, nature=Nature.HAZARD, effort=Effort.HIGH)
def stand_in_results(found: StandIns, code: Code) -> Judgement:
    """Judges whether the product calls a function that only pretends to compute."""
    if not any(f.language == "python" for f in code.product()):
        return not_applicable("there is no Python")
    if not found.items:
        return no("no function named for a result gives back chance or a fixed number")
    files = (f for f in code.product() if not f.role & Role.EXAMPLE)
    called = called_among(files, {_last(s) for s in found.items if not s.is_variable})
    used = [s for s in found.items if s.is_variable or _last(s) in called]
    shown = used or list(found.items)
    findings = tuple(_finding(s, used=s in used) for s in shown)
    places = [s.place for s in shown]
    names = ", ".join(f"“{s.name}”" for s in shown[:3])
    if used:
        return yes(
            f"{names} only stands in for a result", places, grade=Grade.E2, findings=findings
        )
    return partly(f"{names} only stands in for a result, and nothing calls it", places,
                  findings=findings)  # fmt: skip


def _last(item: StandIn) -> str:
    return item.name.rpartition(".")[2]


def _finding(item: StandIn, *, used: bool) -> Finding:
    severity = Severity.HIGH if used else Severity.LOW
    title = item.place.note
    return Finding(CHECK, severity, title, item.path, item.line, _FIX, title)

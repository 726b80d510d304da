"""The dates in the history cannot all be as they say.

Why an investor asks: much of a diligence leans on when something was written and by whom. Dates in
git are typed by whoever commits; where they contradict each other, other records (the forge, the
tracker, the CI system) must be asked.

How we look: most commits made within one day though written over months (a rewritten history);
three or more commits dated by the author after the day of the commit, or over a day before the
commit they stand on; twenty or more commits of one person, not a bot, within one minute.

Yes (a hazard): the history was rewritten. Partly: one of the others. No: none.

What we cannot see: dates that were made up consistently; how the forge recorded them.

Remedy (effort: low): give the forge's own record of pushes and pull requests.

False alarms: a move between version control systems, a removed secret, a script that commits per
file; a machine whose clock was wrong.
"""

from audits.engine.registry import check
from audits.engine.types import (
    Effort,
    Evidence,
    Finding,
    Judgement,
    Nature,
    Severity,
    no,
    partly,
    unknown,
    yes,
)
from audits.facts.dates import Doubt, doubts_of
from audits.facts.history import History, day_of, touched_by
from audits.facts.tree import Tree

CHECK = "substance/doubtful-dates"
_FIX = "Show the forge's own record of pushes and pull requests for this time."


@check(CHECK, nature=Nature.HAZARD, effort=Effort.LOW)
def doubtful_dates(history: History, tree: Tree) -> Judgement:
    """Judges what is odd about the dates."""
    if history.missing:
        return unknown(history.missing)
    doubts = doubts_of(history)
    if not doubts:
        return no(f"the dates of {len(history.commits):,} commits agree with each other")
    places = [Evidence(touched_by(d.commit, tree), 1, _note(d)) for d in doubts]
    findings = tuple(_finding(d, p.path) for d, p in zip(doubts, places, strict=True))
    because = "; ".join(d.said for d in doubts)
    answer = yes if any(d.grave for d in doubts) else partly
    return answer(because, places, findings=findings)


def _note(doubt: Doubt) -> str:
    commit = doubt.commit
    return (
        f"for example commit {commit.id[:12]}, written {day_of(commit.authored)}, "
        f"made {day_of(commit.committed)}"
    )


def _finding(doubt: Doubt, path: str) -> Finding:
    severity = Severity.LOW if doubt.grave else Severity.INFO
    title = doubt.said[0].upper() + doubt.said[1:]
    return Finding(CHECK, severity, title, path, 1, _FIX, doubt.commit.id)

"""Much of the code came in with a single commit, so that its history cannot be seen.

Why an investor asks: code that appears at once was written elsewhere: in a former job, at a
university, by a contractor, or by somebody who published it. Whose it is must then be answered by
paper, as the history does not.

How we look: for each file of code that stands today, the commit that brought it in; files that were
moved unchanged keep theirs. Bots and merges are left out.

Yes (a hazard): one commit brought in half or more of the code files, and twenty or more. Partly: a
quarter or more. No: less. Not applicable: fewer than twenty files of code.

What we cannot see: where the code came from; whether the commit is a published upstream.

Remedy (effort: medium): hand in the repository that it came from, or the agreement by which the
company owns it.

False alarms: a move from another version control system, a new repository for an old project.
"""

from collections import Counter

from audits.engine.registry import check
from audits.engine.types import (
    Evidence,
    Finding,
    Grade,
    Judgement,
    Nature,
    Severity,
    no,
    not_applicable,
    partly,
    unknown,
    yes,
)
from audits.facts.code import Code
from audits.facts.history import Commit, History, day_of

CHECK = "substance/bulk-import"
_FEWEST_FILES = 20
_HALF = 0.5
_QUARTER = 0.25
_FIX = "Say where this code came from, and show its earlier history or the paper that assigns it."


@check(CHECK, nature=Nature.HAZARD)
def bulk_import(history: History, code: Code) -> Judgement:
    """Judges the largest single arrival of code."""
    if history.missing:
        return unknown(history.missing)
    known = history.authorship(f.path for f in code.product())
    born = {path: file.born for path, file in known.items()}
    if len(born) < _FEWEST_FILES:
        return not_applicable(f"there are fewer than {_FEWEST_FILES} files of code")
    if history.cut:
        return unknown(f"where the code came from was not seen: {history.cut}")
    counts = Counter(commit.id for commit in born.values())
    largest = min(counts, key=lambda c: (-counts[c], c))
    brought = sorted(p for p, commit in born.items() if commit.id == largest)
    commit, share = born[brought[0]], len(brought) / len(born)
    because = f"{_told(commit, history)} brought in {len(brought)} of {len(born)} files of code"
    places = [Evidence(p, 1, f"came in with commit {commit.id[:12]}") for p in brought]
    if len(brought) < _FEWEST_FILES or share < _QUARTER:
        return no(f"no commit brought in a quarter of the code at once; {because}")
    finding = Finding(CHECK, Severity.LOW, because[0].upper() + because[1:], brought[0], 1, _FIX,
                      commit.id)  # fmt: skip
    if share >= _HALF:
        return yes(because, places, grade=Grade.E2, findings=(finding,))
    return partly(because, places, grade=Grade.E2, findings=(finding,))


def _told(commit: Commit, history: History) -> str:
    first = "the first commit" if not commit.parents else "a single commit"
    who = f"{history.who(commit)}, {day_of(commit.committed)}"
    return f"{first} ({commit.id[:12]}, {who})"

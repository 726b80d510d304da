"""What the dates of a history say that cannot be as they say it.

Both dates of a commit are claims. The author's date is kept when a commit is made anew, the
committer's is the moment of the making, so that the two tell of rewriting; a clock that is off by
hours is common, a day is not.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from msgspec import Struct

from audits.facts.history import DAY, Commit, History

_FEW = 3
_ENOUGH = 20
_MOST_OF = 0.8
_LONG = 30 * DAY
_BURST_SECONDS = 60
_BURST = 20


class Doubt(Struct, frozen=True):
    """One thing that is odd about the dates; `grave` where it takes the worth from most of them."""

    said: str
    commit: Commit
    grave: bool = False


def doubts_of(history: History) -> tuple[Doubt, ...]:
    """All of them."""
    commits = [c for c in history.commits if c.authored and c.committed]
    found = (_made_anew(commits), _ahead(commits), _backwards(commits), _burst(history))
    return tuple(doubt for doubt in found if doubt is not None)


def _made_anew(commits: list[Commit]) -> Doubt | None:
    """Most commits were made on one day, though their authors' dates span months."""
    if len(commits) < _ENOUGH:
        return None
    order = sorted(commits, key=lambda c: (c.committed, c.id))
    best, start = (0, 0), 0
    for end, commit in enumerate(order):
        while commit.committed - order[start].committed > DAY:
            start += 1
        best = max(best, (end - start + 1, start))
    count, at = best
    same_day = order[at : at + count]
    written = [c.authored for c in same_day]
    if count < _MOST_OF * len(commits) or max(written) - min(written) < _LONG:
        return None
    days = (max(written) - min(written)) // DAY
    said = (
        f"{count} of {len(commits)} commits were made within one day, "
        f"though their authors' dates span {days} days: the history was rewritten"
    )
    return Doubt(said, same_day[-1], grave=True)


def _ahead(commits: list[Commit]) -> Doubt | None:
    """Commits that were committed over a day before they were written."""
    odd = [c for c in commits if c.authored > c.committed + DAY]
    if len(odd) < _FEW:
        return None
    return Doubt(f"{len(odd)} commits carry an author's date after the day of the commit", odd[0])


def _backwards(commits: list[Commit]) -> Doubt | None:
    """Commits that were made over a day before the ones they stand on."""
    made = {c.id: c.committed for c in commits}
    odd = [c for c in commits if any(made.get(p, 0) > c.committed + DAY for p in c.parents)]
    if len(odd) < _FEW:
        return None
    return Doubt(f"{len(odd)} commits are dated over a day before the ones they stand on", odd[0])


def _burst(history: History) -> Doubt | None:
    """So many commits of one person in a minute that no hand made them."""
    largest: list[Commit] = []
    for commits in _by_person(history):
        start = 0
        for end, commit in enumerate(commits):
            while commit.authored - commits[start].authored > _BURST_SECONDS:
                start += 1
            if end - start + 1 > len(largest):
                largest = commits[start : end + 1]
    if len(largest) < _BURST:
        return None
    said = f"{len(largest)} commits of {history.who(largest[0])} were written within a minute"
    return Doubt(said, largest[-1])


def _by_person(history: History) -> Iterable[list[Commit]]:
    groups: dict[str, list[Commit]] = defaultdict(list)
    for commit in history.by_people:
        groups[history.who(commit)].append(commit)
    return _sorted(groups.values())


def _sorted(groups: Iterable[list[Commit]]) -> Iterator[list[Commit]]:
    return (sorted(group, key=lambda c: (c.authored, c.id)) for group in groups)

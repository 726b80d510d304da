"""The history of a repository: who changed which file when, and what of that can be believed.

Dates and names in git are claims of whoever made the commit. What follows from them are questions
to ask, never proof. Where there is no history to judge by (a folder, a shallow clone, a squashed
commit), `missing` says why, and no check answers.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cached_property
from math import log1p
from typing import NamedTuple

from msgspec import Struct, field

from audits.facts.people import Persons
from audits.facts.tree import Tree

DAY = 86_400
FRESH_DAYS = 30


class Change(NamedTuple):
    """A file in a commit; `before` and `after` are blob ids, "" where there was or is no file."""

    path: str
    before: str
    after: str


class Commit(Struct, frozen=True):
    """A commit; `authored` and `committed` are seconds since 1970. Merges have no changes."""

    id: str
    parents: tuple[str, ...]
    authored: int
    committed: int
    name: str
    address: str
    changes: tuple[Change, ...] = ()

    @property
    def is_merge(self) -> bool:
        """Whether it joins lines of development."""
        return len(self.parents) > 1


class Recent(Struct, frozen=True):
    """Lines that stand at the newest commit and were not there `FRESH_DAYS` before it.

    `since` is the commit compared with, "" where all of the history is younger.
    """

    since: str
    added: Mapping[str, int]


class Authorship(Struct):
    """Who made a file and who changed it how often; `born` is the commit that brought it in."""

    born: Commit
    creator: str
    changes: dict[str, int] = field(default_factory=dict)


class History(Struct, frozen=True, dict=True):
    """The commits that lead to the examined one, newest first; `cut` says what was left out."""

    commits: tuple[Commit, ...] = ()
    missing: str = ""
    cut: str = ""
    recent: Recent | None = None

    @cached_property
    def persons(self) -> Persons:
        """Those who made the commits, aliases merged."""
        return Persons.of((c.name, c.address) for c in self.commits)

    @cached_property
    def by_people(self) -> tuple[Commit, ...]:
        """Commits of people that changed something, newest first."""
        named = self.persons
        return tuple(
            c for c in self.commits if not c.is_merge and not named.is_bot(c.name, c.address)
        )

    def who(self, commit: Commit) -> str:
        """The person behind a commit, by the name used most."""
        return self.persons.named(commit.name, commit.address)

    @property
    def days(self) -> float:
        """From the oldest to the newest commit."""
        dates = [c.committed for c in self.commits]
        return (max(dates) - min(dates)) / DAY if dates else 0.0

    @cached_property
    def _authors(self) -> dict[str, Authorship | None]:
        """Of each path that was asked about so far; None where it does not stand at the end."""
        return {}

    def authorship(self, paths: Iterable[str]) -> dict[str, Authorship]:
        """Of those of some paths that stand at the end, in the order of these.

        An unchanged file keeps its past when it moves.
        """
        wanted, known = tuple(paths), self._authors
        if new := [path for path in wanted if path not in known]:
            files = self._followed(new)
            known.update((path, files.get(path)) for path in new)
        return {path: file for path in wanted if (file := known[path])}

    def _followed(self, paths: Iterable[str]) -> dict[str, Authorship]:
        """The files that stand at the end, of some paths and of all that moved."""
        moves = [_moved(commit) for commit in self.commits]
        followed = {*paths}.union(*moves, *(moved.values() for moved in moves))
        files: dict[str, Authorship] = {}
        for commit, moved in zip(reversed(self.commits), reversed(moves), strict=True):
            bot = self.persons.is_bot(commit.name, commit.address)
            who = "" if bot else self.who(commit)
            left = frozenset(moved.values())
            for path, _, after in commit.changes:
                if path not in followed:
                    continue
                if after:
                    _take(files, path, commit, who, moved)
                elif path not in left:
                    files.pop(path, None)
            for source in left:
                files.pop(source, None)
        return files


def truck_factor(known: Mapping[str, Authorship]) -> tuple[str, ...]:
    """The fewest people without whom more than half of these files have no author left.

    Degree of authorship of Fritz et al. (2014), with the cuts and the greedy removal of Avelino
    et al., "A Novel Approach for Estimating Truck Factors" (ICPC 2016): the one with most files
    goes first, until under half of the files have an author. Nobody where nothing is known.
    """
    files = [authors for file in known.values() if (authors := _authors(file))]
    total, left, gone = len(files), files, []
    while total and len(left) * 2 >= total:
        counts = Counter(a for authors in left for a in authors)
        first = min(counts, key=lambda a: (-counts[a], a))
        gone.append(first)
        left = [rest for authors in left if (rest := authors - {first})]
    return tuple(gone)


def _moved(commit: Commit) -> dict[str, str]:
    """Where files of this commit stood before, as far as their content went along unchanged."""
    left = {before: path for path, before, after in commit.changes if not after}
    if not left:
        return {}
    return {p: left[after] for p, before, after in commit.changes if not before and after in left}


def _take(
    files: dict[str, Authorship],
    path: str,
    commit: Commit,
    who: str,
    moved: Mapping[str, str],
) -> None:
    """A file that a commit made or changed."""
    if path in moved and moved[path] in files:
        files[path] = files[moved[path]]
    elif path not in files:
        files[path] = Authorship(commit, who)
    if who:
        changes = files[path].changes
        changes[who] = changes.get(who, 0) + 1


_LEAST_AUTHORSHIP = 3.293
_LEAST_SHARE = 0.75


def _authors(file: Authorship) -> frozenset[str]:
    """Those who know a file, by the degree of authorship."""
    degrees = {who: _degree(file, who) for who in file.changes}
    top = max(degrees.values(), default=0.0)
    return frozenset(
        who for who, d in degrees.items() if d >= _LEAST_AUTHORSHIP and d > _LEAST_SHARE * top
    )


def _degree(file: Authorship, who: str) -> float:
    first = 1.098 if file.creator == who else 0.0
    own = file.changes[who]
    others = sum(file.changes.values()) - own
    return 3.293 + first + 0.164 * own - 0.321 * log1p(others)


def beside(tree: Tree, path: str) -> str:
    """A path itself if it stands in the tree, or the file that stands nearest to where it stood."""
    if path in tree:
        return path
    folder = path
    while folder:
        folder = folder.rpartition("/")[0]
        start = f"{folder}/" if folder else ""
        near = next((f.path for f in tree if f.path.startswith(start)), "")
        if near:
            return near
    return ""


def touched_by(commit: Commit, tree: Tree) -> str:
    """A file that still stands and that a commit changed, or the tree's first."""
    own = sorted(c.path for c in commit.changes if c.path in tree)
    return own[0] if own else next((f.path for f in tree), "")


def day_of(moment: int) -> str:
    """A time as a date."""
    try:
        return datetime.fromtimestamp(moment, tz=UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        return "at an unknown time"

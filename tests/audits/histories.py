"""Histories in literals, and what a check says of them together with a tree."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from audits.engine.registry import check_of
from audits.engine.runner import run_checks
from audits.engine.types import Judgement
from audits.facts.history import DAY, Change, Commit, History, Recent
from tests.audits.examining import Literal, facts_of

START = 1_700_000_000
"""The first commit's time; each further commit is a day later unless said."""


@dataclass
class Past:
    """A history that grows commit by commit, oldest first."""

    commits: list[Commit] = field(default_factory=list)
    held: dict[str, str] = field(default_factory=dict)

    def commit(
        self,
        who: str,
        changes: Mapping[str, str | None],
        *,
        address: str = "",
        authored: int | None = None,
        committed: int | None = None,
    ) -> "Past":
        """Adds a commit that writes these contents (any text tells them apart); None removes."""
        number = len(self.commits)
        made = START + number * DAY if committed is None else committed
        rows = tuple(
            Change(path, self.held.get(path, ""), f"blob {text}" if text is not None else "")
            for path, text in sorted(changes.items())
        )
        self.held = {**self.held, **{c.path: c.after for c in rows}}
        parents = (self.commits[-1].id,) if self.commits else ()
        self.commits.append(
            Commit(f"{number:040x}", parents, made if authored is None else authored, made, who,
                   address or f"{who.split()[0].lower()}@acme.ai", rows)
        )  # fmt: skip
        return self

    def history(self, *, recent: Recent | None = None, cut: str = "") -> History:
        """As it is read: newest first."""
        return History(tuple(reversed(self.commits)), recent=recent, cut=cut)


def judged_with(practice: str, files: Literal, *past: object) -> Judgement:
    """What a check says of a tree with further facts."""
    facts = {**facts_of(files), **{type(fact): fact for fact in past}}
    return run_checks([check_of(practice)], facts, None)[0].judgement

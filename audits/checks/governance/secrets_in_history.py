"""No credential was taken out of the files and left in the history.

Why an investor asks: deleting a key from a file does not delete it. Everybody with a copy of the
repository can bring it back with one command, so a key that once was committed is known until it is
revoked.

How we look: every version of every text file that the history holds and the tree does not, scanned
once by the same rules as the files of today, newest first. A credential that still stands in the
tree is not told again here. For each, the oldest commit that brought it in and the one that took it
out.

Yes (a hazard): a credential that looks real stands in an earlier version, in a file that is no
test. No: none, and every version was searched. Unknown: no history, or older versions were left out
for their size.

What we cannot see: whether it was revoked, which only the founder can say; branches that do not
lead to this commit; split or encoded values; files over two megabytes.

Remedy (effort: low): revoke it first; rewriting the history afterwards only tidies up.

False alarms: random identifiers that were assigned to a name such as `token`; keys that were
revoked on the day of their removal.
"""

from audits.engine.registry import check
from audits.engine.types import (
    Effort,
    Evidence,
    Finding,
    Grade,
    Judgement,
    Nature,
    no,
    unknown,
    yes,
)
from audits.facts.history import beside, day_of
from audits.facts.past_secrets import PastSecret, PastSecrets
from audits.facts.tree import Tree

CHECK = "governance/secrets-in-history"
_MOST_FINDINGS = 40
_FIX = (
    "Revoke and replace this credential: it was removed from the files, but everybody with a copy "
    "of the history can read it."
)


@check(CHECK, nature=Nature.HAZARD, effort=Effort.LOW)
def secrets_in_history(past: PastSecrets, tree: Tree) -> Judgement:
    """Judges what earlier versions hold."""
    if past.missing:
        return unknown(past.missing)
    if past.items:
        count = len(past.items)
        which = (
            "credential that looks real was" if count == 1 else "credentials that look real were"
        )
        because = f"{count} {which} removed from the files but not from the history"
        places = [Evidence(beside(tree, i.secret.path), 1, _note(i, tree)) for i in past.items]
        findings = tuple(_finding(i) for i in past.items[:_MOST_FINDINGS])
        return yes(because, places, grade=Grade.E2, findings=findings)
    if past.left_out:
        return unknown(f"none in the newest {past.versions:,} versions, but {past.left_out}")
    return no(f"none in {past.versions:,} earlier versions of files")


def _note(item: PastSecret, tree: Tree) -> str:
    """What stood where; the cited file is a neighbour where the file itself is gone."""
    where = "here stood" if item.secret.path in tree else f"beside it, in {item.secret.path}, stood"
    return f"{where} {item.secret.masked} {_when(item)}"


def _when(item: PastSecret) -> str:
    brought = f"from commit {item.brought.id[:12]} ({day_of(item.brought.committed)})"
    if item.removed is None:
        return brought
    return f"{brought} to {item.removed.id[:12]} ({day_of(item.removed.committed)})"


def _finding(item: PastSecret) -> Finding:
    secret = item.secret
    title = f"{secret.masked}: removed but in the history, {_when(item)}"
    snippet = f"{secret.kind} {secret.tail}".strip()
    return Finding(CHECK, secret.severity, title, secret.path, secret.line, _FIX, snippet)

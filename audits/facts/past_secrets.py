"""Credentials that earlier versions of files hold and the examined tree does not hold any more."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from msgspec import Struct

from audits.facts.history import Commit, History
from audits.facts.secrets import Secret, Secrets, Strength

Known = tuple[str, str]


class PastSecret(Struct, frozen=True):
    """A credential with the oldest commit that brought it in and the one that took it out.

    `path` and `line` are those of the newest version that held it. `removed` is None where a
    version with it is only on a side line.
    """

    secret: Secret
    brought: Commit
    removed: Commit | None


class PastSecrets(Struct, frozen=True):
    """All that look real, the gravest first; `left_out` says what was not searched."""

    items: tuple[PastSecret, ...] = ()
    versions: int = 0
    left_out: str = ""
    missing: str = ""


def past_secrets(
    history: History,
    found: Mapping[str, Iterable[Secret]],
    present: Secrets,
    *,
    versions: int,
    left_out: str,
) -> PastSecrets:
    """Joins what each blob holds with the commits that it came and went with."""
    here = {_identity(s) for s in present.items}
    holders: dict[Known, dict[str, Secret]] = defaultdict(dict)
    for blob, secrets in found.items():
        for secret in secrets:
            identity = _identity(secret)
            if secret.strength is Strength.REAL and identity not in here:
                holders[identity].setdefault(blob, secret)
    items = [i for held in holders.values() if (i := _traced(history, held)) is not None]
    items.sort(key=lambda i: (i.secret.severity.rank, i.secret.path, i.secret.line, i.secret.kind))
    return PastSecrets(tuple(items), versions, left_out)


def _identity(secret: Secret) -> Known:
    """What tells one credential from another; without last characters, the file it stands in."""
    return (secret.kind, secret.tail or secret.path)


def _traced(history: History, held: Mapping[str, Secret]) -> PastSecret | None:
    """Its way through the commits, which stand newest first."""
    newest: Secret | None = None
    brought: Commit | None = None
    removed: Commit | None = None
    for commit in history.commits:
        for change in commit.changes:
            if change.after in held:
                newest, brought = newest or held[change.after], commit
            elif change.before in held:
                newest, removed = newest or held[change.before], removed or commit
    if newest is None or brought is None:
        return None
    return PastSecret(newest, brought, removed)

"""No working credential is committed to the repository.

Why an investor asks: a key in a repository is a key that everybody with a copy has, former staff
and contractors included, and that stays in the history after it is deleted. It is the commonest way
into a young company's data, and it tells how access is handled in general.

How we look: every text file is scanned for the forms of some fifty providers' keys, private keys
with their body, passwords in addresses, and literals given to names that say credential. Each
candidate is verified by its entropy, by words that mark a stand-in and by its surroundings. Values
are never stored or shown: type and the last four characters at most.

Yes (a hazard): a credential that looks real, in a file that is no test. Partly: defaults, dummies,
development passwords, keys in tests and fixtures, or public client keys. No: nothing found.

What we cannot see: whether a key still works (nobody may try it), history, split or encoded values,
files over two megabytes.

Remedy (effort: low): revoke the credential first, then move it to a secret store and remove it from
the history.

False alarms: random identifiers that are assigned to a name such as `token`.
"""

from collections.abc import Iterable

from audits.engine.registry import check
from audits.engine.types import (
    Effort,
    Finding,
    Grade,
    Judgement,
    Nature,
    Severity,
    no,
    partly,
    yes,
)
from audits.facts.secrets import Secret, Secrets, Strength

CHECK = "governance/secrets-committed"
_MOST_FINDINGS = 40
_FIX = (
    "Revoke and replace this credential now, read it from a secret store or the environment, "
    "and remove it from the history."
)
_FIX_WEAK = (
    "Make sure that this default is used nowhere but on a developer's machine, and read it from "
    "the environment."
)
_FIX_PUBLIC = "Restrict this key to its application and origin in the provider's console."


@check(CHECK, nature=Nature.HAZARD, effort=Effort.LOW)
def secrets_committed(secrets: Secrets) -> Judgement:
    """Judges by the strongest credential found."""
    real = _sorted(s for s in secrets.items if s.strength is Strength.REAL)
    if real:
        count = len(real)
        because = (
            f"{count} {'credential that looks' if count == 1 else 'credentials that look'} real"
        )
        findings = tuple(_finding(s, s.severity, _FIX) for s in real[:_MOST_FINDINGS])
        return yes(because, [s.place for s in real], grade=Grade.E2, findings=findings)
    lesser = sorted(secrets.items, key=lambda s: (bool(s.role), s.path, s.line))
    if lesser:
        findings = tuple(
            _finding(s, Severity.LOW, _FIX_PUBLIC if s.strength is Strength.PUBLIC else _FIX_WEAK)
            for s in lesser[:_MOST_FINDINGS]
            if not s.role
        )
        because = "only default, development or test credentials, or public client keys"
        return partly(because, [s.place for s in lesser], findings=findings)
    return no("no credential was found in any text file")


def _sorted(secrets: Iterable[Secret]) -> list[Secret]:
    return sorted(secrets, key=lambda s: (s.severity.rank, s.path, s.line))


def _finding(secret: Secret, severity: Severity, fix: str) -> Finding:
    what = {Strength.REAL: "committed", Strength.WEAK: "default or test value committed"}
    title = f"{secret.masked}: {what.get(secret.strength, 'public client key committed')}"
    snippet = f"{secret.kind} {secret.tail}".strip()
    return Finding(CHECK, severity, title, secret.path, secret.line, fix, snippet)

"""The vocabulary of an audit: verdicts, grades, evidence, findings, and what a check is.

A check judges one practice from facts and returns a `Judgement`. It never scores: what a verdict is
worth is the rubric's business. "No" (looked everywhere, not there), "unknown" (could not look) and
"n/a" (the question makes no sense here) are different outcomes and stay different up to the PDF.
"""

from collections.abc import Callable, Iterable
from enum import StrEnum

from msgspec import Struct


class Verdict(StrEnum):
    """What a check found. ERROR is a fault of this one check and prints as `unknown`."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"
    NOT_APPLICABLE = "n/a"
    UNKNOWN = "unknown"
    ERROR = "error"


class Grade(StrEnum):
    """What a piece of evidence can prove (rubric, section 1).

    E0 a word, E1 a document or a declared dependency, E2 code that calls the thing in a product
    path, E3 as E2 and reachable from a deployed or scheduled entry point, E4 machine-made runtime
    records, E5 reproduced by the assessor. Reading a repository alone never gives more than E3.
    """

    E0 = "E0"
    E1 = "E1"
    E2 = "E2"
    E3 = "E3"
    E4 = "E4"
    E5 = "E5"


class Lens(StrEnum):
    """The six questions an investor asks of a startup that runs on AI."""

    DATA = "data"
    EXPERIMENTATION = "experimentation"
    OPERATIONS = "operations"
    DELIVERY = "delivery"
    GOVERNANCE = "governance"
    SUBSTANCE = "substance"


class Severity(StrEnum):
    """How much a finding matters to the deal if it is true."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for critical up to 4 for info, to sort by."""
        return list(Severity).index(self)


class Nature(StrEnum):
    """PRACTICE: one wants to see it. HAZARD: one does not. IDENTITY: says what the thing is."""

    PRACTICE = "practice"
    HAZARD = "hazard"
    IDENTITY = "identity"


class Needs(StrEnum):
    """When a practice makes sense at all; the runner answers `n/a` where it does not."""

    ML = "ml"
    TRAINING = "training"


class Effort(StrEnum):
    """What the remedy of a gap takes, in engineer-time."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Evidence(Struct, frozen=True, order=True):
    """A place in the tree at the audited commit. `line` counts from 1; 1 also for a whole file."""

    path: str
    line: int
    note: str = ""


class Finding(Struct, frozen=True):
    """Something a person should act on. `snippet` is the normalised text its identity hangs on."""

    check: str
    severity: Severity
    title: str
    path: str
    line: int
    fix: str
    snippet: str = ""


class Judgement(Struct, frozen=True):
    """The outcome of one check. `value` only where the definition asks for a name."""

    verdict: Verdict
    because: str
    evidence: tuple[Evidence, ...] = ()
    grade: Grade = Grade.E0
    value: str | None = None
    findings: tuple[Finding, ...] = ()


MAX_EVIDENCE = 12
"""Pointers kept per verdict: enough to convince, few enough to read."""


def _pointers(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """First pointers per file first, so that a reader sees breadth before depth."""
    seen: set[tuple[str, int]] = set()
    firsts: list[Evidence] = []
    rest: list[Evidence] = []
    files: set[str] = set()
    for item in evidence:
        if (item.path, item.line) in seen:
            continue
        seen.add((item.path, item.line))
        (rest if item.path in files else firsts).append(item)
        files.add(item.path)
    return tuple((firsts + rest)[:MAX_EVIDENCE])


def yes(
    because: str,
    evidence: Iterable[Evidence],
    *,
    grade: Grade = Grade.E2,
    value: str | None = None,
    findings: tuple[Finding, ...] = (),
) -> Judgement:
    """In use. Raises ValueError without evidence: a `yes` nobody can look at is not one."""
    pointers = _pointers(evidence)
    if not pointers:
        raise ValueError("a yes needs evidence")
    return Judgement(Verdict.YES, because, pointers, grade, value, findings)


def partly(
    because: str,
    evidence: Iterable[Evidence],
    *,
    grade: Grade = Grade.E1,
    value: str | None = None,
    findings: tuple[Finding, ...] = (),
) -> Judgement:
    """Present but incomplete in the way the practice states. Raises ValueError without evidence."""
    pointers = _pointers(evidence)
    if not pointers:
        raise ValueError("a partly needs evidence")
    return Judgement(Verdict.PARTLY, because, pointers, grade, value, findings)


def no(because: str, *, evidence: Iterable[Evidence] = (), value: str | None = None) -> Judgement:
    """Searched for, everything readable, nothing qualifies."""
    return Judgement(Verdict.NO, because, _pointers(evidence), Grade.E0, value)


def not_applicable(because: str, *, value: str | None = None) -> Judgement:
    """The question makes no sense for this repository."""
    return Judgement(Verdict.NOT_APPLICABLE, because, value=value)


def unknown(because: str) -> Judgement:
    """Could not be observed, with the reason."""
    return Judgement(Verdict.UNKNOWN, because)


class Check(Struct, frozen=True):
    """One entry of the catalogue. `id` is `<lens>/<practice>` and equals its module's path."""

    id: str
    nature: Nature
    needs: Needs | None
    effort: Effort
    judge: Callable[..., Judgement]
    wants: tuple[tuple[str, type], ...]
    doc: str
    experimental: bool = False

    @property
    def lens(self) -> Lens:
        """The lens it belongs to."""
        return Lens(self.id.split("/")[0])

    @property
    def practice(self) -> str:
        """The practice id that contracts print, for example `drift-detection`."""
        return self.id.split("/")[1]

    @property
    def title(self) -> str:
        """The first sentence of its page."""
        return self.doc.strip().splitlines()[0].rstrip(".")


class Skipped(Struct, frozen=True):
    """A file that was not examined, and why; it lowers confidence and is never fatal.

    `files` is how many it stands for: none for a link, whose target is a file of its own, and many
    where a limit cut off the rest of a tree. Where nobody can count them, `hides` says how large
    what is hidden may be against all that was seen.
    """

    path: str
    reason: str
    files: int = 1
    hides: float = 0.0

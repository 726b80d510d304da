"""What single verdicts say of a criterion, and how several of them make one proposed level.

A sign for lifts, a sign against caps: the two never cancel, as a contradiction is worth more to an
investor than an average. Where any one practice is enough the best one speaks, where all are needed
the weakest. What could not be examined never counts as absent: next to nothing but absences it
leaves the criterion unknown, and where all are needed it holds the proposal at 1.
"""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from rubrics.catalog.schema import Criterion, InformedBy
from rubrics.scoring.ceilings import ceiling
from rubrics.scoring.types import GRADES, Grade

OBSERVED = ("yes", "partly", "no")
HIGHEST_PROPOSAL = 3
HALF_SHOWN = 1
READ_BY_US: Grade = "E2"


class Pointer(Struct, frozen=True):
    """A place that shows it: a file and a line, or a row of an artifact."""

    path: str
    line: int
    note: str = ""


class PracticeFact(Struct, frozen=True):
    """An audit's verdict on one practice: yes, partly, no, n/a, unknown or error."""

    verdict: str
    grade: Grade
    because: str
    value: str | None = None
    evidence: tuple[Pointer, ...] = ()
    seen: float = 1.0
    """The share of the files that could show it which could be read."""


class ClaimFact(Struct, frozen=True):
    """An audit's verdict on one claim, with the grade of the evidence that decided it."""

    claim: str
    kind: str
    verdict: str
    grade: Grade
    because: str
    evidence: tuple[Pointer, ...] = ()


class Signal(Struct, frozen=True):
    """A level that one verdict proposes, or caps at, under the ceiling of its grade."""

    source: str
    level: int
    grade: Grade
    caps: bool
    text: str


class Reading(Struct, frozen=True):
    """All that the audit says of one criterion."""

    signals: tuple[Signal, ...]
    pending: tuple[str, ...]
    silent: tuple[str, ...]

    @property
    def lifting(self) -> tuple[Signal, ...]:
        """The signs for."""
        return tuple(signal for signal in self.signals if not signal.caps)

    @property
    def capping(self) -> tuple[Signal, ...]:
        """The signs against."""
        return tuple(signal for signal in self.signals if signal.caps)


def read(
    criterion: Criterion,
    practices: Mapping[str, PracticeFact],
    claims: Sequence[ClaimFact],
) -> Reading:
    """The signals for a criterion, what could not be examined, and what was seen to say nothing."""
    signals: list[Signal] = []
    pending: list[str] = []
    silent: list[str] = []
    for informing in _informing(criterion, practices):
        fact = practices.get(informing.practice)
        if fact is None or fact.verdict not in OBSERVED:
            pending.append(informing.practice)
            continue
        signal = _practice_signal(criterion, informing, fact)
        if signal is None:
            silent.append(informing.practice)
        else:
            signals.append(signal)
    signals += _claim_signals(criterion, claims)
    return Reading(tuple(signals), tuple(pending), tuple(silent))


def _informing(
    criterion: Criterion, practices: Mapping[str, PracticeFact]
) -> tuple[InformedBy, ...]:
    """What can inform the criterion here: not context, not n/a.

    Where one practice is enough, those that this audit does not look for at all are left out,
    unless it looks for none of them.
    """
    relevant = [
        item
        for item in criterion.informed_by
        if not item.is_context
        and (item.practice not in practices or practices[item.practice].verdict != "n/a")
    ]
    looked_for = [item for item in relevant if item.practice in practices]
    return tuple(looked_for if looked_for and criterion.combine == "any" else relevant)


def combined(criterion: Criterion, reading: Reading) -> tuple[int, tuple[Signal, ...]] | None:
    """The level that follows and the signals that decided it; None where it stays unknown."""
    capping = reading.capping
    if not reading.lifting:
        return _weakest(capping) if capping else None
    base = _weakest(reading.lifting) if criterion.combine == "all" else _best(reading.lifting)
    if capping and min(signal.level for signal in capping) < base[0]:
        return _weakest(capping)
    if not reading.pending:
        return base
    if criterion.combine == "all":
        return min(base[0], HALF_SHOWN), base[1]
    return base if base[0] > 0 or capping else None


def lowest_grade(signals: Iterable[Signal]) -> Grade:
    """The grade of the weakest of the deciding evidence."""
    return min((signal.grade for signal in signals), key=GRADES.index, default="E0")


def _weakest(signals: Sequence[Signal]) -> tuple[int, tuple[Signal, ...]]:
    level = min(signal.level for signal in signals)
    return level, tuple(signal for signal in signals if signal.level == level)


def _best(signals: Sequence[Signal]) -> tuple[int, tuple[Signal, ...]]:
    level = max(signal.level for signal in signals)
    return level, tuple(signal for signal in signals if signal.level == level)


def _practice_signal(
    criterion: Criterion, informing: InformedBy, fact: PracticeFact
) -> Signal | None:
    level = informing.level_for(fact.verdict)
    if level is None:
        return None
    grade = _grade_of(fact)
    highest = min(ceiling(grade, criterion), HIGHEST_PROPOSAL)
    text = f"{informing.practice} is {fact.verdict} ({grade}): {sentence(fact.because)}"
    if level > highest:
        text += f" {grade} supports at most level {highest}."
    if informing.note:
        text += f" {informing.note}"
    caps = informing.hazard and fact.verdict != "no"
    return Signal(informing.practice, min(level, highest), grade, caps, text)


def _grade_of(fact: PracticeFact) -> Grade:
    """An absence that we established by reading the whole tree is our reading, not a word."""
    if fact.verdict == "no":
        return max(fact.grade, READ_BY_US, key=GRADES.index)
    return fact.grade


def _claim_signals(criterion: Criterion, claims: Sequence[ClaimFact]) -> list[Signal]:
    informing = {item.kind: item for item in criterion.informed_by_claims}
    signals = []
    for claim in claims:
        item = informing.get(claim.kind)
        if item is None:
            continue
        caps = claim.verdict == "contradicted"
        level = item.level_if_contradicted if caps else item.level_if_supported
        if level is None or claim.verdict not in ("supported", "contradicted"):
            continue
        highest = min(ceiling(claim.grade, criterion), HIGHEST_PROPOSAL)
        text = f"Claim {claim.claim} is {claim.verdict}: {sentence(claim.because)}"
        source = f"claim:{claim.claim}"
        signals.append(Signal(source, min(level, highest), claim.grade, caps, text))
    return signals


def sentence(text: str) -> str:
    """The words with one full stop."""
    stripped = text.strip().rstrip(".")
    return f"{stripped}." if stripped else "no reason given."

"""Which instrument of a term sheet answers which kind of risk (rubric, section 7).

Suggestions for the people who negotiate. Dates of laws stand in no line of this: they come from
counsel, as they move.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Instrument:
    """A row of the table: the kind of risk, what usually answers it, and when it fits."""

    risk: str
    title: str
    instrument: str
    when: str


INSTRUMENTS: tuple[Instrument, ...] = (
    Instrument(
        "V", "Valuation",
        "Re-run the plan with the corrected metric; price, or a milestone tranche tied to a "
        "criterion level",
        "Claims partly supported, quality falling, no ablation",
    ),
    Instrument(
        "L", "Liability",
        "Specific representation, special indemnity, holdback; data rights as a fundamental "
        "representation",
        "Rights, privacy, licences, leaked keys",
    ),
    Instrument(
        "R", "Regulatory",
        "Condition before close, covenant with a date, opinion of counsel",
        "Trace, risk class, audit trail; the dates come from counsel for each market",
    ),
    Instrument(
        "C", "Continuity",
        "Key-person terms, rebuild by a second person or failover test as a condition, plan for "
        "the first 100 days",
        "Rebuild, provider, rollback",
    ),
)  # fmt: skip

TITLES = {each.risk: each.title for each in INSTRUMENTS}

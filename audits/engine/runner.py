"""Runs the catalogue over facts: one judgement per check, whatever any of them does.

An exception in a check becomes ERROR for that check alone; a missing fact becomes UNKNOWN,
and so does a "no" over files of which too many could not be read.
The gates ML and TRAINING (definitions, rule G8) are applied here, once, from the `Identity` fact.
"""

from collections.abc import Iterable, Mapping
from typing import Protocol

from msgspec import Struct

from audits.engine.sight import CLEAR, Sights
from audits.engine.types import (
    Check,
    Judgement,
    Needs,
    Verdict,
    not_applicable,
    unknown,
)


class Gate(Protocol):
    """What the runner must know of a repository before it asks about ML practices."""

    @property
    def is_ml(self) -> bool:
        """Whether there is machine learning here at all (`ml-kind` is not `none`)."""

    @property
    def trains(self) -> bool:
        """Whether there is training code."""


class CheckOutcome(Struct, frozen=True):
    """A check with its judgement."""

    check: Check
    judgement: Judgement
    seen: float = 1.0
    """The share of the files that could show the practice which were read."""


def run_checks(
    checks: Iterable[Check],
    facts: Mapping[type, object],
    gate: Gate | None,
    sights: Sights = CLEAR,
) -> tuple[CheckOutcome, ...]:
    """Judges every check over the facts, keyed by their type; `sights` says what they lack.

    Without a gate (the identity could not be told) nothing is ruled out as not applicable.
    """
    return tuple(_outcome(check, facts, gate, sights) for check in checks)


def _outcome(
    check: Check, facts: Mapping[type, object], gate: Gate | None, sights: Sights
) -> CheckOutcome:
    """The judgement, but for a "no" over files that nobody could read."""
    judged = _judge(check, facts, gate)
    sight = sights.of(kind for _, kind in check.wants)
    if judged.verdict is Verdict.NO and sight.is_blind:
        judged = unknown(sight.sentence)
    return CheckOutcome(check, judged, sight.share)


def _judge(check: Check, facts: Mapping[type, object], gate: Gate | None) -> Judgement:
    if gate is not None and check.needs is not None and not gate.is_ml:
        return not_applicable("there is no machine learning in this repository")
    if gate is not None and check.needs is Needs.TRAINING and not gate.trains:
        return not_applicable("there is no training code in this repository")
    missing = [kind.__name__ for _, kind in check.wants if kind not in facts]
    if missing:
        return unknown(f"could not be examined: no {', '.join(missing)} could be read")
    try:
        return check.judge(**{name: facts[kind] for name, kind in check.wants})
    except Exception as error:  # noqa: BLE001 - one broken check must not sink the audit
        return Judgement(Verdict.ERROR, f"this check failed: {type(error).__name__}: {error}")

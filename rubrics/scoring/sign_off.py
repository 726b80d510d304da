"""What stands in the way of signing an assessment off, each with the next thing to do.

The thresholds are those of the method's section on two raters: alpha of at least 0.80 signs off,
from 0.667 once every difference was adjudicated, below it only after a new briefing and scoring of
the lenses that differ most. A dispute of the founder is flagged in the report and blocks nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from rubrics.scoring.agreement import Call

FEWEST_REVIEWERS = 2
"""Whoever scores blind needs somebody to be compared with."""

Obstacle = Literal[
    "practice", "no-scorecard", "too-few-reviewers", "conflict", "scoring", "re-brief", "to-talk",
    "to-adjudicate",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Panel:
    """How far the people of an assessment are.

    `conflicted` names the reviewers who declared a conflict and were not replaced; `to_talk` and
    `to_adjudicate` name the criteria whose levels still differ.
    """

    blind: bool
    seated: int
    submitted: int
    conflicted: tuple[str, ...] = ()
    call: Call = "undefined"
    briefed_again: bool = False
    to_talk: tuple[str, ...] = ()
    to_adjudicate: tuple[str, ...] = ()
    practice: bool = False


@dataclass(frozen=True, slots=True)
class Blocker:
    """One obstacle, in a sentence that says what to do."""

    obstacle: Obstacle
    text: str
    criteria: tuple[str, ...] = ()


def blockers(panel: Panel) -> tuple[Blocker, ...]:
    """What blocks the signature; nothing where it may be signed."""
    if panel.practice:
        return (Blocker("practice", "This is a practice case; nobody signs one off."),)
    if not panel.blind:
        return () if panel.submitted else (Blocker("no-scorecard", "Submit the scorecard first."),)
    found = tuple(_of_people(panel))
    return found or tuple(_of_levels(panel))


def _of_people(panel: Panel) -> Iterator[Blocker]:
    for name in panel.conflicted:
        text = f"{name} has a conflict of interest; choose somebody else to score."
        yield Blocker("conflict", text)
    if panel.seated < FEWEST_REVIEWERS:
        yield Blocker(
            "too-few-reviewers",
            f"Blind scoring needs {FEWEST_REVIEWERS} reviewers and there "
            f"{'is' if panel.seated == 1 else 'are'} {panel.seated}; assign another.",
        )
    missing = panel.seated - panel.submitted
    if missing > 0:
        noun = "reviewer has" if missing == 1 else "reviewers have"
        yield Blocker("scoring", f"{missing} {noun} not submitted yet; remind them.")


def _of_levels(panel: Panel) -> Iterator[Blocker]:
    if panel.call == "re-brief" and not panel.briefed_again:
        yield Blocker(
            "re-brief",
            "Agreement is below 0.667: brief the reviewers anew and let them score the lenses "
            "that differ most again.",
        )
    if panel.to_adjudicate:
        count = len(panel.to_adjudicate)
        noun = "difference waits" if count == 1 else "differences wait"
        text = f"{count} {noun} for a third person's decision."
        yield Blocker("to-adjudicate", text, panel.to_adjudicate)
    if panel.to_talk:
        count = len(panel.to_talk)
        noun = "difference waits" if count == 1 else "differences wait"
        text = f"{count} one-step {noun} for ten minutes' talk."
        yield Blocker("to-talk", text, panel.to_talk)

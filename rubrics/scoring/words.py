"""The sentences under the figures: what a lens, a headline and an outcome are made of."""

from collections.abc import Sequence

from rubrics.scoring.arithmetic import HeadlineSum, LensSum, Weighed, published
from rubrics.scoring.types import Binding, CriterionInput, Outcome

_OUTCOMES: dict[Outcome, str] = {
    "scored": "",
    "not-supplied": "Asked and not supplied by the deadline: counts as 0.",
    "unknown": "Not examined: outside the score, inside the interval.",
    "not-applicable": "Set as not applicable by a lead reviewer.",
}
DECISION_TESTS = (
    "Nothing was found after the deadline, or what exists contradicts the practice.",
    "One person can do it or describe it; nothing repeats it.",
    "It exists in code or configuration for at least one production model; use is partial.",
    "It covers every production model, with dated machine records of the last 90 days.",
    "A change that violates it is stopped or wakes an owner, and a drill or our own run shows it.",
)
"""How a reviewer decides between levels, on every criterion (the ladder of the method)."""
_BINDINGS: dict[Binding, str] = {
    "mean": "The mean binds.",
    "weakest-lens": "The weakest lens binds.",
    "both": "Both give the same.",
    "none": "",
}


def explain_outcome(outcome: Outcome) -> str:
    """Why a criterion has no level of a reviewer; empty where it has one."""
    return _OUTCOMES[outcome]


def explain_open(given: CriterionInput) -> str:
    """That reviewers differ, where it is not settled yet; else empty."""
    lowest = given.level or 0
    if given.upper is None or given.upper == lowest:
        return ""
    return f"Not settled: reviewers say {lowest} to {given.upper}; the lower counts until it is."


def explain_lens(point: LensSum | None, entries: Sequence[Weighed]) -> str:
    """Why a lens has its score."""
    if not entries:
        return "No criterion of this lens applies to this product."
    if point is None:
        return "No criterion of this lens has been examined."
    unknown = sum(entry.level is None for entry in entries)
    counted = len(entries) - unknown
    noun = "criterion" if counted == 1 else "criteria"
    sentence = f"The weighted mean of {counted} {noun} is {published(point.mean, 2):.2f}"
    sentence += f"; {unknown} not examined." if unknown else "."
    if not point.capped or point.cap is None:
        return sentence
    names = ", ".join(point.weakest_keystones)
    lowest = int(point.cap - 1)
    cap = published(point.cap, 1)
    return f"{sentence} Capped at {cap:.1f}, 1.5 above the lowest keystone ({names} at {lowest})."


def explain_headline(
    point: HeadlineSum | None, binding: Binding, weakest: Sequence[str], missing: int
) -> str:
    """Both terms of the headline, and which of them binds."""
    if point is None:
        return "Nothing has been examined, so there is no score."
    mean, cap = published(point.mean, 1), published(point.weakest, 1)
    names = " and ".join(f"“{title}”" for title in weakest)
    sentence = f"The weighted mean of the lenses gives {mean:.1f}"
    if missing:
        sentence += f" ({missing} without any examined criterion left out)"
    return f"{sentence}; the weakest, {names}, allows at most {cap:.1f}. {_BINDINGS[binding]}"

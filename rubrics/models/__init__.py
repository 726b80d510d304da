"""Rows of the score: rubrics, assessments, scorecards, knock-outs, reports."""

from rubrics.models.assessment import (
    Assessment,
    Citation,
    KnockOut,
    Report,
    RubricVersion,
    Score,
    Scorecard,
    Standing,
    Suggestion,
)

__all__ = [
    "Assessment",
    "Citation",
    "KnockOut",
    "Report",
    "RubricVersion",
    "Score",
    "Scorecard",
    "Standing",
    "Suggestion",
]

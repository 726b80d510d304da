"""Rows of the score: rubrics, assessments, scorecards, knock-outs, reports."""

from rubrics.models.assessment import (
    Assessment,
    Citation,
    Report,
    RubricVersion,
    Score,
    Scorecard,
    Standing,
    Suggestion,
)
from rubrics.models.knock_out import KnockOut, KnockOutStep
from rubrics.models.reviewing import Seat

__all__ = [
    "Assessment",
    "Citation",
    "KnockOut",
    "KnockOutStep",
    "Report",
    "RubricVersion",
    "Score",
    "Scorecard",
    "Seat",
    "Standing",
    "Suggestion",
]

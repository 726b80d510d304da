"""Rows of the score: rubrics, assessments, scorecards, knock-outs, terms, reports."""

from rubrics.models.assessment import (
    Assessment,
    Citation,
    RubricVersion,
    Score,
    Scorecard,
    Suggestion,
)
from rubrics.models.dispute import Dispute, PutLevel, Rescore
from rubrics.models.draft import RubricDraft
from rubrics.models.frame import FrameChange
from rubrics.models.knock_out import KnockOut, KnockOutStep
from rubrics.models.letterhead import Letterhead, SigningKey
from rubrics.models.listing import Listing
from rubrics.models.report import Drawing, Report, ReportCopy
from rubrics.models.reviewing import (
    Adjudication,
    AdjudicationCitation,
    Briefing,
    Dissent,
    Seat,
    TalkedLevel,
)
from rubrics.models.sign_off import Condition, SignOff
from rubrics.models.standing import Standing, StandingPoint
from rubrics.models.terms import (
    AppliedHaircut,
    Exposure,
    FollowUp,
    Haircut,
    RevenueStatement,
    WeekRate,
)

__all__ = [
    "Adjudication",
    "AdjudicationCitation",
    "AppliedHaircut",
    "Assessment",
    "Briefing",
    "Citation",
    "Condition",
    "Dispute",
    "Dissent",
    "Drawing",
    "Exposure",
    "FollowUp",
    "FrameChange",
    "Haircut",
    "KnockOut",
    "KnockOutStep",
    "Letterhead",
    "Listing",
    "PutLevel",
    "Report",
    "ReportCopy",
    "Rescore",
    "RevenueStatement",
    "RubricDraft",
    "RubricVersion",
    "Score",
    "Scorecard",
    "Seat",
    "SignOff",
    "SigningKey",
    "Standing",
    "StandingPoint",
    "Suggestion",
    "TalkedLevel",
    "WeekRate",
]

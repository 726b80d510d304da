"""Rows of the deal: people, startups, deals, questionnaires, evidence, what leaves the house."""

from diligence.models.deal import (
    Activity,
    Archetype,
    Deal,
    DealMember,
    Invitation,
    Note,
    Pipeline,
    RiskFlag,
    RoomMember,
    Round,
    Stage,
)
from diligence.models.delivery import ApiToken, OutboundMail, ReminderDigest
from diligence.models.evidence import (
    Blob,
    EvidenceItem,
    EvidenceKind,
    EvidenceVersion,
    Origin,
)
from diligence.models.evidence_request import EvidenceRequest
from diligence.models.questionnaire import (
    Answer,
    AnswerMessage,
    AnswerRevision,
    Questionnaire,
    QuestionnaireTemplate,
    SectionAssignment,
    WorkbookImport,
)
from diligence.models.startup import Startup
from diligence.models.upload import IncomingUpload
from diligence.models.user import FirmRole, User

__all__ = [
    "Activity",
    "Answer",
    "AnswerMessage",
    "AnswerRevision",
    "ApiToken",
    "Archetype",
    "Blob",
    "Deal",
    "DealMember",
    "EvidenceItem",
    "EvidenceKind",
    "EvidenceRequest",
    "EvidenceVersion",
    "FirmRole",
    "IncomingUpload",
    "Invitation",
    "Note",
    "Origin",
    "OutboundMail",
    "Pipeline",
    "Questionnaire",
    "QuestionnaireTemplate",
    "ReminderDigest",
    "RiskFlag",
    "RoomMember",
    "Round",
    "SectionAssignment",
    "Stage",
    "Startup",
    "User",
    "WorkbookImport",
]

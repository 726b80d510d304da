"""Rows of the deal: people, startups, deals, questionnaires, evidence, what leaves the house."""

from diligence.models.activity import Activity, Seal, TrailAnchor, TrailKey
from diligence.models.barrier import Barrier
from diligence.models.deal import (
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
from diligence.models.deal_role import DealRole, DealVerb
from diligence.models.delivery import ApiToken, OutboundMail, ReminderDigest, Scope
from diligence.models.evidence import (
    Blob,
    EvidenceItem,
    EvidenceKind,
    EvidenceLink,
    EvidenceVersion,
    Origin,
    Scan,
)
from diligence.models.evidence_request import EvidenceRequest
from diligence.models.inbox import InboxVisit
from diligence.models.preview import Preview
from diligence.models.questionnaire import (
    Answer,
    AnswerMessage,
    AnswerRevision,
    Questionnaire,
    QuestionnaireTemplate,
    SectionAssignment,
    TemplateDraft,
    WorkbookImport,
)
from diligence.models.retention import DealRetention, Deletion, RetentionRule
from diligence.models.room_export import RoomExport
from diligence.models.room_terms import RoomTerms, TermsAcceptance
from diligence.models.sealing import BlobKey, DealKey
from diligence.models.sign_in import SecondFactorRule
from diligence.models.startup import Startup
from diligence.models.upload import IncomingUpload
from diligence.models.user import FirmRole, User
from diligence.models.webhook import Event, WebhookDelivery, WebhookEndpoint

__all__ = [
    "Activity",
    "Answer",
    "AnswerMessage",
    "AnswerRevision",
    "ApiToken",
    "Archetype",
    "Barrier",
    "Blob",
    "BlobKey",
    "Deal",
    "DealKey",
    "DealMember",
    "DealRetention",
    "DealRole",
    "DealVerb",
    "Deletion",
    "Event",
    "EvidenceItem",
    "EvidenceKind",
    "EvidenceLink",
    "EvidenceRequest",
    "EvidenceVersion",
    "FirmRole",
    "InboxVisit",
    "IncomingUpload",
    "Invitation",
    "Note",
    "Origin",
    "OutboundMail",
    "Pipeline",
    "Preview",
    "Questionnaire",
    "QuestionnaireTemplate",
    "ReminderDigest",
    "RetentionRule",
    "RiskFlag",
    "RoomExport",
    "RoomMember",
    "RoomTerms",
    "Round",
    "Scan",
    "Scope",
    "Seal",
    "SecondFactorRule",
    "SectionAssignment",
    "Stage",
    "Startup",
    "TemplateDraft",
    "TermsAcceptance",
    "TrailAnchor",
    "TrailKey",
    "User",
    "WebhookDelivery",
    "WebhookEndpoint",
    "WorkbookImport",
]

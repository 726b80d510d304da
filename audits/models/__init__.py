"""Rows of the audit: repositories, runs, verdicts, places, findings; the data room; the claims."""

from audits.models.claim import Claim, ClaimVerdict, Hearing, Rebuttal
from audits.models.repository import Repository
from audits.models.room import Artifact, Measured, RoomRun
from audits.models.run import AuditRun, Excerpt, Finding, PracticeResult
from audits.models.triage import Triage

__all__ = [
    "Artifact", "AuditRun", "Claim", "ClaimVerdict", "Excerpt", "Finding", "Hearing", "Measured",
    "PracticeResult", "Rebuttal", "Repository", "RoomRun", "Triage",
]  # fmt: skip

"""Rows of the audit: repositories, runs, verdicts, cited places, findings."""

from audits.models.repository import Repository
from audits.models.run import AuditRun, Excerpt, Finding, PracticeResult
from audits.models.triage import Triage

__all__ = ["AuditRun", "Excerpt", "Finding", "PracticeResult", "Repository", "Triage"]

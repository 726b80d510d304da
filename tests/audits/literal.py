"""A report in literals, for tests of what is made of reports."""

from audits.engine.claiming import ClaimVerdict, Standing
from audits.engine.report import Artifact, AuditReport, Excerpt, PracticeResult, SourceInfo
from audits.engine.types import (
    Effort,
    Evidence,
    Finding,
    Grade,
    Lens,
    Nature,
    Severity,
    Skipped,
    Verdict,
)

KEY = Finding(
    "governance/secrets-committed",
    Severity.CRITICAL,
    "An AWS key is committed",
    "src/sp ace|.py",
    7,
    "Revoke it and take it out of the history.",
    "AKIA****",
)
PICKLE = Finding(
    "governance/unsafe-model-serialization",
    Severity.LOW,
    "A model is loaded with pickle",
    "load.py",
    3,
    "Use safetensors.",
)
DRIFT = PracticeResult(
    "drift-detection",
    "operations/drift-detection",
    "Drift is measured",
    Lens.OPERATIONS,
    Nature.PRACTICE,
    Effort.MEDIUM,
    Verdict.PARTLY,
    Grade.E1,
    None,
    "a library is declared | and unused",
    (Evidence("requirements.txt", 4, "declares `evidently`"),),
)
SECRETS = PracticeResult(
    "secrets-committed",
    "governance/secrets-committed",
    "Secrets are committed",
    Lens.GOVERNANCE,
    Nature.HAZARD,
    Effort.LOW,
    Verdict.YES,
    Grade.E2,
    None,
    "a key is in the code",
    (Evidence("src/sp ace|.py", 7, ""),),
)
REPORT = AuditReport(
    source=SourceInfo("x.bundle", "a" * 40, "2026-01-02T03:04:05Z", 12, 3456),
    practices=(DRIFT, SECRETS),
    findings=(KEY, PICKLE),
    skipped=(Skipped("big.csv", "larger than the limit of 2 MB"),),
    artifacts=(Artifact("log.csv", "document", "0" * 64, 9),),
    claims=(ClaimVerdict("team", "statement", Standing.UNTESTABLE, "An opinion."),),
    timings=(("open", 0.01234),),
    excerpts={("requirements.txt", 4): Excerpt(3, "a\nevidently")},
)

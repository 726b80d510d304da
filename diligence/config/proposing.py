"""What the rubric proposes from one audit: the bridge from verdicts to scores for the terminal."""

from typing import Any

from audits.engine.report import AuditReport
from audits.engine.types import Evidence
from audits.facts.model_file import ModelFile
from rubrics.catalog.loader import available, load_rubric
from rubrics.catalog.schema import Rubric
from rubrics.scoring.suggest import (
    AuditFacts,
    AuditScores,
    ClaimFact,
    ModelFileFact,
    Pointer,
    PracticeFact,
    Suspicion,
    scores_of_audit,
)

RUBRIC = "mlops-diligence"


def proposed_scores(report: AuditReport) -> AuditScores:
    """Scores from this audit alone, under the newest version of the standard rubric."""
    return scores_of_audit(newest_rubric(RUBRIC), facts_of(report))


def newest_rubric(slug: str) -> Rubric:
    """The newest version of a rubric of the catalogue."""
    return load_rubric(slug, max(ref.version for ref in available() if ref.slug == slug))


def facts_of(report: AuditReport) -> AuditFacts:
    """The verdicts in the terms of the scoring."""
    return AuditFacts(
        practices={
            p.id: PracticeFact(
                p.verdict.value, p.grade.value, p.because, p.value, _pointers(p.evidence), p.seen
            )
            for p in report.practices
        },
        claims=tuple(
            ClaimFact(
                c.id, c.kind, c.verdict.value, c.grade.value, c.because, _pointers(c.evidence)
            )
            for c in report.claims
        ),
        model_files=tuple(
            ModelFileFact(
                a.path,
                a.facts.unsafe is True,
                a.facts.unsafe_imports,
                a.facts.licence,
                a.facts.line,
            )
            for a in report.artifacts
            if isinstance(a.facts, ModelFile)
        ),
    )


def as_document(scores: AuditScores) -> dict[str, Any]:
    """The `scores` of the published JSON."""
    return {
        "lenses": [
            {
                "lens": lens.lens,
                "score": lens.score,
                "low": lens.low,
                "high": lens.high,
                "confidence": lens.confidence,
            }
            for lens in scores.lenses
        ],
        "headline": scores.headline,
        "low": scores.low,
        "high": scores.high,
        "band": scores.band,
        "confidence": scores.confidence,
        "knock_outs": [_knock_out(item) for item in scores.knock_outs],
    }


def _knock_out(item: Suspicion) -> dict[str, Any]:
    places = [{"path": e.path, "line": e.line, "note": e.note} for e in item.evidence]
    return {
        "id": item.knock_out,
        "title": item.title,
        "because": item.because,
        "evidence": places,
    }


def _pointers(evidence: tuple[Evidence, ...]) -> tuple[Pointer, ...]:
    return tuple(Pointer(e.path, e.line, e.note) for e in evidence)

"""What a report says, gathered once: the frozen data from which the PDF and its JSON are drawn.

Plain JSON types only, because it is stored, hashed and attached to the PDF as it is.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from audits.facts.methods import METHODS
from audits.models import AuditRun, Finding, Measured, Rebuttal
from audits.selectors.claims import LedgerRow, ledger_of
from audits.selectors.proof import effort_of, measured_now
from audits.selectors.rooms import kind_title
from audits.selectors.runs import LENS_TITLES, latest_runs
from audits.selectors.triage import with_triage
from diligence.models import Deal, EvidenceVersion, User
from diligence.selectors.questionnaires import question_asked
from rubrics.models import Assessment, Citation, Dispute, Rescore, Score, SignOff
from rubrics.scoring.rollup import rollup_json
from rubrics.scoring.signed import signed_sha256
from rubrics.scoring.steps import steps_of
from rubrics.scoring.types import CriterionTerm, LensScore
from rubrics.selectors.assessments import rubric_of, standing_scores
from rubrics.selectors.dashboards import DealDashboard, dashboard_of
from rubrics.selectors.disputes import open_disputes, rescored
from rubrics.selectors.frames import frame_now, printed_frame_changes, printed_freezing
from rubrics.selectors.knock_outs import printed_knock_outs
from rubrics.selectors.printed_agreement import printed_agreement
from rubrics.selectors.settling import submitted_scorecards
from rubrics.selectors.sign_offs import sign_offs_of
from rubrics.selectors.terms import printed_terms, terms_of

SCHEMA = "proofroom/report/1"
Json = dict[str, Any]


def report_data(deal: Deal, *, number: int, issued_by: User, issued_at: datetime) -> Json | None:
    """All of a report, or None where the deal is not being assessed."""
    dashboard = dashboard_of(deal)
    if dashboard is None:
        return None
    runs = latest_runs(deal)
    rubric = rubric_of(dashboard.assessment.rubric)
    findings = Finding.objects.filter(run__in=runs).select_related("run__repository")
    return {
        "schema": SCHEMA,
        "number": number,
        "issued_at": issued_at.isoformat(timespec="seconds"),
        "issued_by": str(issued_by),
        "deal": _deal(deal),
        "assessment": _assessment(dashboard),
        "freezing": printed_freezing(dashboard.assessment),
        "frame_changes": printed_frame_changes(dashboard.assessment),
        "rollup": json.loads(rollup_json(dashboard.rollup)),
        "knock_outs": printed_knock_outs(dashboard.assessment),
        "sign_offs": [_sign_off(each, dashboard) for each in sign_offs_of(deal)],
        "steps": [asdict(step) for step in steps_of(rubric, dashboard.rollup)],
        "lenses": _lenses(dashboard),
        "agreement": printed_agreement(dashboard.assessment),
        "terms": printed_terms(terms_of(deal, dashboard)),
        "claims": [_claim(row) for row in ledger_of(deal).rows],
        "audits": [_audit(run) for run in runs],
        "findings": [_finding(f) for f in with_triage(findings)],
        "measured": [_measured(row) for row in measured_now(deal)],
        "methods": [asdict(method) for method in METHODS] if measured_now(deal) else [],
        "evidence": _evidence(deal),
    }


def _deal(deal: Deal) -> Json:
    return {
        "startup": deal.startup.name,
        "summary": deal.startup.summary,
        "website": deal.startup.website,
        "country": deal.startup.country,
        "name": deal.name,
        "round": deal.get_round_display(),
        "stage": deal.stage.name,
        "amount": int(deal.amount) if deal.amount is not None else None,
        "valuation": int(deal.valuation) if deal.valuation is not None else None,
        "currency": deal.currency,
        "ai_share": deal.ai_share,
        "thesis": deal.thesis,
        "owner": str(deal.owner),
    }


def _moment(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None


def _assessment(dashboard: DealDashboard) -> Json:
    assessment, scorecard = dashboard.assessment, dashboard.scorecard
    return {
        "rubric": assessment.rubric.title,
        "rubric_version": assessment.rubric.version,
        "rubric_sha256": assessment.rubric.sha256,
        "profile": frame_now(assessment).as_json()["words"],
        "mode": assessment.get_mode_display(),
        "opened_at": _moment(assessment.opened_at),
        "reviewer": _reviewers(dashboard),
        "submitted_at": _moment(scorecard.locked_at) if scorecard else None,
        "final": dashboard.is_final,
    }


def _sign_off(row: SignOff, dashboard: DealDashboard) -> Json:
    """A partner's decision; `figures_hold` where the score is still the one that was signed."""
    now = signed_sha256(dashboard.rollup, row.rollup_form)
    return {
        "number": row.number,
        "decision": row.decision,
        "decision_title": row.get_decision_display(),
        "because": row.because,
        "revisit_on": row.revisit_on.isoformat() if row.revisit_on else None,
        "notation": row.notation,
        "headline": row.headline,
        "rollup_form": row.rollup_form,
        "rollup_sha256": row.rollup_sha256,
        "figures_hold": row.rollup_sha256 == now,
        "by": str(row.decided_by),
        "at": _moment(row.decided_at),
        "conditions": [
            {"text": c.text, "due_on": c.due_on.isoformat() if c.due_on else None}
            for c in row.conditions.all()
        ],
    }


def _reviewers(dashboard: DealDashboard) -> str | None:
    """Whoever scored: of several who scored blind all of them."""
    if dashboard.assessment.mode == Assessment.Mode.BLIND:
        cards = submitted_scorecards(dashboard.assessment)
        return " and ".join(str(card.reviewer) for card in cards) or None
    return str(dashboard.scorecard.reviewer) if dashboard.scorecard else None


def _lenses(dashboard: DealDashboard) -> list[Json]:
    scores, disputed = standing_scores(dashboard.assessment), open_disputes(dashboard.assessment)
    rubric, again = rubric_of(dashboard.assessment.rubric), rescored(dashboard.assessment)

    def criterion(term: CriterionTerm) -> Json:
        score, rule = scores.get(term.criterion), rubric.criterion(term.criterion)
        return {
            "id": term.criterion,
            "title": term.title,
            "ask": rule.ask,
            "outcome": term.outcome,
            "level": term.level,
            "anchor": rule.levels[term.level] if term.level is not None else "",
            "next_anchor": _next_anchor(rule.levels, term),
            "target": term.target,
            "gap": term.gap,
            "weight": term.weight,
            "keystone": term.keystone,
            "grade": term.grade,
            "reason": term.reason,
            "rationale": score.rationale if score else "",
            "citations": _citations(score),
            "dispute": _dispute(disputed.get(term.criterion)),
            "scored_again": [_scored_again(row) for row in again.get(term.criterion, ())],
        }

    def lens(score: LensScore) -> Json:
        return {
            "id": score.lens,
            "title": score.title,
            "score": _rounded(score.score),
            "low": _rounded(score.low),
            "high": _rounded(score.high),
            "target": _rounded(score.target),
            "coverage": round(score.coverage, 4),
            "confidence": score.confidence_word,
            "explanation": score.explanation,
            "criteria": [criterion(t) for t in score.terms if t.outcome != "not-applicable"],
            "not_applicable": [t.title for t in score.terms if t.outcome == "not-applicable"],
        }

    return [lens(each) for each in dashboard.rollup.lenses]


def _dispute(dispute: Dispute | None) -> Json | None:
    """What the startup holds against a level, in its own words, until it is closed."""
    if dispute is None:
        return None
    return {"by": str(dispute.author), "at": _moment(dispute.at), "words": dispute.words}


def _scored_again(row: Rescore) -> Json:
    """What a dispute changed, with both levels and both reasons."""
    return {
        "by": str(row.by),
        "at": _moment(row.at),
        "before": row.before.in_words,
        "after": row.after.in_words,
        "before_rationale": row.before.rationale,
        "because": row.after.rationale,
    }


def _next_anchor(levels: Iterable[str], term: CriterionTerm) -> str:
    """What the next level asks for, where the criterion lies below its target."""
    if not term.gap:
        return ""
    return tuple(levels)[(term.level or 0) + 1]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _citations(score: Score | None) -> list[Json]:
    return [_citation(c) for c in score.citations.all()] if score else []


def _citation(citation: Citation) -> Json:
    if citation.practice is not None:
        result = citation.practice
        places = [f"{e.path}:{e.line}" for e in result.evidence.all()[:4]]
        return {
            "kind": "audit",
            "text": f"{result.practice}: {result.verdict}",
            "places": places,
            "commit": result.run.commit,
        }
    if citation.evidence is not None:
        version = citation.evidence.current
        sha256 = version.blob_id if version else ""
        return {"kind": "evidence", "text": citation.evidence.title, "sha256": sha256}
    return {"kind": "answer", "text": question_asked(citation.answer) if citation.answer else ""}


def _audit(run: AuditRun) -> Json:
    practices = run.practices.prefetch_related("evidence").order_by("lens", "practice")
    return {
        "repository": run.repository.name,
        "location": run.repository.location,
        "commit": run.commit,
        "committed_at": _moment(run.committed_at),
        "source_sha256": run.source_sha256,
        "files": run.files,
        "bytes": run.bytes,
        "engine": run.engine_version,
        "finished_at": _moment(run.finished_at),
        "skipped": len(run.skipped),
        "practices": [
            {
                "practice": p.practice,
                "lens": p.lens,
                "lens_title": {k.value: v for k, v in LENS_TITLES.items()}.get(p.lens, p.lens),
                "verdict": p.verdict,
                "grade": p.grade,
                "value": p.value,
                "because": p.because,
                "places": [f"{e.path}:{e.line}" for e in p.evidence.all()],
            }
            for p in practices
        ],
    }


def _finding(finding: Finding) -> Json:
    return {
        "id": finding.fingerprint,
        "check": finding.check_id,
        "severity": finding.severity,
        "title": finding.title,
        "path": finding.path,
        "line": finding.line,
        "fix": finding.fix,
        "effort": effort_of(finding.check_id),
        "repository": finding.run.repository.name,
        "commit": finding.run.commit,
        "triage": _triage(finding),
    }


def _triage(finding: Finding) -> Json | None:
    """A person's word on the finding, which is printed beside it."""
    if finding.triage is None or finding.triage.is_expired:
        return None
    return {
        "verdict": finding.triage.get_verdict_display(),
        "reason": finding.triage.reason,
        "by": str(finding.triage.decided_by),
    }


def _claim(row: LedgerRow) -> Json:
    """A line of the claims ledger. A rebuttal is printed as the startup wrote it."""
    claim, verdict = row.claim, row.verdict
    return {
        "id": str(claim.pk),
        "kind": claim.kind,
        "lens": claim.lens,
        "lens_title": row.lens_title,
        "text": claim.text,
        "fields": claim.fields,
        "source": claim.get_source_display(),
        "where": claim.where,
        "verdict": row.word or None,
        "verdict_title": verdict.get_verdict_display() if verdict else "Not tested yet",
        "because": verdict.because if verdict else "",
        "grade": verdict.grade if verdict else None,
        "claimed": verdict.claimed if verdict else None,
        "measured": verdict.measured if verdict else None,
        "interval": [verdict.low, verdict.high] if verdict and verdict.low is not None else None,
        "places": _places(verdict.evidence) if verdict else [],
        "tested_at": _moment(verdict.tested_at) if verdict else None,
        "wanted": row.wanted.what if row.is_decidable and row.wanted else "",
        "rebuttal": _rebuttal(row.rebuttal),
    }


def _places(evidence: Iterable[Mapping[str, Any]]) -> list[str]:
    """Where a verdict points to, each place once."""
    return list(dict.fromkeys(f"{each['path']}:{each['line']}" for each in evidence))


def _measured(row: Measured) -> Json:
    """What was measured on one file of the data room, under what it was taken for."""
    return {
        "path": row.path,
        "kind": row.kind,
        "kind_title": kind_title(row.kind),
        "columns": row.columns,
        "sha256": row.version.blob_id,
        "in_archive": bool(row.artifact.member),
        "facts": row.facts,
        "trouble": row.trouble,
    }


def _rebuttal(rebuttal: Rebuttal | None) -> Json | None:
    if rebuttal is None:
        return None
    return {
        "by": str(rebuttal.author),
        "at": _moment(rebuttal.at),
        "text": rebuttal.body,
        "evidence": [item.title for item in rebuttal.evidence.all()],
    }


def _evidence(deal: Deal) -> list[Json]:
    versions = EvidenceVersion.objects.filter(item__deal=deal).select_related(
        "item", "blob", "uploaded_by"
    )
    return [
        {
            "title": v.item.title,
            "filename": v.filename,
            "version": v.number,
            "sha256": v.blob_id,
            "bytes": v.blob.size,
            "type": v.media_type,
            "origin": v.item.get_origin_display(),
            "dated_on": v.dated_on.isoformat() if v.dated_on else None,
            "handed_in_at": _moment(v.uploaded_at),
            "handed_in_by": str(v.uploaded_by),
            "withdrawn": v.item.withdrawn_because if v.item.withdrawn_at else None,
        }
        for v in versions.order_by("item__created_at", "number")
    ]

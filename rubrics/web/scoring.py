"""The page of one criterion: to read, to score, and to score again what the startup disputes."""

from collections.abc import Sequence
from copy import copy
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import Http404, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render

from diligence.access import SignedInRequest
from diligence.models import Deal
from diligence.services.errors import Refused
from rubrics.models import Assessment, Briefing, Dispute, Score, Scorecard
from rubrics.scoring.ceilings import ceiling, explain_ceiling
from rubrics.scoring.types import GRADES
from rubrics.selectors.assessments import CriterionSheet, rubric_of, sheets_of
from rubrics.selectors.earlier import earlier_scores
from rubrics.web.forms.scores import GRADE_WORDS, cited_in, score_in


def page_context(deal: Deal, **more: Any) -> dict[str, Any]:
    """What every page of the scorecard shows around it."""
    return {"nav": "pipeline", "deal": deal, "tab": "scorecard", **more}


def by_lens(
    assessment: Assessment, sheets: Sequence[CriterionSheet]
) -> list[tuple[str, list[CriterionSheet]]]:
    """The criteria under the titles of their lenses, without empty ones."""
    lenses = rubric_of(assessment.rubric).lenses
    grouped = [(lens.title, [s for s in sheets if s.criterion.lens == lens.id]) for lens in lenses]
    return [(title, rows) for title, rows in grouped if rows]


def criterion_page(
    request: SignedInRequest, deal: Deal, scorecard: Scorecard, criterion: str,
    *, refused: Refused | None = None, dispute: Dispute | None = None,
) -> HttpResponseBase:  # fmt: skip
    """One criterion that fills the screen; `dispute` is the one for which it is scored again."""
    sheets = sheets_of(scorecard)
    at = next((i for i, s in enumerate(sheets) if s.criterion.id == criterion), None)
    if at is None:
        raise Http404
    own = scorecard.reviewer_id == request.user.pk
    context = page_context(
        deal, scorecard=scorecard, lenses=by_lens(scorecard.assessment, sheets),
        earlier=earlier_scores(scorecard, criterion, request.user),
        briefing=_briefing(scorecard, sheets[at]),
        anchors=list(enumerate(sheets[at].criterion.levels)),
        previous=sheets[at - 1] if at else None,
        following=sheets[at + 1] if at + 1 < len(sheets) else None,
        decided=sum(1 for s in sheets if s.is_decided), total=len(sheets),
        grades=[(g, GRADE_WORDS[g], ceiling(g, sheets[at].criterion),
                 explain_ceiling(g, sheets[at].criterion)) for g in GRADES],
        freshness=Score.Freshness.choices, dispute=dispute, before=sheets[at].score,
        may_score=own and (scorecard.locked_at is None or dispute is not None),
    )  # fmt: skip
    context |= _sheet(request, sheets[at], refused, dispute)
    status = 200 if refused is None else 422
    return render(request, "rubrics/criterion_score.html", context, status=status)


def _sheet(
    request: SignedInRequest, sheet: CriterionSheet, refused: Refused | None,
    dispute: Dispute | None,
) -> dict[str, Any]:  # fmt: skip
    """The criterion as it is stored, or as it was sent and refused; with what a dispute brought."""
    cited = _cited(sheet)
    if dispute is not None:
        brought = tuple(dispute.evidence.prefetch_related("versions"))
        cited |= {item.pk for item in brought}
        sheet = _for_dispute(sheet, {item.pk: item for item in (*sheet.evidence, *brought)})
    if refused is not None:
        sheet, cited = _as_sent(sheet, request.POST), set(cited_in(request.POST))
    return {"sheet": sheet, "cited": cited, "refused": refused or ""}


def _for_dispute(sheet: CriterionSheet, evidence: dict[UUID, Any]) -> CriterionSheet:
    """The score as it stands, its reason left for the reviewer to write anew."""
    if sheet.score is not None:
        score = copy(sheet.score)
        score.rationale = ""
        sheet = replace(sheet, score=score)
    return replace(sheet, evidence=tuple(evidence.values()))


def _cited(sheet: CriterionSheet) -> set[UUID | None]:
    cited = sheet.score.citations.all() if sheet.score else ()
    return {c.practice_id or c.answer_id or c.evidence_id for c in cited}


def _as_sent(sheet: CriterionSheet, data: QueryDict) -> CriterionSheet:
    """The sheet with what was typed, so that a refusal loses nothing.

    The revision is that of what is stored, so that saving again replaces it knowingly.
    """
    return replace(sheet, score=score_in(data, sheet.score.revision if sheet.score else 0))


def _briefing(scorecard: Scorecard, sheet: CriterionSheet) -> Briefing | None:
    """How the anchors of the lens are to be read, where the reviewers were briefed anew on it."""
    rows = scorecard.assessment.briefings.filter(lenses__contains=[sheet.criterion.lens])
    return rows.select_related("given_by").last()

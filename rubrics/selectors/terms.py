"""Reads of terms: one deal from its gaps to what they cost, expose, correct and ask for."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import QuerySet

from audits.selectors.claims import LedgerRow, ledger_of
from diligence.models import Deal, User
from diligence.selectors.questionnaires import AskedQuestion, answers_by_criterion
from rubrics.catalog.schema import Rubric
from rubrics.models import AppliedHaircut, Exposure, FollowUp, KnockOut, RevenueStatement, WeekRate
from rubrics.scoring.instruments import INSTRUMENTS, TITLES, Instrument
from rubrics.scoring.terms import (
    Exposed,
    ExposureSum,
    HaircutSum,
    Remediation,
    RevenueAtRisk,
    StatedModel,
    by_risk,
    exposure_sum,
    haircut_sum,
    remediation,
    revenue_at_risk,
)
from rubrics.scoring.types import CriterionTerm
from rubrics.selectors.assessments import rubric_of
from rubrics.selectors.dashboards import DealDashboard
from rubrics.selectors.rubrics import effort_of

Json = dict[str, Any]
COUNSELLED = ("L", "R")
"""The kinds of risk to which counsel puts a range (section 7)."""
PROVIDERS = "provider-continuity"
SHARE, PROVIDER, MODEL = "revenue-share", "provider", "model"
"""The criterion and the columns of the question on what revenue rests on a hosted model."""


@dataclass(frozen=True)
class ExposureLine:
    """Something that may cost money, with counsel's range once somebody entered it.

    `risks` are its kinds of risk among those that counsel ranges, as letters.
    """

    risks: str
    subject: str
    title: str
    entered: Exposure | None

    @property
    def risk_words(self) -> str:
        """The kinds in words."""
        return " and ".join(TITLES[risk].lower() for risk in self.risks).capitalize()


@dataclass(frozen=True)
class Suggested:
    """An instrument with what on this deal calls for it."""

    row: Instrument
    gaps: tuple[CriterionTerm, ...]
    knock_outs: tuple[KnockOut, ...]

    @property
    def is_called_for(self) -> bool:
        """Whether anything on this deal does."""
        return bool(self.gaps or self.knock_outs)


@dataclass(frozen=True)
class DealTerms:
    """All that the findings mean for terms, with every sum beside its terms."""

    currency: str
    remediation: Remediation
    revenue: RevenueAtRisk
    statements: tuple[RevenueStatement, ...]
    exposures: tuple[ExposureLine, ...]
    exposure_sum: ExposureSum
    corrections: tuple[LedgerRow, ...]
    haircuts: tuple[AppliedHaircut, ...]
    haircut_sum: HaircutSum
    instruments: tuple[Suggested, ...]
    follow_ups: tuple[FollowUp, ...]


def terms_of(deal: Deal, dashboard: DealDashboard) -> DealTerms:
    """The terms of a deal whose dashboard was read."""
    rollup, rubric = dashboard.rollup, rubric_of(dashboard.assessment.rubric)
    rate = WeekRate.objects.filter(currency=deal.currency).first()
    statements = tuple(RevenueStatement.objects.standing().filter(deal=deal))
    exposures = _exposures(deal, dashboard, rubric)
    haircuts = tuple(
        AppliedHaircut.objects.standing().filter(deal=deal).select_related("haircut", "by")
    )
    ranged = (Exposed(*_range(line.entered)) for line in exposures)
    valuation = float(deal.valuation) if deal.valuation is not None else None
    return DealTerms(
        currency=deal.currency,
        remediation=remediation(
            rollup.terms, effort_of(dashboard.assessment.rubric), rollup.confidence_word,
            float(rate.amount) if rate else None,
        ),
        revenue=revenue_at_risk(rollup.terms, (*_answered(deal), *map(_stated, statements))),
        statements=statements,
        exposures=exposures,
        exposure_sum=exposure_sum(ranged),
        corrections=tuple(row for row in ledger_of(deal).rows if row.word == "contradicted"),
        haircuts=haircuts,
        haircut_sum=haircut_sum((float(each.percent) for each in haircuts), valuation),
        instruments=_suggested(dashboard, rubric),
        follow_ups=tuple(follow_ups_of(deal)),
    )  # fmt: skip


def follow_ups_of(deal: Deal, user: User | None = None) -> QuerySet[FollowUp]:
    """The conditions of a deal, by their day; those that this person may see, if one is given."""
    rows = FollowUp.objects.all() if user is None else FollowUp.objects.visible_to(user)
    rows = rows.filter(deal=deal)
    return rows.select_related("owner", "opened_by", "closed_by")


def _range(entered: Exposure | None) -> tuple[float | None, float | None]:
    if entered is None or entered.low is None or entered.high is None:
        return None, None
    return float(entered.low), float(entered.high)


def _stated(row: RevenueStatement) -> StatedModel:
    share = float(row.share) if row.share is not None else None
    return StatedModel(row.name, share, row.source, tuple(row.keystones))


def _answered(deal: Deal) -> tuple[StatedModel, ...]:
    """What the startup itself answered on the revenue that rests on hosted models."""
    asked = answers_by_criterion(deal).get(PROVIDERS, ())
    return tuple(model for question in asked for model in models_stated_in(question))


def models_stated_in(asked: AskedQuestion) -> Iterable[StatedModel]:
    """The rows of an answer that name a provider, with the share of revenue where it is given."""
    value = asked.said.value if asked.said else None
    if not isinstance(value, list):
        return
    for row in value:
        if isinstance(row, Mapping) and PROVIDER in row:
            name = " · ".join(str(row[key]) for key in (PROVIDER, MODEL) if row.get(key))
            share = row.get(SHARE)
            known = float(share) if isinstance(share, int | float) else None
            yield StatedModel(name, known, "Answer of the startup")


def risks_of_knock_outs(rubric: Rubric) -> dict[str, frozenset[str]]:
    """The kinds of risk of each knock-out: those of the criteria that can raise it."""
    return {
        rule.id: frozenset(r for c in rubric.criteria if rule.id in c.knock_outs for r in c.risk)
        for rule in rubric.knock_outs
    }


def _exposures(deal: Deal, dashboard: DealDashboard, rubric: Rubric) -> tuple[ExposureLine, ...]:
    """What was entered, and every gap or knock-out of these kinds for which nothing was."""
    entered = Exposure.objects.standing().filter(deal=deal).select_related("by")
    lines = [ExposureLine(row.risk, row.subject, row.title, row) for row in entered]
    covered = {line.subject for line in lines}
    waiting = _open_exposures(dashboard, rubric)
    return tuple(lines + [each for each in waiting if each.subject not in covered])


def _open_exposures(dashboard: DealDashboard, rubric: Rubric) -> Iterable[ExposureLine]:
    of_knock_outs, of_criteria = risks_of_knock_outs(rubric), _risks(rubric)
    for row in dashboard.standing_knock_outs:
        if kinds := _counselled(of_knock_outs[row.code]):
            title = f"{row.code} · {rubric.knock_out(row.code).title}"
            yield ExposureLine(kinds, row.code, title, None)
    for term in dashboard.worst_gaps:
        if kinds := _counselled(of_criteria[term.criterion]):
            yield ExposureLine(kinds, term.criterion, term.title, None)


def _counselled(risks: Iterable[str]) -> str:
    return "".join(kind for kind in COUNSELLED if kind in set(risks))


def _risks(rubric: Rubric) -> dict[str, tuple[str, ...]]:
    return {criterion.id: criterion.risk for criterion in rubric.criteria}


def _suggested(dashboard: DealDashboard, rubric: Rubric) -> tuple[Suggested, ...]:
    gaps, risks = by_risk(dashboard.rollup.terms, _risks(rubric)), risks_of_knock_outs(rubric)
    raised = dashboard.standing_knock_outs
    return tuple(
        Suggested(row, gaps[row.risk], tuple(k for k in raised if row.risk in risks[k.code]))
        for row in INSTRUMENTS
    )


def printed_terms(terms: DealTerms) -> Json:
    """What a report prints and attaches: figures with their terms, and people's words."""
    return {
        "currency": terms.currency,
        "remediation": asdict(terms.remediation),
        "revenue": asdict(terms.revenue),
        "exposures": [_printed_exposure(line) for line in terms.exposures],
        "exposure_sum": asdict(terms.exposure_sum),
        "corrections": [_printed_correction(row) for row in terms.corrections],
        "haircuts": [
            {"name": h.haircut.name, "percent": float(h.percent), "because": h.because,
             "by": str(h.by)}
            for h in terms.haircuts
        ],
        "haircut_sum": asdict(terms.haircut_sum),
        "instruments": [_printed_instrument(each) for each in terms.instruments],
        "conditions": [_printed_condition(row) for row in terms.follow_ups],
    }  # fmt: skip


def _printed_exposure(line: ExposureLine) -> Json:
    low, high = _range(line.entered)
    return {
        "risk": line.risk_words, "title": line.title, "low": low, "high": high,
        "counsel": line.entered.counsel if line.entered else "",
        "note": line.entered.note if line.entered else "",
    }  # fmt: skip


def _printed_correction(row: LedgerRow) -> Json:
    verdict = row.verdict
    return {
        "text": row.claim.text,
        "kind": row.kind_title,
        "claimed": verdict.claimed if verdict else None,
        "measured": verdict.measured if verdict else None,
        "low": verdict.low if verdict else None,
        "high": verdict.high if verdict else None,
        "because": verdict.because if verdict else "",
    }


def _printed_instrument(each: Suggested) -> Json:
    return {
        "risk": each.row.title, "instrument": each.row.instrument, "when": each.row.when,
        "called_for_by": [k.code for k in each.knock_outs] + [t.title for t in each.gaps],
    }  # fmt: skip


def _printed_condition(row: FollowUp) -> Json:
    return {
        "text": row.text, "owner": str(row.owner), "due_on": row.due_on.isoformat(),
        "state": row.get_state_display(), "because": row.closed_because,
        "instrument": row.instrument,
    }  # fmt: skip

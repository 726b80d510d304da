"""Reads of dashboards: one deal's standing with its reasons, and the firm's deals side by side."""

from dataclasses import dataclass

from audits.models import Finding
from audits.selectors.runs import latest_runs
from audits.selectors.triage import without_false_alarms
from diligence.models import Deal, User
from rubrics.models import Assessment, KnockOut, Scorecard
from rubrics.scoring.types import CriterionTerm, LensScore, RollUp
from rubrics.selectors.assessments import (
    assessment_of,
    leading_scorecard,
    rolled_up,
)


@dataclass(frozen=True)
class DealDashboard:
    """All that a partner sees first of a deal."""

    assessment: Assessment
    scorecard: Scorecard | None
    rollup: RollUp
    knock_outs: tuple[KnockOut, ...]
    findings: tuple[Finding, ...]

    @property
    def is_final(self) -> bool:
        """Whether what is behind it was submitted, and nothing is left to settle."""
        return self.assessment.standing.is_final

    @property
    def standing_knock_outs(self) -> tuple[KnockOut, ...]:
        """Those that stand beside the band."""
        return tuple(k for k in self.knock_outs if k.stands)

    @property
    def unknowns(self) -> tuple[CriterionTerm, ...]:
        """What nobody could examine yet, heaviest first."""
        open_ones = [t for t in self.rollup.terms if t.outcome == "unknown"]
        return tuple(sorted(open_ones, key=lambda t: (-t.weight, t.title)))

    @property
    def worst_gaps(self) -> tuple[CriterionTerm, ...]:
        """Criteria furthest below what the stage expects, keystones first."""
        gaps = [t for t in self.rollup.terms if t.gap]
        return tuple(sorted(gaps, key=lambda t: (not t.keystone, -(t.gap or 0), t.title)))


def dashboard_of(deal: Deal) -> DealDashboard | None:
    """The deal's dashboard, or None where it is not being assessed."""
    assessment = assessment_of(deal)
    if assessment is None:
        return None
    findings = Finding.objects.filter(run__in=latest_runs(deal)).select_related("run")
    return DealDashboard(
        assessment=assessment,
        scorecard=leading_scorecard(assessment),
        rollup=rolled_up(assessment),
        knock_outs=tuple(assessment.knock_outs.select_related("decided_by")),
        findings=tuple(without_false_alarms(findings.order_by("severity_rank")[:50])[:5]),
    )


def may_see_scores(user: User, assessment: Assessment) -> bool:
    """Reviewers see others' scores only after their own are in."""
    return Assessment.objects.scores_visible_to(user).filter(pk=assessment.pk).exists()


def lens_of(rollup: RollUp, lens: str) -> LensScore | None:
    """One lens of a roll-up."""
    return next((each for each in rollup.lenses if each.lens == lens), None)

"""Reads of what was put to the startup and what it disputes."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Min, QuerySet
from django.utils import timezone

from diligence.models import Deal, EvidenceItem, User
from diligence.selectors.evidence import startup_evidence
from rubrics.catalog.schema import Criterion
from rubrics.models import Assessment, Dispute, PutLevel, Rescore
from rubrics.scoring.types import HIGHEST_LEVEL
from rubrics.selectors.assessments import (
    applicable_criteria,
    inputs_of,
    leading_scorecard,
    rubric_of,
)


def final_levels(assessment: Assessment) -> Mapping[str, int]:
    """By criterion the level that nothing is left to settle on; 0 where it was not supplied."""
    if assessment.mode == Assessment.Mode.ASSISTED:
        scorecard = leading_scorecard(assessment)
        if scorecard is None or scorecard.locked_at is None:
            return {}
    return {
        given.criterion: given.level or 0
        for given in inputs_of(assessment)
        if given.outcome != "unknown" and given.upper in (None, given.level or 0)
    }


@dataclass(frozen=True)
class PutFinding:
    """One criterion as it was put; `found` and `next_step` are anchors, never numbers."""

    put: PutLevel
    criterion: Criterion
    dispute: Dispute | None

    @property
    def found(self) -> str:
        """What holds, in the words of the rubric."""
        return self.criterion.levels[self.put.level]

    @property
    def next_step(self) -> str:
        """What the next level asks for; nothing at the top."""
        if self.put.level == HIGHEST_LEVEL:
            return ""
        return self.criterion.levels[self.put.level + 1]

    @property
    def may_be_disputed(self) -> bool:
        """Whether there is time, and nobody did."""
        return self.dispute is None and timezone.localdate() <= self.put.last_day

    @property
    def rescores(self) -> tuple[Rescore, ...]:
        """What the reviewer scored again since it is disputed, the first first."""
        return tuple(self.dispute.rescores.all()) if self.dispute else ()


def findings_put(deal: Deal, user: User) -> tuple[PutFinding, ...]:
    """All that was put to the startup of a deal, as far as this person may see it."""
    rows = PutLevel.objects.visible_to(user).filter(assessment__deal=deal)
    rows = rows.select_related(
        "assessment__rubric", "assessment__deal__startup", "dispute__author", "dispute__closed_by"
    ).prefetch_related(
        "dispute__evidence__versions", "dispute__rescores__before", "dispute__rescores__after",
        "dispute__rescores__by",
    )  # fmt: skip
    return tuple(
        PutFinding(row, rubric_of(row.assessment.rubric).criterion(row.criterion), _dispute(row))
        for row in rows
    )


def fresh_evidence(deal: Deal, user: User) -> QuerySet[EvidenceItem]:
    """What the startup handed in since the first finding was put: a dispute needs some of it."""
    first = PutLevel.objects.filter(assessment__deal=deal).aggregate(at=Min("put_at"))["at"]
    if first is None:
        return EvidenceItem.objects.none()
    return startup_evidence(deal, user).filter(versions__uploaded_at__gt=first).distinct()


def _dispute(put: PutLevel) -> Dispute | None:
    return put.dispute if hasattr(put, "dispute") else None


def open_disputes(assessment: Assessment) -> Mapping[str, Dispute]:
    """By criterion what is disputed and not closed; the level carries a flag until it is."""
    rows = Dispute.objects.filter(put__assessment=assessment, closed_at=None)
    return {row.put.criterion: row for row in rows.select_related("put", "author")}


def to_be_put(assessment: Assessment) -> tuple[tuple[Criterion, int], ...]:
    """Final levels that were not put yet, in the order of the rubric."""
    levels = final_levels(assessment)
    put = set(assessment.put_levels.values_list("criterion", flat=True))
    return tuple(
        (c, levels[c.id])
        for c in applicable_criteria(assessment)
        if c.id in levels and c.id not in put
    )


def rescored(assessment: Assessment) -> Mapping[str, tuple[Rescore, ...]]:
    """By criterion what was scored again after a dispute, the first first."""
    rows = Rescore.objects.filter(dispute__put__assessment=assessment)
    found: dict[str, tuple[Rescore, ...]] = {}
    for row in rows.select_related("before", "after", "by"):
        found[row.after.criterion] = (*found.get(row.after.criterion, ()), row)
    return found


def may_rescore(assessment: Assessment, user: User) -> bool:
    """Whether this person is the one reviewer who scores again what is disputed."""
    if assessment.mode != Assessment.Mode.ASSISTED:
        return False
    scorecard = leading_scorecard(assessment)
    if scorecard is None or scorecard.locked_at is None:
        return False
    return scorecard.reviewer_id == user.pk

"""Writes of the scorecard that takes an earlier one's place; the earlier one is kept as it was."""

from collections.abc import Collection
from uuid import uuid4

from django.utils import timezone

from rubrics.models import Citation, Score, Scorecard


def succeed(old: Scorecard, *, without: Collection[str] = (), submitted: bool = False) -> Scorecard:
    """A new scorecard of the same reviewer with copies of the scores but those of some criteria.

    `submitted` is whether it counts as submitted when the old one was. The caller holds the lock
    of the assessment.
    """
    old.superseded_at = timezone.now()
    old.save(update_fields=["superseded_at"])
    new = Scorecard.objects.create(
        assessment=old.assessment, reviewer=old.reviewer,
        no_conflict_declared_at=old.no_conflict_declared_at,
        locked_at=old.locked_at if submitted else None,
    )  # fmt: skip
    for score in old.scores.exclude(criterion__in=without).prefetch_related("citations"):
        _copy(score, new)
    return new


def _copy(score: Score, scorecard: Scorecard) -> None:
    cited = list(score.citations.all())
    score.pk, score.scorecard = uuid4(), scorecard
    score.save(force_insert=True)
    Citation.objects.bulk_create(
        Citation(
            score=score, practice_id=c.practice_id, answer_id=c.answer_id,
            evidence_id=c.evidence_id,
        )
        for c in cited
    )  # fmt: skip

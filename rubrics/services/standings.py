"""Writes of standings: the roll-up as lists read it, and as it stood at the end of each day."""

import json
from datetime import UTC

from django.utils import timezone

from rubrics.models import Assessment, Standing, StandingPoint
from rubrics.scoring.rollup import rollup_json
from rubrics.scoring.types import RollUp


def keep_standing(assessment: Assessment, rollup: RollUp, *, is_final: bool) -> Standing:
    """Keeps a roll-up for the lists and for the trend; the caller holds the assessment's lock."""
    said = {
        "is_final": is_final,
        "headline": rollup.headline.score,
        "low": rollup.headline.low,
        "high": rollup.headline.high,
        "notation": rollup.notation,
        "coverage": rollup.coverage,
    }
    more = {
        "band": rollup.band,
        "lens_scores": lens_scores_of(rollup),
        "data": json.loads(rollup_json(rollup)),
    }
    standing, _ = Standing.objects.update_or_create(assessment=assessment, defaults=said | more)
    today = timezone.now().astimezone(UTC).date()
    StandingPoint.objects.update_or_create(assessment=assessment, day=today, defaults=said)
    return standing


def lens_scores_of(rollup: RollUp) -> dict[str, dict[str, float | bool | None]]:
    """What lists show of each lens."""
    return {
        lens.lens: {
            "score": lens.score, "low": lens.low, "high": lens.high, "applies": lens.applies,
        }
        for lens in rollup.lenses
    }  # fmt: skip

"""Reads of the pipeline in time: how many deals lie in each stage, and for how long."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Aggregate, Count, DateTimeField, Min
from django.utils import timezone

from diligence.models import Stage, User
from rubrics.selectors.portfolio import deals_of_the_firm


class Median(Aggregate):
    """The middle moment (PostgreSQL's percentile_disc, a moment that is there)."""

    function = "PERCENTILE_DISC"
    name = "median"
    output_field = DateTimeField()
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"


@dataclass(frozen=True)
class StageTime:
    """A stage: its deals, and whole days since the middle and the first of them entered it."""

    stage: Stage
    deals: int
    median_days: int | None
    longest_days: int | None


def stage_times(user: User) -> tuple[StageTime, ...]:
    """Every stage of every pipeline, with the visible deals that lie in it now."""
    now = timezone.now()
    rows = deals_of_the_firm(user).order_by().values("stage")
    rows = rows.annotate(
        deals=Count("pk"), middle=Median("stage_entered_at"), first=Min("stage_entered_at")
    )
    found = {row["stage"]: row for row in rows}
    stages = Stage.objects.select_related("pipeline").order_by("pipeline__name", "position")
    return tuple(_time(stage, found.get(stage.pk), now) for stage in stages)


def _time(stage: Stage, row: Mapping[str, Any] | None, now: datetime) -> StageTime:
    if row is None:
        return StageTime(stage, 0, None, None)
    median, longest = (max(now - row[name], timedelta()).days for name in ("middle", "first"))
    return StageTime(stage, row["deals"], median, longest)

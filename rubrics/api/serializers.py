"""What the API says of scores, knock-outs and reports. The acts bring their own serializers.

The figures are those of the roll-up as the dashboard shows them; `None` is "unknown", never zero.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from rest_framework import serializers

from diligence.models import User
from rubrics.catalog.schema import KnockOut
from rubrics.models import Assessment, KnockOutStep, Report, Standing
from rubrics.models import KnockOut as KnockOutRow
from rubrics.models.assessment import Cited
from rubrics.scoring.types import (
    CriterionTerm,
    Gap,
    Headline,
    LensScore,
    LensTerm,
    RollUp,
    Sensitivity,
)

OUTCOMES = ("scored", "not-supplied", "unknown", "not-applicable")
CONFIDENCES = ("high", "medium", "low")
BINDINGS = ("mean", "weakest-lens", "both", "none")


class ReviewerSerializer(serializers.ModelSerializer[User]):
    """Someone of the firm."""

    class Meta:
        model = User
        fields = ("id", "name", "email")
        read_only_fields = fields


class CriterionTermSerializer(serializers.Serializer[CriterionTerm]):
    """One criterion as it entered its lens: level 0 to 4, weight, grade of the evidence."""

    criterion = serializers.CharField()
    title = serializers.CharField()
    outcome = serializers.ChoiceField(choices=OUTCOMES)
    level = serializers.IntegerField(allow_null=True)
    target = serializers.IntegerField(help_text="What the company stage expects.")
    gap = serializers.IntegerField(allow_null=True)
    weight = serializers.IntegerField()
    keystone = serializers.BooleanField()
    counted = serializers.BooleanField()
    share = serializers.FloatField()
    contribution = serializers.FloatField()
    grade = serializers.CharField(allow_null=True, help_text="E0 to E5.")
    freshness = serializers.CharField(allow_null=True)
    models_covered = serializers.FloatField()
    strength = serializers.FloatField()
    reason = serializers.CharField()


class LensScoreSerializer(serializers.Serializer[LensScore]):
    """A lens, 0 to 4, with the interval that missing evidence leaves open."""

    lens = serializers.CharField()
    title = serializers.CharField()
    weight = serializers.FloatField()
    mean = serializers.FloatField(allow_null=True)
    cap = serializers.FloatField(allow_null=True)
    capped = serializers.BooleanField()
    capped_by = serializers.ListField(child=serializers.CharField())
    score = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    target = serializers.FloatField(allow_null=True)
    coverage = serializers.FloatField()
    confidence = serializers.FloatField()
    confidence_word = serializers.ChoiceField(choices=CONFIDENCES)
    explanation = serializers.CharField()
    terms = CriterionTermSerializer(many=True)


class LensTermSerializer(serializers.Serializer[LensTerm]):
    """One lens as it entered the headline."""

    lens = serializers.CharField()
    title = serializers.CharField()
    share = serializers.FloatField()
    score = serializers.FloatField()
    contribution = serializers.FloatField()


class HeadlineSerializer(serializers.Serializer[Headline]):
    """The headline, 0 to 100, with both of its terms and which of them binds."""

    score = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    mean_term = serializers.FloatField(allow_null=True)
    weakest_term = serializers.FloatField(allow_null=True)
    binding = serializers.ChoiceField(choices=BINDINGS)
    weakest_lenses = serializers.ListField(child=serializers.CharField())
    explanation = serializers.CharField()
    terms = LensTermSerializer(many=True)


class SensitivitySerializer(serializers.Serializer[Sensitivity]):
    """How many of the random weightings keep the band."""

    draws = serializers.IntegerField()
    kept = serializers.IntegerField()


class GapSerializer(serializers.Serializer[Gap]):
    """A criterion below what its stage expects."""

    criterion = serializers.CharField()
    lens = serializers.CharField()
    level = serializers.IntegerField()
    target = serializers.IntegerField()
    keystone = serializers.BooleanField()


class RollUpSerializer(serializers.Serializer[RollUp]):
    """All that follows from the scorecard, down to every term."""

    rubric = serializers.CharField()
    version = serializers.IntegerField()
    digest = serializers.CharField()
    stage = serializers.CharField()
    archetypes = serializers.ListField(child=serializers.CharField())
    flags = serializers.ListField(child=serializers.CharField())
    headline = HeadlineSerializer()
    lenses = LensScoreSerializer(many=True)
    coverage = serializers.FloatField()
    confidence = serializers.FloatField()
    confidence_word = serializers.ChoiceField(choices=CONFIDENCES)
    rateable = serializers.BooleanField()
    not_rateable_because = serializers.CharField()
    point_band = serializers.CharField()
    bands = serializers.ListField(child=serializers.CharField())
    band = serializers.CharField()
    knock_outs = serializers.ListField(child=serializers.CharField())
    notation = serializers.CharField()
    sensitivity = SensitivitySerializer()
    gaps = GapSerializer(many=True)


class StandingSerializer(serializers.ModelSerializer[Standing]):
    """The score in short: headline with interval, band, and the notation that reports print."""

    class Meta:
        model = Standing
        fields = (
            "headline", "low", "high", "band", "notation", "coverage", "is_final", "computed_at",
        )  # fmt: skip
        read_only_fields = fields


@dataclass(frozen=True)
class DealScore:
    """An assessment with its roll-up as it stands now."""

    assessment: Assessment
    rollup: RollUp


class ScoreSerializer(serializers.Serializer[DealScore]):
    """A deal's score and all that it is made of."""

    deal = serializers.UUIDField(source="assessment.deal_id")
    mode = serializers.ChoiceField(choices=Assessment.Mode.choices, source="assessment.mode")
    opened_at = serializers.DateTimeField(source="assessment.opened_at")
    standing = StandingSerializer(source="assessment.standing")
    rollup = RollUpSerializer()


@dataclass(frozen=True)
class KnownKnockOut:
    """A knock-out with its rule; `stands` while suspected, confirmed, or past its waiver."""

    row: KnockOutRow
    rule: KnockOut
    stands: bool


class KnockOutStepSerializer(serializers.Serializer[Any]):
    """One step of its history; nobody's where the engine or the calendar did it."""

    kind = serializers.ChoiceField(choices=KnockOutStep.Kind.choices)
    by = ReviewerSerializer(allow_null=True)
    at = serializers.DateTimeField()
    because = serializers.CharField()
    until = serializers.DateField(
        allow_null=True, help_text="Last day of a waiver, or the day by which a reply is asked for."
    )
    signed = serializers.CharField()


class KnockOutSerializer(serializers.Serializer[Any]):
    """A reason that stands beside the band and that no average hides."""

    id = serializers.UUIDField(source="row.pk")
    code = serializers.CharField(source="row.code")
    title = serializers.CharField(source="rule.title")
    state = serializers.ChoiceField(choices=KnockOutRow.State.choices, source="row.state")
    stands = serializers.BooleanField(
        help_text="While it is suspected or confirmed, or its waiver ran out."
    )
    waived_until = serializers.DateField(source="row.waived_until", allow_null=True)
    because = serializers.CharField(source="row.because")
    cure = serializers.CharField(source="rule.cure")
    decided_by = ReviewerSerializer(source="row.decided_by", allow_null=True)
    decided_because = serializers.CharField(source="row.decided_because")
    decided_at = serializers.DateTimeField(source="row.decided_at", allow_null=True)
    created_at = serializers.DateTimeField(source="row.created_at")
    history = KnockOutStepSerializer(source="row.steps.all", many=True)


class ReportSerializer(serializers.ModelSerializer[Report]):
    """An issued report. The hashes are those of its PDF and of its data, as downloaded."""

    issued_by = ReviewerSerializer(read_only=True)
    mark = serializers.CharField(read_only=True, help_text="The number over all of the firm.")

    class Meta:
        model = Report
        fields = (
            "id", "deal", "number", "mark", "state", "failure", "data_sha256", "pdf_sha256",
            "pdf_size", "pages", "issued_by", "issued_at", "finished_at",
        )  # fmt: skip
        read_only_fields = fields


class CitesSerializer(serializers.Serializer[Any]):
    """Ids of what something rests on; what is not of the deal is left out."""

    practices = serializers.ListField(child=serializers.UUIDField(), default=list)
    answers = serializers.ListField(child=serializers.UUIDField(), default=list)
    evidence = serializers.ListField(child=serializers.UUIDField(), default=list)


def cites_in(cited: Iterable[Cited]) -> dict[str, list[UUID]]:
    """The ids of what is cited, by kind."""
    rows = list(cited)
    return {
        "practices": [row.practice_id for row in rows if row.practice_id],
        "answers": [row.answer_id for row in rows if row.answer_id],
        "evidence": [row.evidence_id for row in rows if row.evidence_id],
    }

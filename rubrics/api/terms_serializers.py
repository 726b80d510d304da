"""What the API says and takes of terms and of the conditions that follow from them."""

from typing import Any, ClassVar

from rest_framework import serializers

from audits.selectors.claims import LedgerRow
from diligence.models import User
from rubrics.api.serializers import ReviewerSerializer
from rubrics.models import AppliedHaircut, Exposure, FollowUp, Haircut, RevenueStatement
from rubrics.models.terms import Risk
from rubrics.scoring.terms import (
    ExposureSum,
    GapCost,
    HaircutSum,
    ModelAtRisk,
    Remediation,
    RevenueAtRisk,
    Spread,
    StatedModel,
    WeakKeystone,
)
from rubrics.selectors.terms import DealTerms, ExposureLine, Suggested


class SpreadSerializer(serializers.Serializer[Spread]):
    """Low, likely and high of the same thing."""

    low = serializers.FloatField()
    likely = serializers.FloatField()
    high = serializers.FloatField()


class GapCostSerializer(serializers.Serializer[GapCost]):
    """What one gap takes; no weeks where nobody estimated it."""

    criterion = serializers.CharField()
    title = serializers.CharField()
    lens = serializers.CharField()
    keystone = serializers.BooleanField()
    level = serializers.IntegerField()
    target = serializers.IntegerField()
    weeks = SpreadSerializer(allow_null=True)
    cost = SpreadSerializer(allow_null=True)


class RemediationSerializer(serializers.Serializer[Remediation]):
    """Engineer-weeks of all gaps times the house's rate; `factor` is 2 at low confidence."""

    rows = GapCostSerializer(many=True)
    weeks = SpreadSerializer()
    factor = serializers.IntegerField()
    cost = SpreadSerializer(allow_null=True)
    week_cost = serializers.FloatField(allow_null=True)
    without_estimate = serializers.IntegerField()
    unknown = serializers.IntegerField()
    table_version = serializers.IntegerField(allow_null=True)


class StatedModelSerializer(serializers.Serializer[StatedModel]):
    """A production model and what is said to rest on it."""

    name = serializers.CharField()
    share = serializers.FloatField(allow_null=True)
    source = serializers.CharField()  # type: ignore[assignment] # the framework takes it out


class WeakKeystoneSerializer(serializers.Serializer[WeakKeystone]):
    """A keystone below its target."""

    criterion = serializers.CharField()
    title = serializers.CharField()


class ModelAtRiskSerializer(serializers.Serializer[ModelAtRisk]):
    """A model with the weak keystones that concern it."""

    model = StatedModelSerializer()
    weak = WeakKeystoneSerializer(many=True)


class RevenueAtRiskSerializer(serializers.Serializer[RevenueAtRisk]):
    """The share of revenue, in percent, on models with a keystone below target."""

    rows = ModelAtRiskSerializer(many=True)
    weak = WeakKeystoneSerializer(many=True)
    stated = serializers.FloatField()
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    overlap = serializers.BooleanField()


class StatementSerializer(serializers.ModelSerializer[RevenueStatement]):
    """What somebody of the firm entered on revenue, with its source."""

    by = ReviewerSerializer(read_only=True)

    class Meta:
        model = RevenueStatement
        fields = ("id", "name", "share", "source", "keystones", "by", "at")
        read_only_fields = ("id", "by", "at")


class ExposureSerializer(serializers.ModelSerializer[Exposure]):
    """What something may cost, with counsel's range once there is one."""

    by = ReviewerSerializer(read_only=True)

    class Meta:
        model = Exposure
        fields = ("id", "risk", "subject", "title", "low", "high", "counsel", "note", "by", "at")
        read_only_fields = ("id", "by", "at")
        extra_kwargs: ClassVar[dict[str, dict[str, bool]]] = {"subject": {"allow_blank": True}}


class ExposureLineSerializer(serializers.Serializer[ExposureLine]):
    """Something that may cost money; `entered` is null until somebody entered it."""

    risks = serializers.CharField(help_text="Letters: L liability, R regulatory.")
    subject = serializers.CharField()
    title = serializers.CharField()
    entered = ExposureSerializer(allow_null=True)


class ExposureSumSerializer(serializers.Serializer[ExposureSum]):
    """The sum of the ranges, and how many have none."""

    low = serializers.FloatField()
    high = serializers.FloatField()
    ranged = serializers.IntegerField()
    without = serializers.IntegerField()


class CorrectionSerializer(serializers.Serializer[LedgerRow]):
    """A contradicted claim that corrects the plan; its verdict stands under claims."""

    claim = serializers.UUIDField(source="claim.pk")
    text = serializers.CharField(source="claim.text")
    kind = serializers.CharField(source="claim.kind")
    claimed = serializers.FloatField(source="verdict.claimed", allow_null=True)
    measured = serializers.FloatField(source="verdict.measured", allow_null=True)
    because = serializers.CharField(source="verdict.because")


class HaircutSerializer(serializers.ModelSerializer[Haircut]):
    """A haircut of the house, in percent of the valuation."""

    class Meta:
        model = Haircut
        fields = ("id", "name", "percent", "when")
        read_only_fields = fields


class AppliedHaircutSerializer(serializers.ModelSerializer[AppliedHaircut]):
    """One that was put on this deal, at the percentage of that day."""

    name = serializers.CharField(source="haircut.name", read_only=True)
    by = ReviewerSerializer(read_only=True)

    class Meta:
        model = AppliedHaircut
        fields = ("id", "haircut", "name", "percent", "because", "by", "at")
        read_only_fields = fields


class HaircutGivenSerializer(serializers.Serializer[Any]):
    """Which haircut of the house, and why it applies."""

    haircut = serializers.PrimaryKeyRelatedField(queryset=Haircut.objects.all())
    because = serializers.CharField(max_length=4000)


class HaircutSumSerializer(serializers.Serializer[HaircutSum]):
    """All haircuts together, and what is left of the valuation."""

    percent = serializers.FloatField()
    amount = serializers.FloatField(allow_null=True)
    valuation = serializers.FloatField(allow_null=True)
    after = serializers.FloatField(allow_null=True)


class SuggestedSerializer(serializers.Serializer[Suggested]):
    """An instrument with what on this deal calls for it."""

    risk = serializers.CharField(source="row.risk")
    title = serializers.CharField(source="row.title")
    instrument = serializers.CharField(source="row.instrument")
    when = serializers.CharField(source="row.when")
    gaps = WeakKeystoneSerializer(many=True)
    knock_outs = serializers.SerializerMethodField()

    def get_knock_outs(self, each: Suggested) -> list[str]:
        """Their codes."""
        return [row.code for row in each.knock_outs]


class FollowUpSerializer(serializers.ModelSerializer[FollowUp]):
    """A condition: what, with whom, until when, and what became of it."""

    owner = ReviewerSerializer(read_only=True)
    opened_by = ReviewerSerializer(read_only=True)
    closed_by = ReviewerSerializer(read_only=True, allow_null=True)
    # Not a choice: where no risk stands behind it, it is empty.
    risk = serializers.CharField(read_only=True)

    class Meta:
        model = FollowUp
        fields = (
            "id", "text", "risk", "instrument", "subject", "owner", "due_on", "state",
            "is_overdue", "opened_by", "opened_at", "closed_by", "closed_at", "closed_because",
        )  # fmt: skip
        read_only_fields = fields


class FollowUpGivenSerializer(serializers.Serializer[Any]):
    """A condition to be set; the owner is somebody of the firm who sees the deal."""

    text = serializers.CharField(max_length=4000)
    owner = serializers.PrimaryKeyRelatedField(queryset=User.objects.exclude(firm_role=""))
    due_on = serializers.DateField()
    risk = serializers.ChoiceField(choices=Risk.choices, required=False, allow_blank=True)
    instrument = serializers.CharField(max_length=300, required=False, allow_blank=True)
    subject = serializers.CharField(max_length=80, required=False, allow_blank=True)


class FollowUpClosedSerializer(serializers.Serializer[Any]):
    """What became of a condition."""

    state = serializers.ChoiceField(choices=(FollowUp.State.MET, FollowUp.State.DROPPED))
    because = serializers.CharField(max_length=4000)


class DealTermsSerializer(serializers.Serializer[DealTerms]):
    """From gaps to cost, revenue, exposures, corrections, haircuts and conditions."""

    currency = serializers.CharField()
    remediation = RemediationSerializer()
    revenue = RevenueAtRiskSerializer()
    statements = StatementSerializer(many=True)
    exposures = ExposureLineSerializer(many=True)
    exposure_sum = ExposureSumSerializer()
    corrections = CorrectionSerializer(many=True)
    haircuts = AppliedHaircutSerializer(many=True)
    haircut_sum = HaircutSumSerializer()
    instruments = SuggestedSerializer(many=True)
    follow_ups = FollowUpSerializer(many=True)

"""How far the reviewers of a deal agree, and how their differences are settled, over the API.

Nothing of it is there before all who score blind have submitted.
"""

import uuid
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from rubrics.api.access import caller, scores_or_404, sent
from rubrics.api.serializers import CitesSerializer, ReviewerSerializer, cites_in
from rubrics.models import Adjudication, Briefing, Dissent, Score, TalkedLevel
from rubrics.scoring.agreement import Agreement
from rubrics.scoring.engine_agreement import EngineAgreement
from rubrics.scoring.sign_off import Blocker
from rubrics.scoring.types import HIGHEST_LEVEL
from rubrics.selectors.agreement import DealAgreement, LensAgreement, agreement_of
from rubrics.selectors.assessments import comparison_of
from rubrics.services.settling import Decided, adjudicate, brief_again, dissent, say_talked_level

NOTHING = "One person scores this deal, so there is nothing to compare."


class AgreementFiguresSerializer(serializers.Serializer[Agreement]):
    """Krippendorff's alpha with its interval, exact and within one; null where undefined."""

    items = serializers.IntegerField()
    pairs = serializers.IntegerField()
    alpha = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    exact = serializers.FloatField(allow_null=True)
    within_one = serializers.FloatField(allow_null=True)
    call = serializers.CharField(help_text="sign-off, adjudicate-all, re-brief or undefined.")


class LensAgreementSerializer(serializers.Serializer[LensAgreement]):
    """One lens: shown, never a gate."""

    lens = serializers.CharField()
    title = serializers.CharField()
    agreement = AgreementFiguresSerializer()
    differs_most = serializers.BooleanField()


class BlockerSerializer(serializers.Serializer[Blocker]):
    """What stands in the way of signing off."""

    obstacle = serializers.CharField()
    text = serializers.CharField()
    criteria = serializers.ListField(child=serializers.CharField())


class BriefingSerializer(serializers.ModelSerializer[Briefing]):
    """Reviewers were briefed anew, since they agreed too little."""

    given_by = ReviewerSerializer(read_only=True)

    class Meta:
        model = Briefing
        fields = ("id", "lenses", "words", "alpha", "given_by", "given_at")
        read_only_fields = ("id", "alpha", "given_at")


class EngineAgreementSerializer(serializers.Serializer[EngineAgreement]):
    """The engine's proposals against settled levels, apart from the people."""

    items = serializers.IntegerField()
    silent = serializers.IntegerField()
    exact = serializers.FloatField(allow_null=True)
    within_one = serializers.FloatField(allow_null=True)
    signed_error = serializers.FloatField(allow_null=True)
    over_rated = serializers.FloatField(allow_null=True)
    under_rated = serializers.FloatField(allow_null=True)


class DealAgreementSerializer(serializers.Serializer[DealAgreement]):
    """All that the page on agreement says; the criteria stand under settlements."""

    overall = AgreementFiguresSerializer(source="both.agreement")
    lenses = LensAgreementSerializer(many=True)
    blockers = BlockerSerializer(many=True)
    briefings = BriefingSerializer(many=True)
    engine = EngineAgreementSerializer()


class GivenLevelSerializer(serializers.Serializer[Score]):
    """What one reviewer said of a criterion."""

    by = ReviewerSerializer(source="scorecard.reviewer")
    outcome = serializers.ChoiceField(choices=Score.Outcome.choices)
    level = serializers.IntegerField(allow_null=True)
    grade = serializers.CharField()
    rationale = serializers.CharField()


class TalkedLevelSerializer(serializers.Serializer[TalkedLevel]):
    """The level that a reviewer came to in the talk."""

    by = ReviewerSerializer(source="scorecard.reviewer")
    level = serializers.IntegerField()
    because = serializers.CharField()
    at = serializers.DateTimeField()


class DissentSerializer(serializers.ModelSerializer[Dissent]):
    """A reviewer's own words against a decision."""

    reviewer = ReviewerSerializer(read_only=True)

    class Meta:
        model = Dissent
        fields = ("reviewer", "words", "at")
        read_only_fields = ("at",)


class AdjudicationSerializer(serializers.ModelSerializer[Adjudication]):
    """A third person's decision, with what it rests on and who dissents."""

    decided_by = ReviewerSerializer(read_only=True)
    cites = serializers.SerializerMethodField()
    dissent = DissentSerializer(many=True, read_only=True)

    class Meta:
        model = Adjudication
        fields = ("id", "level", "lines", "decided_by", "decided_at", "cites", "dissent")
        read_only_fields = fields

    @extend_schema(responses=CitesSerializer)
    def get_cites(self, row: Adjudication) -> dict[str, Any]:
        """Ids of verdicts, answers and evidence."""
        return CitesSerializer(cites_in(row.citations.all())).data


class SettlementSerializer(serializers.Serializer[Any]):
    """What a criterion stands at, what each reviewer said, and what settled it."""

    criterion = serializers.CharField(source="criterion.id")
    title = serializers.CharField(source="criterion.title")
    target = serializers.IntegerField()
    kind = serializers.CharField(
        source="settled.kind",
        help_text="agreed, one-voice, unknown, to-talk, to-adjudicate, talked, lower, adjudicated.",
    )
    level = serializers.IntegerField(source="settled.level", allow_null=True)
    upper = serializers.IntegerField(
        source="settled.upper", allow_null=True, help_text="Above the level while it is open."
    )
    reasons = serializers.ListField(source="settled.reasons", child=serializers.CharField())
    differs = serializers.BooleanField()
    scores = GivenLevelSerializer(many=True)
    talked = TalkedLevelSerializer(many=True)
    adjudication = AdjudicationSerializer(allow_null=True)


class TalkSerializer(serializers.Serializer[Any]):
    """A level after the talk, by the decision test."""

    level = serializers.IntegerField(min_value=0, max_value=HIGHEST_LEVEL)
    because = serializers.CharField(max_length=500)


class DecisionSerializer(CitesSerializer):
    """A third person's decision: a level, two lines, and the evidence that it rests on."""

    level = serializers.IntegerField(min_value=0, max_value=HIGHEST_LEVEL)
    lines = serializers.CharField(max_length=500)
    no_conflict = serializers.BooleanField(default=False)


class BriefingGivenSerializer(serializers.Serializer[Any]):
    """Which lenses are scored again, and how their anchors are to be read."""

    lenses = serializers.ListField(child=serializers.CharField(max_length=80), allow_empty=False)
    words = serializers.CharField(max_length=4000)


class DissentGivenSerializer(serializers.Serializer[Any]):
    """A reviewer's words against the decision that stands."""

    words = serializers.CharField(max_length=4000)


class AgreementViewSet(ViewSet):
    """How far the reviewers of a deal agree."""

    @extend_schema(summary="Agreement of the reviewers", responses=DealAgreementSerializer)
    def retrieve(self, request: Request, deal: uuid.UUID) -> Response:
        """Alpha, the lenses, and what blocks the signature."""
        found = agreement_of(scores_or_404(request, deal))
        if found is None:
            raise NotFound(NOTHING)
        return Response(DealAgreementSerializer(found).data)

    @extend_schema(
        summary="Brief the reviewers anew", request=BriefingGivenSerializer,
        responses={201: BriefingSerializer},
    )  # fmt: skip
    def brief(self, request: Request, deal: uuid.UUID) -> Response:
        """Lets them score some lenses again, blind, where they agreed too little."""
        assessment, given = scores_or_404(request, deal), sent(request, BriefingGivenSerializer)
        made = brief_again(actor=caller(request), assessment=assessment, **given)
        return Response(BriefingSerializer(made).data, status=status.HTTP_201_CREATED)


class SettlementViewSet(ViewSet):
    """What each criterion stands at where several scored, and the acts that settle it."""

    @extend_schema(
        summary="What each criterion stands at", responses=SettlementSerializer(many=True)
    )
    def list(self, request: Request, deal: uuid.UUID) -> Response:
        """In the order of the rubric, with the word of every reviewer."""
        both = comparison_of(scores_or_404(request, deal))
        if both is None:
            raise NotFound(NOTHING)
        return Response(SettlementSerializer(both.criteria, many=True).data)

    @extend_schema(
        summary="Say a level after the talk", request=TalkSerializer,
        responses={201: TalkedLevelSerializer},
    )  # fmt: skip
    def talk(self, request: Request, deal: uuid.UUID, criterion: str) -> Response:
        """A reviewer's own; once all have said theirs, the criterion is settled."""
        assessment, given = scores_or_404(request, deal), sent(request, TalkSerializer)
        said = say_talked_level(
            actor=caller(request), assessment=assessment, criterion_id=criterion, **given
        )
        return Response(TalkedLevelSerializer(said).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        summary="Decide as the third person", request=DecisionSerializer,
        responses={201: AdjudicationSerializer},
    )  # fmt: skip
    def decide(self, request: Request, deal: uuid.UUID, criterion: str) -> Response:
        """Where reviewers differ, or where the startup disputes a level."""
        assessment, given = scores_or_404(request, deal), sent(request, DecisionSerializer)
        no_conflict = given.pop("no_conflict")
        made = adjudicate(
            actor=caller(request), assessment=assessment, criterion_id=criterion,
            given=Decided(**given), no_conflict=no_conflict,
        )  # fmt: skip
        return Response(AdjudicationSerializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        summary="Dissent from a decision", request=DissentGivenSerializer,
        responses={201: DissentSerializer},
    )  # fmt: skip
    def dissent(self, request: Request, deal: uuid.UUID, criterion: str) -> Response:
        """A reviewer's words, once; the report prints them."""
        assessment, given = scores_or_404(request, deal), sent(request, DissentGivenSerializer)
        decided = assessment.adjudications.filter(criterion=criterion, superseded_at=None).first()
        if decided is None:
            raise NotFound("Nothing was decided on this criterion.")
        said = dissent(actor=caller(request), adjudication=decided, words=given["words"])
        return Response(DissentSerializer(said).data, status=status.HTTP_201_CREATED)

"""What was put to the startup, what it disputes, and the firm's answers, over the API."""

import uuid
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from rubrics.api.access import caller, scores_or_404, sent
from rubrics.api.serializers import CitesSerializer, ReviewerSerializer
from rubrics.models import Dispute, PutLevel, Rescore, Score
from rubrics.scoring.types import GRADES, HIGHEST_LEVEL
from rubrics.selectors.disputes import findings_put
from rubrics.services.disputes import close_dispute, put_levels
from rubrics.services.rescoring import rescore_disputed
from rubrics.services.scorecards import GivenScore


class ScoredSerializer(serializers.Serializer[Score]):
    """A score as it stands on a scorecard."""

    outcome = serializers.ChoiceField(choices=Score.Outcome.choices)
    level = serializers.IntegerField(allow_null=True)
    grade = serializers.CharField()
    rationale = serializers.CharField()


class RescoreSerializer(serializers.Serializer[Rescore]):
    """A disputed criterion scored again by the one reviewer; both scores are kept."""

    by = ReviewerSerializer()
    at = serializers.DateTimeField()
    before = ScoredSerializer()
    after = ScoredSerializer()


class DisputeSerializer(serializers.ModelSerializer[Dispute]):
    """The startup's words against a level, until the firm closes it with a reason."""

    author = serializers.CharField(read_only=True)
    closed_by = ReviewerSerializer(read_only=True, allow_null=True)
    rescores = RescoreSerializer(many=True, read_only=True)

    class Meta:
        model = Dispute
        fields = (
            "id", "author", "words", "evidence", "at", "is_open", "closed_by", "closed_at",
            "closed_because", "level_after", "rescores",
        )  # fmt: skip
        read_only_fields = fields


class PutFindingSerializer(serializers.Serializer[Any]):
    """One criterion as it was put to the startup, which reads the anchors and no number."""

    id = serializers.UUIDField(source="put.pk")
    criterion = serializers.CharField(source="criterion.id")
    title = serializers.CharField(source="criterion.title")
    level = serializers.IntegerField(source="put.level")
    found = serializers.CharField()
    next_step = serializers.CharField()
    put_by = ReviewerSerializer(source="put.put_by")
    put_at = serializers.DateTimeField(source="put.put_at")
    last_day = serializers.DateField(source="put.last_day")
    dispute = DisputeSerializer(allow_null=True)


class PutSerializer(serializers.Serializer[Any]):
    """The criteria whose final levels are put."""

    criteria = serializers.ListField(child=serializers.CharField(max_length=80), allow_empty=False)


class ClosedSerializer(serializers.Serializer[Any]):
    """Why a finding stands, or what was changed; the startup reads it."""

    because = serializers.CharField(max_length=4000)


class GivenScoreSerializer(CitesSerializer):
    """A score as it is given; `revision` is that of the score that was seen."""

    outcome = serializers.ChoiceField(choices=Score.Outcome.choices)
    level = serializers.IntegerField(
        min_value=0, max_value=HIGHEST_LEVEL, allow_null=True, default=None
    )
    grade = serializers.ChoiceField(choices=GRADES)
    rationale = serializers.CharField(max_length=10_000)
    freshness = serializers.ChoiceField(choices=Score.Freshness.choices, default="current")
    models_covered = serializers.IntegerField(min_value=0, max_value=100, default=100)
    signed_original = serializers.BooleanField(default=False)
    drill_record = serializers.BooleanField(default=False)
    revision = serializers.IntegerField(min_value=1)


class PutFindingViewSet(ViewSet):
    """What was put to the startup."""

    @extend_schema(summary="What was put to the startup", responses=PutFindingSerializer(many=True))
    def list(self, request: Request, deal: uuid.UUID) -> Response:
        """All of it, with what the startup disputes."""
        assessment = scores_or_404(request, deal)
        found = findings_put(assessment.deal, caller(request))
        return Response(PutFindingSerializer(found, many=True).data)

    @extend_schema(
        summary="Put final levels to the startup", request=PutSerializer,
        responses={201: PutFindingSerializer(many=True)},
    )  # fmt: skip
    def put(self, request: Request, deal: uuid.UUID) -> Response:
        """It has five working days to dispute them with new evidence."""
        assessment, given = scores_or_404(request, deal), sent(request, PutSerializer)
        made = put_levels(actor=caller(request), assessment=assessment, **given)
        names = {row.pk for row in made}
        found = [f for f in findings_put(assessment.deal, caller(request)) if f.put.pk in names]
        answer = PutFindingSerializer(found, many=True).data
        return Response(answer, status=status.HTTP_201_CREATED)


class DisputeViewSet(ViewSet):
    """A dispute of the startup, answered."""

    def _row(self, request: Request, deal: uuid.UUID, pk: uuid.UUID) -> Dispute:
        assessment = scores_or_404(request, deal)
        seen = PutLevel.objects.visible_to(caller(request)).filter(assessment=assessment)
        rows = Dispute.objects.filter(put__in=seen).select_related("put__assessment__rubric")
        return get_object_or_404(rows, pk=pk)

    @extend_schema(summary="Close a dispute", request=ClosedSerializer, responses=DisputeSerializer)
    def close(self, request: Request, deal: uuid.UUID, pk: uuid.UUID) -> Response:
        """With the reason that the startup reads."""
        row, given = self._row(request, deal, pk), sent(request, ClosedSerializer)
        closed = close_dispute(actor=caller(request), dispute=row, **given)
        return Response(DisputeSerializer(closed).data)

    @extend_schema(
        summary="Score a disputed criterion again", request=GivenScoreSerializer,
        responses={201: RescoreSerializer},
    )  # fmt: skip
    def score(self, request: Request, deal: uuid.UUID, pk: uuid.UUID) -> Response:
        """By the one reviewer of an assisted assessment; both scores are kept."""
        row, given = self._row(request, deal, pk), sent(request, GivenScoreSerializer)
        given |= {name: tuple(given[name]) for name in ("practices", "answers", "evidence")}
        made = rescore_disputed(actor=caller(request), dispute=row, given=GivenScore(**given))
        return Response(RescoreSerializer(made).data, status=status.HTTP_201_CREATED)

"""What a deal is assessed under, and its changes with their reasons, over the API."""

import uuid
from dataclasses import dataclass
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from rubrics.api.access import assessment_or_404, caller, sent
from rubrics.api.serializers import ReviewerSerializer
from rubrics.models import Assessment, RubricVersion
from rubrics.selectors.frames import (
    ChangedFrame,
    Frame,
    Freezing,
    frame_changes,
    frame_now,
    freezing_of,
)
from rubrics.services.frames import change_frame


class FrameSerializer(serializers.Serializer[Frame]):
    """Rubric with its weights, and the profile."""

    rubric = serializers.CharField(source="rubric.slug")
    version = serializers.IntegerField(source="rubric.version")
    sha256 = serializers.CharField(source="rubric.sha256")
    stage = serializers.CharField()
    archetypes = serializers.ListField(child=serializers.CharField())
    flags = serializers.ListField(child=serializers.CharField())


class FreezingSerializer(serializers.Serializer[Freezing]):
    """When it was frozen, beside when somebody of the firm first opened evidence."""

    at = serializers.DateTimeField()
    evidence_first_opened_at = serializers.DateTimeField(source="opened", allow_null=True)
    came_first = serializers.BooleanField()
    late_because = serializers.CharField(
        source="because", help_text="Why it was frozen only after evidence was opened; else empty."
    )


class FrameChangeSerializer(serializers.Serializer[ChangedFrame]):
    """One change: who, when, why, and the whole frame before and after."""

    number = serializers.IntegerField(source="row.number")
    by = ReviewerSerializer(source="row.by")
    at = serializers.DateTimeField(source="row.at")
    because = serializers.CharField(source="row.because")
    differences = serializers.ListField(child=serializers.CharField())
    before = serializers.JSONField(source="row.before")
    after = serializers.JSONField(source="row.after")


@dataclass(frozen=True)
class Framed:
    """A frame with its history."""

    now: Frame
    freezing: Freezing
    changes: tuple[ChangedFrame, ...]


class FramedSerializer(serializers.Serializer[Framed]):
    """What a deal is assessed under now, and how that came about."""

    now = FrameSerializer()
    freezing = FreezingSerializer()
    changes = FrameChangeSerializer(many=True)


class FrameGivenSerializer(serializers.Serializer[Any]):
    """Another frame and the reason; `seen` is how many changes there were when it was read."""

    rubric = serializers.SlugField(max_length=80)
    version = serializers.IntegerField(min_value=1)
    stage = serializers.CharField(max_length=16)
    archetypes = serializers.ListField(child=serializers.CharField(max_length=8))
    flags = serializers.ListField(child=serializers.CharField(max_length=16), default=list)
    because = serializers.CharField(max_length=2000)
    seen = serializers.IntegerField(min_value=0)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Puts the frame together; a rubric that does not exist is said."""
        named = {"slug": attrs.pop("rubric"), "version": attrs.pop("version")}
        row = RubricVersion.objects.filter(**named).first()
        if row is None:
            raise serializers.ValidationError({"rubric": "There is no such version of a rubric."})
        profile = (tuple(attrs.pop("archetypes")), tuple(attrs.pop("flags")), attrs.pop("stage"))
        return attrs | {"frame": Frame(row, *profile)}


class FrameViewSet(ViewSet):
    """What a deal is assessed under: no score, so everybody of the firm on the deal reads it."""

    @extend_schema(summary="What a deal is assessed under", responses=FramedSerializer)
    def retrieve(self, request: Request, deal: uuid.UUID) -> Response:
        """The frame, when it was frozen, and all its changes."""
        return Response(self._told(assessment_or_404(request, deal)))

    @extend_schema(
        summary="Change what a deal is assessed under", request=FrameGivenSerializer,
        responses={201: FramedSerializer},
    )  # fmt: skip
    def change(self, request: Request, deal: uuid.UUID) -> Response:
        """With a reason that the report prints; scores stay where they are."""
        assessment, given = assessment_or_404(request, deal), sent(request, FrameGivenSerializer)
        change_frame(actor=caller(request), assessment=assessment, **given)
        told = self._told(assessment_or_404(request, deal))
        return Response(told, status=status.HTTP_201_CREATED)

    def _told(self, assessment: Assessment) -> dict[str, Any]:
        framed = Framed(frame_now(assessment), freezing_of(assessment), frame_changes(assessment))
        return FramedSerializer(framed).data

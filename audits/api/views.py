"""The read side of audits. Every list starts from what the caller may see."""

import uuid
from typing import cast

from django.db.models import F, Func, IntegerField, QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.exceptions import NotFound
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.viewsets import GenericViewSet, ReadOnlyModelViewSet, ViewSet

from audits.api.filters import AuditFilter, FindingFilter, PracticeFilter
from audits.api.serializers import (
    AuditDetailSerializer,
    AuditSerializer,
    ComparisonSerializer,
    FindingSerializer,
    PracticeSerializer,
)
from audits.models import AuditRun, Finding, PracticeResult
from audits.selectors.comparing import comparison, earlier_run
from diligence.models import User

LEFT_OUT = Func(F("skipped"), function="jsonb_array_length", output_field=IntegerField())
"""Counted in the database: the rows themselves may be thousands per run."""


def run_or_404(request: Request, pk: uuid.UUID) -> AuditRun:
    """A run that the caller may see."""
    return get_object_or_404(AuditRun.objects.visible_to(cast("User", request.user)), pk=pk)


@extend_schema_view(
    list=extend_schema(summary="Audits that you may see"),
    retrieve=extend_schema(summary="One audit, with what it left out"),
)
class AuditViewSet(ReadOnlyModelViewSet[AuditRun]):
    """Audits, newest first; filter by deal or state."""

    queryset = AuditRun.objects.none()
    filterset_class = AuditFilter

    def get_serializer_class(self) -> type[BaseSerializer[AuditRun]]:
        """The list leaves out the long part."""
        return AuditDetailSerializer if self.action == "retrieve" else AuditSerializer

    def get_queryset(self) -> QuerySet[AuditRun]:
        """What the caller may see."""
        runs = AuditRun.objects.visible_to(cast("User", self.request.user))
        runs = runs.select_related("repository__evidence").annotate(left_out_count=LEFT_OUT)
        return runs if self.action == "retrieve" else runs.defer("skipped", "timings")


@extend_schema(summary="Verdicts of an audit")
class PracticeViewSet(ListModelMixin, GenericViewSet[PracticeResult]):
    """The verdict on every practice, by lens, with the cited places."""

    queryset = PracticeResult.objects.none()
    serializer_class = PracticeSerializer
    filterset_class = PracticeFilter

    def get_queryset(self) -> QuerySet[PracticeResult]:
        """Those of the run in the address."""
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        return run_or_404(self.request, self.kwargs["pk"]).practices.prefetch_related("evidence")


@extend_schema(summary="Findings of an audit")
class FindingViewSet(ListModelMixin, GenericViewSet[Finding]):
    """All findings, worst first; filter by severity or check."""

    queryset = Finding.objects.none()
    serializer_class = FindingSerializer
    filterset_class = FindingFilter

    def get_queryset(self) -> QuerySet[Finding]:
        """Those of the run in the address."""
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        return run_or_404(self.request, self.kwargs["pk"]).findings.order_by(
            "severity_rank", "check_id", "path", "line", "pk"
        )


class ComparisonViewSet(ViewSet):
    """Two audits side by side."""

    @extend_schema(
        summary="What changed since an earlier audit",
        parameters=[
            OpenApiParameter(
                "with", OpenApiTypes.UUID, description="The earlier audit; the last one if left out"
            )
        ],
        responses=ComparisonSerializer,
    )
    def retrieve(self, request: Request, pk: uuid.UUID) -> Response:
        """New, fixed, unchanged and no longer assessable."""
        run = run_or_404(request, pk)
        before = earlier_run(run, request.query_params.get("with", ""))
        if before is None or run.state != AuditRun.State.SUCCEEDED:
            raise NotFound("There is no earlier audit of this repository to compare it with.")
        return Response(ComparisonSerializer(comparison(before, run)).data)

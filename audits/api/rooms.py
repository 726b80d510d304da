"""The read side of the data room and of the claims. Lists start from what the caller may see."""

from typing import cast

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.serializers import BaseSerializer
from rest_framework.viewsets import ReadOnlyModelViewSet

from audits.api.filters import ArtifactFilter, ClaimFilter, MeasurementFilter
from audits.api.serializers import (
    ArtifactSerializer,
    ClaimDetailSerializer,
    ClaimSerializer,
    MeasurementDetailSerializer,
    MeasurementSerializer,
)
from audits.models import Artifact, Claim, RoomRun
from diligence.models import User


@extend_schema_view(
    list=extend_schema(summary="Files of data rooms that you may see"),
    retrieve=extend_schema(summary="One file of a data room"),
)
class ArtifactViewSet(ReadOnlyModelViewSet[Artifact]):
    """What can be measured; filter by deal or kind."""

    queryset = Artifact.objects.none()
    serializer_class = ArtifactSerializer
    filterset_class = ArtifactFilter

    def get_queryset(self) -> QuerySet[Artifact]:
        """What the caller may see and nobody withdrew."""
        rows = Artifact.objects.visible_to(cast("User", self.request.user))
        return rows.filter(evidence__withdrawn_at=None).select_related("evidence")


@extend_schema_view(
    list=extend_schema(summary="Measurements of data rooms"),
    retrieve=extend_schema(summary="One measurement, with the facts on every file"),
)
class MeasurementViewSet(ReadOnlyModelViewSet[RoomRun]):
    """Measurements, newest first; earlier ones are kept. Filter by deal or state."""

    queryset = RoomRun.objects.none()
    filterset_class = MeasurementFilter

    def get_serializer_class(self) -> type[BaseSerializer[RoomRun]]:
        """The list leaves out the facts."""
        return MeasurementDetailSerializer if self.action == "retrieve" else MeasurementSerializer

    def get_queryset(self) -> QuerySet[RoomRun]:
        """Those that the caller may see."""
        rows = RoomRun.objects.visible_to(cast("User", self.request.user)).measurements()
        return rows.prefetch_related("measured__version")


@extend_schema_view(
    list=extend_schema(summary="Claims of startups, with their newest verdicts"),
    retrieve=extend_schema(summary="One claim, with every verdict it had"),
)
class ClaimViewSet(ReadOnlyModelViewSet[Claim]):
    """What startups say of themselves; filter by deal, verdict, lens or source."""

    queryset = Claim.objects.none()
    filterset_class = ClaimFilter

    def get_serializer_class(self) -> type[BaseSerializer[Claim]]:
        """The list leaves out the history."""
        return ClaimDetailSerializer if self.action == "retrieve" else ClaimSerializer

    def get_queryset(self) -> QuerySet[Claim]:
        """Those that the caller may see; what is no longer said too, with when it went."""
        rows = Claim.objects.visible_to(cast("User", self.request.user)).select_related(
            "verdict", "evidence", "answer__questionnaire__template"
        )
        return rows.prefetch_related("verdicts") if self.action == "retrieve" else rows

"""The read side of deals, evidence and answers. Every list starts from what the caller may see."""

import uuid
from typing import cast

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet, ViewSet

from diligence.api.filters import DealFilter
from diligence.api.serializers import (
    AnsweredQuestionnaireSerializer,
    DealSerializer,
    EvidenceSerializer,
)
from diligence.models import Deal, EvidenceItem, Questionnaire, User
from diligence.selectors.evidence import evidence_of
from diligence.selectors.evidence_links import standing_links_of_items
from diligence.selectors.questionnaires import handed_in_sheet


def caller(request: Request) -> User:
    """Whoever the token belongs to; the permission classes have let nobody else in."""
    return cast("User", request.user)


def deal_or_404(request: Request, pk: uuid.UUID) -> Deal:
    """A deal that the caller may see."""
    return get_object_or_404(Deal.objects.visible_to(caller(request)), pk=pk)


@extend_schema_view(
    list=extend_schema(summary="Deals that you may see"),
    retrieve=extend_schema(summary="One deal"),
)
class DealViewSet(ReadOnlyModelViewSet[Deal]):
    """Deals, newest first; filter by stage, round, startup or words."""

    queryset = Deal.objects.none()
    serializer_class = DealSerializer
    filterset_class = DealFilter

    def get_queryset(self) -> QuerySet[Deal]:
        """What the caller may see."""
        deals = Deal.objects.visible_to(caller(self.request))
        return deals.select_related("startup", "stage", "owner")


@extend_schema_view(
    list=extend_schema(summary="Evidence of a deal"),
    retrieve=extend_schema(summary="One piece of evidence"),
)
class EvidenceViewSet(ReadOnlyModelViewSet[EvidenceItem]):
    """What was handed in on a deal, with every version and its SHA-256."""

    queryset = EvidenceItem.objects.none()
    serializer_class = EvidenceSerializer
    filterset_fields = ("origin", "from_startup")

    def get_queryset(self) -> QuerySet[EvidenceItem]:
        """That of the deal in the address."""
        if getattr(self, "swagger_fake_view", False):
            return EvidenceItem.objects.none()
        deal = deal_or_404(self.request, self.kwargs["deal"])
        return evidence_of(deal, caller(self.request)).prefetch_related(standing_links_of_items())


class AnswersViewSet(ViewSet):
    """What the startup answered, in the questionnaires that it has submitted."""

    @extend_schema(
        summary="Answers of a deal", responses=AnsweredQuestionnaireSerializer(many=True)
    )
    def list(self, request: Request, deal: uuid.UUID) -> Response:
        """By questionnaire and section; a draft is the startup's own and is left out."""
        rows = deal_or_404(request, deal).questionnaires.select_related("template", "deal")
        sheets = [handed_in_sheet(row) for row in rows.exclude(state=Questionnaire.State.OPEN)]
        return Response(AnsweredQuestionnaireSerializer(sheets, many=True).data)

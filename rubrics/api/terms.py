"""What the findings of a deal mean for terms, and the conditions to be followed up, over the API.

Amounts are whole units of the deal's currency; null is "nobody has said it", never zero.
"""

import uuid
from typing import ClassVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from diligence.models import Deal
from rubrics.api.access import caller, deal_or_404, scores_or_404, sent
from rubrics.api.terms_serializers import (
    AppliedHaircutSerializer,
    DealTermsSerializer,
    ExposureSerializer,
    FollowUpClosedSerializer,
    FollowUpGivenSerializer,
    FollowUpSerializer,
    HaircutGivenSerializer,
    HaircutSerializer,
    StatementSerializer,
)
from rubrics.models import AppliedHaircut, Exposure, FollowUp, Haircut, RevenueStatement
from rubrics.selectors.dashboards import dashboard_of
from rubrics.selectors.terms import follow_ups_of, terms_of
from rubrics.services.follow_ups import Condition, close_follow_up, open_follow_up
from rubrics.services.terms import (
    Ranged,
    Stated,
    apply_haircut,
    enter_exposure,
    state_revenue,
    take_out,
)


class TermsViewSet(ViewSet):
    """Terms of a deal: to read, and to enter what people say."""

    ENTERED: ClassVar[dict[str, type[AppliedHaircut] | type[Exposure] | type[RevenueStatement]]] = {
        "revenue": RevenueStatement, "exposure": Exposure, "haircut": AppliedHaircut,
    }  # fmt: skip

    def _deal(self, request: Request, pk: uuid.UUID) -> Deal:
        """As on the web: whoever may not see the scores neither reads nor enters terms."""
        return scores_or_404(request, pk).deal

    @extend_schema(summary="Terms of a deal", responses=DealTermsSerializer)
    def retrieve(self, request: Request, deal: uuid.UUID) -> Response:
        """Every sum beside its terms."""
        row = self._deal(request, deal)
        dashboard = dashboard_of(row)
        if dashboard is None:
            raise NotFound("This deal is not being assessed yet.")
        return Response(DealTermsSerializer(terms_of(row, dashboard)).data)

    @extend_schema(
        summary="Say what revenue rests on", request=StatementSerializer,
        responses={201: StatementSerializer},
    )  # fmt: skip
    def revenue(self, request: Request, deal: uuid.UUID) -> Response:
        """A model in production, the share that rests on it, and where that is said."""
        row, given = self._deal(request, deal), sent(request, StatementSerializer)
        stated = Stated(
            given["name"], given.get("share"), given["source"], tuple(given.get("keystones", ()))
        )
        made = state_revenue(actor=caller(request), deal=row, stated=stated)
        return Response(StatementSerializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        summary="Enter an exposure", request=ExposureSerializer,
        responses={201: ExposureSerializer},
    )  # fmt: skip
    def exposure(self, request: Request, deal: uuid.UUID) -> Response:
        """With counsel's range, or without one so far."""
        row, given = self._deal(request, deal), sent(request, ExposureSerializer)
        made = enter_exposure(actor=caller(request), deal=row, ranged=Ranged(**given))
        return Response(ExposureSerializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        summary="Put a haircut of the house on a deal", request=HaircutGivenSerializer,
        responses={201: AppliedHaircutSerializer},
    )  # fmt: skip
    def haircut(self, request: Request, deal: uuid.UUID) -> Response:
        """With the reason that the report prints."""
        row, given = self._deal(request, deal), sent(request, HaircutGivenSerializer)
        made = apply_haircut(actor=caller(request), deal=row, **given)
        return Response(AppliedHaircutSerializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(summary="Take an entry out of the sums", request=None, responses={204: None})
    def remove(self, request: Request, deal: uuid.UUID, kind: str, pk: uuid.UUID) -> Response:
        """`kind` is revenue, exposure or haircut. The record keeps it."""
        row = self._deal(request, deal)
        if kind not in self.ENTERED:
            raise NotFound("There are revenue, exposure and haircut.")
        found = get_object_or_404(self.ENTERED[kind].objects.filter(deal=row), pk=pk)
        take_out(actor=caller(request), row=found)
        return Response(status=status.HTTP_204_NO_CONTENT)


class HaircutViewSet(ViewSet):
    """The haircuts of the house, which belong to no deal."""

    @extend_schema(summary="Haircuts of the house", responses=HaircutSerializer(many=True))
    def list(self, request: Request) -> Response:  # noqa: ARG002 - the framework's signature
        """Those that can be put on a deal."""
        rows = Haircut.objects.filter(retired_at=None)
        return Response(HaircutSerializer(rows, many=True).data)


class FollowUpViewSet(ViewSet):
    """Conditions as something to do."""

    def _rows(self, request: Request, deal: uuid.UUID) -> QuerySet[FollowUp]:
        return follow_ups_of(deal_or_404(request, deal), caller(request))

    @extend_schema(summary="Conditions of a deal", responses=FollowUpSerializer(many=True))
    def list(self, request: Request, deal: uuid.UUID) -> Response:
        """By their day: one's own, and all where the scores may be seen."""
        return Response(FollowUpSerializer(self._rows(request, deal), many=True).data)

    @extend_schema(
        summary="Set a condition", request=FollowUpGivenSerializer,
        responses={201: FollowUpSerializer},
    )  # fmt: skip
    def create(self, request: Request, deal: uuid.UUID) -> Response:
        """The owner is told by mail."""
        row, given = scores_or_404(request, deal).deal, sent(request, FollowUpGivenSerializer)
        made = open_follow_up(actor=caller(request), deal=row, condition=Condition(**given))
        return Response(FollowUpSerializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        summary="Close a condition", request=FollowUpClosedSerializer,
        responses=FollowUpSerializer,
    )  # fmt: skip
    def close(self, request: Request, deal: uuid.UUID, pk: uuid.UUID) -> Response:
        """Met or dropped, and why."""
        row = get_object_or_404(self._rows(request, deal), pk=pk)
        given = sent(request, FollowUpClosedSerializer)
        closed = close_follow_up(actor=caller(request), follow_up=row, **given)
        return Response(FollowUpSerializer(closed).data)

"""Who calls, what of a deal they may see, and what they sent."""

import uuid
from typing import Any, cast

from django.shortcuts import get_object_or_404
from rest_framework.exceptions import NotFound, PermissionDenied
from rest_framework.request import Request
from rest_framework.serializers import Serializer

from diligence.models import Deal, User
from rubrics.models import Assessment
from rubrics.selectors.assessments import assessment_of
from rubrics.selectors.dashboards import may_see_scores


def caller(request: Request) -> User:
    """Whoever the token belongs to; the permission classes have let nobody else in."""
    return cast("User", request.user)


def deal_or_404(request: Request, pk: uuid.UUID) -> Deal:
    """A deal that the caller may see."""
    return get_object_or_404(Deal.objects.visible_to(caller(request)), pk=pk)


def assessment_or_404(request: Request, deal: uuid.UUID) -> Assessment:
    """The assessment of a deal that the caller may see, whoever sees its scores."""
    assessment = assessment_of(deal_or_404(request, deal))
    if assessment is None:
        raise NotFound("This deal is not being assessed yet.")
    return assessment


def scores_or_404(request: Request, deal: uuid.UUID) -> Assessment:
    """The assessment of a deal that the caller may see, where its scores may be seen as well."""
    assessment = assessment_or_404(request, deal)
    if not may_see_scores(caller(request), assessment):
        raise PermissionDenied(
            "Reviewers still score blind; you see the scores once all have submitted."
            if assessment.is_blind
            else "You see the scores once your own are in."
        )
    return assessment


def sent(request: Request, serializer: type[Serializer[Any]]) -> dict[str, Any]:
    """What was sent, read by its serializer; 400 with a sentence for each field that misfits."""
    read = serializer(data=request.data)
    read.is_valid(raise_exception=True)
    return cast("dict[str, Any]", read.validated_data)

"""Addresses of the API of this app."""

from typing import Any

from django.urls import URLPattern, URLResolver, path

from diligence.api.views import AnswersViewSet, DealViewSet, EvidenceViewSet

READ_ONE: dict[str, Any] = {"get": "retrieve"}
READ_MANY: dict[str, Any] = {"get": "list"}

app_name = "diligence-api"
urlpatterns: list[URLPattern | URLResolver] = [
    path("deals/", DealViewSet.as_view({"get": "list"}), name="deals"),
    path("deals/<uuid:pk>/", DealViewSet.as_view({"get": "retrieve"}), name="deal"),
    path("deals/<uuid:deal>/answers/", AnswersViewSet.as_view({"get": "list"}), name="answers"),
    path("deals/<uuid:deal>/evidence/", EvidenceViewSet.as_view({"get": "list"}), name="evidence"),
    path(
        "deals/<uuid:deal>/evidence/<uuid:pk>/",
        EvidenceViewSet.as_view({"get": "retrieve"}),
        name="evidence-item",
    ),
]

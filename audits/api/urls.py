"""Addresses of the API of this app."""

from django.urls import URLPattern, URLResolver, path

from audits.api.rooms import ArtifactViewSet, ClaimViewSet, MeasurementViewSet
from audits.api.views import AuditViewSet, ComparisonViewSet, FindingViewSet, PracticeViewSet

app_name = "audits-api"
urlpatterns: list[URLPattern | URLResolver] = [
    path("audits/", AuditViewSet.as_view({"get": "list"}), name="audits"),
    path("audits/<uuid:pk>/", AuditViewSet.as_view({"get": "retrieve"}), name="audit"),
    path("audits/<uuid:pk>/practices/", PracticeViewSet.as_view({"get": "list"}), name="practices"),
    path(
        "audits/<uuid:pk>/comparison/",
        ComparisonViewSet.as_view({"get": "retrieve"}),
        name="comparison",
    ),
    path("audits/<uuid:pk>/findings/", FindingViewSet.as_view({"get": "list"}), name="findings"),
    path("artifacts/", ArtifactViewSet.as_view({"get": "list"}), name="artifacts"),
    path("artifacts/<uuid:pk>/", ArtifactViewSet.as_view({"get": "retrieve"}), name="artifact"),
    path("measurements/", MeasurementViewSet.as_view({"get": "list"}), name="measurements"),
    path(
        "measurements/<uuid:pk>/",
        MeasurementViewSet.as_view({"get": "retrieve"}),
        name="measurement",
    ),
    path("claims/", ClaimViewSet.as_view({"get": "list"}), name="claims"),
    path("claims/<uuid:pk>/", ClaimViewSet.as_view({"get": "retrieve"}), name="claim"),
]

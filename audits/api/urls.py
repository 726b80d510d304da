"""Addresses of the API of this app."""

from django.urls import URLPattern, URLResolver, path

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
]

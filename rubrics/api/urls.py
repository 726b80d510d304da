"""Addresses of the API of this app."""

from django.urls import URLPattern, URLResolver, path

from rubrics.api.views import KnockOutViewSet, ReportFileViewSet, ReportViewSet, ScoreViewSet

app_name = "rubrics-api"
urlpatterns: list[URLPattern | URLResolver] = [
    path("deals/<uuid:deal>/score/", ScoreViewSet.as_view({"get": "retrieve"}), name="score"),
    path(
        "deals/<uuid:deal>/knock-outs/", KnockOutViewSet.as_view({"get": "list"}), name="knock-outs"
    ),
    path("reports/", ReportViewSet.as_view({"get": "list"}), name="reports"),
    path("reports/<uuid:pk>/", ReportViewSet.as_view({"get": "retrieve"}), name="report"),
    path("reports/<uuid:pk>/pdf/", ReportFileViewSet.as_view({"get": "pdf"}), name="report-pdf"),
    path("reports/<uuid:pk>/data/", ReportFileViewSet.as_view({"get": "data"}), name="report-data"),
]

"""Addresses of the API of this app."""

from django.urls import URLPattern, URLResolver, path

from rubrics.api.agreement import AgreementViewSet, SettlementViewSet
from rubrics.api.disputes import DisputeViewSet, PutFindingViewSet
from rubrics.api.frames import FrameViewSet
from rubrics.api.terms import FollowUpViewSet, HaircutViewSet, TermsViewSet
from rubrics.api.views import KnockOutViewSet, ReportFileViewSet, ReportViewSet, ScoreViewSet

app_name = "rubrics-api"
urlpatterns: list[URLPattern | URLResolver] = [
    path("deals/<uuid:deal>/score/", ScoreViewSet.as_view({"get": "retrieve"}), name="score"),
    path(
        "deals/<uuid:deal>/knock-outs/", KnockOutViewSet.as_view({"get": "list"}), name="knock-outs"
    ),
    path(
        "deals/<uuid:deal>/frame/",
        FrameViewSet.as_view({"get": "retrieve", "post": "change"}),
        name="frame",
    ),
    path(
        "deals/<uuid:deal>/agreement/",
        AgreementViewSet.as_view({"get": "retrieve"}),
        name="agreement",
    ),
    path(
        "deals/<uuid:deal>/briefings/",
        AgreementViewSet.as_view({"post": "brief"}),
        name="briefings",
    ),
    path(
        "deals/<uuid:deal>/settlements/",
        SettlementViewSet.as_view({"get": "list"}),
        name="settlements",
    ),
    path(
        "deals/<uuid:deal>/settlements/<slug:criterion>/talk/",
        SettlementViewSet.as_view({"post": "talk"}),
        name="settlement-talk",
    ),
    path(
        "deals/<uuid:deal>/settlements/<slug:criterion>/decision/",
        SettlementViewSet.as_view({"post": "decide"}),
        name="settlement-decision",
    ),
    path(
        "deals/<uuid:deal>/settlements/<slug:criterion>/dissent/",
        SettlementViewSet.as_view({"post": "dissent"}),
        name="settlement-dissent",
    ),
    path(
        "deals/<uuid:deal>/findings-put/",
        PutFindingViewSet.as_view({"get": "list", "post": "put"}),
        name="findings-put",
    ),
    path(
        "deals/<uuid:deal>/disputes/<uuid:pk>/close/",
        DisputeViewSet.as_view({"post": "close"}),
        name="dispute-close",
    ),
    path(
        "deals/<uuid:deal>/disputes/<uuid:pk>/score/",
        DisputeViewSet.as_view({"post": "score"}),
        name="dispute-score",
    ),
    path("deals/<uuid:deal>/terms/", TermsViewSet.as_view({"get": "retrieve"}), name="terms"),
    path(
        "deals/<uuid:deal>/terms/revenue/",
        TermsViewSet.as_view({"post": "revenue"}),
        name="terms-revenue",
    ),
    path(
        "deals/<uuid:deal>/terms/exposures/",
        TermsViewSet.as_view({"post": "exposure"}),
        name="terms-exposures",
    ),
    path(
        "deals/<uuid:deal>/terms/haircuts/",
        TermsViewSet.as_view({"post": "haircut"}),
        name="terms-haircuts",
    ),
    path(
        "deals/<uuid:deal>/terms/<slug:kind>/<uuid:pk>/take-out/",
        TermsViewSet.as_view({"post": "remove"}),
        name="terms-take-out",
    ),
    path("house/haircuts/", HaircutViewSet.as_view({"get": "list"}), name="haircuts"),
    path(
        "deals/<uuid:deal>/follow-ups/",
        FollowUpViewSet.as_view({"get": "list", "post": "create"}),
        name="follow-ups",
    ),
    path(
        "deals/<uuid:deal>/follow-ups/<uuid:pk>/close/",
        FollowUpViewSet.as_view({"post": "close"}),
        name="follow-up-close",
    ),
    path("reports/", ReportViewSet.as_view({"get": "list"}), name="reports"),
    path("reports/<uuid:pk>/", ReportViewSet.as_view({"get": "retrieve"}), name="report"),
    path("reports/<uuid:pk>/pdf/", ReportFileViewSet.as_view({"get": "pdf"}), name="report-pdf"),
    path("reports/<uuid:pk>/data/", ReportFileViewSet.as_view({"get": "data"}), name="report-data"),
]

"""Addresses of the pages of this app."""

from django.urls import URLPattern, URLResolver, path

from rubrics.web import dashboards
from rubrics.web.views import (
    agreement,
    calibration,
    coverage,
    disputes,
    evidence_links,
    knock_outs,
    letterheads,
    maturity,
    open_items,
    portfolio,
    reports,
    reviewing,
    scorecards,
    sign_offs,
    terms,
    verification,
    why,
)

app_name = "rubrics"
urlpatterns: list[URLPattern | URLResolver] = [
    path("portfolio/", portfolio.portfolio, name="portfolio"),
    path("portfolio/compare/", portfolio.compare, name="compare"),
    path("portfolio/pipeline/", portfolio.pipeline_times, name="pipeline_times"),
    path("portfolio/prices/", portfolio.prices, name="prices"),
    path("portfolio/calibration/", calibration.calibration, name="calibration"),
    path("portfolio/board-scores/", portfolio.board_scores, name="board_scores"),
    path("deals/<uuid:pk>/coverage/", coverage.deal_coverage, name="deal_coverage"),
    path(
        "deals/<uuid:pk>/evidence/<uuid:item>/links/", evidence_links.links, name="evidence_links"
    ),
    path(
        "deals/<uuid:pk>/evidence/<uuid:item>/links/<uuid:link>/remove/",
        evidence_links.link_remove,
        name="evidence_link_remove",
    ),
    path(
        "deals/<uuid:pk>/linked/<slug:kind>/<slug:reference>/",
        evidence_links.linked,
        name="evidence_linked",
    ),
    path("deals/<uuid:pk>/risk/", dashboards.deal_dashboard, name="deal_dashboard"),
    path("deals/<uuid:pk>/risk/panel/", dashboards.deal_panel, name="deal_panel"),
    path("deals/<uuid:pk>/risk/maturity/", maturity.maturity_panel, name="maturity_panel"),
    path("deals/<uuid:pk>/risk/why/", why.deal_why, name="deal_why"),
    path("deals/<uuid:pk>/risk/<slug:lens>/", dashboards.lens_detail, name="lens_detail"),
    path(
        "deals/<uuid:pk>/risk/<slug:lens>/<slug:criterion>/",
        why.criterion_why,
        name="criterion_why",
    ),
    path("deals/<uuid:pk>/knock-outs/", knock_outs.knock_out_suspect, name="knock_out_suspect"),
    path("deals/<uuid:pk>/knock-outs/<slug:code>/", knock_outs.knock_out, name="knock_out"),
    path("deals/<uuid:pk>/terms/", terms.deal_terms, name="deal_terms"),
    path(
        "deals/<uuid:pk>/terms/<slug:kind>/<uuid:row>/take-out/",
        terms.term_take_out,
        name="term_take_out",
    ),
    path("house/terms/", terms.house_terms, name="house_terms"),
    path("house/haircuts/<uuid:pk>/retire/", terms.haircut_retire, name="haircut_retire"),
    path("deals/<uuid:pk>/open/", open_items.deal_open, name="deal_open"),
    path("deals/<uuid:pk>/open/panel/", open_items.open_panel, name="open_panel"),
    path(
        "deals/<uuid:pk>/open/<uuid:follow_up>/close/",
        open_items.follow_up_close,
        name="follow_up_close",
    ),
    path("deals/<uuid:pk>/scorecard/", scorecards.deal_scorecard, name="deal_scorecard"),
    path("deals/<uuid:pk>/scorecard/open/", scorecards.assessment_open, name="assessment_open"),
    path("deals/<uuid:pk>/scorecard/begin/", scorecards.scorecard_begin, name="scorecard_begin"),
    path("deals/<uuid:pk>/scorecard/lock/", scorecards.scorecard_lock, name="scorecard_lock"),
    path(
        "deals/<uuid:pk>/scorecard/conflict/", reviewing.conflict_declare, name="conflict_declare"
    ),
    path("deals/<uuid:pk>/agreement/", agreement.deal_agreement, name="deal_agreement"),
    path("deals/<uuid:pk>/agreement/brief/", agreement.briefing_give, name="briefing_give"),
    path("deals/<uuid:pk>/agreement/<slug:criterion>/", agreement.difference, name="difference"),
    path("deals/<uuid:pk>/findings/", disputes.deal_findings_put, name="deal_findings_put"),
    path("deals/<uuid:pk>/findings/<uuid:dispute>/", disputes.dispute_close, name="dispute_close"),
    path("room/<uuid:deal>/findings/", disputes.room_findings, name="room_findings"),
    path(
        "room/<uuid:deal>/findings/panel/",
        disputes.room_findings_panel,
        name="room_findings_panel",
    ),
    path("deals/<uuid:pk>/reviewers/", reviewing.reviewers, name="reviewers"),
    path("deals/<uuid:pk>/reviewers/remind/", reviewing.reviewers_remind, name="reviewers_remind"),
    path("deals/<uuid:pk>/reviewers/<uuid:seat>/", reviewing.seat_replace, name="seat_replace"),
    path(
        "deals/<uuid:pk>/scorecard/<slug:criterion>/",
        scorecards.criterion_score,
        name="criterion_score",
    ),
    path("deals/<uuid:pk>/reports/", reports.deal_reports, name="deal_reports"),
    path("reports/<uuid:pk>/", reports.report_state, name="report_state"),
    path("reports/<uuid:pk>/download/", reports.report_download, name="report_download"),
    path("reports/<uuid:pk>/files/", reports.report_files, name="report_files"),
    path("reports/<uuid:pk>/as/<slug:form>/", reports.report_export, name="report_export"),
    path("reports/<uuid:pk>/against/<uuid:other>/", reports.report_compare, name="report_compare"),
    path("reports/copies/<uuid:pk>/", reports.copy_state, name="copy_state"),
    path("reports/copies/<uuid:pk>/download/", reports.copy_download, name="copy_download"),
    path("deals/<uuid:pk>/sign-off/", sign_offs.deal_sign_off, name="deal_sign_off"),
    path("letterhead/", letterheads.letterhead_edit, name="letterhead_edit"),
    path("letterhead/preview/", letterheads.letterhead_preview, name="letterhead_preview"),
    path("letterhead/logo/", letterheads.letterhead_logo, name="letterhead_logo"),
    path("verify/", verification.verify, name="verify"),
]

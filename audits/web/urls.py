"""Addresses of the pages of this app."""

from django.urls import URLPattern, URLResolver, path

from audits.web.views import catalogue, claims, imports, ledger, repositories, rooms, runs, triage

app_name = "audits"
urlpatterns: list[URLPattern | URLResolver] = [
    path("catalogue/", catalogue.catalogue_list, name="catalogue"),
    path("catalogue/<slug:practice>/", catalogue.catalogue_page, name="catalogue_page"),
    path("deals/<uuid:pk>/audits/", repositories.deal_audits, name="deal_audits"),
    path("deals/<uuid:pk>/audits/panel/", repositories.deal_panel, name="deal_panel"),
    path("deals/<uuid:pk>/audits/file/", repositories.repository_file, name="repository_file"),
    path("deals/<uuid:pk>/audits/url/", repositories.repository_url, name="repository_url"),
    path("deals/<uuid:pk>/audits/elsewhere/", imports.deal_imports, name="deal_imports"),
    path(
        "deals/<uuid:pk>/audits/elsewhere/invitation/",
        imports.collection_invite,
        name="collection_invite",
    ),
    path(
        "deals/<uuid:pk>/audits/elsewhere/collection/",
        imports.collection_file,
        name="collection_file",
    ),
    path("deals/<uuid:pk>/audits/elsewhere/findings/", imports.findings_file, name="findings_file"),
    path("repositories/<uuid:pk>/run/", runs.run_start, name="run_start"),
    path("audits/<uuid:pk>/", runs.run_detail, name="run_detail"),
    path("audits/<uuid:pk>/cancel/", runs.run_cancel, name="run_cancel"),
    path("audits/<uuid:pk>/findings/", runs.run_findings, name="run_findings"),
    path("audits/<uuid:pk>/compare/", runs.run_compare, name="run_compare"),
    path("audits/<uuid:pk>/skipped/", runs.run_skipped, name="run_skipped"),
    path("practices/<uuid:pk>/evidence/", runs.practice_evidence, name="practice_evidence"),
    path("findings/<uuid:pk>/", triage.finding_triage, name="finding_triage"),
    path("findings/<uuid:pk>/evidence/", runs.finding_evidence, name="finding_evidence"),
    path("deals/<uuid:pk>/data-room/", rooms.deal_room, name="deal_room"),
    path("deals/<uuid:pk>/data-room/measure/", rooms.room_measure, name="room_measure"),
    path("deals/<uuid:pk>/data-room/cancel/", rooms.room_cancel, name="room_cancel"),
    path("artifacts/<uuid:pk>/", rooms.artifact_detail, name="artifact_detail"),
    path("artifacts/<uuid:pk>/confirm/", rooms.artifact_confirm, name="artifact_confirm"),
    path("artifacts/<uuid:pk>/leave-out/", rooms.artifact_leave_out, name="artifact_leave_out"),
    path("deals/<uuid:pk>/claims/", ledger.deal_ledger, name="deal_ledger"),
    path("deals/<uuid:pk>/claims/panel/", ledger.claims_panel, name="claims_panel"),
    path("deals/<uuid:pk>/claims/test/", ledger.claims_test, name="claims_test"),
    path("deals/<uuid:pk>/claims/quote/", claims.claim_quote, name="claim_quote"),
    path("claims/<uuid:pk>/", ledger.claim_detail, name="claim_detail"),
    path("claims/<uuid:pk>/why/", ledger.claim_why, name="claim_why"),
    path("claims/<uuid:pk>/request/", ledger.claim_request, name="claim_request"),
    path("claims/<uuid:pk>/correct/", claims.claim_correct, name="claim_correct"),
    path("claims/<uuid:pk>/withdraw/", claims.claim_withdraw, name="claim_withdraw"),
    path("claims/<uuid:pk>/share/", claims.claim_share, name="claim_share"),
    path("room/<uuid:deal>/claims/", claims.room_panel, name="room_panel"),
    path("room/<uuid:deal>/claims/<uuid:hearing>/", claims.room_hearing, name="room_hearing"),
]

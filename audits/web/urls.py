"""Addresses of the pages of this app."""

from django.urls import URLPattern, URLResolver, path

from audits.web.views import catalogue, imports, repositories, runs, triage

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
]

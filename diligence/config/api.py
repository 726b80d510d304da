"""How the API is built and described; nothing in it differs between machines."""

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["diligence.api.authentication.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAuthenticated",
        "diligence.api.scopes.InScope",
    ],
    "EXCEPTION_HANDLER": "diligence.api.errors.answer_to",
    # Forms would be a second way in, with rules of their own for what is left out or comes twice.
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "diligence.api.pagination.Pages",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_VERSIONING_CLASS": None,
    "DEFAULT_METADATA_CLASS": None,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Proofroom",
    "DESCRIPTION": "Deals, audits, findings, scores and reports, for programs.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "diligence.api.refusals.described_refusals",
    ],
    "ENUM_NAME_OVERRIDES": {
        "AuditOrigin": "audits.models.AuditRun.Origin",
        "AuditState": "audits.models.AuditRun.State",
        "EvidenceOrigin": "diligence.models.Origin",
        "KnockOutState": "rubrics.models.KnockOut.State",
        "ReportState": "rubrics.models.Report.State",
        "AssessmentMode": "rubrics.models.Assessment.Mode",
        "RiskKind": "rubrics.models.terms.Risk",
        "FollowUpState": "rubrics.models.FollowUp.State",
        "ScoreOutcome": "rubrics.models.Score.Outcome",
    },
}

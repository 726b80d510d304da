"""All addresses: the pages and the API of the three apps, sign-in, the administration, health."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, re_path
from drf_spectacular.views import SpectacularAPIView

from diligence.config.health import healthz
from diligence.web.accounts import shut
from diligence.web.single_sign_on import oidc_login, saml_view

# The back office has no door of its own: limits and second factors are at the one of everybody.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign] # as allauth says

SAML: list[URLPattern | URLResolver] = [
    path(f"saml/<slug:organization_slug>/{way}/", saml_view(view), name=f"saml_{view}")
    for way, view in (
        ("login", "login"), ("acs", "acs"), ("acs/finish", "finish_acs"), ("metadata", "metadata"),
    )
]  # fmt: skip
SAML.append(path("saml/<slug:organization_slug>/sls/", shut, name="saml_sls"))
SIGN_IN: list[URLPattern | URLResolver] = [
    # An address is whoever was invited; nobody moves an account to another mailbox.
    re_path("^(?:email|confirm-email|sso/signup)/", shut),
    path("sso/", shut, name="socialaccount_connections"),
    path("sso/", include(SAML)),
    path("sso/oidc/<slug:provider_id>/login/", oidc_login, name="openid_connect_login"),
    path("sso/", include("allauth.socialaccount.providers.openid_connect.urls")),
    path("sso/", include("allauth.socialaccount.urls")),
    path("second-factor/", include("allauth.mfa.urls")),
    path("", include("allauth.account.urls")),
]
handler404 = "diligence.config.faults.not_found"
handler500 = "diligence.config.faults.server_error"
urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("admin/", admin.site.urls),
    path("account/", include(SIGN_IN)),
    path("api/v1/", include("diligence.api.urls", namespace="diligence-api")),
    path("api/v1/", include("audits.api.urls", namespace="audits-api")),
    path("api/v1/", include("rubrics.api.urls", namespace="rubrics-api")),
    path("api/schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("", include("diligence.web.urls")),
    path("", include("audits.web.urls")),
    path("", include("rubrics.web.urls")),
]

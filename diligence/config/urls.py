"""All addresses: the pages and the API of the three apps, sign-in, the administration, health."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, re_path
from drf_spectacular.views import SpectacularAPIView

from diligence.config.health import healthz
from diligence.web.accounts import shut

# The back office has no door of its own: limits and second factors are at the one of everybody.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

SIGN_IN: list[URLPattern | URLResolver] = [
    # An address is whoever was invited; nobody moves an account to another mailbox.
    re_path("^(?:email|confirm-email)/", shut),
    path("second-factor/", include("allauth.mfa.urls")),
    path("", include("allauth.account.urls")),
]
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

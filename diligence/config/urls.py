"""All addresses: the pages and the API of the three apps, sign-in, the administration, health."""

from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from diligence.config.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("admin/", admin.site.urls),
    path("account/", include("allauth.account.urls")),
    path("api/v1/", include("diligence.api.urls", namespace="diligence-api")),
    path("api/v1/", include("audits.api.urls", namespace="audits-api")),
    path("api/v1/", include("rubrics.api.urls", namespace="rubrics-api")),
    path("api/schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("", include("diligence.web.urls")),
    path("", include("audits.web.urls")),
    path("", include("rubrics.web.urls")),
]

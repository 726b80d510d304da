"""Addresses of the pages of this app."""

from django.urls import URLPattern, URLResolver

app_name = "diligence"
urlpatterns: list[URLPattern | URLResolver] = []

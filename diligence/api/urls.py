"""Addresses of the API of this app."""

from django.urls import URLPattern, URLResolver

app_name = "diligence-api"
urlpatterns: list[URLPattern | URLResolver] = []

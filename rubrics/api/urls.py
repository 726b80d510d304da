"""Addresses of the API of this app."""

from django.urls import URLPattern, URLResolver

app_name = "rubrics-api"
urlpatterns: list[URLPattern | URLResolver] = []

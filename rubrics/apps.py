"""The top app: scores, dashboards and reports."""

from importlib import import_module

from django.apps import AppConfig


class RubricsConfig(AppConfig):
    name = "rubrics"
    verbose_name = "Scores"

    def ready(self) -> None:
        # Receivers connect by import.
        import_module("rubrics.receivers")

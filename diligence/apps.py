"""The bottom app: people, startups, deals, questions and evidence."""

from importlib import import_module

from django.apps import AppConfig


class DiligenceConfig(AppConfig):
    name = "diligence"
    verbose_name = "Deals"

    def ready(self) -> None:
        # Django collects system checks and receivers by import.
        import_module("diligence.preflight")
        import_module("diligence.receivers")

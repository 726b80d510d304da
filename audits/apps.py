"""The middle app: what a repository and a data room show."""

from importlib import import_module

from django.apps import AppConfig


class AuditsConfig(AppConfig):
    name = "audits"
    verbose_name = "Audits"

    def ready(self) -> None:
        # Receivers connect by import.
        import_module("audits.receivers")

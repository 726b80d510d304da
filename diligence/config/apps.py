"""The composition root as an installed app without models, so that its commands may know all."""

from importlib import import_module

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "diligence.config"
    label = "proofroom_config"
    verbose_name = "Proofroom"

    def ready(self) -> None:
        # Without it a task rung from a web process or a command would look for another broker.
        import_module("diligence.config.celery")

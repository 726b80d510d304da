"""The composition root as an installed app without models, so that its commands may know all."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "diligence.config"
    label = "proofroom_config"
    verbose_name = "Proofroom"

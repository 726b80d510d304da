"""Publishes the rubrics that ship with Proofroom."""

from importlib.resources import files
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from diligence.services.errors import Refused
from rubrics.catalog.loader import RubricError
from rubrics.services.assessments import publish_rubric


class Command(BaseCommand):
    help = "Publish the rubrics that ship with Proofroom; safe to repeat."

    def handle(self, *_args: Any, **options: Any) -> None:
        """Publishes every file of the catalogue; those already published stay as they are."""
        for file in sorted(files("rubrics.catalog").iterdir(), key=lambda f: f.name):
            if not file.name.endswith(".yaml"):
                continue
            try:
                row = publish_rubric(source=file.read_text("utf-8"), name=file.name)
            except (RubricError, Refused) as error:
                raise CommandError(str(error)) from None
            if options["verbosity"]:
                self.stdout.write(f"{row}")

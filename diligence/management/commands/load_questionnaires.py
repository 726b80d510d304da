"""Publishes the questionnaire templates that ship with Proofroom."""

from importlib.resources import files
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from diligence.models import Questionnaire
from diligence.questionnaires.loader import TemplateError
from diligence.services.errors import Refused
from diligence.services.handing_in import keep_words
from diligence.services.questionnaires import publish_template


class Command(BaseCommand):
    help = "Publish the questionnaire templates that ship with Proofroom; safe to repeat."

    def handle(self, *_args: Any, **options: Any) -> None:
        """Publishes every file of the library; those already published stay as they are."""
        library = files("diligence.questionnaires") / "library"
        for file in sorted(library.iterdir(), key=lambda f: f.name):
            if not file.name.endswith(".yaml"):
                continue
            try:
                row = publish_template(source=file.read_text("utf-8"), name=file.name)
            except (TemplateError, Refused) as error:
                raise CommandError(str(error)) from None
            if options["verbosity"]:
                self.stdout.write(f"{row}")
        # What was handed in before there was a search is found from now on.
        for questionnaire in Questionnaire.objects.exclude(submitted_at=None).select_related(
            "template", "deal"
        ):
            keep_words(questionnaire)

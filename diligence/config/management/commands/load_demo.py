"""Loads three invented startups through the real services, engine and worker."""

import secrets
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from diligence.config.demo_data import demo_people, demo_startups
from diligence.config.demo_loading import DemoError, load_demo
from diligence.services.errors import Refused


class Command(BaseCommand):
    help = "Load the demo (three invented startups). A worker must be running. Safe to repeat."

    def add_arguments(self, parser: Any) -> None:
        """Takes the password of the demo's accounts; a random one unless it is given."""
        parser.add_argument("--password", default="")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Loads the demo and prints who can sign in."""
        password = options["password"] or f"demo-{secrets.token_hex(4)}"
        try:
            load_demo(password, self.stderr.write if options["verbosity"] > 1 else _silent)
        except (DemoError, Refused) as error:
            raise CommandError(str(error)) from None
        self.stdout.write("Demo logins, all with the password " + password)
        for person in demo_people():
            self.stdout.write(f"  {person['email']:34} {person['role']}")
        for startup in demo_startups():
            founder = startup.about["founders"][0]
            self.stdout.write(f"  {founder['email']:34} founder of {startup.name}")


def _silent(_: str) -> None:
    """Says nothing."""

"""Migrate and load what ships with the product: run once before the processes start."""

from typing import Any

import psycopg
import redis
from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

CONTENT = ("load_questionnaires", "load_rubrics")


class Command(BaseCommand):
    help = "Migrate the database, then load the questionnaires and rubrics that ship."
    requires_system_checks = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        self._require_servers()
        call_command("migrate", interactive=False, verbosity=0)
        for name in CONTENT:
            if name in get_commands():
                call_command(name, verbosity=0)

    def _require_servers(self) -> None:
        # Not through the pool, which would go on trying for a while.
        parameters = connection.get_connection_params()
        try:
            psycopg.connect(**{**parameters, "connect_timeout": 10}).close()
        except psycopg.Error as error:
            reason = str(error).strip().splitlines()[0]
            raise CommandError(
                f"PostgreSQL does not answer at DATABASE_URL ({reason}): "
                "start it, or correct the address."
            ) from None
        try:
            redis.Redis.from_url(settings.REDIS_URL).ping()
        except redis.RedisError as error:
            raise CommandError(
                f"Redis does not answer at REDIS_URL ({error}): start it, or correct the address."
            ) from None

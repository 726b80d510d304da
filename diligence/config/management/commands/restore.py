"""`manage.py restore FILE`: what `backup` wrote, into an empty system, with every hash checked.

Stop web and workers first. The database may be fresh or prepared, but nobody may have worked in it.
A restore that broke off is repeated. Everybody signs in anew afterwards.
"""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from diligence.config.safekeeping.archive import ArchiveError
from diligence.config.safekeeping.restoring import restore
from diligence.services.keeping import readable_size


class Command(BaseCommand):
    help = __doc__
    requires_migrations_checks = False

    def add_arguments(self, parser: Any) -> None:
        """Takes the archive, and the hash that `backup` printed where one kept it."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--sha256", default="", help="refuse any other archive than this one")

    def handle(self, *_: Any, **options: Any) -> None:
        """Restores and prints what came back."""
        say = self.stderr.write if options["verbosity"] > 1 else _silent
        try:
            manifest = restore(options["file"], say, options["sha256"])
        except ArchiveError as error:
            raise CommandError(str(error)) from None
        rows = sum(each.rows for each in manifest.tables.values())
        self.stdout.write(
            f"{len(manifest.tables)} tables with {rows} rows and {manifest.files} files with "
            f"{readable_size(manifest.bytes)} are back, as they were at {manifest.header.made_at}."
        )
        self.stdout.write(
            "What was encrypted needs PROOFROOM_FIELD_KEYS of the system that was backed up."
        )
        for path in manifest.missing:
            self.stderr.write(f"missing: {path} was not in the storage when the backup was made")


def _silent(_: str) -> None:
    """Says nothing."""

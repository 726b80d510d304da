"""`manage.py backup FILE`: database and evidence of one moment in one archive.

Keys are not in it. What the database holds encrypted (tokens, the key that signs reports) can only
be read with PROOFROOM_FIELD_KEYS of this system: keep those elsewhere, as carefully.
"""

import signal
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from diligence.config.safekeeping.archive import ArchiveError
from diligence.config.safekeeping.backing_up import back_up
from diligence.services.errors import Refused
from diligence.services.keeping import readable_size


class Command(BaseCommand):
    """Exit status 0: complete; 1: written, but files that rows name were not there."""

    help = __doc__

    def add_arguments(self, parser: Any) -> None:
        """Takes where the archive is to lie."""
        parser.add_argument("file", type=Path, help="where to write; ends best in .tar")

    def handle(self, *_: Any, **options: Any) -> None:
        """Writes it and prints what is in it, with its SHA-256."""
        # So that a stop leaves no half archive behind.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
        say = self.stderr.write if options["verbosity"] > 1 else _silent
        try:
            made = back_up(options["file"].absolute(), say)
        except (ArchiveError, Refused) as error:
            raise CommandError(str(error)) from None
        manifest = made.manifest
        rows = sum(each.rows for each in manifest.tables.values())
        self.stdout.write(
            f"{options['file']}: {len(manifest.tables)} tables with {rows} rows, "
            f"{manifest.files} files with {readable_size(manifest.bytes)}; "
            f"{readable_size(made.bytes)} in all."
        )
        self.stdout.write(f"SHA-256 {made.sha256}")
        self.stdout.write(
            "PROOFROOM_FIELD_KEYS and PROOFROOM_SECRET_KEY are not in it; keep them elsewhere."
        )
        for path in manifest.missing:
            self.stderr.write(f"missing: {path} is not in the storage, and so not in the archive")
        if manifest.missing:
            sys.exit(1)


def _silent(_: str) -> None:
    """Says nothing."""

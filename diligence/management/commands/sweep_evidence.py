"""`manage.py sweep_evidence`: removes stored files older than a week that no row names.

A worker does so once a day, up to fifty files at a time. More than that look like a database and a
storage that do not belong together, such as one of the two restored alone: look into it first.
"""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from diligence.services.unnamed_files import MOST, sweep_unnamed_files


class Command(BaseCommand):
    """Exit status 0: nothing is left that no row names; 1: there was too much of it to remove."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """One option."""
        parser.add_argument(
            "--however-many", action="store_true", help=f"remove them where they are over {MOST}"
        )

    def handle(self, *_: Any, **options: Any) -> None:
        """One look, and one line on what it found."""
        swept = sweep_unnamed_files(however_many=options["however_many"])
        if swept.removed:
            self.stdout.write(f"Files that no row named, removed: {swept.files}.")
            return
        self.stderr.write(
            f"{swept.files} files are named by no row. Are database and storage of one moment? "
            "If they are, repeat this with --however-many. Nothing was removed."
        )
        sys.exit(1)

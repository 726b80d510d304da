"""`manage.py rotate_keys`: everything encrypted in the database, under a new field key.

`rotate_keys --new` prints a fresh key. Put it in front of PROOFROOM_FIELD_KEYS, restart, run
`rotate_keys`, then take the older keys out and restart again. Safe to break off and to repeat.
"""

import sys
from typing import Any

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from diligence.config.safekeeping.rotation import Rotated, rotate


class Command(BaseCommand):
    """Exit status 0: only the first key is needed; 1: something opens with none of the keys."""

    help = __doc__

    def add_arguments(self, parser: Any) -> None:
        """Takes the wish for a fresh key."""
        parser.add_argument("--new", action="store_true", help="print a fresh key and do no more")

    def handle(self, *_: Any, **options: Any) -> None:
        """Prints a line for each column, then what may be done next."""
        if options["new"]:
            self.stdout.write(Fernet.generate_key().decode())
            return
        if not settings.PROOFROOM_FIELD_KEYS:
            raise CommandError("PROOFROOM_FIELD_KEYS is empty; there is nothing to rotate to.")
        done = list(self._told())
        lost = sum(each.lost for each in done)
        if lost:
            self.stderr.write(
                f"{lost} values open with none of the keys. Add the earlier key behind the others "
                "and repeat; without it, enter these secrets anew."
            )
            sys.exit(1)
        self.stdout.write(
            "Only the first key of PROOFROOM_FIELD_KEYS is needed now; the others may be taken "
            "out. Backups of before need the older keys still."
        )

    def _told(self) -> Any:
        far = self.stderr.write if self.verbosity > 1 else _silent
        for each in rotate(lambda so_far: far(_line(so_far))):
            self.stdout.write(_line(each))
            yield each

    def execute(self, *args: Any, **options: Any) -> Any:
        """Remembers how much it is to say."""
        self.verbosity = options["verbosity"]
        return super().execute(*args, **options)


def _line(done: Rotated) -> str:
    return f"{done.name}: {done.renewed} renewed, {done.already} already, {done.lost} lost"


def _silent(_: str) -> None:
    """Says nothing."""

"""`manage.py verify_audit`: reads the whole audit trail and names what was changed or removed."""

import sys
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from diligence.services.errors import Refused
from diligence.services.trail_check import Checked, Copy, check_trail


class Command(BaseCommand):
    """Exit status 0: all as it was written; 1: something is not, and it was named."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Anchors that were kept elsewhere are worth more than those beside the database."""
        parser.add_argument(
            "--anchors", type=Path, metavar="FOLDER",
            help="a folder with copies of anchor files that were kept elsewhere",
        )  # fmt: skip

    def handle(self, *_: Any, anchors: Path | None, **__: Any) -> None:
        """Prints one line for each fault, then the sum."""
        began = time.monotonic()
        try:
            checked = check_trail(_copies(anchors) if anchors is not None else ())
        except Refused as error:
            raise CommandError(str(error)) from None
        for fault in checked.faults:
            self.stderr.write(fault)
        summary = _summary(checked, time.monotonic() - began)
        if checked.faults:
            noun = "fault" if len(checked.faults) == 1 else "faults"
            self.stderr.write(f"{summary} {len(checked.faults)} {noun}.")
            sys.exit(1)
        self.stdout.write(f"{summary} All as it was written.")
        if checked.head is not None:
            self.stdout.write(f"Head of the chain: {checked.head.number} {checked.head.hash}")


def _copies(folder: Path) -> list[Copy]:
    if not folder.is_dir():
        raise CommandError(f"{folder} is not a folder; name the one that holds the anchor files.")
    return [
        Copy(str(path), path.read_text(encoding="utf-8", errors="replace"))
        for path in sorted(folder.glob("*.json"))
    ]


def _summary(checked: Checked, seconds: float) -> str:
    waiting = f", {checked.waiting} waiting to be chained" if checked.waiting else ""
    return (
        f"{checked.lines:,} lines in the chain{waiting}, {checked.anchors} anchors, "
        f"{seconds:.1f} s."
    )

"""`manage.py verify_evidence`: hashes all evidence again and names what changed or is missing."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from diligence.services.keeping import readable_size
from diligence.services.verification import verify_blobs


class Command(BaseCommand):
    """Exit status 0: all as it was handed in; 1: something is not, and it was named."""

    help = __doc__

    def handle(self, *_: Any, **__: Any) -> None:
        """Prints one paragraph for each fault, then the sum."""
        sizes: list[int] = []
        faults = 0
        for fault in verify_blobs(sizes.append):
            faults += 1
            for line in fault.lines():
                self.stderr.write(line)
        read = f"{len(sizes)} files, {readable_size(sum(sizes))}"
        if faults:
            self.stderr.write(f"{read}: {faults} not as handed in.")
            sys.exit(1)
        self.stdout.write(f"{read}: all as handed in.")

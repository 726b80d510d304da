"""`manage.py seal_evidence`: encrypts files that were kept before PROOFROOM_SEAL_EVIDENCE was set.

People may go on working. Safe to break off and to repeat: what is sealed is passed over.
"""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from diligence.models import Blob
from diligence.services.errors import Refused
from diligence.services.keeping import readable_size, seal_kept
from diligence.services.sealing_keys import seals


class Command(BaseCommand):
    """Exit status 0: all is sealed; 1: some files could not be, and were named."""

    help = __doc__

    def handle(self, *_: Any, **__: Any) -> None:
        """Seals one file after the other, and prints the sum."""
        if not seals():
            raise CommandError("Set PROOFROOM_SEAL_EVIDENCE and PROOFROOM_FIELD_KEYS first.")
        files, size, left = 0, 0, 0
        for blob in Blob.objects.filter(sealed=False, gone_at=None).order_by("pk").iterator():
            try:
                done = seal_kept(blob)
            except Refused as refused:
                left += 1
                self.stderr.write(str(refused))
                continue
            files, size = files + done, size + blob.size * done
        self.stdout.write(f"{files} files sealed, {readable_size(size)}.")
        if left:
            sys.exit(1)

"""`manage.py seal_evidence`: encrypts files that an earlier release kept plain, and their previews.

People may go on working. Safe to break off and to repeat: what is sealed is passed over.
"""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from diligence.models import Blob
from diligence.services.errors import Refused
from diligence.services.keeping import readable_size, seal_kept
from diligence.services.previews import preview_anew


class Command(BaseCommand):
    """Exit status 0: all is sealed; 1: some files could not be, and were named."""

    help = __doc__

    def handle(self, *_: Any, **__: Any) -> None:
        """Seals one file after the other, and prints the sum."""
        files, size, left = 0, 0, 0
        for blob in Blob.objects.filter(sealed=False, gone_at=None).order_by("pk").iterator():
            try:
                done = seal_kept(blob)
                if done:
                    preview_anew(blob)
            except Refused as refused:
                left += 1
                self.stderr.write(str(refused))
                continue
            files, size = files + done, size + blob.size * done
        self.stdout.write(f"{files} files sealed, {readable_size(size)}.")
        if left:
            sys.exit(1)

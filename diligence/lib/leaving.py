"""How a process that has said all it had to say ends."""

import os
import sys
from typing import NoReturn


def leave(status: int) -> NoReturn:
    """Ends at once: to take millions of objects apart first is a tenth of a short examination.

    Nothing that waits for an orderly end is run, so this is for processes that leave nothing so.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)

"""What a disk says that takes no more."""

import errno

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


FULL = "The server's disk is full"
"""How the sentence begins that people read; it ends with what they do then."""


def is_full(error: OSError) -> bool:
    """Whether it failed because the disk, a quota or a limit on files has no room left."""
    return error.errno in _FULL

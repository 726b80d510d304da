"""Files on their way out. One that takes long is asked about again while it goes on.

Whoever is shut out meanwhile gets no further piece: the connection breaks off, as their next
request is refused.
"""

import errno
from collections.abc import Callable
from time import monotonic
from typing import IO, Any

from django.http import FileResponse

from diligence.lib.ranges import Slice
from diligence.models import User

LONG = 64 * 1024**2
"""Bytes from which on a download is asked about again; what is shorter is gone within moments."""
EVERY = 5.0
"""Seconds between two questions."""
PIECE = 256 * 1024


class WhileAllowed:
    """A file that is read for as long as its reader may."""

    def __init__(self, file: "IO[bytes] | Slice", may_go_on: Callable[[], bool]) -> None:
        self._file, self._may_go_on, self._asked = file, may_go_on, monotonic()

    def read(self, size: int = -1) -> bytes:
        """The next piece. Raises ConnectionResetError once the reader may no longer."""
        if monotonic() - self._asked > EVERY:
            if not self._may_go_on():
                # What the server takes for a connection that broke, and says nothing of.
                raise ConnectionResetError(errno.ECONNRESET, "its reader may no longer have it")
            self._asked = monotonic()
        return self._file.read(size)

    def close(self) -> None:
        """Closes the file."""
        self._file.close()


def as_attachment(
    stream: "IO[bytes] | Slice",
    length: int,
    reader: User,
    sees: Callable[[User], bool],
    **said: Any,
) -> FileResponse:
    """The answer with the file; `sees` says of the reader as they are now whether they may."""

    def may_go_on() -> bool:
        now = User.objects.filter(pk=reader.pk, is_active=True).first()
        return now is not None and sees(now)

    sent = WhileAllowed(stream, may_go_on) if length > LONG else stream
    response = FileResponse(sent, as_attachment=True, **said)
    if sent is not stream:
        response.block_size = PIECE
    response.headers["Content-Length"] = str(length)
    response.headers["Cache-Control"] = "private, no-store"
    return response

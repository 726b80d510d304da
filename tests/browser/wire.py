"""A wire between the browser and the server that a test can cut and mend."""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from urllib.parse import urlsplit

PIECE = 256 * 1024


class Wire:
    """Passes on what comes to `address`. Cut, it drops every connection and takes no other."""

    def __init__(self, target: str) -> None:
        parts = urlsplit(target)
        self._target = (str(parts.hostname), int(parts.port or 80))
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._ends: set[socket.socket] = set()
        self._whole = True
        self.carried = 0
        threading.Thread(target=self._listen, daemon=True).start()

    def cut(self) -> None:
        """Both ends of every connection see it break in the middle of whatever they send."""
        self._whole = False
        for end in list(self._ends):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        """Lets connections through again."""
        self._whole = True

    def close(self) -> None:
        """Ends it for good."""
        self.cut()
        self._listener.close()

    def _listen(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._join, args=(near,), daemon=True).start()

    def _join(self, near: socket.socket) -> None:
        with closing(near), suppress(OSError):
            if not self._whole:
                return
            with closing(socket.create_connection(self._target)) as far:
                self._ends |= {near, far}
                back = threading.Thread(target=self._pass, args=(far, near), daemon=True)
                back.start()
                self._pass(near, far)
                back.join()
                self._ends -= {near, far}

    def _pass(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while piece := source.recv(PIECE):
                sink.sendall(piece)
                self.carried += len(piece)
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@contextmanager
def wire_to(target: str) -> Iterator[Wire]:
    """A wire for the length of a test."""
    wire = Wire(target)
    try:
        yield wire
    finally:
        wire.close()

"""A mail server on this machine, for the one outside, that writes down what it is given."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy


class _Conversation(socketserver.StreamRequestHandler):
    """As much of RFC 5321 as a client needs that neither signs in nor encrypts."""

    def handle(self) -> None:
        self._say("220 mailroom")
        while line := self.rfile.readline():
            match line.split()[0].upper() if line.strip() else b"":
                case b"DATA":
                    self._take()
                case b"QUIT":
                    self._say("221 bye")
                    return
                case _:
                    self._say("250 well")

    def _take(self) -> None:
        self._say("354 go on")
        lines: list[bytes] = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        message = message_from_bytes(b"".join(lines), policy=policy.default)
        self.server.subjects.append(str(message["Subject"]))  # type: ignore[attr-defined] # below
        self._say("250 taken")

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.subjects: list[str] = []


@contextmanager
def open_mailroom() -> Iterator[tuple[str, list[str]]]:
    """The address for EMAIL_URL, and the subjects of all that was taken, as it comes."""
    with _Server() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"smtp://127.0.0.1:{server.server_address[1]}", server.subjects
        server.shutdown()

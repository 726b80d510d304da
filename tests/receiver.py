"""A system of the firm's for tests, told by webhooks: https from this machine, and it verifies."""

import base64
import hashlib
import hmac
import json
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


@dataclass
class Receiver:
    """What it was told, and what it answers. `crawls` it says its headers a byte at a time."""

    port: int
    status: int = 204
    says: bytes = b""
    crawls: bool = False
    slow: float = 0.0
    told: list[tuple[Mapping[str, str], bytes]] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"https://localhost:{self.port}/hook"

    def verified(self, secret: str) -> list[dict[str, Any]]:
        """The messages, read as a receiver of Standard Webhooks reads them."""
        return [_verified(headers, body, secret) for headers, body in self.told]


def _verified(headers: Mapping[str, str], body: bytes, secret: str) -> dict[str, Any]:
    key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    assert len(key) == 32
    message, moment = headers["webhook-id"], headers["webhook-timestamp"]
    assert abs(int(moment) - time.time()) < 300
    words = f"{message}.{moment}.".encode() + body
    meant = base64.b64encode(hmac.new(key, words, hashlib.sha256).digest()).decode()
    version, _, said = headers["webhook-signature"].partition(",")
    assert version == "v1"
    assert hmac.compare_digest(said, meant)
    found: dict[str, Any] = json.loads(body)
    assert found["id"] == message
    return found


@contextmanager
def receiving(certificate: Path) -> Iterator[Receiver]:
    """A receiver at https://localhost under this certificate."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            made.told.append(({k.lower(): v for k, v in self.headers.items()}, body))
            time.sleep(made.slow)
            if made.crawls:
                self._crawl()
                return
            self.send_response(made.status)
            if 300 <= made.status < 400:
                self.send_header("Location", f"https://localhost:{made.port}/elsewhere")
            self.send_header("Content-Length", str(len(made.says)))
            self.end_headers()
            self.wfile.write(made.says)

        def _crawl(self) -> None:
            self.close_connection = True
            with suppress(OSError):
                for byte in b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 300:
                    self.wfile.write(bytes([byte]))
                    time.sleep(0.1)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    made = Receiver(server.server_address[1])
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield made
    server.shutdown()
    server.server_close()

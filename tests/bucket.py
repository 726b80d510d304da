"""A service that speaks S3, in a process of its own: what lies outside this machine."""

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import boto3

NAME = "evidence"
KEYS = {"access_key": "test-key", "secret_key": "test-secret"}
PATIENCE = 60
"""Seconds until the service has to answer, on a machine that has a lot to do."""


@dataclass(frozen=True)
class Service:
    """Where it answers."""

    address: str

    @property
    def options(self) -> dict[str, str]:
        """What the storage of Proofroom is told of it."""
        return {
            "bucket_name": NAME, "endpoint_url": self.address, "region_name": "us-east-1", **KEYS,
        }  # fmt: skip

    def client(self) -> Any:
        """A client that knows nothing of Proofroom."""
        return boto3.client(
            "s3", endpoint_url=self.address, region_name="us-east-1",
            aws_access_key_id="outsider", aws_secret_access_key="outsider",
        )  # fmt: skip

    def emptied(self) -> None:
        """As on its first day, with the bucket and without objects."""
        self.ask("/moto-api/reset", b"")
        self.client().create_bucket(Bucket=NAME)

    def checks_keys(self, *, after: int) -> None:
        """From the so-manieth request on, only keys that it gave out are good."""
        self.ask("/moto-api/reset-auth", str(after).encode())

    def ask(self, path: str, body: bytes) -> None:
        plain = {"Content-Type": "text/plain"}
        request = urllib.request.Request(self.address + path, body, plain)  # noqa: S310 - a server of this test
        urllib.request.urlopen(request, timeout=30).close()  # noqa: S310 - a server of this test


@contextmanager
def service() -> Iterator[Service]:
    """Runs one until the end of the block."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield Service(f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


def _wait_for(port: int) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
        else:
            return

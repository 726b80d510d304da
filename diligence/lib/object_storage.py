"""Evidence in a bucket of an S3-compatible service: sent in parts, read as a stream from any place.

The reader of django-storages fetches a whole file before it gives out its first byte. Here a file
of gigabytes is read as it comes, from the place that is asked for, so that no process holds it.
This module is only loaded where a bucket is configured.
"""

import io
from typing import Any

from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from django.core.files import File
from storages.backends.s3 import S3Storage
from urllib3.exceptions import HTTPError

PART = 16 * 1024**2
"""Bytes of one part. S3 takes 10,000 of them, so a file may have 160 GB."""
PIECE = 1024**2
"""Bytes that are read ahead."""
AGAIN = 3
"""How often a connection that broke while reading is opened again."""


class StorageFault(OSError):
    """The service did not give what it holds; the message says why."""


class BucketStorage(S3Storage):  # type: ignore[misc] # the package has no types
    """A bucket as Django's storage: private objects under our own names, one part in memory."""

    def get_default_settings(self) -> dict[str, Any]:
        """Threads would hold ten parts each; a worker has time but little memory."""
        return {
            **super().get_default_settings(),
            "file_overwrite": True,  # names are hashes: what is there already is the same
            "transfer_config": TransferConfig(multipart_chunksize=PART, use_threads=False),
            "client_config": Config(
                retries={"mode": "standard", "max_attempts": 5}, connect_timeout=10,
                s3={"addressing_style": "path"}, signature_version="s3v4",
                # Other services than Amazon's refuse checksums that they do not know.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        }  # fmt: skip

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        if mode != "rb":
            raise ValueError("Objects are read as bytes and written with save().")
        stored = self.bucket.Object(self._normalize_name(name))
        try:
            size = stored.content_length
        except ClientError as error:
            if _status_of(error) == 404:
                raise FileNotFoundError(f"There is no {name} in {self.bucket_name}.") from error
            raise StorageFault(fault_of(error)) from error
        except BotoCoreError as error:
            raise StorageFault(str(error)) from error
        return File(io.BufferedReader(_Ranged(stored, size), PIECE), name)


class _Ranged(io.RawIOBase):
    """An object that is read from where one stands; a jump asks the service for the rest anew."""

    def __init__(self, stored: Any, size: int) -> None:
        super().__init__()
        self._stored, self._size, self._at = stored, size, 0
        self._body: Any = None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        if start + offset != self._at:
            self._let_go()
            self._at = max(0, start + offset)
        return self._at

    def readinto(self, buffer: Any) -> int:
        """Fills what it can; a connection that broke is opened again where it ended."""
        if self._at >= self._size:
            return 0
        for attempt in range(AGAIN + 1):
            try:
                data = self._rest().read(len(buffer))
                break
            except (BotoCoreError, HTTPClientError, HTTPError, OSError) as error:
                self._let_go()
                if attempt == AGAIN:
                    raise StorageFault(f"the connection to the storage broke: {error}") from error
            except ClientError as error:
                raise StorageFault(fault_of(error)) from error
        if not data:
            raise StorageFault("the storage gave less than it said it has")
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)

    def _rest(self) -> Any:
        if self._body is None:
            self._body = self._stored.get(Range=f"bytes={self._at}-")["Body"]
        return self._body

    def _let_go(self) -> None:
        if self._body is not None:
            self._body.close()
            self._body = None

    def close(self) -> None:
        self._let_go()
        super().close()


def _status_of(error: ClientError) -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def fault_of(error: Exception) -> str:
    """What is wrong with the bucket or its keys, as one sentence."""
    if not isinstance(error, ClientError):
        return f"The service does not answer: {error}"
    if _status_of(error) == 404:
        return "The service has no such bucket."
    if _status_of(error) in (401, 403):
        return "The service refuses the keys, or they may not read and write this bucket."
    return f"The service answers: {error}"


def trial(storage: BucketStorage, name: str) -> str:
    """What is wrong with the bucket; empty where a small file can be kept, read and taken away."""
    stored = storage.bucket.Object(name)
    try:
        storage.connection.meta.client.head_bucket(Bucket=storage.bucket_name)
        stored.put(Body=b"proofroom")
        stored.get()["Body"].read()
        stored.delete()
    except (ClientError, BotoCoreError) as error:
        return fault_of(error)
    return ""

"""Files sealed for rest: AES-256-GCM in pieces, written as a stream and read from any place.

The construction is STREAM (Hoang, Reyhanitabar, Rogaway and Vizár, 2015), as in the format of age:
every piece of PIECE bytes is sealed by itself under a nonce that counts, and the nonce of the last
one says so. So a piece can be opened without those before it, and one that was changed, moved, left
out or cut off is found. A key seals one file only, which is why counting is safe.

    8 bytes   MAGIC
    pieces    PIECE bytes and a tag of 16; the last may be shorter, and alone may be empty

What is made of a file (an archive of a room, the picture of a page) carries its key with it, sealed
under another one: ENVELOPE, the wrapped key, then as above.

A file that still grows has to be written anywhere: there AES counts by the place (`Stream`). That
hides and does not prove; whether it is what was sent, its fingerprint tells at the end.
"""

import errno
import hmac
import io
import secrets
from typing import IO, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAGIC = b"PRSEAL1\n"
ENVELOPE = b"PRSEALED"
PIECE = 256 * 1024
"""Plain bytes of one piece: enough for the speed of the disk, little for a range of a download."""
TAG = 16
SEALED = PIECE + TAG
WRAPPED = 12 + 32 + TAG
"""Bytes of a wrapped key: its nonce, the key, the tag."""
BLOCK = 16


class Tampered(OSError):
    """The bytes are not those that were sealed with this key."""

    def __init__(self) -> None:
        super().__init__(errno.EBADMSG, "it was changed, or another key sealed it")


def new_key() -> bytes:
    """256 random bits, for one file."""
    return secrets.token_bytes(32)


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def seal(source: IO[bytes], target: IO[bytes], key: bytes) -> None:
    """Writes all of `source` sealed; two pieces are in memory at most."""
    cipher, number = AESGCM(key), 0
    target.write(MAGIC)
    piece = source.read(PIECE)
    while True:
        following = source.read(PIECE) if len(piece) == PIECE else b""
        target.write(cipher.encrypt(_nonce(number, last=not following), piece, MAGIC))
        if not following:
            return
        piece, number = following, number + 1


def sealed_size(size: int) -> int:
    """How many bytes `seal` writes for so many plain ones."""
    return len(MAGIC) + size + TAG * max(1, -(-size // PIECE))


def opened(stored: IO[bytes], size: int, key: bytes) -> IO[bytes]:
    """A sealed file as if it were plain; `size` is that of the plain bytes. Closing closes both."""
    return io.BufferedReader(_Sealed(stored, size, key), PIECE)


class _Sealed(io.RawIOBase):
    """Opens the piece that is read from, and keeps it until another one is asked for."""

    def __init__(self, stored: IO[bytes], size: int, key: bytes, start: int = 0) -> None:
        super().__init__()
        self._start = start
        self._stored, self._size, self._cipher = stored, size, AESGCM(key)
        self._last = max(0, size - 1) // PIECE
        self._at, self._number, self._piece = 0, -1, b""
        self._next = -1

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def readinto(self, buffer: Any) -> int:
        """Fills what is left of one piece."""
        if self._at >= self._size:
            return 0
        number, within = divmod(self._at, PIECE)
        if number != self._number:
            self._piece, self._number = self.open(number), number
        data = self._piece[within : within + len(buffer)]
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)

    def open(self, number: int) -> bytes:
        """One piece. The stream is only moved where it does not stand there already."""
        if number != self._next:
            self._stored.seek(self._start)
            if self._stored.read(len(MAGIC)) != MAGIC:
                raise Tampered
            if number:
                self._stored.seek(self._start + len(MAGIC) + number * SEALED)
        self._next = number + 1
        sealed = _whole(self._stored, SEALED)
        try:
            piece = self._cipher.decrypt(_nonce(number, last=number == self._last), sealed, MAGIC)
        except InvalidTag:
            raise Tampered from None
        if len(piece) != min(PIECE, self._size - number * PIECE):
            raise Tampered
        return piece

    def close(self) -> None:
        if not self.closed:
            self._stored.close()
        super().close()


def seal_under(source: IO[bytes], target: IO[bytes], under: bytes, name: str) -> None:
    """Writes all of `source` sealed with a new key, which lies in front; opens as `name` only."""
    key = new_key()
    target.write(ENVELOPE + wrap(key, under, name.encode()))
    seal(source, target, key)


def opened_under(stored: IO[bytes], size: int, under: bytes, name: str) -> tuple[IO[bytes], int]:
    """What was sealed like that, and how many plain bytes it has. Closing closes both.

    `size` is that of the stored bytes. What was kept plain is given back as it is.
    """
    if _whole(stored, len(ENVELOPE)) != ENVELOPE:
        stored.seek(0)
        return stored, size
    key = unwrap(_whole(stored, WRAPPED), under, name.encode())
    start = len(ENVELOPE) + WRAPPED
    sealed = size - start - len(MAGIC)
    plain = sealed - TAG * max(1, -(-sealed // SEALED))
    if plain < 0:
        raise Tampered
    reading = _Sealed(stored, plain, key, start)
    if plain == 0:
        reading.open(0)  # nothing will be read of it, and it may be all that is left
    return io.BufferedReader(reading, PIECE), plain


def _whole(stream: IO[bytes], size: int) -> bytes:
    """As much as there is, up to `size`; a raw stream may give less at a time."""
    data = stream.read(size)
    while len(data) < size and (more := stream.read(size - len(data))):
        data += more
    return data


def wrap(key: bytes, under: bytes, what: bytes = b"key") -> bytes:
    """A key, or a few other bytes, sealed under a key; opens only as `what` it is."""
    nonce = secrets.token_bytes(12)
    return nonce + AESGCM(under).encrypt(nonce, key, what)


def unwrap(wrapped: bytes, under: bytes, what: bytes = b"key") -> bytes:
    """The key in it. Raises Tampered."""
    try:
        return AESGCM(under).decrypt(wrapped[:12], wrapped[12:], what)
    except (InvalidTag, ValueError):
        raise Tampered from None


def derived(key: bytes, purpose: str) -> bytes:
    """A key of its own for one purpose, so that no two uses of a key can meet."""
    return hmac.digest(key, purpose.encode(), "sha256")


class Stream:
    """Turns bytes of a growing file plain or sealed by their place; one key for one file."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def turned(self, data: bytes, at: int) -> bytes:
        """The bytes at this place, sealed where they are plain and plain where they are sealed."""
        counter = (at // BLOCK).to_bytes(BLOCK)
        turning = Cipher(algorithms.AES(self._key), modes.CTR(counter)).encryptor()
        turning.update(bytes(at % BLOCK))
        return turning.update(data)


class Growing(io.RawIOBase):
    """Reads a file that was written through a `Stream`. Closing closes both."""

    def __init__(self, stored: IO[bytes], key: bytes) -> None:
        super().__init__()
        self._stored, self._stream = stored, Stream(key)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._stored.seek(offset, whence)

    def tell(self) -> int:
        return self._stored.tell()

    def readinto(self, buffer: Any) -> int:
        at = self._stored.tell()
        data = self._stored.read(len(buffer))
        buffer[: len(data)] = self._stream.turned(data, at)
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._stored.close()
        super().close()

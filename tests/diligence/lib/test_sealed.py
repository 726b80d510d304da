"""Sealed files: read from any place, and every change of their bytes is found."""

import io
import os

import pytest

from diligence.lib.sealed import MAGIC, PIECE, SEALED, Tampered, new_key, opened, seal, unwrap, wrap

SIZES = [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 17]


def sealed(plain: bytes, key: bytes) -> bytes:
    out = io.BytesIO()
    seal(io.BytesIO(plain), out, key)
    return out.getvalue()


@pytest.mark.parametrize("size", SIZES)
def test_what_was_sealed_is_read_back_from_any_place(size: int) -> None:
    plain, key = os.urandom(size), new_key()
    stored = sealed(plain, key)
    assert len(stored) == len(MAGIC) + size + 16 * max(1, -(-size // PIECE))
    file = opened(io.BytesIO(stored), size, key)
    assert file.read() == plain
    for place in (0, 5, PIECE - 1, PIECE, 2 * PIECE + 3, size):
        file.seek(place)
        assert file.read(100) == plain[place : place + 100]
    assert file.seek(0, 2) == size


def test_a_changed_moved_missing_or_foreign_piece_is_never_given_out() -> None:
    plain, key = os.urandom(3 * PIECE), new_key()
    stored = sealed(plain, key)
    head, one, two, three = (
        stored[:8], *(stored[8 + n * SEALED : 8 + (n + 1) * SEALED] for n in range(3)),
    )  # fmt: skip
    flipped = bytes([one[0] ^ 1]) + one[1:]
    bad = {
        "flipped": head + flipped + two + three,
        "moved": head + two + one + three,
        "left out": head + one + three,
        "cut off": head + one + two,
        "cut within": stored[:-1],
        "no head": b"x" * 8 + one + two + three,
    }
    for name, content in bad.items():
        with pytest.raises(Tampered):
            opened(io.BytesIO(content), 3 * PIECE, key).read()
        assert name
    with pytest.raises(Tampered):
        opened(io.BytesIO(stored), 3 * PIECE, new_key()).read()
    with pytest.raises(Tampered):  # a size that is not the file's
        opened(io.BytesIO(stored), 3 * PIECE - 1, key).read()


def test_a_key_opens_only_under_the_key_that_it_was_wrapped_with() -> None:
    key, under = new_key(), new_key()
    assert unwrap(wrap(key, under), under) == key
    with pytest.raises(Tampered):
        unwrap(wrap(key, under), new_key())

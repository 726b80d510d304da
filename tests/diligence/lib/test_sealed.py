"""Sealed files: read from any place, and every change of their bytes is found."""

import io
import os

import pytest

from diligence.lib.sealed import (
    MAGIC,
    PIECE,
    SEALED,
    Growing,
    Stream,
    Tampered,
    derived,
    new_key,
    opened,
    opened_under,
    seal,
    seal_under,
    sealed_size,
    unwrap,
    wrap,
)

SIZES = [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 17]


def sealed(plain: bytes, key: bytes) -> bytes:
    out = io.BytesIO()
    seal(io.BytesIO(plain), out, key)
    return out.getvalue()


@pytest.mark.parametrize("size", SIZES)
def test_what_was_sealed_is_read_back_from_any_place(size: int) -> None:
    plain, key = os.urandom(size), new_key()
    stored = sealed(plain, key)
    assert len(stored) == len(MAGIC) + size + 16 * max(1, -(-size // PIECE)) == sealed_size(size)
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


@pytest.mark.parametrize("size", SIZES)
def test_what_carries_its_key_opens_under_its_name_alone(size: int) -> None:
    plain, under, out = os.urandom(size), new_key(), io.BytesIO()
    seal_under(io.BytesIO(plain), out, under, "previews/1")
    stored = out.getvalue()
    file, length = opened_under(io.BytesIO(stored), len(stored), under, "previews/1")
    assert (length, file.read()) == (size, plain)
    file.seek(size // 2)
    assert file.read() == plain[size // 2 :]
    for key, name in ((under, "previews/2"), (new_key(), "previews/1")):
        with pytest.raises(Tampered):
            opened_under(io.BytesIO(stored), len(stored), key, name)
    whole = len(stored)
    for left in {68, 75, 76, 77, 91, 92, 93, whole - SEALED, whole - 17, whole - 16, whole - 1}:
        if not 68 <= left < whole:
            continue
        with pytest.raises(Tampered):
            opened_under(io.BytesIO(stored[:left]), left, under, "previews/1")[0].read()


def test_what_was_kept_plain_is_given_back_as_it_is() -> None:
    file, size = opened_under(io.BytesIO(b"PK and more"), 11, b"", "exports/1")
    assert (file.read(), size) == (b"PK and more", 11)


def test_a_growing_file_is_the_same_however_it_was_cut() -> None:
    plain, key = os.urandom(5000), new_key()
    whole = Stream(key).turned(plain, 0)
    for cut in (1, 15, 16, 17, 4096):
        parts = [Stream(key).turned(plain[at : at + cut], at) for at in range(0, 5000, cut)]
        assert b"".join(parts) == whole
    file = Growing(io.BytesIO(whole), key)
    file.seek(33)
    assert file.read(100) == plain[33:133]
    assert Stream(new_key()).turned(plain, 0) != whole


def test_each_purpose_has_a_key_of_its_own() -> None:
    key = new_key()
    assert len({key, derived(key, "archives"), derived(key, "facts")}) == 3
    assert derived(key, "facts") == derived(key, "facts")

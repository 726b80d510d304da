"""The plain SHA-256 and the tree fingerprint, in one reading."""

import hashlib
from io import BytesIO

import pytest

from diligence.lib.fingerprints import LEAF, fingerprint_of


@pytest.mark.parametrize("size", [0, 1, LEAF - 1, LEAF, LEAF + 1, 2 * LEAF + 5])
def test_both_are_what_their_definitions_say(size: int) -> None:
    content = (b"0123456789abcdef" * (size // 16 + 1))[:size]
    leaves = [content[at : at + LEAF] for at in range(0, size, LEAF)]
    found = fingerprint_of(BytesIO(content))
    assert found.sha256 == hashlib.sha256(content).hexdigest()
    assert found.tree == hashlib.sha256(b"".join(
        hashlib.sha256(leaf).digest() for leaf in leaves
    )).hexdigest()  # fmt: skip
    assert found.size == size


def test_a_reader_that_gives_less_than_it_is_asked_for_changes_nothing() -> None:
    class Slow(BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(min(size or 0, 1000))

    content = b"x" * (LEAF + 12_345)
    assert fingerprint_of(Slow(content)) == fingerprint_of(BytesIO(content))

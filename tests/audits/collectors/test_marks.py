"""Literals are found wherever they stand, as if each were looked for by itself."""

from hypothesis import given
from hypothesis import strategies as st

from audits.collectors.marks import Marks

LITERALS = (b"Table(", b"able", b".create(", b"a.b", b"\\d", b"\xff\n", b"class ", b"table")
MARKS = Marks(LITERALS)


@given(st.lists(st.sampled_from((*LITERALS, b"x", b"T", b"\n", b"\0", b"\xc3\xbc"))))
def test_found_is_what_stands_there(pieces: list[bytes]) -> None:
    content = b"".join(pieces)
    assert MARKS.found(content) == {each for each in LITERALS if each in content}


def test_nothing_is_found_in_nothing() -> None:
    assert MARKS.found(b"") == frozenset()

"""The cited lines: few, short, and without secrets."""

from audits.engine.excerpts import MASK, excerpt_of
from audits.engine.report import Excerpt

TEN = b"".join(b"line %d\n" % n for n in range(1, 11))


def test_binary_content_has_no_lines() -> None:
    assert excerpt_of(b"\x80\x04\0\0", 1) == Excerpt(1, "")


def test_a_line_beyond_the_end_gives_nothing_and_does_not_fail() -> None:
    assert excerpt_of(b"one\n", 99).text == ""


def test_three_lines_either_side() -> None:
    assert excerpt_of(TEN, 5) == Excerpt(
        2, "line 2\nline 3\nline 4\nline 5\nline 6\nline 7\nline 8"
    )
    assert excerpt_of(TEN, 1).first_line == 1


def test_a_long_line_is_cut() -> None:
    assert len(excerpt_of(b"x " * 5_000_000, 1).text) == 301


def test_a_secret_stands_alone_and_masked() -> None:
    content = b"a = 1\nPASSWORD = 'hunter2'\nb = 2\n"
    assert excerpt_of(content, 2, {2}) == Excerpt(2, f"PASSWORD = {MASK}")
    assert excerpt_of(content, 3, {2}).text == f"a = 1\nPASSWORD = {MASK}\nb = 2\n"
    assert excerpt_of(b"hunter2\n", 1, {1}).text == MASK


def test_key_material_is_masked_wherever_it_stands() -> None:
    key = "wJalrXUtnFEMI7K7MDENG8bPxRfiCYEXAMPLEKEY12"
    assert excerpt_of(f"call('{key}')\n".encode(), 1).text == f"call('{MASK}')\n"


def test_hashes_and_paths_are_not_masked() -> None:
    digest = "5994471abb01112afcc18159f6cc74b4f511b99806da59b3caf5a9c173cacfc5"
    path = "src/package_with_a_name/another_folder_here/file"
    assert excerpt_of(f"{digest} {path}".encode(), 1).text == f"{digest} {path}"

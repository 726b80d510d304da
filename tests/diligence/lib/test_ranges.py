"""Ranges of a file by HTTP: what is served, what is not there, what is answered with the whole."""

from io import BytesIO

import pytest

from diligence.lib.ranges import Part, Unsatisfiable, part_asked


@pytest.mark.parametrize(
    "header",
    ["", "bytes", "bytes=-", "bytes=5-2", "bytes=0-1,4-5", "items=0-5", "bytes=a-b", "bytes=1 - 2"],
)
def test_what_is_no_single_range_is_answered_with_the_whole(header: str) -> None:
    assert part_asked(header, 10).is_whole


@pytest.mark.parametrize(
    ("header", "start", "stop"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=2-5", 2, 6),
        ("bytes=4-", 4, 10),
        ("bytes=4-99", 4, 10),
        ("bytes=-3", 7, 10),
        ("bytes=-99", 0, 10),
    ],
)
def test_one_range_is_served_alone_and_ends_with_the_file(
    header: str, start: int, stop: int
) -> None:
    part = part_asked(header, 10)
    assert (part.start, part.stop) == (start, stop)
    assert part.content_range == f"bytes {start}-{stop - 1}/10"


@pytest.mark.parametrize("header", ["bytes=10-", "bytes=10-12", "bytes=-0"])
def test_what_begins_behind_the_end_is_not_there(header: str) -> None:
    with pytest.raises(Unsatisfiable, match=r"bytes \*/10"):
        part_asked(header, 10)


def test_a_part_of_a_file_is_its_bytes_and_no_more_and_closes_it() -> None:
    content = bytes(range(256)) * 64
    file = BytesIO(content)
    part = Part(1000, 1300, len(content))
    slice_ = part.of(file)
    assert slice_.read(200) + slice_.read(200) + slice_.read() == content[1000:1300]
    assert slice_.read(1) == b""
    slice_.close()
    assert file.closed


def test_the_whole_of_a_file_is_the_file() -> None:
    file = BytesIO(b"day,auc")
    assert part_asked("", 7).of(file) is file

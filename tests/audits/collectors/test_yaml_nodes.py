"""YAML as nodes: lines, merges, and files that mean harm."""

import pytest

from audits.collectors.collecting import Unreadable
from audits.collectors.yaml_nodes import document, documents

BOMB = b"a: &a [1,1,1,1,1,1,1,1,1,1]\n" + b"".join(
    b"%c: &%c [%s]\n" % (98 + n, 98 + n, b",".join([b"*%c" % (97 + n)] * 10)) for n in range(9)
)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (BOMB, "unfold"),
        (b"[" * 100_000, "deeply"),
        (b"a: &a [*a]\n", "alias"),
        (b"a: *nothing\n", "alias"),
        (b"a: [1\n", "not valid YAML on line"),
        (b"\xff\xfe\x00", "not valid YAML"),
        (b"- a\n" * 350_000, "too many"),
    ],
)
def test_files_that_mean_harm_are_refused_with_a_reason(content: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        document(content)


def test_a_tag_constructs_nothing() -> None:
    root = document(b"a: !!python/object/apply:os.system ['true']\n")
    assert root.get("a").words() == ("true",)


def test_keys_that_look_like_truth_stay_words() -> None:
    assert document(b"on: [push]\n").get("on").words() == ("push",)


def test_merged_keys_yield_to_a_maps_own() -> None:
    root = document(b"a: &x {b: 1, c: 2}\nd:\n  <<: *x\n  b: 3\n")
    assert (root.get("d", "b").text, root.get("d", "c").text) == ("3", "2")


def test_lines_of_a_block_are_those_of_the_file() -> None:
    root = document(b"run: |\n  one\n\n  two\n")
    assert root.get("run").lines() == (("one", 2), ("two", 4))


def test_every_document_of_a_stream_is_given() -> None:
    assert [d.get("a").text for d in documents(b"a: 1\n---\na: 2\n")] == ["1", "2"]

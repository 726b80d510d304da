"""Pickles among the files of a repository: what is told of them, and what is not."""

import pytest

from audits.collectors.pickled import read
from audits.facts.pickled import Pickled
from tests.audits.artifacts.model_corpus import DOUBTFUL, EVIL, EVIL_FILES, HONEST
from tests.audits.examining import TRAINS, judged, verdict

PRACTICE = "unsafe-model-serialization"
WRAPPED = (
    "computed name", "pickle within bytes", "gzip", "bzip2", "xz", "lzma",
)  # fmt: skip
"""Ways of hiding that only the look at a data room's files goes into; here they stay silent."""

PLAIN = [n for n in EVIL_FILES if n.endswith(".pkl") and not n.startswith(WRAPPED)]


@pytest.mark.parametrize("name", [*HONEST, *DOUBTFUL])
def test_honest_and_doubtful_files_accuse_nobody(name: str) -> None:
    make = HONEST.get(name) or DOUBTFUL[name]
    assert read(name, make()) is None


def test_most_known_ways_around_scanners_are_plain() -> None:
    assert len(PLAIN) > 180


@pytest.mark.parametrize("name", PLAIN)
def test_no_known_way_around_is_missed(name: str) -> None:
    assert read(name, EVIL_FILES[name]()) is not None


@pytest.mark.parametrize("path", ["tests/data/x.pkl", "docs/x.pkl", "x.txt"])
def test_what_is_no_file_of_the_product_counts_for_nothing(path: str) -> None:
    assert verdict(PRACTICE, {"train.py": TRAINS, path: EVIL}) == "no"


def test_such_a_file_is_a_finding_with_what_it_would_import() -> None:
    judgement = judged(PRACTICE, {"train.py": TRAINS, "models/churn.pkl": EVIL})
    assert judgement.verdict.value == "yes"
    assert judgement.because == "a pickle in the repository would run code when it is opened"
    (finding,) = judgement.findings
    assert (finding.path, finding.line) == ("models/churn.pkl", 1)
    assert finding.title == "A pickle would import posix.system when it is opened"


def test_a_file_without_end_is_left_in_time() -> None:
    assert read("x.pkl", b"\x80\x04" + b"N0" * 4_000_000 + b".") is None


def binding(module: str, name: str, *more: bytes) -> bytes:
    """A pickle that binds a call by `partial`, and calls it."""
    return b"".join((
        b"cfunctools\npartial\n(c", f"{module}\n{name}\n".encode(), b"K\x01tR(I2\ntR", *more, b"."
    ))  # fmt: skip


def test_a_bound_call_of_what_is_known_accuses_nobody() -> None:
    assert read("frame.pkl", binding("pandas.core.internals.blocks", "new_block")) is None


@pytest.mark.parametrize(
    "content",
    [
        binding("os", "system"),
        binding("own.steps", "run"),
        binding("pandas.core.internals.blocks", "new_block", b"cposix\nsystem\n"),
        binding("pandas.core.internals.blocks", "new_block", b"0\x82\x07"),
        binding("pandas.core.internals.blocks", "new_block")[:-1],
    ],
)
def test_a_bound_call_of_anything_else_is_told(content: bytes) -> None:
    assert "functools.partial" in (read("frame.pkl", content) or Pickled("", ())).names

"""The catalogue: every check at the path of its id, with a page."""

import pytest

from audits.engine.registry import catalogue, check, check_of
from audits.engine.types import Judgement, no


def test_every_check_has_a_page_and_a_lens() -> None:
    assert len({c.practice for c in catalogue()}) == len(catalogue())
    for entry in catalogue():
        assert entry.title
        assert entry.wants, entry.id
        assert check_of(entry.practice) is entry


def test_a_check_in_the_wrong_place_is_refused() -> None:
    def judge() -> Judgement:
        return no("x")

    with pytest.raises(ValueError, match=r"data/x must live in audits\.checks\.data\.x"):
        check("data/x")(judge)

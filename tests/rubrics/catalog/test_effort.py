"""The table of engineer-weeks: complete for the rubric that ships, in order, with its source."""

import pytest

from rubrics.catalog.effort import effort_for, parse_effort
from rubrics.catalog.loader import load_rubric

HEAD = "effort: x\nversion: 1\nsource: Us\nunit: engineer-weeks\nsteps:\n  a: "


def test_a_rubric_without_a_table_has_no_estimates() -> None:
    assert effort_for("of-some-firm") is None


@pytest.mark.parametrize(
    "steps",
    [
        "[[2, 1, 3], [1, 1, 1], [1, 1, 1], [1, 1, 1]]",
        "[[1, 2, 1], [1, 1, 1], [1, 1, 1], [1, 1, 1]]",
        "[[-1, 1, 1], [1, 1, 1], [1, 1, 1], [1, 1, 1]]",
        "[[1, 1, 1]]",
        "[[1, 1], [1, 1], [1, 1], [1, 1]]",
    ],
)
def test_steps_out_of_order_or_missing_are_refused(steps: str) -> None:
    with pytest.raises(ValueError, match="a"):
        parse_effort(HEAD + steps)


def test_every_criterion_of_the_rubric_has_its_four_steps_and_no_other_has() -> None:
    table, rubric = effort_for("mlops-diligence"), load_rubric("mlops-diligence", 1)
    assert table is not None
    assert set(table.steps) == {criterion.id for criterion in rubric.criteria}
    assert table.source == "Expert opinion"
    assert table.step("data-versioning", 3) == (1, 2, 4)
    assert table.step("nothing", 1) is None

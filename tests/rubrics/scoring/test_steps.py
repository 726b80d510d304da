"""What one criterion would change, held against a roll-up with that criterion moved."""

from rubrics.scoring.rollup import roll_up
from rubrics.scoring.steps import steps_of
from rubrics.scoring.types import CriterionInput, RollUp
from tests.rubrics.scoring.cases import (
    CLASSICAL,
    EVERYTHING,
    RUBRIC,
    criterion,
    four_criteria_a_lens,
    not_supplied,
    one_lens_rubric,
    scored,
    unknown,
    with_lens_scores,
)

LEVELS = (3, 1, 4, 0, 2)


def mixed() -> list[CriterionInput]:
    """Every level, an unknown and something withheld, in turns."""
    given = []
    for number, item in enumerate(RUBRIC.criteria):
        if number % 11 == 5:
            given.append(unknown(item.id))
        elif number % 11 == 8:
            given.append(not_supplied(item.id))
        else:
            given.append(scored(item.id, LEVELS[number % 5]))
    return given


def headline_of(inputs: list[CriterionInput]) -> float | None:
    return roll_up(RUBRIC, EVERYTHING, inputs, draws=0).headline.score


def test_nothing_is_said_where_nothing_was_examined() -> None:
    assert steps_of(RUBRIC, roll_up(RUBRIC, EVERYTHING, [], draws=0)) == ()


def test_a_criterion_that_does_not_apply_is_left_out() -> None:
    rollup = roll_up(RUBRIC, CLASSICAL, [scored("data-versioning", 2)], draws=0)
    assert "retrieval-corpus-control" not in {s.criterion for s in steps_of(RUBRIC, rollup)}


def test_each_line_says_what_the_roll_up_says_with_that_one_level_moved() -> None:
    inputs = mixed()
    steps = steps_of(RUBRIC, roll_up(RUBRIC, EVERYTHING, inputs, draws=0))
    assert len(steps) == len(RUBRIC.criteria)
    for step in steps:
        for moved in filter(None, (step.down, step.up)):
            others = [each for each in inputs if each.criterion != step.criterion]
            again = headline_of([*others, scored(step.criterion, moved.level)])
            assert moved.headline == again


def test_the_ladder_ends_at_both_ends_and_an_unknown_is_tried_at_both() -> None:
    rubric = one_lens_rubric([criterion(f"c{number}", lens="data") for number in range(4)])
    given = [scored("c0", 0), scored("c1", 4), scored("c2", 2)]
    found = {s.criterion: s for s in steps_of(rubric, roll_up(rubric, CLASSICAL, given, draws=0))}
    ends = {
        name: (s.level, s.down and s.down.level, s.up and s.up.level) for name, s in found.items()
    }
    assert ends == {"c0": (0, None, 1), "c1": (4, 3, None), "c2": (2, 1, 3), "c3": (None, 0, 4)}
    assert found["c3"].down is not None
    assert (found["c3"].down.headline, found["c3"].down.by) == (37.5, -12.5)


def weak_keystone() -> RollUp:
    """A keystone at 0 holds its lens at 1.5, whatever the heavy criterion beside it does."""
    rubric = one_lens_rubric(
        [criterion("key", lens="data", keystone=True), criterion("heavy", lens="data", weight=3)]
    )
    return roll_up(rubric, CLASSICAL, [scored("key", 0), scored("heavy", 4)], draws=0)


def test_the_keystone_that_binds_reaches_furthest_and_what_it_holds_down_moves_nothing() -> None:
    rubric = one_lens_rubric(
        [criterion("key", lens="data", keystone=True), criterion("heavy", lens="data", weight=3)]
    )
    key, heavy = steps_of(rubric, weak_keystone())
    assert (key.criterion, key.up and key.up.by) == ("key", 25.0)
    assert (heavy.down and heavy.down.by, heavy.reach) == (0.0, 0.0)


def test_it_says_whether_the_band_hangs_on_one_criterion() -> None:
    rubric = four_criteria_a_lens()
    on_the_edge = roll_up(rubric, CLASSICAL, with_lens_scores([3] * 6), draws=0)
    far_from_it = roll_up(rubric, CLASSICAL, with_lens_scores([3.5] * 6), draws=0)
    assert (on_the_edge.point_band, far_from_it.point_band) == ("A", "A")
    assert all(step.changes_band("A") for step in steps_of(rubric, on_the_edge))
    assert not any(step.changes_band("A") for step in steps_of(rubric, far_from_it))

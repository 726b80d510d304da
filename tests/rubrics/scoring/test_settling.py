"""What a criterion stands at, from agreement over talk to a third person's word."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrics.scoring.settling import (
    EVERY_DIFFERENCE,
    Case,
    Rating,
    needs_every_difference,
    settle,
)


def case(*levels: int | None, target: int = 1) -> Case:
    """An ordinary criterion: no keystone, no knock-out, its target below both."""
    ratings = tuple(Rating(f"r{n}", level) for n, level in enumerate(levels))
    return Case(ratings, target=target, keystone=False, touches_knock_out=False)


def test_equal_levels_stand_and_leave_nothing_open() -> None:
    found = settle(replace(case(2, 2), keystone=True, touches_knock_out=True))
    assert (found.kind, found.level, found.upper, found.is_open) == ("agreed", 2, 2, False)


@pytest.mark.parametrize(
    ("levels", "kind", "level"),
    [
        ((None, None), "unknown", None),
        ((None, 3), "one-voice", 3),
        ((None, 3, 3), "agreed", 3),
        ((3,), "agreed", 3),
    ],
)
def test_who_could_not_assess_says_nothing_about_the_level(
    levels: tuple[int | None, ...], kind: str, level: int | None
) -> None:
    found = settle(case(*levels))
    assert (found.kind, found.level, found.is_open) == (kind, level, False)


def test_a_step_elsewhere_is_talked_over_and_the_lower_counts_meanwhile() -> None:
    found = settle(case(2, 3))
    assert (found.kind, found.level, found.upper, found.is_open) == ("to-talk", 2, 3, True)


@pytest.mark.parametrize(
    ("talked", "kind", "level"),
    [((3,), "to-talk", 2), ((3, 3), "talked", 3), ((2, 2), "talked", 2), ((2, 3), "lower", 2)],
)
def test_a_talk_ends_in_one_level_or_in_the_lower(
    talked: tuple[int, ...], kind: str, level: int
) -> None:
    found = settle(replace(case(2, 3), talked=talked))
    assert (found.kind, found.level) == (kind, level)


@pytest.mark.parametrize(
    "disputed",
    [
        case(1, 3),
        case(2, 3, target=3),
        replace(case(1, 2), keystone=True),
        replace(case(2, 3), touches_knock_out=True),
        replace(case(2, 3), every_difference=True),
    ],
)
def test_what_the_rules_send_to_a_third_person_no_talk_settles(disputed: Case) -> None:
    waiting = settle(replace(disputed, talked=(2, 2)))
    assert waiting.kind == "to-adjudicate"
    assert waiting.reasons
    decided = settle(replace(disputed, adjudicated=2))
    assert (decided.kind, decided.level, decided.upper) == ("adjudicated", 2, 2)
    assert decided.reasons == waiting.reasons


def test_with_low_agreement_each_difference_says_why_it_is_adjudicated() -> None:
    assert settle(replace(case(2, 3), every_difference=True)).reasons == (EVERY_DIFFERENCE,)
    assert settle(replace(case(1, 3), every_difference=True)).reasons == (
        "The levels differ by 2.",
    )
    assert settle(replace(case(2, 2), every_difference=True)).reasons == ()


@pytest.mark.parametrize(
    ("call", "again", "every"),
    [
        ("sign-off", False, False),
        ("undefined", True, False),
        ("adjudicate-all", False, True),
        ("re-brief", False, False),
        ("re-brief", True, True),
    ],
)
def test_between_the_thresholds_no_difference_is_left_to_a_talk(
    call: str, *, again: bool, every: bool
) -> None:
    # Cases have plain values.
    assert needs_every_difference(call, briefed_again=again) is every  # type: ignore[arg-type]


LEVELS = st.lists(st.one_of(st.none(), st.integers(0, 4)), min_size=1, max_size=4)


@given(LEVELS, st.integers(0, 4), st.booleans(), st.booleans(), st.booleans(), st.data())
def test_what_counts_lies_between_what_was_said(
    # A column of the table of cases.
    levels: list[int | None], target: int, keystone: bool, knock_out: bool, every: bool,  # noqa: FBT001
    data: st.DataObject,
) -> None:  # fmt: skip
    ratings = tuple(Rating(str(n), level) for n, level in enumerate(levels))
    known = [level for level in levels if level is not None]
    span = st.integers(min(known), max(known)) if known else st.nothing()
    talked = tuple(data.draw(st.lists(span, max_size=len(known)))) if known else ()
    found = settle(Case(ratings, target, keystone, knock_out, every, talked))
    if not known:
        assert found.level is None
        return
    assert found.level is not None
    assert found.upper is not None
    assert min(known) <= found.level <= found.upper <= max(known)
    assert found.is_open or found.level == found.upper

"""Agreement against published figures, its edge cases, and the calls that follow from it."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rubrics.scoring.agreement import (
    Disputed,
    agreement,
    krippendorff_alpha,
    reasons_to_adjudicate,
)

# Krippendorff (2011), four observers and twelve units; the published ordinal alpha is 0.815.
PUBLISHED = list(
    zip(
        [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
        [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
        strict=True,
    )
)


def test_the_published_example_with_missing_ratings() -> None:
    assert krippendorff_alpha(PUBLISHED) == pytest.approx(0.815, abs=0.0005)
    found = agreement(PUBLISHED)
    assert found.alpha == 0.815
    assert found.items == 11
    assert found.low is not None
    assert found.high is not None
    assert found.low < 0.815 < found.high
    assert found.call == "sign-off"


# The same paper, two observers and two values: nominal, ordinal and interval agree at 0.095.
def test_the_published_example_of_two_values() -> None:
    meg = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0]
    owen = [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    found = agreement(list(zip(meg, owen, strict=True)))
    assert found.alpha == 0.095
    assert (found.exact, found.within_one) == (0.6, 1.0)
    assert found.call == "re-brief"


def slipped(level: int, source: random.Random) -> int:
    draw = source.random()
    if draw < 0.20:
        level += source.choice((-1, 1))
    elif draw < 0.22:
        level += source.choice((-2, 2))
    return min(4, max(0, level))


def test_the_simulation_of_the_method_comes_out_as_said() -> None:
    source = random.Random(7)  # noqa: S311 - a repeatable sequence
    alphas, exact = [], []
    for _ in range(200):
        truth = [source.randint(0, 4) for _ in range(40)]
        found = agreement([(slipped(t, source), slipped(t, source)) for t in truth], draws=0)
        alphas.append(found.alpha or 0)
        exact.append(found.exact or 0)
    assert sum(alphas) / 200 == pytest.approx(0.86, abs=0.04)
    assert sum(exact) / 200 == pytest.approx(0.68, abs=0.04)


def test_perfect_agreement_is_one() -> None:
    found = agreement([(level, level) for level in (0, 1, 2, 3, 4)])
    assert (found.alpha, found.exact, found.within_one) == (1.0, 1.0, 1.0)


@pytest.mark.parametrize("ratings", [[], [(1, None)], [(None, None)], [(2, 2), (2, 2)]])
def test_where_nothing_varies_or_nothing_was_rated_twice_alpha_is_undefined(
    ratings: list[tuple[int | None, ...]],
) -> None:
    found = agreement(ratings)
    assert (found.alpha, found.low, found.call) == (None, None, "undefined")


def test_a_negative_level_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        agreement([(-1, 2)])


ROWS = st.lists(st.tuples(*[st.one_of(st.none(), st.integers(0, 4))] * 3), max_size=20)


@settings(max_examples=80)
@given(ROWS, st.randoms(use_true_random=False))
def test_neither_the_order_of_items_nor_of_reviewers_matters(
    rows: list[tuple[int | None, ...]], source: random.Random
) -> None:
    shuffled = [tuple(reversed(row)) for row in rows]
    source.shuffle(shuffled)
    first, second = krippendorff_alpha(rows), krippendorff_alpha(shuffled)
    assert first == second or (first == pytest.approx(second))
    assert first is None or first <= 1


def test_the_same_ratings_give_the_same_interval() -> None:
    assert agreement(PUBLISHED) == agreement(PUBLISHED)


@pytest.mark.parametrize(
    ("levels", "target", "keystone", "knock_out", "reasons"),
    [
        ((2, 2), 3, True, True, ()),
        ((2, 3), 1, False, False, ()),
        ((3, 4), 3, True, False, ()),
        ((1, 3), 1, False, False, ("The levels differ by 2.",)),
        ((2, 3), 3, False, False, ("They straddle the stage's target of 3.",)),
        ((1, 2), 1, True, False, ("A keystone stands at 1.",)),
        ((2, 3), 1, False, True, ("A knock-out hangs on it.",)),
    ],
)
def test_what_must_be_adjudicated(
    levels: tuple[int, ...],
    target: int,
    *,
    keystone: bool,
    knock_out: bool,
    reasons: tuple[str, ...],
) -> None:
    disputed = Disputed(levels, target, keystone, knock_out)
    assert reasons_to_adjudicate(disputed) == reasons

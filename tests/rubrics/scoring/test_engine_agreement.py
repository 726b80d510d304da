"""The engine against settled levels, apart from the agreement of people."""

from rubrics.scoring.engine_agreement import engine_agreement


def test_without_a_pair_nothing_is_claimed() -> None:
    for pairs in ([], [(None, 2)], [(2, None)]):
        found = engine_agreement(pairs)
        assert (found.items, found.exact, found.signed_error, found.over_rated) == (
            0, None, None, None,
        )  # fmt: skip
    assert engine_agreement([(None, 2), (None, None)]).silent == 1


def test_what_it_rates_too_high_is_told_apart_from_what_it_rates_too_low() -> None:
    found = engine_agreement([(2, 2), (3, 1), (1, 2), (2, 1), (None, 4)])
    assert (found.items, found.silent) == (4, 1)
    assert (found.exact, found.within_one) == (0.25, 0.75)
    assert (found.over_rated, found.under_rated) == (0.5, 0.25)
    assert found.signed_error == 0.5


def test_errors_that_cancel_leave_shares_that_do_not() -> None:
    found = engine_agreement([(3, 1), (1, 3)])
    assert (found.signed_error, found.over_rated, found.exact) == (0.0, 0.5, 0.0)


def test_the_table_has_settled_levels_down_and_proposals_across() -> None:
    table = engine_agreement([(3, 1), (3, 1), (0, 4)]).table
    assert table[1][3] == 2
    assert table[4][0] == 1
    assert sum(map(sum, table)) == 3

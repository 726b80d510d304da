"""The arithmetic of terms: unknowns first, which must stay unknown, then the sums."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rubrics.catalog.effort import EffortTable, effort_for, parse_effort
from rubrics.scoring.instruments import INSTRUMENTS
from rubrics.scoring.rollup import roll_up
from rubrics.scoring.terms import (
    Exposed,
    Spread,
    StatedModel,
    WeakKeystone,
    by_risk,
    exposure_sum,
    haircut_sum,
    remediation,
    revenue_at_risk,
)
from rubrics.scoring.types import CriterionInput, CriterionTerm
from tests.rubrics.scoring.cases import EVERYTHING, RUBRIC, not_supplied, scored, unknown

STEPS = "[[1, 2, 4], [10, 20, 40], [100, 200, 400], [1000, 2000, 4000]]"
TABLE = parse_effort(
    "effort: x\nversion: 3\nsource: Us\nunit: engineer-weeks\nsteps:\n"
    f"  data-versioning: {STEPS}\n  label-quality: {STEPS}\n"
)


def terms_of(*inputs: CriterionInput) -> tuple[CriterionTerm, ...]:
    return roll_up(RUBRIC, EVERYTHING, inputs, draws=0).terms


def test_what_nobody_examined_is_no_gap_and_is_counted_as_unknown() -> None:
    found = remediation(terms_of(unknown("data-versioning")), TABLE, "high", 1000)
    assert found.rows == ()
    assert found.unknown == len(RUBRIC.criteria)
    assert found.cost == Spread(0, 0, 0)


def test_a_gap_without_an_estimate_is_named_and_adds_nothing() -> None:
    found = remediation(terms_of(scored("experiment-tracking", 0)), TABLE, "high", 1000)
    (row,) = found.rows
    assert (row.weeks, row.cost, found.without_estimate) == (None, None, 1)


def test_without_the_firms_rate_there_are_weeks_and_no_money() -> None:
    found = remediation(terms_of(scored("data-versioning", 2)), TABLE, "high", None)
    assert found.weeks == Spread(100, 200, 400)
    assert found.cost is None
    assert found.rows[0].cost is None


def test_a_gap_is_the_sum_of_its_steps_and_what_was_withheld_starts_at_nothing() -> None:
    given = terms_of(scored("data-versioning", 1), not_supplied("label-quality"))
    found = remediation(given, TABLE, "medium", 1000)
    weeks = {row.criterion: (row.level, row.target, row.weeks) for row in found.rows}
    assert weeks == {
        "data-versioning": (1, 3, Spread(110, 220, 440)),
        "label-quality": (0, 2, Spread(11, 22, 44)),
    }
    assert found.weeks == Spread(121, 242, 484)
    assert (found.factor, found.cost) == (1, Spread(121_000, 242_000, 484_000))
    assert (found.table_version, found.table_source) == (3, "Us")


def test_a_criterion_at_its_target_costs_nothing() -> None:
    assert remediation(terms_of(scored("data-versioning", 3)), TABLE, "low", 1000).rows == ()


def test_low_confidence_doubles_the_sum_and_no_row() -> None:
    found = remediation(terms_of(scored("data-versioning", 2)), TABLE, "low", 1000)
    assert found.factor == 2
    assert found.rows[0].cost == Spread(100_000, 200_000, 400_000)
    assert found.cost == Spread(200_000, 400_000, 800_000)


LEVELS = st.lists(st.integers(0, 4), min_size=len(RUBRIC.criteria), max_size=len(RUBRIC.criteria))


@settings(max_examples=40)
@given(LEVELS, st.integers(0, len(RUBRIC.criteria) - 1))
def test_a_level_more_never_costs_more(levels: list[int], index: int) -> None:
    table = effort_for("mlops-diligence")
    better = [*levels]
    better[index] = min(4, levels[index] + 1)
    costs = []
    for each in (levels, better):
        given = [scored(c.id, level) for c, level in zip(RUBRIC.criteria, each, strict=True)]
        found = remediation(terms_of(*given), table, "high", 5000)
        assert found.cost is not None
        assert 0 <= found.cost.low <= found.cost.likely <= found.cost.high
        costs.append(found.cost.likely)
    assert costs[1] <= costs[0]


WEAK = ("data-versioning", "drift-detection")


def names(weak: tuple[WeakKeystone, ...]) -> tuple[str, ...]:
    return tuple(each.criterion for each in weak)


def weak_terms() -> tuple[CriterionTerm, ...]:
    return terms_of(*(scored(name, 0) for name in WEAK))


def model(name: str, share: float | None, *keystones: str) -> StatedModel:
    return StatedModel(name, share, "deck", keystones)


def test_where_nothing_is_stated_the_share_is_unknown() -> None:
    for models in ([], [model("ranker", None)]):
        found = revenue_at_risk(weak_terms(), models)
        assert (found.low, found.high, found.stated) == (None, None, 0)
        assert names(found.weak) == WEAK


def test_with_every_keystone_at_its_target_nothing_is_at_risk() -> None:
    found = revenue_at_risk(terms_of(scored("data-versioning", 3)), [model("ranker", 40)])
    assert (found.low, found.high) == (0, 0)


def test_what_no_statement_covers_may_rest_on_a_weak_model() -> None:
    models = [model("ranker", 40, "data-versioning"), model("reader", 25, "secrets-access")]
    found = revenue_at_risk(weak_terms(), [*models, model("router", None)])
    assert [names(row.weak) for row in found.rows] == [("data-versioning",), (), WEAK]
    assert (found.stated, found.low, found.high) == (65, 40, 75)


def test_statements_that_add_up_to_more_than_all_are_told() -> None:
    found = revenue_at_risk(weak_terms(), [model("a", 80), model("b", 70)])
    assert (found.low, found.high, found.overlap) == (100, 100, True)


def test_an_exposure_without_a_range_is_counted_and_adds_nothing() -> None:
    found = exposure_sum([Exposed(None, None), Exposed(100_000, 250_000), Exposed(5, 10)])
    assert (found.low, found.high, found.ranged, found.without) == (100_005, 250_010, 2, 1)


@pytest.mark.parametrize(
    ("percents", "valuation", "percent", "amount", "after"),
    [
        ([], 1_000_000, 0, 0, 1_000_000),
        ([5, 2.5], None, 7.5, None, None),
        ([5, 2.5], 1_000_000, 7.5, 75_000, 925_000),
        ([80, 40], 1_000_000, 100, 1_000_000, 0),
    ],
)
def test_haircuts_are_added_up_and_never_exceed_the_price(
    percents: list[float], valuation: float | None, percent: float,
    amount: float | None, after: float | None,
) -> None:  # fmt: skip
    found = haircut_sum(percents, valuation)
    assert (found.percent, found.amount, found.after) == (percent, amount, after)


def test_gaps_stand_under_each_of_their_kinds_of_risk_keystones_first() -> None:
    risks = {criterion.id: criterion.risk for criterion in RUBRIC.criteria}
    given = terms_of(scored("audit-trail", 0), scored("data-rights-consent", 1))
    found = by_risk(given, risks)
    names = {kind: [term.criterion for term in terms] for kind, terms in found.items()}
    assert names["L"] == ["data-rights-consent", "audit-trail"]
    assert names["V"] == ["data-rights-consent"]
    assert names["C"] == []
    assert [each.risk for each in INSTRUMENTS] == list(found)


def test_a_table_that_knows_one_step_too_few_gives_no_estimate() -> None:
    empty = EffortTable(effort="x", version=1, source="Us", unit="engineer-weeks", steps={})
    found = remediation(terms_of(scored("data-versioning", 0)), empty, "high", 1)
    assert found.without_estimate == 1

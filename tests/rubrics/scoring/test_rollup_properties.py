"""What must hold for every scorecard, whatever is in it."""

import random
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from rubrics.scoring.rollup import roll_up
from rubrics.scoring.steps import steps_of
from rubrics.scoring.types import CriterionInput, Outcome, Profile, RollUp
from tests.rubrics.scoring.cases import RUBRIC

ARCHETYPES = st.frozensets(st.sampled_from(["clf", "ft", "rag"]))
FLAGS = st.frozensets(st.sampled_from(["hr", "pd", "no-people"]))
STAGES = st.sampled_from([stage.id for stage in RUBRIC.stages])
PROFILES = st.builds(Profile, ARCHETYPES, FLAGS, STAGES)
OUTCOMES: st.SearchStrategy[Outcome] = st.sampled_from(
    ("scored", "scored", "not-supplied", "unknown", "not-applicable")
)
GRADES = st.sampled_from([None, "E0", "E1", "E2", "E3", "E4", "E5"])
FRESHNESS = st.sampled_from([None, "current", "year", "old", "fresh"])


@st.composite
def scorecards(draw: st.DrawFn) -> list[CriterionInput]:
    cards = []
    for criterion in RUBRIC.criteria:
        outcome = draw(OUTCOMES)
        level = draw(st.integers(0, 4)) if outcome == "scored" else None
        covered = draw(st.sampled_from([0.0, 0.33, 1.0]))
        grade, fresh = draw(GRADES), draw(FRESHNESS)
        cards.append(CriterionInput(criterion.id, level, outcome, grade, fresh, covered))
    return cards


INDEX = st.integers(0, len(RUBRIC.criteria) - 1)
SCORECARDS = scorecards()


def rolled(profile: Profile, inputs: list[CriterionInput]) -> RollUp:
    return roll_up(RUBRIC, profile, inputs, draws=0)


def replaced(inputs: list[CriterionInput], index: int, new: CriterionInput) -> list[CriterionInput]:
    return [*inputs[:index], new, *inputs[index + 1 :]]


def figures(rollup: RollUp) -> list[tuple[float | None, float | None, float | None]]:
    """Every (low, score, high), the headline's in levels."""
    head = rollup.headline
    return [(head.low, head.score, head.high)] + [
        (lens.low, lens.score, lens.high) for lens in rollup.lenses
    ]


@settings(max_examples=60)
@given(PROFILES, SCORECARDS)
def test_every_figure_is_bounded_and_inside_its_interval(
    profile: Profile, inputs: list[CriterionInput]
) -> None:
    found = rolled(profile, inputs)
    for top, (low, score, high) in zip([100, *[4] * 6], figures(found), strict=True):
        if low is None or high is None:
            assert low is high is score is None
            continue
        assert 0 <= low <= high <= top
        assert score is None or low <= score <= high
    assert 0 <= found.coverage <= 1
    assert 0 <= found.confidence <= found.coverage


@settings(max_examples=40)
@given(PROFILES, SCORECARDS, INDEX, st.integers(0, 4), st.integers(0, 4))
def test_a_difference_leaves_the_lower_level_in_the_score_and_reaches_to_the_higher(
    profile: Profile, inputs: list[CriterionInput], index: int, one: int, two: int
) -> None:
    name, low, high = RUBRIC.criteria[index].id, min(one, two), max(one, two)
    lower = rolled(profile, replaced(inputs, index, CriterionInput(name, low, "scored")))
    higher = rolled(profile, replaced(inputs, index, CriterionInput(name, high, "scored")))
    open_one = CriterionInput(name, low, "scored", upper=high)
    found = rolled(profile, replaced(inputs, index, open_one))
    for here, below, above in zip(figures(found), figures(lower), figures(higher), strict=True):
        assert here == (below[0], below[1], above[2])


@settings(max_examples=60)
@given(PROFILES, SCORECARDS, INDEX, st.integers(0, 4), st.integers(0, 4))
def test_a_higher_level_never_lowers_any_figure(
    profile: Profile, inputs: list[CriterionInput], index: int, one: int, two: int
) -> None:
    name = RUBRIC.criteria[index].id
    lesser = CriterionInput(name, min(one, two), "scored")
    better = CriterionInput(name, max(one, two), "scored")
    below = figures(rolled(profile, replaced(inputs, index, lesser)))
    above = figures(rolled(profile, replaced(inputs, index, better)))
    for before, after in zip(below, above, strict=True):
        for first, second in zip(before, after, strict=True):
            assert first is second or (first is not None and second is not None and first <= second)


@settings(max_examples=60)
@given(PROFILES, SCORECARDS, INDEX)
def test_an_unknown_never_moves_the_point_score(
    profile: Profile, inputs: list[CriterionInput], index: int
) -> None:
    name = RUBRIC.criteria[index].id
    as_unknown = rolled(profile, replaced(inputs, index, CriterionInput(name, None, "unknown")))
    left_out = CriterionInput(name, None, "not-applicable")
    without = rolled(profile, replaced(inputs, index, left_out))
    assert [score for _, score, _ in figures(as_unknown)] == [
        score for _, score, _ in figures(without)
    ]


@settings(max_examples=60)
@given(PROFILES, SCORECARDS, INDEX, st.integers(0, 4))
def test_an_unknown_widens_the_interval_and_never_narrows_it(
    profile: Profile, inputs: list[CriterionInput], index: int, level: int
) -> None:
    name = RUBRIC.criteria[index].id
    unknown = CriterionInput(name, None, "unknown")
    known = CriterionInput(name, level, "scored")
    wide = figures(rolled(profile, replaced(inputs, index, unknown)))
    narrow = figures(rolled(profile, replaced(inputs, index, known)))
    for (low, _, high), (inner_low, _, inner_high) in zip(wide, narrow, strict=True):
        if low is not None and high is not None and inner_low is not None:
            assert inner_high is not None
            assert low <= inner_low <= inner_high <= high


@settings(max_examples=40)
@given(PROFILES, SCORECARDS, st.randoms(use_true_random=False))
def test_the_order_of_the_inputs_is_irrelevant(
    profile: Profile, inputs: list[CriterionInput], source: random.Random
) -> None:
    shuffled = list(inputs)
    source.shuffle(shuffled)
    assert rolled(profile, inputs) == rolled(profile, shuffled)


@settings(max_examples=60)
@given(PROFILES, SCORECARDS)
def test_the_caps_hold_as_stated(profile: Profile, inputs: list[CriterionInput]) -> None:
    found = rolled(profile, inputs)
    for lens in found.lenses:
        keystones = [t.level for t in lens.terms if t.keystone and t.level is not None]
        if keystones and lens.score is not None:
            assert lens.score <= min(keystones) + 1.5
        if lens.score is not None and lens.mean is not None:
            assert lens.score == min(lens.mean, lens.cap if lens.cap is not None else 4)
    scores = [lens.score for lens in found.lenses if lens.score is not None]
    if found.headline.score is not None:
        most = Fraction(str(min(scores))) * 25 + 25
        assert found.headline.score <= float(most) + 0.06


@settings(max_examples=60)
@given(PROFILES, SCORECARDS, INDEX)
def test_withholding_what_was_asked_for_never_beats_handing_it_over(
    profile: Profile, inputs: list[CriterionInput], index: int
) -> None:
    name = RUBRIC.criteria[index].id
    withheld = rolled(profile, replaced(inputs, index, CriterionInput(name, None, "not-supplied")))
    handed = rolled(profile, replaced(inputs, index, CriterionInput(name, 0, "scored")))
    assert figures(withheld) == figures(handed)


@settings(max_examples=60)
@given(PROFILES, SCORECARDS, INDEX)
def test_an_unknown_always_opens_the_interval_of_its_lens_unless_a_keystone_holds_both_ends(
    profile: Profile, inputs: list[CriterionInput], index: int
) -> None:
    criterion = RUBRIC.criteria[index]
    unknown = replaced(inputs, index, CriterionInput(criterion.id, None, "unknown"))
    lens = rolled(profile, unknown).lens(criterion.lens)
    if not criterion.applies_to(profile.archetypes, profile.flags):
        return
    assert lens.low is not None
    assert lens.high is not None
    known = [t.level for t in lens.terms if t.keystone and t.level is not None]
    held = bool(known) and lens.low == lens.high == min(known) + 1.5
    assert held or lens.low < lens.high


@settings(max_examples=40)
@given(PROFILES, SCORECARDS)
def test_the_headline_is_the_lesser_of_its_two_terms_and_both_are_printed(
    profile: Profile, inputs: list[CriterionInput]
) -> None:
    head = rolled(profile, inputs).headline
    if head.mean_term is None or head.weakest_term is None:
        assert head.score is None
        return
    assert head.score == min(head.mean_term, head.weakest_term)


@settings(max_examples=40)
@given(PROFILES, SCORECARDS)
def test_nothing_gains_from_a_step_down_and_nothing_loses_from_a_step_up(
    profile: Profile, inputs: list[CriterionInput]
) -> None:
    for step in steps_of(RUBRIC, rolled(profile, inputs)):
        if step.level is not None:
            assert step.down is None or step.down.by <= 0
            assert step.up is None or step.up.by >= 0

"""The worked cases of the method, and each rule of the roll-up on its own."""

import json

import pytest

from rubrics.scoring.rollup import roll_up, rollup_json
from rubrics.scoring.types import CriterionInput, Profile, RollUp
from tests.rubrics.scoring.cases import (
    CLASSICAL,
    EVERYTHING,
    RUBRIC,
    criterion,
    four_criteria_a_lens,
    not_supplied,
    one_lens_rubric,
    scored,
    ten_equal_criteria,
    unknown,
    with_lens_scores,
)


def everywhere(level: int, profile: Profile = EVERYTHING) -> list[CriterionInput]:
    return [scored(item.id, level) for item in RUBRIC.criteria]


def of_ten(levels: list[int | None]) -> RollUp:
    inputs = [
        not_supplied(f"c{number}") if level is None else scored(f"c{number}", level)
        for number, level in enumerate(levels)
    ]
    return roll_up(ten_equal_criteria(), CLASSICAL, inputs, draws=0)


@pytest.mark.parametrize(
    ("lenses", "mean", "headline", "binding"),
    [
        ([3, 3, 3, 3, 0, 3], 61.5, 25.0, "weakest-lens"),
        ([3.5, 3.5, 0.5, 1, 1, 3], 52.1, 37.5, "weakest-lens"),
        ([3, 3, 3, 3, 3, 3], 75.0, 75.0, "mean"),
        ([0, 0, 0, 0, 0, 0], 0.0, 0.0, "mean"),
        ([4, 4, 4, 4, 4, 4], 100.0, 100.0, "mean"),
    ],
)
def test_the_headline_of_the_worked_cases(
    lenses: list[float], mean: float, headline: float, binding: str
) -> None:
    found = roll_up(four_criteria_a_lens(), CLASSICAL, with_lens_scores(lenses), draws=0).headline
    assert (found.mean_term, found.score, found.binding) == (mean, headline, binding)
    assert (found.low, found.high) == (headline, headline)


def test_blanks_that_were_asked_for_count_so_withholding_does_not_pay() -> None:
    assert of_ten([3, 3, 3, 3, 3, 3, 0, 0, 1, 1]).lens("data").score == 2.0
    assert of_ten([3, 3, 3, 3, 3, 3, None, None, None, None]).lens("data").score == 1.8


def test_what_was_not_examined_leaves_the_score_and_opens_the_interval() -> None:
    inputs = [scored(f"c{number}", 3) for number in range(6)]
    lens = roll_up(ten_equal_criteria(), CLASSICAL, inputs, draws=0).lens("data")
    assert (lens.score, lens.low, lens.high) == (3.0, 1.8, 3.4)
    assert lens.coverage == 0.6


def test_a_missing_input_is_the_same_as_unknown() -> None:
    given = [scored("c0", 3), unknown("c1")]
    assert roll_up(ten_equal_criteria(), CLASSICAL, given) == roll_up(
        ten_equal_criteria(), CLASSICAL, [scored("c0", 3)]
    )


def keystone_lens(*levels: int | None) -> RollUp:
    """One keystone and one heavy other criterion, in that order."""
    rubric = one_lens_rubric(
        [
            criterion("key", lens="data", keystone=True),
            criterion("other", lens="data", weight=3),
        ]
    )
    names = ("key", "other")
    given = [scored(n, level) for n, level in zip(names, levels, strict=True) if level is not None]
    return roll_up(rubric, CLASSICAL, given, draws=0)


@pytest.mark.parametrize(
    ("key", "other", "score", "capped_by"),
    [
        (0, 4, 1.5, ("key",)),
        (1, 4, 2.5, ("key",)),
        (2, 4, 3.5, ()),
        (0, 2, 1.5, ()),
        (4, 4, 4, ()),
    ],
)
def test_the_lowest_keystone_caps_its_lens(
    key: int, other: int, score: float, capped_by: tuple[str, ...]
) -> None:
    lens = keystone_lens(key, other).lens("data")
    assert (lens.score, lens.capped_by) == (score, capped_by)
    assert lens.capped is bool(capped_by)


def test_an_unknown_keystone_caps_only_the_low_end() -> None:
    lens = keystone_lens(None, 4).lens("data")
    assert (lens.low, lens.score, lens.high) == (1.5, 4.0, 4.0)
    assert not lens.capped


def test_a_known_weak_keystone_caps_the_high_end_too() -> None:
    lens = keystone_lens(0, None).lens("data")
    assert (lens.low, lens.score, lens.high) == (0.0, 0.0, 1.5)


def test_a_lens_in_which_nothing_was_examined_has_no_score_but_stays_in_the_interval() -> None:
    inputs = [item for item in with_lens_scores([3] * 6) if not item.criterion.startswith("data")]
    found = roll_up(four_criteria_a_lens(), CLASSICAL, inputs, draws=0)
    assert found.lens("data").score is None
    assert (found.headline.low, found.headline.score, found.headline.high) == (25.0, 75.0, 79.5)
    assert "1 without any examined criterion left out" in found.headline.explanation


def test_nothing_examined_is_neither_good_nor_bad() -> None:
    found = roll_up(RUBRIC, EVERYTHING, [])
    assert found.headline.score is None
    assert (found.headline.low, found.headline.high) == (0.0, 100.0)
    assert found.notation == "NR/L/-"
    assert found.headline.explanation == "Nothing has been examined, so there is no score."
    assert found.gaps == ()


def test_a_lens_without_applicable_criteria_leaves_the_weights() -> None:
    out = [
        CriterionInput(f"data-{number}", None, "not-applicable", grade=None) for number in range(4)
    ]
    rest = [item for item in with_lens_scores([0] + [3] * 5) if "data-" not in item.criterion]
    found = roll_up(four_criteria_a_lens(), CLASSICAL, [*out, *rest], draws=0)
    assert (found.headline.low, found.headline.score, found.headline.high) == (75.0, 75.0, 75.0)
    assert not found.lens("data").applies
    assert found.rateable


def test_the_profile_decides_what_does_not_apply_and_its_input_is_left_out() -> None:
    found = roll_up(RUBRIC, CLASSICAL, everywhere(3), draws=0)
    term = next(item for item in found.terms if item.criterion == "retrieval-corpus-control")
    assert (term.outcome, term.counted) == ("not-applicable", False)
    assert term.reason == "Applies only to “Retrieval, prompts or agents on a language model”."
    assert found.coverage == 1.0


def test_confidence_is_weight_times_strength_freshness_and_models_covered() -> None:
    inputs = [
        CriterionInput("c0", 3, "scored", grade="E5", freshness="current"),
        CriterionInput("c1", 3, "scored", grade="E4", freshness="year", models_covered=0.5),
        CriterionInput("c2", 3, "scored", grade="E2", freshness="fresh"),
        CriterionInput("c3", 3, "scored", grade="E3"),
        not_supplied("c4"),
    ]
    found = roll_up(ten_equal_criteria(), CLASSICAL, inputs, draws=0)
    assert found.confidence == round((1 + 0.85 * 0.8 * 0.5 + 0.4 * 0.5 + 0.55 * 0.5) / 10, 4)
    assert found.confidence_word == "low"


@pytest.mark.parametrize(
    ("grade", "word"), [("E5", "high"), ("E4", "high"), ("E3", "medium"), ("E2", "low")]
)
def test_the_word_for_confidence_follows_its_thresholds(grade: str, word: str) -> None:
    inputs = [
        CriterionInput(item.id, 2, "scored", grade=grade, freshness="current")
        for item in RUBRIC.criteria
    ]
    assert roll_up(RUBRIC, EVERYTHING, inputs, draws=0).confidence_word == word


def test_below_seventy_percent_coverage_no_band_is_printed() -> None:
    inputs = [scored(f"c{number}", 3) for number in range(6)]
    found = roll_up(ten_equal_criteria(), CLASSICAL, inputs)
    assert (found.rateable, found.band, found.point_band) == (False, "NR", "")
    assert found.not_rateable_because == ("Only 60% of the weight was examined; a band needs 70%.")
    assert found.sensitivity.share is None
    assert roll_up(ten_equal_criteria(), CLASSICAL, [*inputs, scored("c6", 3)]).rateable


def test_below_half_coverage_in_one_lens_no_band_is_printed() -> None:
    inputs = with_lens_scores([3] * 6)
    thin = [item for item in inputs if item.criterion not in ("data-0", "data-1", "data-2")]
    found = roll_up(four_criteria_a_lens(), CLASSICAL, thin)
    assert found.coverage > 0.7
    assert "the lens “Data lineage and versioning” was examined" in found.not_rateable_because


def test_an_interval_across_an_edge_prints_both_bands() -> None:
    inputs = with_lens_scores([3] * 6)
    found = roll_up(four_criteria_a_lens(), CLASSICAL, inputs[:-1], draws=0)
    assert (found.headline.low, found.headline.score, found.headline.high) == (72.2, 75.0, 75.9)
    assert (found.point_band, found.bands, found.band) == ("A", ("A", "B"), "A-B")
    assert found.notation == "A-B/H/-"


def test_knock_outs_stand_beside_the_band_in_order_and_move_no_figure() -> None:
    clean = roll_up(RUBRIC, EVERYTHING, everywhere(3), draws=0)
    marked = roll_up(RUBRIC, EVERYTHING, everywhere(3), knock_outs=["K10", "K2", "K2"], draws=0)
    assert clean.notation == "A/H/-"
    assert marked.notation == "A/H/X(K2,K10)"
    assert marked.headline == clean.headline


def test_gaps_are_steps_below_the_stage_and_keystones_come_first() -> None:
    inputs = [*everywhere(3)]
    low = {"audit-trail": 0, "data-versioning": 2, "drift-detection": 0, "label-quality": 1}
    inputs = [scored(i.criterion, low.get(i.criterion, 3)) for i in inputs]
    found = roll_up(RUBRIC, EVERYTHING, inputs, draws=0)
    assert [(gap.criterion, gap.steps) for gap in found.gaps] == [
        ("drift-detection", 3),
        ("data-versioning", 1),
        ("audit-trail", 2),
        ("label-quality", 1),
    ]


def test_the_terms_of_a_lens_add_up_to_its_mean() -> None:
    found = roll_up(RUBRIC, EVERYTHING, everywhere(3), draws=0)
    for lens in found.lenses:
        assert sum(term.contribution for term in lens.terms) == pytest.approx(lens.mean, abs=1e-3)
    total = sum(term.contribution for term in found.headline.terms)
    assert total == pytest.approx(found.headline.mean_term, abs=1e-2)


def test_every_figure_is_explained_in_words() -> None:
    lens = keystone_lens(0, 4).lens("data")
    assert lens.explanation == (
        "The weighted mean of 2 criteria is 3.00. "
        "Capped at 1.5, 1.5 above the lowest keystone (key at 0)."
    )
    inputs = with_lens_scores([3, 3, 3, 3, 0, 3])
    headline = roll_up(four_criteria_a_lens(), CLASSICAL, inputs, draws=0).headline
    assert headline.explanation == (
        "The weighted mean of the lenses gives 61.5; the weakest, “Governance and security”, "
        "allows at most 25.0. The weakest lens binds."
    )


def test_weights_that_cannot_matter_always_keep_the_band() -> None:
    sensitivity = roll_up(RUBRIC, EVERYTHING, everywhere(3)).sensitivity
    assert (sensitivity.draws, sensitivity.share) == (1000, 1.0)


def test_a_headline_near_an_edge_keeps_its_band_in_some_draws_only() -> None:
    inputs = with_lens_scores([3.25, 2.75, 3.25, 2.75, 3.0, 3.0])
    share = roll_up(four_criteria_a_lens(), CLASSICAL, inputs).sensitivity.share
    assert share is not None
    assert 0.2 < share < 0.99


def test_the_same_scorecard_gives_the_same_bytes() -> None:
    first = rollup_json(roll_up(RUBRIC, EVERYTHING, everywhere(2)))
    second = rollup_json(roll_up(RUBRIC, EVERYTHING, reversed(everywhere(2))))
    assert first == second
    document = json.loads(first)
    assert document["schema"] == "proofroom/rollup/1"
    assert document["digest"] == RUBRIC.digest
    assert list(document) == sorted(document)


@pytest.mark.parametrize(
    ("inputs", "problem"),
    [
        ([scored("nonsense", 1)], "has no nonsense"),
        ([scored("data-versioning", 1), scored("data-versioning", 2)], "given twice"),
    ],
)
def test_inputs_that_contradict_the_rubric_are_refused(
    inputs: list[CriterionInput], problem: str
) -> None:
    with pytest.raises(ValueError, match=problem):
        roll_up(RUBRIC, EVERYTHING, inputs)


@pytest.mark.parametrize(
    ("profile", "problem"),
    [
        (Profile(frozenset({"x"}), frozenset(), "seed"), "no archetype 'x'"),
        (Profile(frozenset(), frozenset({"y"}), "seed"), "no flag 'y'"),
        (Profile(frozenset(), frozenset(), "ipo"), "no stage 'ipo'.*use one of pre-seed"),
    ],
)
def test_a_profile_that_the_rubric_does_not_know_is_refused(profile: Profile, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        roll_up(RUBRIC, profile, [])


def test_a_knock_out_that_the_rubric_does_not_know_is_refused() -> None:
    with pytest.raises(ValueError, match="no knock-out 'K99'"):
        roll_up(RUBRIC, EVERYTHING, [], knock_outs=["K99"])


@pytest.mark.parametrize(("grade", "freshness"), [("E9", None), ("", None), ("E2", "new")])
def test_an_unheard_of_grade_or_freshness_is_refused(grade: str, freshness: str | None) -> None:
    with pytest.raises(ValueError, match=r"^c: the (grade|freshness) is one of"):
        CriterionInput("c", 1, "scored", grade, freshness)


@pytest.mark.parametrize(
    ("level", "outcome", "covered"),
    [(5, "scored", 1.0), (None, "scored", 1.0), (0, "unknown", 1.0), (2, "scored", 1.5)],
)
def test_an_input_that_makes_no_sense_is_refused(
    level: int | None, outcome: str, covered: float
) -> None:
    with pytest.raises(ValueError, match=r"^c: "):
        # What is no outcome is tried as well.
        CriterionInput("c", level, outcome, models_covered=covered)  # type: ignore[arg-type]

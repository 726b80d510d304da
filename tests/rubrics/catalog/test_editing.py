"""Weights written into a text: only they change, however the text is written."""

from dataclasses import replace
from importlib.resources import files

import pytest
from msgspec import structs

from rubrics.catalog.editing import Weighing, reweighed
from rubrics.catalog.loader import RubricError, parse_rubric

TEXT = files("rubrics.catalog").joinpath("mlops-diligence.v1.yaml").read_text(encoding="utf-8")
WEEKS = ((0.5, 1.0, 2.0), (1.0, 2.0, 3.0), (1.0, 2.0, 3.0), (2.0, 3.0, 5.5))


def test_nothing_asked_for_changes_no_letter() -> None:
    rubric = parse_rubric(TEXT, "draft")
    same = Weighing(
        {each.id: each.weight for each in rubric.lenses},
        {each.id: each.weight for each in rubric.criteria},
        {"data-versioning": None},
    )
    assert reweighed(TEXT, Weighing()) == TEXT
    assert reweighed(TEXT, same) == TEXT


def test_one_weight_of_each_kind_changes_two_lines_and_keeps_the_comments() -> None:
    text = reweighed(TEXT, Weighing({"substance": 0.3}, {"data-versioning": 1}))
    pairs = zip(TEXT.splitlines(), text.splitlines(), strict=True)
    assert len([1 for old, new in pairs if old != new]) == 2
    rubric = parse_rubric(text, "draft")
    assert (rubric.lens("substance").weight, rubric.criterion("data-versioning").weight) == (0.3, 1)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    weight: 3\n", "    weight: 3  # heavy, ours\n"),
        ("- id: data-versioning\n", "- id: data-versioning  # the bytes\n"),
    ],
)
def test_weeks_are_put_beside_what_stands_there_changed_and_taken_out(old: str, new: str) -> None:
    start = TEXT.replace(old, new)
    with_weeks = reweighed(start, Weighing(weeks={"data-versioning": WEEKS}))
    assert parse_rubric(with_weeks, "draft").criterion("data-versioning").weeks == WEEKS
    assert len(with_weeks.splitlines()) == len(start.splitlines()) + 1
    other = (WEEKS[3], *WEEKS[1:])
    changed = reweighed(
        with_weeks, Weighing(criteria={"data-versioning": 2}, weeks={"data-versioning": other[:4]})
    )
    assert parse_rubric(changed, "draft").criterion("data-versioning").weeks == other
    gone = reweighed(changed, Weighing(weeks={"data-versioning": None}))
    assert parse_rubric(gone, "draft").criterion("data-versioning").weeks is None


def test_weeks_that_somebody_wrote_as_a_block_are_replaced_and_their_neighbours_stay() -> None:
    block = "weeks:\n      - [1, 2, 3]\n      - [1, 2, 3]\n      - [1, 2, 3]\n      - [1, 2, 3]\n"
    first = "  - id: data-versioning\n"
    text = TEXT.replace(first, f"{first}    {block}    # a remark\n")
    made = reweighed(text, Weighing(weeks={"data-versioning": WEEKS}))
    assert "    # a remark\n" in made
    rubric = parse_rubric(made, "draft")
    assert rubric.criterion("data-versioning").weeks == WEEKS
    bare = structs.replace(rubric.criterion("data-versioning"), weeks=None)
    assert bare == parse_rubric(TEXT, "draft").criterion("data-versioning")


def test_a_criterion_on_one_line_takes_weeks_too() -> None:
    lines = TEXT.splitlines(keepends=True)
    first = next(n for n, line in enumerate(lines) if line == "  - id: data-versioning\n")
    text = reweighed("".join(lines), Weighing(weeks={"data-versioning": WEEKS}))
    assert text.splitlines()[first].startswith("  - weeks: [[0.5, 1, 2], ")


@pytest.mark.parametrize("weeks", [((2.0, 1.0, 3.0),), ((-1.0, 1.0, 3.0),)])
def test_what_the_text_would_not_be_allowed_to_say_is_refused(
    weeks: tuple[tuple[float, float, float]],
) -> None:
    with pytest.raises(RubricError, match="low, likely, high in order"):
        reweighed(TEXT, Weighing(weeks={"data-versioning": (*weeks, *WEEKS[1:])}))
    with pytest.raises(RubricError):
        reweighed(TEXT, replace(Weighing(), lenses={"data": 1.5}))
    with pytest.raises(RubricError):
        reweighed("rubric: [", Weighing())

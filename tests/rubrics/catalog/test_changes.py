"""What a variant changes is said line by line, and what it leaves out gives its reason."""

import pytest
from msgspec.structs import replace

from rubrics.catalog.changes import Change, changes_between
from rubrics.catalog.loader import RubricError, load_rubric, parse_rubric
from rubrics.catalog.schema import Rubric

SHIPPED = load_rubric("mlops-diligence", 1)


def variant(**fields: object) -> Rubric:
    return replace(SHIPPED, **fields)


def test_the_same_rubric_changes_nothing() -> None:
    assert changes_between(SHIPPED, SHIPPED) == ()
    assert changes_between(SHIPPED, variant(rubric="ours", version=7, title="Ours")) == ()


def test_a_weight_of_a_lens_and_of_a_criterion_and_an_anchor_are_named_with_both_values() -> None:
    lens, criterion = SHIPPED.lenses[0], SHIPPED.criterion("data-versioning")
    levels = (*criterion.levels[:4], "Better still.")
    heavier = replace(criterion, weight=1, levels=levels, keystone=False)
    found = changes_between(
        SHIPPED,
        variant(
            lenses=(replace(lens, weight=0.5), *SHIPPED.lenses[1:]),
            criteria=tuple(heavier if c is criterion else c for c in SHIPPED.criteria),
        ),
    )
    assert criterion.weight != 1
    assert criterion.keystone
    assert found == (
        Change(lens.title, f"weight {lens.weight:g} → 0.5"),
        Change(criterion.title, f"weight {criterion.weight} → 1"),
        Change(criterion.title, "is no keystone any more"),
        Change(criterion.title, f"anchor 4: “{criterion.levels[4]}” → “Better still.”"),
    )


def test_targets_of_a_stage_are_named_with_both_values() -> None:
    stage = SHIPPED.stages[0]
    harder = replace(stage, keystone=stage.keystone + 1)
    (found,) = changes_between(SHIPPED, variant(stages=(harder, *SHIPPED.stages[1:])))
    assert found == Change(
        stage.title, f"target of keystones {stage.keystone} → {stage.keystone + 1}"
    )


SMALL = """rubric: small
version: 1
title: Small
summary: For a test.
weights_note: Guessed.
archetypes: [{id: clf, title: Trains}]
lenses: [{id: data, title: Data, weight: 1}]
stages:
  - id: seed
    title: Seed
    keystone: 2
    other: 1
    note: Early.
    overrides: [{criteria: [old-one], level: 2}]
knock_outs: []
left_out:
  - {id: old-one, because: It is not asked of seed companies.}
criteria:
  - id: lineage
    lens: data
    title: Lineage
    weight: 3
    keystone: true
    knock_outs: []
    risk: [V]
    archetypes: all
    src: House
    ask: Where does it come from?
    levels: [None., Some., Most., All., All and checked.]
    proof: A record.
    founder: {q: How?, upload: A file.}
"""


def test_a_target_of_a_criterion_that_was_left_out_says_so() -> None:
    with pytest.raises(
        RubricError, match="It is left out, so take it out of the stage's targets"
    ) as told:
        parse_rubric(SMALL, "small")
    assert (
        told.value.line
        == SMALL.splitlines().index(
            next(line for line in SMALL.splitlines() if "old-one], level" in line)
        )
        + 1
    )


def test_a_criterion_is_not_left_out_and_there() -> None:
    text = SMALL.replace("[old-one]", "[lineage]").replace("id: old-one", "id: lineage")
    with pytest.raises(RubricError, match="is left out and there"):
        parse_rubric(text, "small")


def test_what_is_left_out_is_told_with_its_reason() -> None:
    text = SMALL.replace("[old-one]", "[lineage]")
    new = parse_rubric(text, "small")
    gone = replace(new.criteria[0], id="old-one", title="Old one")
    old = replace(new, criteria=(*new.criteria, gone), left_out=())
    assert changes_between(old, new) == (
        Change("Old one", "left out: It is not asked of seed companies."),
    )


def test_names_longer_than_the_columns_that_hold_them_are_refused_on_their_line() -> None:
    text = SMALL.replace("[old-one]", "[lineage]").replace("id: clf", "id: classifier")
    with pytest.raises(RubricError, match="at most 8 characters") as told:
        parse_rubric(text, "small")
    assert told.value.line == 6

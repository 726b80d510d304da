"""A signature holds through other words, and through no other figure."""

from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.structs import fields, replace

from rubrics.scoring.rollup import roll_up
from rubrics.scoring.signed import FORM, FORMS, figures_json, signed_sha256
from rubrics.scoring.types import CriterionTerm, Headline, LensScore, RollUp
from tests.rubrics.scoring.cases import EVERYTHING, RUBRIC
from tests.rubrics.scoring.test_steps import mixed

WORDS = frozenset({"title", "reason", "explanation", "not_rateable_because"})
WRITTEN_FROM_FIGURES = frozenset({"band", "notation", "gap", "gaps", "counted"})
"""Follow from what is hashed; only how they are written may change."""


def a_rollup() -> RollUp:
    return roll_up(RUBRIC, EVERYTHING, mixed(), knock_outs=["K1"], draws=50)


def other_words(rollup: RollUp) -> RollUp:
    """The same figures as a later release might put them."""
    lenses = tuple(
        replace(
            lens, title="Anew", explanation="Otherwise.",
            terms=tuple(replace(term, title="Anew", reason="Otherwise.") for term in lens.terms),
        )
        for lens in rollup.lenses
    )  # fmt: skip
    headline = replace(rollup.headline, explanation="Otherwise.")
    return replace(
        rollup, lenses=lenses, headline=headline, not_rateable_because="Otherwise.",
        notation="B, high, K1",
    )  # fmt: skip


def other_figures(rollup: RollUp) -> Iterator[tuple[str, RollUp]]:
    """The roll-up with each figure in turn replaced, in its first lens and first criterion."""
    lens, term = rollup.lenses[0], rollup.lenses[0].terms[0]

    def with_lens(changed: LensScore) -> RollUp:
        return replace(rollup, lenses=(changed, *rollup.lenses[1:]))

    for name in _figures(RollUp, {"lenses", "headline", "sensitivity"}):
        yield name, replace(rollup, **{name: beside(getattr(rollup, name))})
    for name in _figures(Headline, {"terms"}):
        changed = {name: beside(getattr(rollup.headline, name))}
        yield f"headline {name}", replace(rollup, headline=replace(rollup.headline, **changed))
    for name in _figures(LensScore, {"terms"}):
        yield f"lens {name}", with_lens(replace(lens, **{name: beside(getattr(lens, name))}))
    for name in _figures(CriterionTerm, {"lens"}):
        other = replace(term, **{name: beside(getattr(term, name))})
        yield f"term {name}", with_lens(replace(lens, terms=(other, *lens.terms[1:])))
    for name in ("draws", "kept"):
        count = getattr(rollup.sensitivity, name) + 1
        yield name, replace(rollup, sensitivity=replace(rollup.sensitivity, **{name: count}))


def _figures(of: type, besides: set[str]) -> list[str]:
    """Every field but words, what is written from figures, and what is gone through by itself."""
    left_out = WORDS | WRITTEN_FROM_FIGURES | besides
    return [field.name for field in fields(of) if field.name not in left_out]


def beside(value: Any) -> Any:
    """Another value of the same kind."""
    match value:
        case bool():
            return not value
        case int() | float():
            return value + 1
        case str():
            return f"{value}-other"
        case tuple():
            return (*value, "other")
        case _:
            return 1


def test_another_wording_holds() -> None:
    rollup = a_rollup()
    assert signed_sha256(other_words(rollup)) == signed_sha256(rollup)


def test_another_figure_does_not_hold_whichever_it_is() -> None:
    rollup = a_rollup()
    signed, tried = signed_sha256(rollup), 0
    for name, other in other_figures(rollup):
        assert signed_sha256(other) != signed, name
        tried += 1
    assert tried == len(_figures(RollUp, {"lenses", "headline", "sensitivity"})) + 7 + 13 + 12 + 2


def test_no_sentence_is_in_what_is_hashed() -> None:
    rollup = a_rollup()
    written = figures_json(rollup).decode()
    for sentence in (rollup.headline.explanation, rollup.lenses[0].explanation):
        assert sentence
        assert sentence not in written


def test_each_form_is_its_own_and_one_that_never_was_is_refused() -> None:
    rollup = a_rollup()
    assert len({signed_sha256(rollup, form) for form in FORMS}) == len(FORMS)
    assert signed_sha256(rollup) == signed_sha256(rollup, FORM)
    with pytest.raises(KeyError):
        signed_sha256(rollup, "proofroom/figures/0")

"""Small rubrics and scorecards that the scoring tests share."""

from collections.abc import Sequence

from msgspec.structs import replace

from rubrics.catalog.loader import load_rubric
from rubrics.catalog.schema import Criterion, Lens, Rubric
from rubrics.scoring.types import CriterionInput, Profile

RUBRIC = load_rubric("mlops-diligence", 1)
EVERYTHING = Profile(frozenset({"clf", "ft", "rag"}), frozenset({"pd"}), "series-a")
CLASSICAL = Profile(frozenset({"clf"}), frozenset(), "series-a")


def scored(criterion: str, level: int) -> CriterionInput:
    return CriterionInput(criterion, level, "scored", grade="E4", freshness="current")


def not_supplied(criterion: str) -> CriterionInput:
    return CriterionInput(criterion, None, "not-supplied")


def unknown(criterion: str) -> CriterionInput:
    return CriterionInput(criterion, None, "unknown")


def criterion(name: str, *, lens: str, weight: int = 1, keystone: bool = False) -> Criterion:
    template = RUBRIC.criterion("progressive-delivery")
    return replace(
        template, id=name, title=name, lens=lens, weight=weight, keystone=keystone,
        archetypes="all", knock_outs=(),
    )  # fmt: skip


def one_lens_rubric(criteria: Sequence[Criterion]) -> Rubric:
    lens = Lens(id="data", title="Data", weight=1.0)
    return replace(RUBRIC, lenses=(lens,), criteria=tuple(criteria))


def ten_equal_criteria() -> Rubric:
    return one_lens_rubric([criterion(f"c{number}", lens="data") for number in range(10)])


def four_criteria_a_lens() -> Rubric:
    """A rubric whose lens scores are set freely: each lens has four equal criteria."""
    criteria = [
        criterion(f"{lens.id}-{number}", lens=lens.id)
        for lens in RUBRIC.lenses
        for number in range(4)
    ]
    return replace(RUBRIC, criteria=tuple(criteria))


def with_lens_scores(scores: Sequence[float]) -> list[CriterionInput]:
    """Levels for `four_criteria_a_lens` whose lens means are these quarters."""
    inputs = []
    for lens, score in zip(RUBRIC.lenses, scores, strict=True):
        quarters = int(score * 4)
        levels = [quarters // 4 + (1 if number < quarters % 4 else 0) for number in range(4)]
        inputs += [scored(f"{lens.id}-{number}", level) for number, level in enumerate(levels)]
    return inputs

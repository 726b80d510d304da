"""Weights and weeks written into the text of a rubric; every other letter of it stays."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import yaml
from msgspec.structs import replace

from rubrics.catalog.loader import parse_rubric
from rubrics.catalog.schema import Rubric, StepWeeks

Spot = tuple[int, int, str]
"""From where to where the text is replaced, and by what."""


@dataclass(frozen=True)
class Weighing:
    """Weights of lenses and criteria, and the weeks of criteria, all by id; only what is named.

    No weeks at all is: no estimate, which is said wherever weeks are summed.
    """

    lenses: Mapping[str, float] = field(default_factory=dict)
    criteria: Mapping[str, int] = field(default_factory=dict)
    weeks: Mapping[str, StepWeeks | None] = field(default_factory=dict)


def reweighed(text: str, weighing: Weighing) -> str:
    """The text of a rubric with other weights.

    Raises RubricError where the text is not right before or after, ValueError where it is written
    so that the weights cannot be put in their place.
    """
    wanted = _wanted(parse_rubric(text, "draft"), weighing)
    root = yaml.compose(text, Loader=yaml.CSafeLoader)
    spots = sorted({*_of_lenses(root, weighing), *_of_criteria(root, weighing)}, reverse=True)
    for start, end, said in spots:
        text = f"{text[:start]}{said}{text[end:]}"
    made = parse_rubric(text, "draft")
    if made.with_digest("") != wanted.with_digest(""):
        raise ValueError("The text is written in a way that this form cannot change.")
    return text


def _wanted(rubric: Rubric, weighing: Weighing) -> Rubric:
    lenses = tuple(
        replace(lens, weight=weighing.lenses.get(lens.id, lens.weight)) for lens in rubric.lenses
    )
    criteria = tuple(
        replace(
            each,
            weight=weighing.criteria.get(each.id, each.weight),
            weeks=weighing.weeks.get(each.id, each.weeks),
        )
        for each in rubric.criteria
    )
    return replace(rubric, lenses=lenses, criteria=criteria)


def _of_lenses(root: yaml.Node | None, weighing: Weighing) -> Iterator[Spot]:
    for identifier, node in _entries(root, "lenses"):
        if identifier in weighing.lenses:
            weight = _value(node, "weight")
            yield from _scalar(weight, weighing.lenses[identifier])


def _of_criteria(root: yaml.Node | None, weighing: Weighing) -> Iterator[Spot]:
    for identifier, node in _entries(root, "criteria"):
        weight, weeks = _value(node, "weight"), _value(node, "weeks")
        if identifier in weighing.criteria:
            yield from _scalar(weight, weighing.criteria[identifier])
        if identifier in weighing.weeks:
            said = _weeks(weighing.weeks[identifier])
            if weeks is not None:
                yield weeks.start_mark.index, _end(weeks), said
            elif said != "null":
                yield _added(node, f"weeks: {said}")


def _scalar(node: yaml.Node | None, value: float) -> Iterator[Spot]:
    if node is not None and float(node.value) != value:
        yield node.start_mark.index, node.end_mark.index, f"{value:g}"


def _weeks(steps: StepWeeks | None) -> str:
    if steps is None:
        return "null"
    written = (", ".join(f"{each:g}" for each in step) for step in steps)
    return f"[{', '.join(f'[{step}]' for step in written)}]"


def _added(node: yaml.MappingNode, line: str) -> Spot:
    """A key before the first of the criterion's others, in whichever way it is written."""
    first = node.value[0][0]
    start = first.start_mark.index
    ends = ", " if node.flow_style else f"\n{' ' * first.start_mark.column}"
    return start, start, f"{line}{ends}"


def _end(node: yaml.Node) -> int:
    """Where a value really ends: a block's own mark lies at the next key, past its comments."""
    if isinstance(node, yaml.SequenceNode) and node.value and not node.flow_style:
        return _end(node.value[-1])
    return int(node.end_mark.index)


def _entries(root: yaml.Node | None, section: str) -> Iterator[tuple[str, yaml.MappingNode]]:
    listed = _value(root, section)
    for node in listed.value if isinstance(listed, yaml.SequenceNode) else ():
        named = _value(node, "id")
        if isinstance(node, yaml.MappingNode) and named is not None:
            yield str(named.value), node


def _value(node: yaml.Node | None, key: str) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            if name.value == key:
                found: yaml.Node = value
                return found
    return None

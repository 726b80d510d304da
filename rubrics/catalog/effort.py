"""How many engineer-weeks a level takes: a table beside the rubric, versioned on its own.

On its own, because the weeks change with experience and the anchors must not. The table states its
source; a criterion that it does not know has no estimate, which is said and never counted as zero.
"""

import re
from functools import cache
from importlib import resources
from typing import Annotated, Literal

import yaml
from msgspec import Meta, convert

from rubrics.catalog.schema import Identifier, Part, StepWeeks, Text, Weeks, in_order

PACKAGE = "rubrics.catalog"
FOLDER = "effort"
FILE_NAME = re.compile(r"^(?P<slug>[a-z][a-z0-9-]*)\.v(?P<version>[1-9][0-9]*)\.yaml$")


class EffortTable(Part, frozen=True):
    """Engineer-weeks per criterion and step: to level 1, 2, 3 and 4, each low, likely and high."""

    effort: Identifier
    version: Annotated[int, Meta(ge=1)]
    source: Text
    unit: Literal["engineer-weeks"]
    steps: dict[str, StepWeeks]

    def __post_init__(self) -> None:
        """Low is at most likely and likely at most high, and nothing takes less than no time."""
        for criterion, steps in self.steps.items():
            for level, weeks in enumerate(steps, start=1):
                try:
                    in_order(weeks)
                except ValueError as fault:
                    raise ValueError(f"{criterion}, step to level {level}: {fault}") from None

    def step(self, criterion: str, level: int) -> Weeks | None:
        """The weeks of the step up to this level, or None where the table does not know them."""
        known = self.steps.get(criterion)
        return known[level - 1] if known else None


def parse_effort(text: str) -> EffortTable:
    """The table in this text. Raises ValueError where it is none."""
    return convert(yaml.load(text, Loader=yaml.CSafeLoader), EffortTable)


@cache
def effort_for(rubric: str) -> EffortTable | None:
    """The newest table for the criteria of this rubric, or None where there is none."""
    folder = resources.files(PACKAGE).joinpath(FOLDER)
    found = [match for item in folder.iterdir() if (match := FILE_NAME.match(item.name))]
    versions = [int(match["version"]) for match in found if match["slug"] == rubric]
    if not versions:
        return None
    name = f"{rubric}.v{max(versions)}.yaml"
    return parse_effort(folder.joinpath(name).read_text(encoding="utf-8"))

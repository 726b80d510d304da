"""How many engineer-weeks a level takes: a table beside the rubric, versioned on its own.

On its own, because the weeks change with experience and the anchors must not. The table states its
source; a criterion that it does not know has no estimate, which is said and never counted as zero.
"""

import re
from functools import cache
from importlib import resources
from typing import Annotated, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

PACKAGE = "rubrics.catalog"
FOLDER = "effort"
FILE_NAME = re.compile(r"^(?P<slug>[a-z][a-z0-9-]*)\.v(?P<version>[1-9][0-9]*)\.yaml$")

Weeks = Annotated[tuple[float, float, float], Field()]
"""Low, likely, high."""


class EffortTable(BaseModel):
    """Engineer-weeks per criterion and step: to level 1, 2, 3 and 4, each low, likely and high."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    effort: Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]
    version: Annotated[int, Field(strict=True, ge=1)]
    source: Annotated[str, Field(min_length=1)]
    unit: Annotated[str, Field(pattern="^engineer-weeks$")]
    steps: dict[str, tuple[Weeks, Weeks, Weeks, Weeks]]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        """Low is at most likely and likely at most high, and nothing takes less than no time."""
        for criterion, steps in self.steps.items():
            for level, (low, likely, high) in enumerate(steps, start=1):
                if not 0 <= low <= likely <= high:
                    message = (
                        f"{criterion}, step to level {level}: write low, likely, high in order"
                    )
                    raise ValueError(message)
        return self

    def step(self, criterion: str, level: int) -> Weeks | None:
        """The weeks of the step up to this level, or None where the table does not know them."""
        known = self.steps.get(criterion)
        return known[level - 1] if known else None


def parse_effort(text: str) -> EffortTable:
    """The table in this text. Raises ValueError where it is none."""
    return EffortTable.model_validate(yaml.load(text, Loader=yaml.CSafeLoader))


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

"""The firm's rubrics: which are offered, which is meant where nobody chose, what work takes."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from msgspec.structs import replace

from rubrics.catalog.changes import Change, changes_between
from rubrics.catalog.effort import EffortTable, effort_for
from rubrics.catalog.loader import RubricError, parse_rubric
from rubrics.catalog.schema import Criterion, Lens, Rubric, StepWeeks
from rubrics.models import RubricVersion

SHIPPED = "mlops-diligence"
"""The rubric that counts until an administrator chooses another."""


OWN_WEEKS = "the firm's own weeks"


@dataclass(frozen=True)
class RubricShelf:
    """One rubric with its versions, newest first."""

    versions: tuple[RubricVersion, ...]

    @property
    def newest(self) -> RubricVersion:
        """Its last version that is offered, else its last."""
        return next((each for each in self.versions if not each.retired_at), self.versions[0])

    @property
    def others(self) -> tuple[RubricVersion, ...]:
        """The rest, which deals may still stand under."""
        return tuple(each for each in self.versions if each.pk != self.newest.pk)


def rubric_shelf() -> tuple[RubricShelf, ...]:
    """Every rubric that was published, by its title."""
    rows = RubricVersion.objects.select_related("based_on").order_by("slug", "-version")
    found = (RubricShelf(tuple(each)) for _, each in groupby(rows, lambda row: row.slug))
    return tuple(sorted(found, key=lambda each: each.newest.title.casefold()))


def default_rubric() -> RubricVersion | None:
    """What a deal is read under while nobody chose: the firm's choice, else the newest shipped.

    A retired rubric is never meant, and a copy that was published later takes nothing over.
    """
    offered = RubricVersion.objects.offered()
    chosen = offered.filter(is_default=True).first()
    shipped = chosen or offered.filter(slug=SHIPPED).order_by("-version").first()
    return shipped or offered.order_by("-published_at").first()


def ancestry_of(row: RubricVersion) -> Iterator[RubricVersion]:
    """The version and what it was made from, nearest first."""
    found: RubricVersion | None = row
    while found is not None:
        yield found
        found = found.based_on


def effort_of(row: RubricVersion) -> EffortTable | None:
    """The weeks for its criteria: its own, then those of the table of what it was made from.

    Criteria that neither knows have no estimate, which is said wherever it is summed.
    """
    shipped = table_behind(row)
    own = _own_weeks(row.source, row.slug)
    if not own:
        return shipped
    said = f"{OWN_WEEKS} for {len(own)} of the criteria"
    if shipped is None:
        return EffortTable(effort=row.slug, version=row.version, source=said,
                           unit="engineer-weeks", steps=own)  # fmt: skip
    source = f"{shipped.source}; {said}"
    return replace(shipped, steps={**shipped.steps, **own}, source=source)


@lru_cache(maxsize=32)
def _own_weeks(source: str, slug: str) -> dict[str, StepWeeks]:
    return {c.id: c.weeks for c in parse_rubric(source, slug).criteria if c.weeks}


def table_behind(row: RubricVersion | None) -> EffortTable | None:
    """The table that ships for the version, or for the nearest that it was made from."""
    ancestry = ancestry_of(row) if row else ()
    return next((table for each in ancestry if (table := effort_for(each.slug))), None)


@dataclass(frozen=True)
class LensSheet:
    """A lens with its share of the headline in percent, and its criteria."""

    lens: Lens
    share: float
    criteria: tuple[Criterion, ...]


def lens_sheets(rubric: Rubric) -> tuple[LensSheet, ...]:
    """The rubric as one reads it, lens by lens."""
    whole = sum(lens.weight for lens in rubric.lenses)
    return tuple(
        LensSheet(lens, 100 * lens.weight / whole, rubric.criteria_of(lens.id))
        for lens in rubric.lenses
    )


def next_version(slug: str) -> int:
    """The number that the next version of a rubric will have."""
    newest = RubricVersion.objects.filter(slug=slug).order_by("-version").first()
    return newest.version + 1 if newest else 1


@dataclass(frozen=True)
class RubricVerdict:
    """A text that was read: the rubric in it, or the first thing that is wrong."""

    rubric: Rubric | None
    error: RubricError | None = None


def verdict_on_rubric(source: str) -> RubricVerdict:
    """What is to be said of the text of a draft."""
    try:
        return RubricVerdict(parse_rubric(source, "draft"))
    except RubricError as error:
        return RubricVerdict(None, error)


def changes_against(parent: RubricVersion | None, rubric: Rubric | None) -> tuple[Change, ...]:
    """What a rubric changes against the version that it was made from; nothing without one."""
    if parent is None or rubric is None:
        return ()
    return changes_between(parse_rubric(parent.source, parent.slug), rubric)

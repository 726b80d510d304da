"""The shape of a rubric: lenses, stages, knock-outs and criteria with their anchors.

Frozen structs, so that a rubric file is validated where it is read and can be passed between layers
afterwards without anyone changing it. The rules are those of the method: five anchors a criterion,
weights 1 to 3, a target per funding stage, knock-outs outside the arithmetic.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import Annotated, Literal, Protocol, Self, TypeVar

from msgspec import Meta, Struct
from msgspec.structs import replace

Level = Annotated[int, Meta(ge=0, le=4)]
Identifier = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*(?!\n)$",
                                 description="words in lower case, joined by hyphens")]  # fmt: skip
KnockOutId = Annotated[str, Meta(pattern=r"^K[0-9]+(?!\n)$", max_length=4,
                                 description="K and a number")]  # fmt: skip
Text = Annotated[str, Meta(min_length=1)]
Verdict = Literal["yes", "partly", "no"]
Weeks = tuple[float, float, float]
"""Engineer-weeks: low, likely, high."""


def in_order(weeks: Weeks) -> Weeks:
    """The same. Raises ValueError where low, likely and high do not follow one another."""
    low, likely, high = weeks
    if not 0 <= low <= likely <= high < float("inf"):
        raise ValueError("write the weeks as low, likely, high in order")
    return weeks


StepWeeks = tuple[Weeks, Weeks, Weeks, Weeks]
"""What it takes to climb to level 1, 2, 3 and 4."""


class Part(Struct, frozen=True, forbid_unknown_fields=True):
    """What every part of a rubric has in common: frozen, and closed to unknown keys."""


class Archetype(Part, frozen=True):
    """A way of building on AI that decides which criteria apply."""

    id: Annotated[Identifier, Meta(max_length=8)]
    title: Text


class Flag(Part, frozen=True):
    """A fact about the product that changes what applies or what is expected."""

    id: Annotated[Identifier, Meta(max_length=16)]
    title: Text


class Lens(Part, frozen=True):
    """One of the investor's questions; `weight` is its share of the headline before normalising."""

    id: Identifier
    title: Text
    weight: Annotated[float, Meta(gt=0, le=1)]


class Override(Part, frozen=True):
    """A target of its own for some criteria of a stage, perhaps only under a flag."""

    criteria: Annotated[tuple[Identifier, ...], Meta(min_length=1)]
    level: Level
    flag: Identifier | None = None


class Stage(Part, frozen=True, kw_only=True):
    """What is expected at a funding stage; it moves the target, never the anchors."""

    id: Annotated[Identifier, Meta(max_length=16)]
    title: Text
    keystone: Level
    other: Level
    other_up_to: Level | None = None
    note: Text
    overrides: tuple[Override, ...] = ()


class KnockOut(Part, frozen=True):
    """A condition that no average may hide; only people confirm it."""

    id: KnockOutId
    title: Text
    trigger: Text
    cure: Text
    any_criterion: bool = False


class InformedBy(Part, frozen=True):
    """Which level a verdict on a practice proposes; no level means that it proposes nothing."""

    practice: Identifier
    hazard: bool = False
    level_if_yes: Level | None = None
    level_if_partly: Level | None = None
    level_if_no: Level | None = None
    note: str = ""

    def level_for(self, verdict: str) -> int | None:
        """The level that this verdict proposes before any ceiling, or None."""
        if verdict == "yes":
            return self.level_if_yes
        if verdict == "partly":
            return self.level_if_partly
        return self.level_if_no if verdict == "no" else None

    @property
    def is_context(self) -> bool:
        """True where the verdict is only shown beside the criterion."""
        return self.level_if_yes is self.level_if_partly is self.level_if_no is None


class InformedByClaim(Part, frozen=True):
    """Which level a verdict on a claim of this kind proposes."""

    kind: Identifier
    level_if_supported: Level | None = None
    level_if_contradicted: Level | None = None


class FounderRequest(Part, frozen=True):
    """What the founder is asked, and what to upload."""

    q: Text
    upload: Text


class Criterion(Part, frozen=True, kw_only=True):
    """One thing a reviewer scores from 0 to 4 against five anchors."""

    id: Annotated[Identifier, Meta(max_length=80)]
    lens: Identifier
    title: Text
    weight: Annotated[int, Meta(ge=1, le=3)]
    keystone: bool
    knock_outs: tuple[KnockOutId, ...]
    risk: Annotated[tuple[Literal["V", "L", "R", "C"], ...], Meta(min_length=1)]
    archetypes: Literal["all"] | Annotated[tuple[Identifier, ...], Meta(min_length=1)]
    not_with_flags: tuple[Identifier, ...] = ()
    doc: bool = False
    src: Text
    ask: Text
    levels: tuple[Text, Text, Text, Text, Text]
    proof: Text
    founder: FounderRequest
    combine: Literal["any", "all"] = "any"
    informed_by: tuple[InformedBy, ...] = ()
    informed_by_claims: tuple[InformedByClaim, ...] = ()
    claims_ledger: bool = False
    weeks: StepWeeks | None = None
    """The firm's own estimate; without one the table of the rubric that ships is asked."""

    def applies_to(self, archetypes: AbstractSet[str], flags: AbstractSet[str]) -> bool:
        """True unless the rubric's own table makes the criterion not applicable."""
        if not flags.isdisjoint(self.not_with_flags):
            return False
        return self.archetypes == "all" or not archetypes.isdisjoint(self.archetypes)


class LeftOut(Part, frozen=True):
    """A criterion that a variant leaves out, and why; readers of a report are told."""

    id: Annotated[Identifier, Meta(max_length=80)]
    because: Text


class _Named(Protocol):
    @property
    def id(self) -> str: ...


_Item = TypeVar("_Item", bound=_Named)


def _quoted(parts: tuple[Archetype, ...] | tuple[Flag, ...], wanted: AbstractSet[str]) -> str:
    """The titles of these parts, in the order of the file."""
    return " or ".join(f"“{part.title}”" for part in parts if part.id in wanted)


def _named(items: Sequence[_Item], identifier: str) -> _Item:
    for item in items:
        if item.id == identifier:
            return item
    raise KeyError(identifier)


class Rubric(Part, frozen=True, kw_only=True):
    """A version of a rubric: everything that a scorecard and a roll-up need to know."""

    rubric: Annotated[Identifier, Meta(max_length=80)]
    version: Annotated[int, Meta(ge=1)]
    title: Annotated[Text, Meta(max_length=200)]
    summary: Text
    weights_note: Text
    archetypes: Annotated[tuple[Archetype, ...], Meta(min_length=1)]
    flags: tuple[Flag, ...] = ()
    lenses: Annotated[tuple[Lens, ...], Meta(min_length=1)]
    stages: Annotated[tuple[Stage, ...], Meta(min_length=1)]
    knock_outs: tuple[KnockOut, ...]
    criteria: Annotated[tuple[Criterion, ...], Meta(min_length=1)]
    left_out: tuple[LeftOut, ...] = ()
    digest: str = ""

    @property
    def slug(self) -> str:
        """The name by which a deal refers to this rubric, without the version."""
        return self.rubric

    def criterion(self, identifier: str) -> Criterion:
        """The criterion of this id, or a KeyError that names it."""
        return _named(self.criteria, identifier)

    def has_criterion(self, identifier: str) -> bool:
        """True where the rubric knows this criterion."""
        return any(item.id == identifier for item in self.criteria)

    def lens(self, identifier: str) -> Lens:
        """The lens of this id, or a KeyError that names it."""
        return _named(self.lenses, identifier)

    def stage(self, identifier: str) -> Stage:
        """The funding stage of this id, or a KeyError that names it."""
        return _named(self.stages, identifier)

    def knock_out(self, identifier: str) -> KnockOut:
        """The knock-out of this id, or a KeyError that names it."""
        return _named(self.knock_outs, identifier)

    def criteria_of(self, lens: str) -> tuple[Criterion, ...]:
        """The criteria of one lens in the order of the file."""
        return tuple(item for item in self.criteria if item.lens == lens)

    def target(self, criterion: Criterion, stage: str, flags: AbstractSet[str]) -> int:
        """The level expected of a criterion at a stage.

        The highest of the stage's general target and the overrides whose flag is set.
        """
        expected = self.stage(stage)
        levels = [expected.keystone if criterion.keystone else expected.other]
        levels += [
            override.level
            for override in expected.overrides
            if criterion.id in override.criteria
            and (override.flag is None or override.flag in flags)
        ]
        return max(levels)

    def why_not_applicable(
        self, criterion: Criterion, archetypes: AbstractSet[str], flags: AbstractSet[str]
    ) -> str:
        """The reason, in words, why a criterion does not apply; empty where it does."""
        if criterion.applies_to(archetypes, flags):
            return ""
        excluded = flags & set(criterion.not_with_flags)
        if excluded:
            return f"Does not apply under {_quoted(self.flags, excluded)}."
        return f"Applies only to {_quoted(self.archetypes, set(criterion.archetypes))}."

    def with_digest(self, digest: str) -> Self:
        """The same rubric, stamped with the digest of the file it was read from."""
        return replace(self, digest=digest)

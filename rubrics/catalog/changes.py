"""What a rubric changes against another, in words that a partner can check line by line."""

from collections.abc import Iterator
from dataclasses import dataclass

from rubrics.catalog.schema import Criterion, Rubric, Stage


@dataclass(frozen=True)
class Change:
    """One difference: what it concerns, and what it was and is."""

    about: str
    what: str


WORDS = {
    "title": "title", "ask": "question", "proof": "proof that is asked for", "lens": "lens",
    "knock_outs": "knock-outs", "risk": "kinds of risk", "archetypes": "archetypes",
    "not_with_flags": "flags under which it does not apply", "combine": "how practices combine",
    "informed_by": "practices that inform it", "informed_by_claims": "claims that inform it",
    "founder": "what the founder is asked for", "doc": "whether it is a document",
    "weeks": "engineer-weeks of its levels",
    "claims_ledger": "whether it follows from the claims", "src": "sources",
}  # fmt: skip
"""Parts of a criterion whose change is named and not spelled out."""


def changes_between(old: Rubric, new: Rubric) -> tuple[Change, ...]:
    """All differences but name and version, lenses first, then stages, then criteria."""
    return (
        *_lenses(old, new),
        *_stages(old, new),
        *_lists(old, new),
        *_off(old, new),
        *(Change(c.title, "new criterion") for c in new.criteria if not old.has_criterion(c.id)),
        *(
            change
            for criterion in new.criteria
            if old.has_criterion(criterion.id)
            for change in _criterion(old.criterion(criterion.id), criterion)
        ),
    )


def _lenses(old: Rubric, new: Rubric) -> Iterator[Change]:
    before = {lens.id: lens for lens in old.lenses}
    for lens in new.lenses:
        was = before.pop(lens.id, None)
        if was is None:
            yield Change(lens.title, f"new lens, weight {lens.weight:g}")
        elif was.weight != lens.weight:
            yield Change(lens.title, f"weight {was.weight:g} → {lens.weight:g}")
    yield from (Change(lens.title, "lens taken out") for lens in before.values())


def _stages(old: Rubric, new: Rubric) -> Iterator[Change]:
    before = {stage.id: stage for stage in old.stages}
    for stage in new.stages:
        was = before.pop(stage.id, None)
        if was is None:
            yield Change(stage.title, "new stage")
        else:
            yield from _targets(was, stage)
    yield from (Change(stage.title, "stage taken out") for stage in before.values())


def _targets(was: Stage, now: Stage) -> Iterator[Change]:
    if was.keystone != now.keystone:
        yield Change(now.title, f"target of keystones {was.keystone} → {now.keystone}")
    if was.other != now.other:
        yield Change(now.title, f"target of other criteria {was.other} → {now.other}")
    if was.overrides != now.overrides:
        yield Change(now.title, "targets of single criteria changed")


def _lists(old: Rubric, new: Rubric) -> Iterator[Change]:
    for name, title in (
        ("archetypes", "Archetypes"), ("flags", "Flags"), ("knock_outs", "Knock-outs"),
    ):  # fmt: skip
        before = {each.id: each for each in getattr(old, name)}
        after = {each.id: each for each in getattr(new, name)}
        for gone in before.keys() - after.keys():
            yield Change(title, f"{gone} taken out")
        for key in (key for key in after if before.get(key) != after[key]):
            yield Change(title, f"{key} {'changed' if key in before else 'added'}")


def _off(old: Rubric, new: Rubric) -> Iterator[Change]:
    reasons = {each.id: each.because for each in new.left_out}
    for criterion in old.criteria:
        if not new.has_criterion(criterion.id):
            why = reasons.get(criterion.id, "no reason given")
            yield Change(criterion.title, f"left out: {why}")


def _criterion(was: Criterion, now: Criterion) -> Iterator[Change]:
    if was.weight != now.weight:
        yield Change(now.title, f"weight {was.weight} → {now.weight}")
    if was.keystone != now.keystone:
        yield Change(now.title, "is a keystone now" if now.keystone else "is no keystone any more")
    for level, (before, after) in enumerate(zip(was.levels, now.levels, strict=True)):
        if before != after:
            yield Change(now.title, f"anchor {level}: “{before}” → “{after}”")
    for name, words in WORDS.items():
        if getattr(was, name) != getattr(now, name):
            yield Change(now.title, f"{words} changed")

"""Hosted models are asked for by a dated version, not by a name that moves.

Why an investor asks: behind a name such as `gpt-4o` the provider changes the model without a word.
What was measured then no longer holds, and nobody can say since when.

How we look: names of hosted models in the product's code, next to the package or address of their
provider; a date or a numbered snapshot in the name pins it. The value names the providers.

Yes: all are dated. Partly: some are. No: none is. Unknown: a provider is asked, but no name of a
model stands in the code. n/a: no hosted model is asked.

What we cannot see: names that come from the environment or a console; what a gateway makes of them.

Remedy (effort: low): name the dated version in one place, and run the evaluation before it moves.

False alarms: providers that offer no dated versions of a model.
"""

import re

from audits.engine.inventory import HostedModel, Inventory
from audits.engine.registry import check
from audits.engine.types import (
    Effort,
    Evidence,
    Grade,
    Judgement,
    no,
    not_applicable,
    partly,
    unknown,
    yes,
)
from audits.facts.identity import Identity
from audits.facts.tree import NOT_PRODUCT, Role, role_of

_DATED = re.compile(
    r"(?:[-@:](?:20)?\d{2}-?[01]\d(?:-?[0-3]\d)?(?:-v\d+)?(?::\d+)?|-[01]\d[0-3]\d|-0\d\d)\Z"
)
_FIXED_BY_NAME = re.compile(r"(?:openai/)?(?:text-embedding-|dall-e-|whisper-1|tts-1)[\w.-]{0,60}")
"""Models that their provider replaces under a new name only."""

_SIDE = NOT_PRODUCT | Role.EXAMPLE


@check("experimentation/hosted-models-pinned", effort=Effort.LOW)
def hosted_models_pinned(inventory: Inventory, identity: Identity) -> Judgement:
    """Judges whether the names of hosted models can move."""
    asked = [h for h in inventory.hosted if not role_of(h.path) & _SIDE]
    asked = [h for h in asked if identity.counts(h.path)]
    if not asked:
        return not_applicable("no hosted model is asked")
    providers = ", ".join(sorted({h.provider for h in asked}))
    named = [h for h in asked if h.name]
    if not named:
        return unknown(f"{providers} is asked, but the code does not say for which model")
    fixed = [_place(h) for h in named if _is_fixed(h.name)]
    loose = [_place(h) for h in named if not _is_fixed(h.name)]
    if not loose:
        because = f"every hosted model is asked for by a version ({providers})"
        return yes(because, fixed, grade=Grade.E2, value=providers)
    if fixed:
        because = f"{len(loose)} of {len(named)} names of hosted models can move ({providers})"
        return partly(because, [*loose, *fixed], grade=Grade.E2, value=providers)
    because = f"the names of all hosted models can move ({providers})"
    return no(because, evidence=loose, value=providers)


def _is_fixed(name: str) -> bool:
    return bool(_DATED.search(name) or _FIXED_BY_NAME.fullmatch(name))


def _place(hosted: HostedModel) -> Evidence:
    return Evidence(hosted.path, hosted.line, f"asks {hosted.provider} for {hosted.name}")

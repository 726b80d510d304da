"""What a signature holds on to: the hash of the figures and decisions that it was given for.

Words explain a figure, and a later release may explain it better; a decision rests on the figure
alone. A form says what is hashed. It has a name and never changes: what should be hashed from now
on is a form beside it, and a decision is judged by the form that it was made in.
"""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from rubrics.scoring.rollup import canonical, rollup_json
from rubrics.scoring.types import RollUp

FORM = "proofroom/figures/1"
"""The form of decisions that are made today."""

LENS = (
    "lens", "weight", "mean", "cap", "capped", "capped_by", "score", "low", "high", "target",
    "coverage", "confidence", "confidence_word",
)  # fmt: skip
CRITERION = (
    "criterion", "weight", "keystone", "outcome", "level", "share", "contribution", "grade",
    "freshness", "models_covered", "strength", "target",
)  # fmt: skip
HEADLINE = (
    "score", "low", "high", "mean_term", "weakest_term", "binding", "weakest_lenses",
)  # fmt: skip
WHOLE = (
    "rubric", "version", "digest", "stage", "archetypes", "flags", "coverage", "confidence",
    "confidence_word", "rateable", "point_band", "bands", "knock_outs",
)  # fmt: skip


def figures_json(rollup: RollUp) -> bytes:
    """Levels, scores, intervals, caps, weights, knock-outs and versions, without a sentence."""
    lenses = [
        {**_of(lens, LENS), "terms": [_of(term, CRITERION) for term in lens.terms]}
        for lens in rollup.lenses
    ]
    sensitivity = _of(rollup.sensitivity, ("draws", "kept"))
    headline = _of(rollup.headline, HEADLINE)
    figures = {"lenses": lenses, "headline": headline, "sensitivity": sensitivity}
    return canonical({"form": "proofroom/figures/1", **_of(rollup, WHOLE), **figures})


def _of(found: object, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(found, name) for name in names}


FORMS: Mapping[str, Callable[[RollUp], bytes]] = {
    # The whole roll-up with its words: what was hashed before forms had names.
    "proofroom/rollup/1": rollup_json,
    "proofroom/figures/1": figures_json,
}


def signed_sha256(rollup: RollUp, form: str = FORM) -> str:
    """The hash in this form; a KeyError for a form that there never was."""
    return hashlib.sha256(FORMS[form](rollup)).hexdigest()

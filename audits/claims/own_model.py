"""Whether the model is the startup's own: trained by it, on no foreign base.

Contradicted where a model file of its own names a foreign base (an adapter, a configuration, a
header), or where the answers come from a hosted API, nothing is trained and no weights are there.
Supported where code trains and weights are there that name no foreign base. Anything else proves
neither. A base whose owner bears the startup's own name is its own; a model that code merely loads,
say for features, is no base of its weights.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from audits.claims.basis import Basis
from audits.claims.verdicts import unsupported, verdict
from audits.engine.claiming import Claim, ClaimVerdict, Standing
from audits.engine.types import Evidence, Grade, Verdict
from audits.facts.model_file import ModelFile

TRAINING = "training-code-outside-notebooks"
TRAINING_KINDS = frozenset({"classical", "deep-learning", "llm-finetune"})
ASKING_KINDS = frozenset({"llm-api-wrapper", "llm-rag"})
NO_WEIGHTS = frozenset({"NumPy array", "NumPy arrays", "ZIP", "tar", "unknown"})
_SHORTEST = 4


@dataclass(frozen=True)
class _Base:
    """A foreign base that is named."""

    name: str
    path: str
    line: int


def judge(claim: Claim, basis: Basis) -> ClaimVerdict:
    """Looks for a foreign base, then for a hosted API, then for training and weights."""
    foreign = list(dict.fromkeys(_foreign(basis)))
    if foreign:
        return _stands_on(claim, foreign)
    weights = list(_weights(basis))
    trains = _trains(basis)
    asked = _asked(basis)
    if asked and trains is None and not weights:
        because = (
            f"The answers come from a hosted API ({asked[0].note}), and there is neither code that "
            "trains a model nor a model file."
        )
        return verdict(
            claim, Standing.CONTRADICTED, because, grade=_grade(basis, "ml-kind"), evidence=asked
        )
    if trains is not None and weights:
        because = (
            f"Code trains a model ({trains[0].path}), and {weights[0].path} holds weights "
            "that name no foreign base."
        )
        return verdict(
            claim, Standing.SUPPORTED, because, grade=_grade(basis, TRAINING, "ml-kind"),
            evidence=[*trains[:3], *weights[:3]],
        )  # fmt: skip
    return unsupported(
        claim, _missing(trains, weights), evidence=[*(trains or ())[:3], *weights[:3]]
    )


def _stands_on(claim: Claim, foreign: list[_Base]) -> ClaimVerdict:
    names = ", ".join(dict.fromkeys(b.name for b in foreign))
    because = f"{foreign[0].path} names {names[:200]} as its base, which is not the startup's own."
    places = [Evidence(b.path, b.line, f"base model {b.name}") for b in foreign[:6]]
    return verdict(claim, Standing.CONTRADICTED, because, grade=Grade.E4, evidence=places)


def _missing(trains: list[Evidence] | None, weights: list[Evidence]) -> str:
    if trains is not None:
        return (
            "Code trains a model, but no model file was handed in that would show what came of it."
        )
    if weights:
        return "There is a model file that names no foreign base, but no code that trains a model."
    return "There is neither code that trains a model nor a model file, so nothing decides it."


def _foreign(basis: Basis) -> Iterator[_Base]:
    """Bases named in model files of the room, and beside weights of the repository."""
    own = _folded(basis.inventory.name)
    for artifact, file in basis.measured(ModelFile):
        if file.base_model and not _is_own(file.base_model, own):
            yield _Base(file.base_model, artifact.path, file.line)
    for model in basis.inventory.models:
        if model.kind == "base" and not _is_own(model.name, own):
            yield _Base(model.name, model.path, model.line)


def _is_own(base: str, own: str) -> bool:
    """Whether the owner of a base, the part before the slash, bears the startup's name."""
    owner = _folded(base.partition("/")[0]) if "/" in base else ""
    short = min(len(owner), len(own)) < _SHORTEST
    return not short and (owner.startswith(own) or own.startswith(owner))


def _folded(text: str) -> str:
    return "".join(c for c in text.lower() if c.isalnum())


def _weights(basis: Basis) -> Iterator[Evidence]:
    """Files with weights, of the room and of the repository; bases were looked for before."""
    for artifact, file in basis.measured(ModelFile):
        if file.is_weights and file.format not in NO_WEIGHTS and file.unsafe is not True:
            count = f", {file.parameters:,} parameters" if file.parameters else ""
            yield Evidence(artifact.path, 1, f"{file.format}{count}")
    for weights in basis.inventory.weights:
        yield Evidence(weights.path, 1, weights.form)


def _trains(basis: Basis) -> list[Evidence] | None:
    """Where code trains; None where none was seen."""
    result = basis.practices.get(TRAINING)
    if result is not None and result.verdict in (Verdict.YES, Verdict.PARTLY):
        return list(result.evidence) or None
    kind = basis.practices.get("ml-kind")
    if kind is not None and kind.value in TRAINING_KINDS:
        return list(kind.evidence) or None
    return None


def _asked(basis: Basis) -> list[Evidence]:
    """Where a hosted API is asked, in a product that is nothing but that as far as AI goes.

    Where a product retrieves and also runs models by name, these may be what answers.
    """
    kind = basis.practices.get("ml-kind")
    if kind is None or kind.value not in ASKING_KINDS:
        return []
    if kind.value == "llm-rag" and basis.inventory.models:
        return []
    hosted = [
        Evidence(h.path, h.line, f"{h.provider} {h.name}".strip()) for h in basis.inventory.hosted
    ]
    if hosted:
        return [*hosted[:6], *kind.evidence[:3]]
    return list(kind.evidence[:6]) if kind.value == "llm-api-wrapper" else []


def _grade(basis: Basis, *practices: str) -> Grade:
    found = [basis.practices[p].grade for p in practices if p in basis.practices]
    return max(found, default=Grade.E0)

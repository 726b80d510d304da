"""What a data room shows without any claim: files that run code, and cards that say otherwise.

A card is contradicted by the model files beside it where base model or licence differ, and by the
log where the whole interval of a metric is worse than the figure that it states. What a card states
for a dataset of its own is about that dataset and is not held against the log.
"""

from collections.abc import Iterable, Iterator

from audits.claims import metric
from audits.claims.basis import Basis
from audits.engine.claiming import Claim, Standing
from audits.engine.report import Artifact
from audits.engine.types import Finding, Severity
from audits.facts.model_card import ModelCard
from audits.facts.model_file import ModelFile

UNSAFE, CARD = "governance/unsafe-model-serialization", "governance/model-card"
_REBUILD = "Remove the file, rebuild the model from a source that is trusted, and keep safetensors."
_CORRECT = "Correct the card, or say in it why the two differ."


def room_findings(artifacts: Iterable[Artifact]) -> tuple[Finding, ...]:
    """The findings of a room, by path."""
    basis = Basis.of((), artifacts)
    found = [*_unsafe(basis), *_cards(basis)]
    return tuple(sorted(found, key=lambda f: (f.path, f.line, f.title)))


def _unsafe(basis: Basis) -> Iterator[Finding]:
    for artifact, file in basis.measured(ModelFile):
        if file.unsafe:
            names = ", ".join(file.unsafe_imports[:4])
            title = f"Loading this model file would run code: {names}"
            yield Finding(UNSAFE, Severity.CRITICAL, title, artifact.path, 1, _REBUILD, names)


def _cards(basis: Basis) -> Iterator[Finding]:
    for artifact, card in basis.measured(ModelCard):
        files = [(a, f) for a, f in basis.measured(ModelFile) if _belongs(artifact.path, a.path)]
        yield from _base(artifact, card, files)
        yield from _licence(artifact, card, files)
        yield from _metrics(artifact, card, basis)


def _belongs(card: str, file: str) -> bool:
    """Whether a file lies in the card's folder or below it."""
    folder = card.rpartition("/")[0]
    return not folder or file.startswith(f"{folder}/")


Files = list[tuple[Artifact, ModelFile]]


def _base(artifact: Artifact, card: ModelCard, files: Files) -> Iterator[Finding]:
    """Each base that a file names and the card does not, once."""
    stated = {_folded(b) for b in card.base_models}
    seen: set[str] = set()
    for other, file in files:
        name = _folded(file.base_model)
        if not name or name in stated | seen:
            continue
        seen.add(name)
        says = f"names {card.base_model}" if card.base_models else "names no base model"
        title = f"The card {says}, and {other.path} stands on {file.base_model}"
        yield Finding(CARD, Severity.HIGH, title, artifact.path, card.base_line, _CORRECT)


def _folded(base: str) -> str:
    """A base by its last part, so that `org/name` and `name` are one."""
    return base.rpartition("/")[2].strip().lower()


def _licence(artifact: Artifact, card: ModelCard, files: Files) -> Iterator[Finding]:
    if not card.licence:
        return
    for other, file in files:
        if file.licence and _plain(file.licence) != _plain(card.licence):
            title = f"The card says {card.licence}, and {other.path} says {file.licence[:80]}"
            yield Finding(CARD, Severity.HIGH, title, artifact.path, card.licence_line, _CORRECT)
            return


def _plain(licence: str) -> str:
    return "".join(c for c in licence.lower() if c.isalnum()).removesuffix("license")


def _metrics(artifact: Artifact, card: ModelCard, basis: Basis) -> Iterator[Finding]:
    for stated in card.metrics:
        if stated.dataset:
            continue
        claim = Claim("card", "metric", fields={"metric": stated.name, "value": stated.value})
        judged = metric.judge(claim, basis)
        if judged.verdict is Standing.CONTRADICTED:
            title = f"The card states “{stated.said[:80]}”: {judged.because.rstrip('.')}"
            yield Finding(
                CARD, Severity.HIGH, title, artifact.path, stated.line, _CORRECT, stated.said
            )

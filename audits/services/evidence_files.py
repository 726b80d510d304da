"""What is handed in beside the source: a file of claims. The data room is read in room.py."""

from pathlib import Path
from typing import Any

from audits.claims.judging import RULES
from audits.engine.claiming import Claim
from audits.services.yaml_files import read_yaml
from audits.sources.snapshot import SourceError

CLAIMS_SHAPE = "The claims file {} has no list `claims`; see the form in the documentation."
CLAIM_SHAPE = "Claim {} in {} needs an `id` and a `kind` of: {}."
CLAIM_TWICE = "The claims file {} has two claims with the id {!r}; give each its own."


def read_claims(path: Path) -> tuple[Claim, ...]:
    """The claims of a file. Raises SourceError where it is not what it should be."""
    document = read_yaml(path, "claims file", "claims")
    entries = document.get("claims") if isinstance(document, dict) else None
    if not isinstance(entries, list):
        raise SourceError(CLAIMS_SHAPE.format(path))
    claims = tuple(_claim(entry, number, path) for number, entry in enumerate(entries, start=1))
    seen: set[str] = set()
    for claim in claims:
        if claim.id in seen:
            raise SourceError(CLAIM_TWICE.format(path, claim.id))
        seen.add(claim.id)
    return claims


def _claim(entry: Any, number: int, path: Path) -> Claim:
    kinds = sorted(RULES)
    known = isinstance(entry, dict) and entry.get("kind") in kinds
    if not known or not isinstance(entry.get("id"), str | int):
        raise SourceError(CLAIM_SHAPE.format(number, path, ", ".join(kinds)))
    fields = {
        str(key): value
        for key, value in entry.items()
        if key not in ("id", "kind", "text") and isinstance(value, str | int | float | bool)
    }
    return Claim(str(entry["id"]), str(entry["kind"]), str(entry.get("text", "")), fields)

"""What is handed in beside the source: a file of claims and the folder of the data room."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from audits.claims.judging import MEASURED, RULES
from audits.engine.claiming import Claim
from audits.engine.report import Artifact
from audits.sources.folder import open_folder
from audits.sources.snapshot import LIMITS, SourceError

_LARGEST = 1024 * 1024
ROOM_MISSING = "There is no folder at {}; name the folder of the data room."
CLAIMS_MISSING = "The claims file {} cannot be read; name a YAML file with a list `claims`."
CLAIMS_BROKEN = "The claims file {} is not valid YAML{}; mend it and try again."
CLAIMS_SHAPE = "The claims file {} has no list `claims`; see the form in the documentation."
CLAIM_SHAPE = "Claim {} in {} needs an `id` and a `kind` of: {}."
CLAIM_TWICE = "The claims file {} has two claims with the id {!r}; give each its own."


def read_claims(path: Path) -> tuple[Claim, ...]:
    """The claims of a file. Raises SourceError where it is not what it should be."""
    document = _document(path)
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


def _document(path: Path) -> object:
    try:
        with path.open("rb") as stream:
            text = stream.read(_LARGEST + 1)
    except OSError:
        raise SourceError(CLAIMS_MISSING.format(path)) from None
    if len(text) > _LARGEST:
        raise SourceError(CLAIMS_BROKEN.format(path, " of at most 1 MB"))
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, yaml.SafeLoader)):
            raise SourceError(CLAIMS_BROKEN.format(path, " without aliases"))
        return yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        where = f" (line {error.problem_mark.line + 1})" if error.problem_mark else ""
        raise SourceError(CLAIMS_BROKEN.format(path, where)) from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise SourceError(CLAIMS_BROKEN.format(path, "")) from None


def _claim(entry: Any, number: int, path: Path) -> Claim:
    kinds = sorted({*RULES, *MEASURED})
    known = isinstance(entry, dict) and entry.get("kind") in kinds
    if not known or not isinstance(entry.get("id"), str | int):
        raise SourceError(CLAIM_SHAPE.format(number, path, ", ".join(kinds)))
    fields = {
        str(key): value
        for key, value in entry.items()
        if key not in ("id", "kind", "text") and isinstance(value, str | int | float | bool)
    }
    return Claim(str(entry["id"]), str(entry["kind"]), str(entry.get("text", "")), fields)


def list_room(path: Path) -> tuple[Artifact, ...]:
    """Every file of the data room with its hash. Raises SourceError where there is no folder."""
    if not path.is_dir():
        raise SourceError(ROOM_MISSING.format(path))
    with open_folder(path, str(path), LIMITS) as room:
        return tuple(
            Artifact(f.path, "document", f.blob or _hash(path / f.path), f.size)
            for f in room.tree
            if f.path != "room.yaml"
        )


def _hash(path: Path) -> str:
    """The SHA-256 of a file of any size."""
    digest = hashlib.sha256()
    for chunk in _chunks(path):
        digest.update(chunk)
    return digest.hexdigest()


def _chunks(path: Path) -> Iterator[bytes]:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as stream:
        while chunk := stream.read(1024 * 1024):
            yield chunk

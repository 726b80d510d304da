"""A collection: what an audit on the startup's own machine found, signed, without a line of source.

It is a zip archive with four JSON files, and an archive comment that holds an Ed25519 public key
and its signature over every byte before the comment. Whoever changes a byte breaks the signature;
whoever signs anew has another key, and so another digest than the one that the founder read out, or
another key than the one that the firm's invitation gave. Knows no framework.
"""

import base64
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from msgspec import to_builtins
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from audits.collectors.collecting import Unreadable
from audits.collectors.parsing import json_of
from audits.engine.inventory import digest_of
from audits.engine.report import ENGINE_VERSION, AuditReport, fingerprint
from audits.engine.types import Evidence, Finding, Grade, Lens, Severity, Verdict

SCHEMA = "proofroom/collection/1"
PARTS = ("manifest.json", "audit.json", "inventory.json", "files.json")
LARGEST_FILE = 64 * 1024 * 1024
LARGEST_PART = 128 * 1024 * 1024
MOST_FINDINGS = 20_000
MOST_SKIPPED = 5_000
SHORTEST_LINE = 12
"""Characters from which a sentence that contains a cited line counts as showing source."""

WITHHELD = "withheld: the sentence would have shown a line of source"
_MARK = b"proofroom ed25519 "
_TAIL = re.compile(_MARK + rb"([0-9a-f]{64}) ([0-9a-f]{128})")
_TAIL_BYTES = len(_MARK) + 64 + 1 + 128
_EPOCH = (1980, 1, 1, 0, 0, 0)
_INVITATION = re.compile(r"PR1([A-Z2-7]{58})")
_LAST_CHARACTERS = re.compile(r" ending in \S{1,8}")

NO_COLLECTION = "This is not a collection of `proofroom collect`; hand in the file as it was made."
CHANGED = "The collection was changed after it was signed; ask for the file as it was made."
BAD_CONTENT = "The collection does not hold what a collection holds ({}); ask for a new one."
TOO_LARGE = "The collection is larger than {} MB; ask for one of a smaller source."
BAD_CODE = "This is not an invitation code; copy it whole, as the firm gave it."

Json = dict[str, Any]


class BadCollection(Exception):
    """A collection that cannot be taken; the message is one sentence for the person."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


Path = Annotated[str, Field(max_length=5_000)]
Line = Annotated[int, Field(ge=0, le=2**31 - 1)]
Sentence = Annotated[str, Field(max_length=5_000)]
Name = Annotated[str, Field(max_length=80, pattern=r"^[a-z0-9-]+$")]
CheckName = Annotated[str, Field(max_length=80, pattern=r"^[a-z0-9-]+/[a-z0-9-]+$")]
Count = Annotated[int, Field(ge=0, le=2**62)]


class Place(_Strict):
    """A place that a verdict cites."""

    path: Path
    line: Line


class CollectedPractice(_Strict):
    """A verdict."""

    id: Name
    lens: Lens
    verdict: Verdict
    grade: Grade
    value: Annotated[str, Field(max_length=200)] | None
    because: Sentence
    evidence: Annotated[tuple[Place, ...], Field(max_length=50)]
    seen: Annotated[float, Field(ge=0, le=1)] = 1.0


class CollectedFinding(_Strict):
    """A finding; its fingerprint was made where the line could be read."""

    check: CheckName
    severity: Severity
    title: Annotated[str, Field(max_length=1_000)]
    path: Path
    line: Line
    fix: Sentence
    fingerprint: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class CollectedSkipped(_Strict):
    """A file that was not examined."""

    path: Path
    reason: Annotated[str, Field(max_length=1_000)]


class CollectedAudit(_Strict):
    """All verdicts and findings."""

    practices: Annotated[tuple[CollectedPractice, ...], Field(max_length=500)]
    findings: Annotated[tuple[CollectedFinding, ...], Field(max_length=MOST_FINDINGS)]
    skipped: Annotated[tuple[CollectedSkipped, ...], Field(max_length=MOST_SKIPPED)]
    not_examined: Count


class Manifest(_Strict):
    """What was examined, by which engine, when, and the digests of the other parts."""

    schema_: Annotated[Literal["proofroom/collection/1"], Field(alias="schema")]
    engine: Annotated[str, Field(max_length=40)]
    version: Annotated[str, Field(max_length=40)]
    collected_at: datetime
    name: Annotated[str, Field(max_length=200)]
    commit: Annotated[str, Field(pattern=r"^[0-9a-f]{40,64}$")] | None
    committed_at: datetime | None
    files: Annotated[int, Field(ge=0, le=2**31 - 1)]
    bytes: Count
    files_sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    parts: dict[str, str]


@dataclass(frozen=True)
class Collection:
    """A collection whose signature and digests hold."""

    manifest: Manifest
    audit: CollectedAudit
    public_key: str
    digest: str


def packed(report: AuditReport, *, version: str, key: Ed25519PrivateKey, moment: datetime) -> bytes:
    """The signed file. `moment` is when it was collected."""
    rows = [[f.path, f.size, f.blob] for f in report.files]
    parts = {
        "audit.json": _written(_audit(report)),
        "inventory.json": _written(to_builtins(report.inventory)),
        "files.json": _written(rows),
    }
    source = report.source
    manifest = {
        "schema": SCHEMA,
        "engine": ENGINE_VERSION,
        "version": version,
        "collected_at": moment.isoformat(),
        "name": (report.inventory.name or _last(source.location))[:200],
        "commit": source.commit,
        "committed_at": _moment(source.committed_at),
        "files": source.files,
        "bytes": source.bytes,
        "files_sha256": digest_of(report.files),
        "parts": {name: hashlib.sha256(data).hexdigest() for name, data in parts.items()},
    }
    return _signed(_zipped({"manifest.json": _written(manifest), **parts}), key)


def _moment(text: str | None) -> str | None:
    """A time as JSON; a commit may carry an impossible one."""
    try:
        return datetime.fromisoformat(text).isoformat() if text else None
    except ValueError:
        return None


def _last(location: str) -> str:
    """The last part of where it came from: the rest is the founder's business."""
    return location.rstrip("/").rpartition("/")[2] or "repository"


def _written(data: object) -> bytes:
    text = json.dumps(data, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return text.encode("ascii")


def _audit(report: AuditReport) -> Json:
    lines = frozenset(_cited_lines(report))
    return {
        "practices": [
            {
                "id": p.id,
                "lens": p.lens.value,
                "verdict": p.verdict.value,
                "grade": p.grade.value,
                "value": p.value,
                "because": _clear(p.because, lines),
                "evidence": [_place(e) for e in p.evidence],
                "seen": p.seen,
            }
            for p in report.practices
        ],
        "findings": [_finding(f, lines) for f in report.findings[:MOST_FINDINGS]],
        "skipped": [
            {"path": s.path, "reason": _clear(s.reason, lines)[:1_000]}
            for s in report.skipped[:MOST_SKIPPED]
        ],
        "not_examined": len(report.skipped),
    }


def _cited_lines(report: AuditReport) -> Iterable[str]:
    """Every line near a cited place; none of them may leave."""
    for excerpt in report.excerpts.values():
        for line in excerpt.text.split("\n"):
            text = " ".join(line.split())
            if len(text) >= SHORTEST_LINE and " " in text:
                yield text


def _clear(sentence: str, lines: frozenset[str]) -> str:
    """The sentence, unless it quotes a line of source."""
    plain = " ".join(sentence.split())
    return WITHHELD if any(line in plain for line in lines) else plain


def _place(evidence: Evidence) -> Json:
    return {"path": evidence.path, "line": evidence.line}


def _finding(finding: Finding, lines: frozenset[str]) -> Json:
    title = _LAST_CHARACTERS.sub("", finding.title)
    return {
        "check": finding.check,
        "severity": finding.severity.value,
        "title": _clear(title, lines),
        "path": finding.path,
        "line": finding.line,
        "fix": _clear(finding.fix, lines),
        "fingerprint": fingerprint(finding),
    }


def _zipped(parts: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in PARTS:
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), parts[name], zipfile.ZIP_DEFLATED)
        archive.comment = b" " * _TAIL_BYTES
    return out.getvalue()


def _signed(archive: bytes, key: Ed25519PrivateKey) -> bytes:
    body = archive[:-_TAIL_BYTES]
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return body + _MARK + public.hex().encode() + b" " + key.sign(body).hex().encode()


def unpacked(data: bytes) -> Collection:
    """The content of a collection. Raises BadCollection where anything about it is not right.

    1. The signature over every byte. 2. The digests of the parts. 3. The form of what they hold.
    """
    if len(data) > LARGEST_FILE:
        raise BadCollection(TOO_LARGE.format(LARGEST_FILE // 1024**2))
    public = _verified(data)
    parts = _parts(data)
    try:
        manifest = Manifest.model_validate_json(parts["manifest.json"])
        _check_digests(manifest, parts)
        audit = CollectedAudit.model_validate(json_of(parts["audit.json"]))
        for name in ("inventory.json", "files.json"):
            json_of(parts[name])
    except ValidationError as error:
        where = ".".join(str(p) for p in error.errors()[0]["loc"])[:80]
        raise BadCollection(BAD_CONTENT.format(where or "its manifest")) from None
    except Unreadable as error:
        raise BadCollection(BAD_CONTENT.format(str(error)[:120])) from None
    return Collection(manifest, audit, public, spoken(data))


def _verified(data: bytes) -> str:
    found = _TAIL.fullmatch(data[-_TAIL_BYTES:])
    if not found:
        raise BadCollection(CHANGED if data[:2] == b"PK" and _MARK in data else NO_COLLECTION)
    public, signature = (bytes.fromhex(each.decode()) for each in found.groups())
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, data[:-_TAIL_BYTES])
    except (InvalidSignature, ValueError):
        raise BadCollection(CHANGED) from None
    return public.hex()


def _parts(data: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = tuple(i.filename for i in archive.infolist())
            if names != PARTS:
                raise BadCollection(BAD_CONTENT.format("its parts"))
            return {name: _part(archive, name) for name in PARTS}
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError, RuntimeError):
        raise BadCollection(BAD_CONTENT.format("its archive")) from None


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as stream:
        content = stream.read(LARGEST_PART + 1)
    if len(content) > LARGEST_PART:
        raise BadCollection(BAD_CONTENT.format(f"{name} is too large"))
    return content


def _check_digests(manifest: Manifest, parts: Mapping[str, bytes]) -> None:
    told = {n: hashlib.sha256(c).hexdigest() for n, c in parts.items() if n != "manifest.json"}
    if manifest.parts != told:
        raise BadCollection(CHANGED)


def spoken(data: bytes) -> str:
    """The digest that the founder reads out: 100 bits of SHA-256 in five groups of four."""
    text = base64.b32encode(hashlib.sha256(data).digest()).decode()[:20]
    return "-".join(text[at : at + 4] for at in range(0, 20, 4))


def same_spoken(one: str, other: str) -> bool:
    """Whether two digests are the same, however they were typed."""
    first, second = (re.sub(r"[^A-Z2-7]", "", t.upper()) for t in (one, other))
    return len(first) == 20 and first == second


def invitation_of(seed: bytes) -> str:
    """The code that gives a key to the founder: 32 bytes and a check sum."""
    check = hashlib.sha256(seed).digest()[:4]
    return "PR1" + base64.b32encode(seed + check).decode().rstrip("=")


def key_of_invitation(code: str) -> Ed25519PrivateKey:
    """The key in an invitation code. Raises BadCollection where it is none."""
    found = _INVITATION.fullmatch(re.sub(r"[\s-]", "", code.upper()))
    raw = base64.b32decode(found[1] + "======") if found else b""
    if not raw or hashlib.sha256(raw[:32]).digest()[:4] != raw[32:]:
        raise BadCollection(BAD_CODE)
    return Ed25519PrivateKey.from_private_bytes(raw[:32])


def public_hex(key: Ed25519PrivateKey) -> str:
    """The public half of a key, as a collection carries it."""
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()

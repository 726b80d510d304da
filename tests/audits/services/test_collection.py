"""A collection: no line of source in it, and no byte of it can be changed unseen."""

import hashlib
import io
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec.structs import replace

from audits.engine.report import AuditReport, Excerpt
from audits.engine.types import Evidence, Verdict
from audits.facts.tree import File
from audits.services import collection
from audits.services.collection import (
    BadCollection,
    invitation_of,
    key_of_invitation,
    packed,
    public_hex,
    same_spoken,
    spoken,
    unpacked,
)
from audits.services.examine import examine
from tests.audits.literal import DRIFT, KEY, REPORT
from tests.make import make_repo

MOMENT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
FULL = replace(REPORT, files=(File("a.py", 3, "f" * 40), File("b.py", 4, "e" * 64)))

SOURCE = {
    "train.py": (
        "import mlflow\nfrom sklearn.linear_model import Ridge\n"
        "SECRET_RECIPE = 'take two parts of the customer churn and stir'\n"
        "# our unique insight lives in this very comment line\n"
        "model = Ridge(alpha=0.123456789)\nmodel.fit(rows_of_our_best_customer, labels)\n"
        "mlflow.log_metric('mean_absolute_error_of_northwind', value)\n"
    ),
    "settings.py": 'AWS_KEY = "' + "AKIA" + 'Q7ZT5WMX2NVBK4PD"\nDEBUG_MODE_IS_ON = True\n',
    ".github/workflows/ci.yml": (
        "on: [push]\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n"
        "      - run: pytest -q tests/very_internal_folder_name --maxfail=3\n"
    ),
    "README.md": "# Northwind\n\nWe alone know how the churn of customers is predicted.\n",
    "notes.ipynb": '{"cells": [{"cell_type": "code", "source": ["private_notes = 17 + 4"],'
    ' "outputs": [], "execution_count": 1, "metadata": {}}], "metadata": {}}',
}


def pack(report: AuditReport = FULL, key: Ed25519PrivateKey = PRIVATE) -> bytes:
    return packed(report, version="0.1.0", key=key, moment=MOMENT)


def repacked(parts: dict[str, bytes]) -> bytes:
    """Parts in a new archive, signed by somebody else's key but whole."""
    return collection._signed(collection._zipped(parts), Ed25519PrivateKey.generate())


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_no_line_of_source_is_in_it(tmp_path: Path) -> None:
    report = examine(str(make_repo(tmp_path, SOURCE)))
    assert report.findings
    text = "\n".join(part.decode() for part in parts_of(pack(report)).values())
    for content in SOURCE.values():
        for line in content.splitlines():
            stripped = line.strip(" -#")
            if len(stripped) > 12:
                assert stripped not in text, stripped
    for words in ("SECRET_RECIPE", "two parts", "AKIA", "Q7ZT", "K4PD", "0.123456789", "stir"):
        assert words not in text, words
    assert "settings.py" in text
    assert str(tmp_path) not in text


def test_a_sentence_that_quotes_a_cited_line_is_withheld() -> None:
    quoting = replace(DRIFT, because="it says x = secret_value + 1 there")
    report = replace(
        FULL,
        practices=(quoting,),
        findings=(replace(KEY, title="x = secret_value + 1", fix="Fix it."),),
        excerpts={("requirements.txt", 4): Excerpt(3, "a\n   x = secret_value + 1\n")},
    )
    audit = unpacked(pack(report)).audit
    assert audit.practices[0].because == collection.WITHHELD
    assert audit.findings[0].title == collection.WITHHELD
    assert audit.findings[0].fix == "Fix it."


def test_it_comes_back_as_it_went_in() -> None:
    found = unpacked(pack())
    assert found.manifest.commit == "a" * 40
    assert found.manifest.name == "x.bundle"
    assert found.manifest.files == 12
    assert found.public_key == public_hex(PRIVATE)
    assert [(p.id, p.verdict) for p in found.audit.practices] == [
        ("drift-detection", Verdict.PARTLY),
        ("secrets-committed", Verdict.YES),
    ]
    assert [f.path for f in found.audit.findings] == ["src/sp ace|.py", "load.py"]
    assert found.digest == spoken(pack())


def test_every_changed_byte_is_refused() -> None:
    data = pack()
    for at in range(len(data)):
        changed = data[:at] + bytes([data[at] ^ 0x01]) + data[at + 1 :]
        with pytest.raises(BadCollection):
            unpacked(changed)


@pytest.mark.parametrize("cut", [1, 10, 500])
def test_what_is_cut_off_or_added_is_refused(cut: int) -> None:
    data = pack()
    for changed in (data[:-cut], data[cut:], data + b"x" * cut, b"x" * cut + data):
        with pytest.raises(BadCollection):
            unpacked(changed)


def test_upper_case_digits_of_the_signature_are_another_byte() -> None:
    data = pack()
    tail = data[-128:].decode()
    assert tail != tail.upper()
    with pytest.raises(BadCollection):
        unpacked(data[:-128] + tail.upper().encode())


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"{}", b"\0" * 400])
def test_anything_else_is_no_collection(data: bytes) -> None:
    with pytest.raises(BadCollection, match="This is not a collection"):
        unpacked(data)


def test_signing_anew_gives_another_digest() -> None:
    forged = repacked(parts_of(pack()))
    assert unpacked(forged).digest != spoken(pack())


def changed_audit(**change: Any) -> bytes:
    parts = parts_of(pack())
    audit = json.loads(parts["audit.json"]) | change
    parts["audit.json"] = collection._written(audit)
    manifest = json.loads(parts["manifest.json"])
    manifest["parts"]["audit.json"] = hashlib.sha256(parts["audit.json"]).hexdigest()
    return repacked(parts | {"manifest.json": collection._written(manifest)})


PRACTICE: dict[str, Any] = {
    "id": "a-b", "lens": "data", "verdict": "yes", "grade": "E2", "value": None, "because": "x",
    "evidence": [],
}  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        {"practices": 3},
        {"practices": [PRACTICE | {"verdict": "excellent"}]},
        {"practices": [PRACTICE | {"grade": "E9"}]},
        {"practices": [PRACTICE | {"source": "def f(): pass"}]},
        {"practices": [PRACTICE | {"because": "x" * 6_000}]},
        {"practices": [PRACTICE] * 600},
        {"findings": [{"check": "a"}]},
        {"not_examined": -1},
    ],
)
def test_a_signed_file_with_other_content_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(BadCollection, match="does not hold what a collection holds"):
        unpacked(changed_audit(**change))


def test_a_part_that_is_not_the_one_of_the_manifest_is_refused() -> None:
    parts = parts_of(pack()) | {"files.json": b"[]"}
    with pytest.raises(BadCollection, match="was changed"):
        unpacked(repacked(parts))


def test_depth_and_size_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    deep = parts_of(pack()) | {"files.json": b"[" * 200_000}
    manifest = json.loads(deep["manifest.json"])
    manifest["parts"]["files.json"] = hashlib.sha256(deep["files.json"]).hexdigest()
    with pytest.raises(BadCollection):
        unpacked(repacked(deep | {"manifest.json": collection._written(manifest)}))
    monkeypatch.setattr(collection, "LARGEST_PART", 100)
    with pytest.raises(BadCollection, match="too large"):
        unpacked(pack())
    monkeypatch.setattr(collection, "LARGEST_FILE", 100)
    with pytest.raises(BadCollection, match="larger than"):
        unpacked(pack())


def test_an_invitation_gives_the_key_that_the_firm_knows() -> None:
    code = invitation_of(bytes(range(32)))
    assert public_hex(key_of_invitation(code)) == public_hex(PRIVATE)
    spaced = " ".join(code[at : at + 8] for at in range(0, len(code), 8)).lower()
    assert public_hex(key_of_invitation(spaced)) == public_hex(PRIVATE)


@pytest.mark.parametrize("code", ["", "PR1", "PR1" + "A" * 58, invitation_of(bytes(32))[:-1]])
def test_a_wrong_invitation_is_said_to_be_one(code: str) -> None:
    with pytest.raises(BadCollection, match="not an invitation code"):
        key_of_invitation(code)


def test_a_digest_may_be_typed_in_any_way() -> None:
    digest = spoken(pack())
    assert same_spoken(digest.lower().replace("-", " "), digest)
    assert not same_spoken(digest[:-1], digest)
    assert not same_spoken("", "")


def test_an_evidence_note_stays_at_home() -> None:
    noted = replace(DRIFT, evidence=(Evidence("a.py", 1, "runs rm -rf everything"),))
    assert b"rm -rf" not in b"".join(parts_of(pack(replace(FULL, practices=(noted,)))).values())

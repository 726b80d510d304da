"""All evidence is hashed again, and one flipped byte is named with the evidence that it spoils."""

import subprocess
import sys
from pathlib import Path

from diligence.models import EvidenceItem
from tests.cast import a_deal, a_founder, person, some_evidence


def verify(environment: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "manage.py", "verify_evidence"], env=environment, capture_output=True,
        text=True, check=False,
    )  # fmt: skip


def a_room() -> list[EvidenceItem]:
    deal = a_deal(person("analyst", "analyst"))
    founder = a_founder(deal, "founder@northwind.example")
    return [
        some_evidence(deal, by=founder, filename=f"log-{n}.csv", content=f"row\n{n}\n".encode())
        for n in range(3)
    ]


def test_one_flipped_byte_and_a_missing_file_are_named(
    process_environment: dict[str, str],
) -> None:
    sound, flipped, missing = a_room()
    clean = verify(process_environment)
    assert (clean.returncode, clean.stdout) == (0, "3 files, 18 bytes: all as handed in.\n")

    data = Path(process_environment["PROOFROOM_DATA_DIR"])
    place = data / flipped.versions.get().blob.path
    content = bytearray(place.read_bytes())
    content[2] ^= 1
    place.write_bytes(content)
    (data / missing.versions.get().blob.path).unlink()

    found = verify(process_environment)
    assert found.returncode == 1
    assert f"“log-1.csv”, version 1, evidence {flipped.pk}" in found.stderr
    assert "was changed: it does not open with its key any more" in found.stderr
    assert f"“log-2.csv”, version 1, evidence {missing.pk}" in found.stderr
    assert "is missing from the storage" in found.stderr
    assert str(sound.pk) not in found.stderr
    assert "2 not as handed in." in found.stderr

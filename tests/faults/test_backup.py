"""A filled system goes into one archive and comes back in an empty one: rows, files, pages.

Two databases of the same server stand for two systems; the second keeps its evidence in a bucket.
"""

import hashlib
import io
import os
import re
import signal
import subprocess
import sys
import tarfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from pytest_django import Settings

from diligence.config.safekeeping.archive import ArchiveError, Manifest, examined
from diligence.config.safekeeping.backing_up import back_up, header
from diligence.config.safekeeping.restoring import _accept
from diligence.models import EvidenceVersion, User
from tests.bucket import NAME, Service, service
from tests.cast import a_deal, person, some_evidence
from tests.faults.workers import wait_for
from tests.house.worlds import both_worlds

pytestmark = pytest.mark.faults

PAGE = """
import django, sys
django.setup()
from django.test import Client
from diligence.models import EvidenceVersion, User
client = Client(SERVER_NAME="localhost")
client.force_login(User.objects.get(email=sys.argv[1]))
version = EvidenceVersion.objects.get(pk=sys.argv[2])
page = client.get(f"/deals/{version.item.deal_id}/evidence/{version.item_id}/")
print(page.status_code, version.item.title in page.content.decode())
"""


def run(*command: str, environment: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *command], env=environment, capture_output=True, text=True, check=False
    )


def manage(*command: str, environment: Mapping[str, str]) -> str:
    done = run("-m", "django", *command, environment=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def elsewhere(process_environment: dict[str, str], tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of a second system: an empty database, and an empty bucket."""
    parts = urlsplit(process_environment["DATABASE_URL"])
    name = f"{parts.path.strip('/')}_elsewhere"
    address = urlunsplit(parts._replace(path=f"/{name}"))
    with service() as s3, closing(_server()) as server:
        s3.emptied()
        server.execute(f"CREATE DATABASE {name}")
        yield process_environment | _bucket(s3) | {
            "DATABASE_URL": address, "PROOFROOM_DATA_DIR": str(tmp_path / "elsewhere"),
        }  # fmt: skip
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _server() -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(**connection.get_connection_params(), autocommit=True)


def _bucket(s3: Service) -> dict[str, str]:
    options = s3.options
    return {
        "PROOFROOM_S3_BUCKET": NAME, "PROOFROOM_S3_ENDPOINT": s3.address,
        "PROOFROOM_S3_ACCESS_KEY": options["access_key"],
        "PROOFROOM_S3_SECRET_KEY": options["secret_key"],
    }  # fmt: skip


def sums(archive: Path) -> dict[str, str]:
    """The hash of every member by its name."""
    with tarfile.open(archive) as tar:
        stream = tar.extractfile("SHA256SUMS")
        assert stream is not None
        lines = stream.read().decode().splitlines()
    return {name: sha256 for sha256, name in (line.split("  ", 1) for line in lines)}


def manifest_of(archive: Path) -> Manifest:
    return examined(archive, lambda _: None)


def test_a_filled_system_comes_back_in_an_empty_one_row_by_row_and_byte_by_byte(
    process_environment: dict[str, str], elsewhere: dict[str, str], tmp_path: Path
) -> None:
    with transaction.atomic():
        both_worlds(tmp_path)
    first, second = tmp_path / "first.tar", tmp_path / "second.tar"
    said = manage("backup", str(first), environment=process_environment)
    assert (first.stat().st_mode & 0o777) == 0o600
    assert hashlib.sha256(first.read_bytes()).hexdigest() in said

    sha256 = re.findall("[0-9a-f]{64}", said)[0]
    foreign = elsewhere | {"PROOFROOM_FIELD_KEYS": Fernet.generate_key().decode()}
    refused = run("-m", "django", "restore", str(first), environment=foreign)
    assert "does not hold the keys of the system that was backed up" in refused.stderr
    manage("restore", str(first), "--sha256", sha256, environment=elsewhere)
    manage("backup", str(second), environment=elsewhere)

    before, after = manifest_of(first), manifest_of(second)
    counts = {name: rows.rows for name, rows in before.tables.items()}
    assert sum(1 for rows in counts.values() if rows) > 45, "the system should be well filled"
    assert {name: rows.rows for name, rows in after.tables.items()} == counts | {
        # One line that it was restored.
        "diligence_activity": counts["diligence_activity"] + 1,
        "diligence_seal": counts["diligence_seal"] + 1,
    }
    assert before.files == after.files > 5
    assert before.missing == after.missing == []
    differ = {name for name, value in sums(first).items() if sums(second)[name] != value}
    assert differ <= {
        "header.json", "tables/diligence_activity.copy.gz", "tables/diligence_seal.copy.gz",
    }  # fmt: skip

    version = EvidenceVersion.objects.exclude(item__deal=None).order_by("uploaded_at")[0]
    owner = version.item.deal.owner.email
    answered = run("-c", PAGE, owner, str(version.pk), environment=elsewhere)
    assert answered.stdout == "200 True\n", answered.stderr
    assert "all as handed in" in manage("verify_evidence", environment=elsewhere)
    manage("verify_audit", environment=elsewhere)

    again = run("-m", "django", "restore", str(first), environment=elsewhere)
    assert again.returncode == 1
    assert again.stderr.startswith("CommandError: This system is not empty.")


@pytest.mark.django_db
def test_a_system_where_somebody_worked_is_left_alone() -> None:
    person("partner", "partner")
    with pytest.raises(ArchiveError, match="This system is not empty"):
        _accept(header())


@pytest.mark.django_db
def test_an_archive_of_a_newer_version_names_the_version_that_can_read_it() -> None:
    newer = header()
    newer.migrations["rubrics"].append("9999_from_the_future")
    with pytest.raises(ArchiveError, match=r"made by a newer version .* rubrics\.9999_from_the"):
        _accept(newer)


@pytest.mark.django_db
def test_tables_in_another_state_than_the_archive_are_left_alone() -> None:
    older = header()
    older.migrations["rubrics"].pop()
    with pytest.raises(ArchiveError, match="migrated to another state"):
        _accept(older)


def test_what_is_written_meanwhile_is_in_the_archive_as_a_whole_or_not_at_all(
    transactional_db: None, tmp_path: Path
) -> None:
    analyst = person("analyst", "analyst")
    deal = a_deal(analyst)
    some_evidence(deal, by=analyst, filename="before.csv", content=b"before")
    begun: list[bool] = []

    def go_on() -> None:
        some_evidence(deal, by=analyst, filename="meanwhile.csv", content=b"meanwhile")
        User.objects.create_user("later@firm.example", "x", name="Later")
        connection.close()

    def say(_: str) -> None:
        if not begun:
            begun.append(True)
            other = threading.Thread(target=go_on)
            other.start()
            other.join()

    made = back_up(tmp_path / "one.tar", say)
    assert User.objects.filter(email="later@firm.example").exists()
    assert made.manifest.tables["diligence_user"].rows == 1
    assert made.manifest.tables["diligence_blob"].rows == made.manifest.files == 1


def test_a_file_that_is_gone_is_named_and_the_rest_is_kept(
    transactional_db: None, settings: Settings, tmp_path: Path
) -> None:
    analyst = person("analyst", "analyst")
    item = some_evidence(a_deal(analyst), by=analyst)
    some_evidence(item.deal, by=analyst, filename="other.csv", content=b"other")
    lost = item.versions.get().blob.path
    (Path(settings.MEDIA_ROOT) / lost).unlink()
    target, errors = tmp_path / "one.tar", io.StringIO()
    with pytest.raises(SystemExit, match="1"):
        call_command("backup", str(target), stderr=errors)
    assert f"missing: {lost}" in errors.getvalue()
    assert (manifest_of(target).files, manifest_of(target).missing) == (1, [lost])
    with pytest.raises(CommandError, match="is there already; name a file that is not"):
        call_command("backup", str(target))


def test_a_backup_that_is_stopped_half_way_leaves_nothing(
    process_environment: dict[str, str], tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    with closing(_server()) as server:
        # It cannot read this table before the lock falls, and so stands in the middle.
        server.execute("BEGIN")
        server.execute("LOCK TABLE rubrics_score IN ACCESS EXCLUSIVE MODE")
        process = subprocess.Popen(
            [sys.executable, "-m", "django", "backup", str(folder / "one.tar")],
            env=process_environment, stderr=subprocess.PIPE,
        )  # fmt: skip
        # Others wait for locks as well, in the databases of other tests on the same server.
        waiting = (
            "SELECT FROM pg_locks JOIN pg_database ON pg_database.oid = database "
            "WHERE NOT granted AND datname = current_database()"
        )
        wait_for(lambda: server.execute(waiting).fetchone() is not None)
        assert [file.suffix for file in folder.iterdir()] == [".part"]
        os.kill(process.pid, signal.SIGTERM)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 128 + signal.SIGTERM, errors
    assert list(folder.iterdir()) == []

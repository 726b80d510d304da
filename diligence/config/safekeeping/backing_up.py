"""Writes the archive: the rows of one moment first, then the files that those rows name.

1. One transaction sees the database as it is at its start, whatever is written meanwhile
   (repeatable read); tables are spooled one by one, because a tar wants their size first.
2. In the same transaction follow the files. Evidence is only ever added under the hash of its
   content, so what a row names was there before the row and is there still; a file that was
   deleted meanwhile is named in the manifest.
3. The archive appears under its name once it is complete and on the disk.
"""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any

from django.core.files.storage import storages
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from diligence.config.safekeeping import tables
from diligence.config.safekeeping.archive import ArchiveError, Header, Manifest, Writer
from diligence.models import Blob, Preview, TrailAnchor
from rubrics.models import Report, ReportCopy

SNAPSHOT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
ROWS_ONLY = frozenset({"django_session"})
"""Tables that come back empty: who was signed out since must not be signed in again."""


@dataclass(frozen=True)
class Made:
    """A finished archive."""

    manifest: Manifest
    sha256: str
    bytes: int


def back_up(target: Path, say: Callable[[str], None]) -> Made:
    """Writes everything to `target`. Raises ArchiveError; then there is no archive either."""
    if target.exists():
        raise ArchiveError(f"{target} is there already; name a file that is not.")
    with _growing(target) as (path, out):
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(SNAPSHOT)
            writer = Writer(out, header())
            _write_tables(writer, path.parent, say)
            _write_files(writer, say)
        sha256 = writer.finish()
        out.flush()
        os.fsync(out.fileno())
    return Made(writer.manifest, sha256, target.stat().st_size)


@contextmanager
def _growing(target: Path) -> Iterator[tuple[Path, IO[bytes]]]:
    """A file beside the target that takes its name at the end, or is gone."""
    try:
        handle, name = tempfile.mkstemp(".part", f".{target.name}.", target.parent)
    except OSError as error:
        raise ArchiveError(f"{target.parent} cannot be written to: {error.strerror}.") from error
    path = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            yield path, out
        path.rename(target)
    except OSError as error:
        raise ArchiveError(f"The archive could not be written: {error}.") from error
    finally:
        path.unlink(missing_ok=True)


def header() -> Header:
    """What this system is, for whoever may want to restore from it."""
    migrations: dict[str, list[str]] = {}
    for app, name in sorted(MigrationRecorder(connection).applied_migrations()):
        migrations.setdefault(app, []).append(name)
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        (server,) = cursor.fetchone() or ("",)
    now = timezone.now().isoformat(timespec="seconds")
    return Header(version("proofroom"), now, str(server), migrations)


def _write_tables(writer: Writer, folder: Path, say: Callable[[str], None]) -> None:
    for name, columns in tables.columns_by_table().items():
        if name in ROWS_ONLY:
            continue
        with tempfile.TemporaryFile(dir=folder) as spool:
            rows = tables.copy_out(name, columns, spool)
            writer.add_table(name, rows, spool)
        say(f"{name}: {rows.rows} rows")
    writer.manifest.sequences = tables.sequence_states()


def _write_files(writer: Writer, say: Callable[[str], None]) -> None:
    storage: Any = storages["default"]
    for number, path in enumerate(stored_files(), 1):
        try:
            stored = storage.open(path, "rb")
        except FileNotFoundError:
            writer.manifest.missing.append(path)
            say(f"missing: {path}")
            continue
        with stored:
            writer.add_file(path, stored.size, stored)
        if number % 1000 == 0:
            say(f"{number} files")


def stored_files() -> Iterator[str]:
    """The files that the rows name. Archives of rooms are copies for a week, and stay out."""
    yield from (
        Blob.objects.filter(gone_at=None).order_by("pk").values_list("path", flat=True).iterator()
    )
    yield from TrailAnchor.objects.order_by("pk").values_list("path", flat=True).iterator()
    for kind in (Report, ReportCopy):
        rows = kind.objects.exclude(pdf_path="").order_by("pk")
        yield from rows.values_list("pdf_path", flat=True).iterator()
    for preview in Preview.objects.filter(pictures__gt=0).order_by("pk").iterator():
        yield from map(preview.picture_path, range(1, preview.pictures + 1))

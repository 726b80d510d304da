"""Reads an archive into an empty system: looked through first, then files, then rows.

1. Every hash is checked before anything is written.
2. The tables are made in the state that the archive has them in.
3. Files go under their names; each is read back and hashed. Until the rows are there nothing
   speaks of them, so a restore that broke off is simply repeated.
4. All rows in one transaction, counted; then the migrations that came later.
"""

import hashlib
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any

from django.core.files import File
from django.core.files.storage import Storage, storages
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from diligence.config.safekeeping import tables
from diligence.config.safekeeping.archive import (
    PIECE,
    ArchiveError,
    Header,
    Manifest,
    examined,
    members,
    reopened,
)
from diligence.models import Blob, Deal, Startup, User
from diligence.services.activity import record
from diligence.services.errors import Refused
from diligence.services.room_exports import forget_exports
from diligence.services.trail_keys import trail_keys

State = set[tuple[str, str]]
FRESH = "Restore into an empty one, as `createdb` makes it, with an empty folder for evidence."


def restore(path: Path, say: Callable[[str], None], sha256: str = "") -> Manifest:
    """Puts all that the archive holds into this system. Raises ArchiveError before it changes any
    of what is here."""
    manifest = examined(path, _accept, sha256)
    say(f"{path.name} is whole: {len(manifest.tables)} tables, {manifest.files} files")
    _migrate_to(_state(manifest.header))
    _require_known(manifest)
    with reopened(path) as tar:
        for name, stream in members(tar, "files"):
            _put(storages["default"], name, stream)
    say("files are in place")
    with reopened(path) as tar, transaction.atomic():
        _load(manifest, tar)
        _require_keys(manifest)
    say("rows are in place")
    call_command("migrate", interactive=False, verbosity=0)
    forget_exports()
    made = f"{manifest.header.made_at} by version {manifest.header.version}"
    record(actor=None, verb="system.restore", text=f"restored the backup made {made}")
    return manifest


# What is refused ------------------------------------------------------------------------------


def _accept(header: Header) -> None:
    """Refuses what is newer than this program, and a system that holds something."""
    newer = sorted(_state(header) - set(MigrationLoader(None).disk_migrations))
    if newer:
        app, name = newer[0]
        raise ArchiveError(
            f"The archive was made by a newer version ({header.version}; this is "
            f"{version('proofroom')}): it knows {app}.{name}. Install that version, then restore."
        )
    applied = set(MigrationRecorder(connection).applied_migrations())
    if not applied:
        if tables.columns_by_table():
            raise ArchiveError(f"The database holds tables of something else. {FRESH}")
    elif applied != _state(header):
        raise ArchiveError(
            f"The database was migrated to another state than the archive's. {FRESH}"
        )
    elif any(kind.objects.exists() for kind in (User, Startup, Deal, Blob)):
        raise ArchiveError(f"This system is not empty. {FRESH}")


def _state(header: Header) -> State:
    return {(app, name) for app, names in header.migrations.items() for name in names}


def _require_known(manifest: Manifest) -> None:
    """The tables here have to be the ones that the rows came from, column by column."""
    known = tables.columns_by_table()
    for name, rows in manifest.tables.items():
        if sorted(known.get(name, [])) != sorted(rows.columns):
            raise ArchiveError(f"The table {name} of the archive is not one of this system's.")


def _require_keys(manifest: Manifest) -> None:
    """The field keys have to open the key of the trail, or nothing could be done here any more."""
    if "diligence_trailkey" not in manifest.tables:
        return
    trail_keys.cache_clear()
    try:
        trail_keys()
    except Refused:
        raise ArchiveError(
            "PROOFROOM_FIELD_KEYS does not hold the keys of the system that was backed up; set "
            "them, then restore again. Nothing was changed."
        ) from None


# What is done ---------------------------------------------------------------------------------


def _migrate_to(wanted: State) -> None:
    """Makes the tables as they were; does nothing where they are so already."""
    executor = MigrationExecutor(connection)
    if executor.loader.applied_migrations:
        return
    graph = executor.loader.graph
    executor.migrate(
        [
            node
            for node in sorted(wanted)
            if not any((c.key[0], c.key[1]) in wanted and c.key[0] == node[0]
                       for c in graph.node_map[node].children)
        ]
    )  # fmt: skip


def _put(storage: Storage, name: str, stream: IO[bytes]) -> None:
    """Keeps one file and reads it back; one of that name that is something else gives way."""
    wanted = _hash(stream)
    if storage.exists(name):
        with storage.open(name, "rb") as there:
            if _hash(there) == wanted:
                return
        storage.delete(name)
    stream.seek(0)
    storage.save(name, File(stream))
    with storage.open(name, "rb") as kept:
        if _hash(kept) != wanted:
            raise ArchiveError(
                f"The storage did not keep {name} as it was given; look at its disk."
            )


def _hash(stream: Any) -> str:
    digest = hashlib.sha256()
    while piece := stream.read(PIECE):
        digest.update(piece)
    return digest.hexdigest()


def _load(manifest: Manifest, tar: Any) -> None:
    """All rows or none, as many as were counted when they were written."""
    with tables.emptied(sorted(tables.columns_by_table())):
        for member, stream in members(tar, "tables"):
            name = member.removesuffix(".copy.gz")
            wanted = manifest.tables[name]
            loaded = tables.copy_in(name, wanted.columns, stream)
            if loaded != wanted.rows:
                raise ArchiveError(f"{name} came back with {loaded} of {wanted.rows} rows.")
        for name, (at, given) in manifest.sequences.items():
            tables.set_sequence(name, at, given=given)

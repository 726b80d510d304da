"""One migrated database for a whole run; each worker copies it, for migrating takes long.

Whoever comes first makes it under a lock, from nothing and by the migrations alone. Nobody connects
to it afterwards, so that no test can change what others are given. The few rows that migrations
wrote are also kept beside it, for a test that empties the tables of its copy takes them too.
"""

import fcntl
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from diligence.config.embedded import binary

RUN = "PROOFROOM_TEST_RUN"
WRITTEN = ("diligence_pipeline", "diligence_stage", "diligence_trailkey")
"""What migrations write; kinds and permissions, which each flush writes anew, apart."""


def name_run() -> bool:
    """Let the processes of this run know each other; whether this is the first of them."""
    if RUN in os.environ:
        return False
    os.environ[RUN] = secrets.token_hex(4)
    return True


def remove_ground() -> None:
    """At the end of the run, for its servers may go on."""
    if _made().exists():
        _on_server(f"DROP DATABASE {_name()}")
    shutil.rmtree(_folder(), ignore_errors=True)


def migrated_database() -> str:
    """The name of the database to copy."""
    with _lock():
        if not _made().exists():
            _on_server(f"CREATE DATABASE {_name()} TEMPLATE template0")
            done = subprocess.run(
                [sys.executable, "-m", "django", "migrate", "--run-syncdb", "--verbosity=0"],
                env={**os.environ, "DATABASE_URL": _address()},
                capture_output=True, text=True, check=False,
            )  # fmt: skip
            assert done.returncode == 0, done.stderr
            _keep_what_migrations_wrote()
            _made().touch()
    return _name()


def copy_migrated_database(address: str) -> None:
    """Fills an empty database on another server with what is in the migrated one."""
    migrated_database()
    with _lock():
        dump = [str(binary("pg_dump")), "--format=custom", "--dbname", _address()]
        packed = subprocess.run(dump, check=True, capture_output=True).stdout
    restore = [str(binary("pg_restore")), "--exit-on-error", "--dbname", address]
    subprocess.run(restore, input=packed, check=True, capture_output=True)


def _keep_what_migrations_wrote() -> None:
    with closing(psycopg.connect(_address())) as server, server.cursor() as cursor:
        for table in WRITTEN:
            with cursor.copy(f"COPY {table} TO STDOUT") as rows:
                (_folder() / table).write_bytes(b"".join(map(bytes, rows)))


def put_back_what_migrations_wrote() -> None:
    """Gives an emptied database the very pipeline, stages and key that it had."""
    from django.db import connection, transaction

    from diligence.services.trail_keys import trail_keys

    with transaction.atomic(), connection.cursor() as cursor:
        for table in WRITTEN:
            cursor.execute(f"SELECT FROM {table} LIMIT 1")
            if not cursor.rowcount:
                with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                    copy.write((_folder() / table).read_bytes())
    trail_keys.cache_clear()


def _address() -> str:
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{_name()}"))


def _name() -> str:
    return f"migrated_{os.environ[RUN]}"


def _folder() -> Path:
    return Path(tempfile.gettempdir()) / f"proofroom-ground-{os.environ[RUN]}"


def _made() -> Path:
    return _folder() / "made"


def _on_server(statement: str) -> None:
    with closing(psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)) as server:
        server.execute(statement)


@contextmanager
def _lock() -> Iterator[None]:
    _folder().mkdir(mode=0o700, exist_ok=True)
    with (_folder() / "lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield

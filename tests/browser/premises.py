"""A running Proofroom for a test: the processes of production on the servers of the test."""

import os
import signal
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from playwright.sync_api import Page

from diligence.config import heartbeats, probe
from diligence.config.processes import processes
from diligence.config.supervisor import Supervisor
from diligence.models import User
from tests.cast import PASSWORD
from tests.conftest import let_the_trail_be_emptied
from tests.ground import put_back_what_migrations_wrote

READY_SECONDS = 180
"""Ten of them on an idle machine; a process that ends is noticed at once."""
WORKING = ("web", "worker-short", "worker-long")


@contextmanager
def open_premises(
    environment: Mapping[str, str], folder: Path, names: tuple[str, ...] = WORKING
) -> Iterator[str]:
    """Starts the named processes, as `proofroom up` would, and gives the address of the web."""
    with open_house(environment, folder, names) as house:
        yield house.address


@dataclass(frozen=True)
class House:
    """A running Proofroom whose web process a test may kill."""

    address: str
    supervisor: Supervisor

    @property
    def web(self) -> int:
        """The process that leads the web's group."""
        running = next(r for r in self.supervisor.running if r.process.name == "web")
        return running.handle.pid

    def kill_web(self) -> None:
        """Ends the web with all its workers, in the middle of whatever they do."""
        os.killpg(self.web, signal.SIGKILL)

    def raise_web(self) -> None:
        """Starts it again at the same address, as a supervisor does."""
        self.supervisor.watch(restart=True)
        _wait_until_ready(self.supervisor, self.address, ("database", "redis"))


@contextmanager
def open_house(
    environment: Mapping[str, str], folder: Path, names: tuple[str, ...] = WORKING
) -> Iterator[House]:
    """The same, with a hand on the processes."""
    port = _free_port()
    address = f"http://127.0.0.1:{port}"
    supervisor = Supervisor(
        folder / "run", folder / "logs", {**environment, "PROOFROOM_URL": address}
    )
    heartbeats.forget(environment["REDIS_URL"])
    started = [each for each in processes(f"127.0.0.1:{port}") if each.name in names]
    supervisor.start(started)
    try:
        _wait_until_ready(supervisor, address, ("database", "redis", *names[1:]))
        yield House(address, supervisor)
    finally:
        supervisor.stop()


def _wait_until_ready(supervisor: Supervisor, address: str, parts: tuple[str, ...]) -> None:
    deadline = time.monotonic() + READY_SECONDS
    well: Mapping[str, bool] = {}
    while not all(well.get(part) for part in parts):
        assert time.monotonic() < deadline, f"No sign of life of all of {parts}: {dict(well)}."
        supervisor.watch(restart=False)
        well = probe.parts_of(address)
        time.sleep(0.1)


def _free_port() -> int:
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def let_sign_in(*people: User) -> None:
    """Give people a password that the real web process checks: it knows no quick hasher."""
    hashed = make_password(PASSWORD, hasher="pbkdf2_sha256")
    User.objects.filter(pk__in=[person.pk for person in people]).update(password=hashed)


def sign_in(page: Page, email: str, to: str = "/") -> None:
    """By address and password, as people do; a page that asks for it is where one lands."""
    page.goto(to)
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def furnish() -> None:
    """Put back what ships with the product: the flush after a test takes it too."""
    for content in ("load_questionnaires", "load_rubrics"):
        call_command(content, verbosity=0)


def clear() -> None:
    """Empties the database, the trail too, and makes anew what migrations had made."""
    let_the_trail_be_emptied()
    # The numbers go on, as after every test: what is put back has some of those given before.
    call_command("flush", interactive=False, verbosity=0, reset_sequences=False)
    put_back_what_migrations_wrote()

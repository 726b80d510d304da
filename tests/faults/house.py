"""A whole Proofroom with a PostgreSQL and a Redis of its own, which a test may end as it likes."""

import os
import re
import shutil
import signal
import socket
import tempfile
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connections
from django.test import override_settings

from diligence.config import probe
from diligence.config.embedded import Servers
from diligence.config.processes import processes
from diligence.config.supervisor import ProcessFailedError, Supervisor
from diligence.models import User
from tests.cast import signed_in
from tests.faults.workers import EXAMINATION, children_of, wait_for, words_of
from tests.ground import copy_migrated_database

QUICK = {"PROOFROOM_RUN_LEASE_SECONDS": "3", "PROOFROOM_SWEEP_SECONDS": "1"}
TOKEN = re.compile(r'"X-CSRFToken": "(\w+)"')


@dataclass
class House:
    """Its servers, its processes, and who raises them again."""

    servers: Servers
    supervisor: Supervisor
    address: str
    data: Path
    _over: threading.Event = field(default_factory=threading.Event)

    def pid(self, name: str) -> int:
        """The process that leads the group of this name."""
        return next(r.handle.pid for r in self.supervisor.running if r.process.name == name)

    def kill(self, name: str) -> None:
        """Ends a process and what it forked at once, as a power cut would."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid(name), signal.SIGKILL)

    def kill_one(self, pids: Iterator[int]) -> None:
        """Ends the first of these, if there is one."""
        with suppress(ProcessLookupError):
            for pid in pids:
                os.kill(pid, signal.SIGKILL)
                return

    def pool(self, name: str) -> Iterator[int]:
        """The processes of a worker that carry out tasks."""
        return children_of(self.pid(name))

    def examinations(self) -> Iterator[int]:
        """The children of the pool that read what startups gave."""
        return (
            pid for each in self.pool("worker-long") for pid in children_of(each)
            if EXAMINATION in words_of(pid)
        )  # fmt: skip

    def crash_postgres(self) -> None:
        """Ends it without a word to anybody, and starts it on what is on the disk."""
        pid = self.servers._postmaster()
        assert pid is not None
        os.kill(pid, signal.SIGQUIT)
        wait_for(lambda: self.servers._postmaster() is None)
        self.servers.start()

    def empty_redis(self) -> None:
        """Ends it and starts it with nothing in it."""
        self.stop_redis()
        self.servers.start()

    def stop_redis(self) -> None:
        """Ends it, and all that it knew is gone."""
        self.servers._redis_command("SHUTDOWN NOSAVE")
        wait_for(lambda: not self.servers._redis_answers())

    def is_well(self) -> bool:
        """Whether each part gave a sign of life."""
        parts = probe.parts_of(self.address)
        return bool(parts) and all(parts.values())

    def keep_up(self) -> None:
        """Starts again what ended, as `proofroom up` does, until the house is closed."""
        while not self._over.wait(0.1):
            try:
                self.supervisor.watch(restart=True)
            except ProcessFailedError:  # more often than a machine would: that is this test
                for running in self.supervisor.running:
                    running.restarts.clear()

    def close(self, keeper: threading.Thread) -> None:
        """Stops everything."""
        self._over.set()
        keeper.join()
        self.supervisor.stop()


@contextmanager
def private_folder() -> Iterator[Path]:
    """Not tmp_path: another pytest closes the folders above that one whenever it starts."""
    folder = Path(tempfile.mkdtemp(prefix="proofroom-house-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def open_house(folder: Path, environment: Mapping[str, str]) -> Iterator[House]:
    """Makes the servers, prepares the database, starts all processes; the ORM speaks to it."""
    servers = Servers(folder / "servers")
    servers.start()
    try:
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            bind = f"127.0.0.1:{found.getsockname()[1]}"
        own = {
            **os.environ, **QUICK, **environment, **servers.environment(),
            "PROOFROOM_DATA_DIR": str(folder / "data"), "PROOFROOM_URL": f"http://{bind}",
        }  # fmt: skip
        supervisor = Supervisor(folder / "run", folder / "logs", own)
        house = House(servers, supervisor, f"http://{bind}", folder / "data")
        with (
            _orm_on(servers),
            override_settings(PROOFROOM_DATA_DIR=house.data, MEDIA_ROOT=house.data),
        ):
            supervisor.start(processes(bind))
            keeper = threading.Thread(target=house.keep_up)
            keeper.start()
            try:
                wait_for(house.is_well, "the house does not come up")
                yield house
            finally:
                house.close(keeper)
    finally:
        servers.remove()


@contextmanager
def _orm_on(servers: Servers) -> Iterator[None]:
    """The ORM of this process speaks to these servers, without a pool, on a migrated database."""
    usual = connections["default"]
    described: dict[str, Any] = {
        **connections.settings["default"], "NAME": "proofroom", "USER": "proofroom",
        "PASSWORD": "", "PORT": "", "HOST": str(servers.sockets()), "OPTIONS": {},
    }  # fmt: skip
    connections["default"] = type(usual)(described, "default")
    try:
        with override_settings(REDIS_URL=servers.environment()["REDIS_URL"]):
            copy_migrated_database(servers.environment()["DATABASE_URL"])
            call_command("prepare", verbosity=0)
        yield
    finally:
        connections["default"].close()
        connections["default"] = usual


class Visitor:
    """Somebody's browser, as far as saving needs one."""

    def __init__(self, house: House, user: User) -> None:
        self.house = house
        self.cookies = {"sessionid": signed_in(user).cookies["sessionid"].value}

    def ask(self, path: str, fields: Mapping[str, str] | None = None) -> tuple[int, str]:
        """Status and text of a page, or of what it answers to a form; 0 where nobody answered."""
        data = urllib.parse.urlencode(fields).encode() if fields is not None else None
        return self._ask(path, data, {"X-Autosave": "1"} if data is not None else {})

    def hand_in(self, path: str, name: str, content: bytes) -> int:
        """The status of the answer to the form that takes evidence."""
        edge = "edge-of-a-part"
        part = f"--{edge}\r\nContent-Disposition: form-data; name="
        head = f'{part}"kind"\r\n\r\nother\r\n{part}"upload"; filename="{name}"\r\n\r\n'.encode()
        kind = {"Content-Type": f"multipart/form-data; boundary={edge}"}
        return self._ask(path, head + content + f"\r\n--{edge}--\r\n".encode(), kind)[0]

    def _ask(self, path: str, data: bytes | None, more: Mapping[str, str]) -> tuple[int, str]:
        cookies = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        headers = {"Cookie": cookies, **more}
        if data is not None:
            headers["X-CSRFToken"] = self.cookies["csrftoken"]
        address = f"{self.house.address}{path}"
        request = urllib.request.Request(address, data, headers)  # noqa: S310 - ours
        try:
            with urllib.request.urlopen(request, timeout=20) as response:  # noqa: S310 - ours
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def enter(self, path: str) -> None:
        """Opens a page with a form, whose token is needed to save."""
        _, text = self.ask(path)
        found = TOKEN.search(text)
        assert found is not None
        self.cookies["csrftoken"] = found[1]

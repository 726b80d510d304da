"""`proofroom up` as a newcomer and as an operator meets it: real processes, real signals."""

import json
import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from diligence.config import probe
from diligence.config.embedded import Servers
from diligence.config.process_table import Trace, trace

pytestmark = pytest.mark.faults

PATIENCE_SECONDS = 90
OWN = ("DATABASE_URL", "REDIS_URL", "PROOFROOM_", "DJANGO_")


@dataclass
class Up:
    """One `proofroom up` that a test started."""

    process: "subprocess.Popen[str]"
    home: Path
    port: int
    output: Path

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while "is ready" not in self.output.read_text():
            assert self.process.poll() is None, self.output.read_text()
            assert time.monotonic() < deadline, self.output.read_text()
            time.sleep(0.05)

    def pids(self) -> dict[str, int]:
        """The pids of web, workers and beat in the order of their start, and of the servers."""
        traces = json.loads((self.home / "run/processes.json").read_text())
        names = ("web", "worker-short", "worker-long", "beat")
        return {name: one["pid"] for name, one in zip(names, traces, strict=True)}

    def stop(self, sign: int = signal.SIGTERM) -> int:
        self.process.send_signal(sign)
        return self.process.wait(timeout=40)


Start = Callable[..., Up]


@pytest.fixture
def place() -> Iterator[Path]:
    """Not tmp_path: another pytest closes the folders above that one whenever it starts."""
    folder = Path(tempfile.mkdtemp(prefix="proofroom-up-"))
    yield folder
    shutil.rmtree(folder)


@contextmanager
def starting(place: Path) -> Iterator[Start]:
    """Starts `proofroom up` in this place; whatever is left at the end is ended."""
    started: list[Up] = []

    def begin(*, home: Path | None = None, port: int | None = None, **extra: str) -> Up:
        chosen = home or place / "home"
        number = port or free_port()
        output = place / f"output-{len(started)}.txt"
        with output.open("w") as handle:
            process = subprocess.Popen(
                [sys.executable, "-m", "diligence.config.cli", "up", "--port", str(number)],
                stdout=handle,
                stderr=subprocess.STDOUT,
                text=True,
                env=clean_environment(chosen) | extra,
            )
        started.append(Up(process, chosen, number, output))
        return started[-1]

    try:
        yield begin
    finally:
        for up in started:
            if up.process.poll() is None:
                up.stop()
        # A home from elsewhere goes with whoever made it.
        for home in {up.home for up in started if place in up.home.parents}:
            Servers(home).remove()


@pytest.fixture
def start(place: Path) -> Iterator[Start]:
    """Start `proofroom up` in a home of its own, from nothing."""
    with starting(place) as begin:
        yield begin


@dataclass
class FirstStart:
    """What was to be seen of a first start, and the home that it left when it was stopped."""

    home: Path
    answered: bool
    sockets: Path
    open_to_others: list[str]
    status: int


@pytest.fixture(scope="module")
def first_start() -> Iterator[FirstStart]:
    """From nothing, which migrates for a long time, in a long path with blanks; then stopped."""
    folder = Path(tempfile.mkdtemp(prefix="proofroom-up-"))
    try:
        with starting(folder) as begin:
            up = begin(home=folder / "a folder with a name" / ("long" * 30))
            up.wait_until_ready()
            seen = (answers(up), Servers(up.home).sockets(), open_to_others(up))
            yield FirstStart(up.home, *seen, up.stop())
    finally:
        shutil.rmtree(folder)


@pytest.fixture
def home(place: Path, first_start: FirstStart) -> Path:
    """A copy of it, for tests of what a later start does; its owners are copied as well."""
    return copied(first_start, place)


@pytest.fixture(scope="module")
def running(first_start: FirstStart) -> Iterator[Up]:
    """A later start that goes on, for tests that leave it as well as they found it."""
    folder = Path(tempfile.mkdtemp(prefix="proofroom-up-"))
    try:
        with starting(folder) as begin:
            up = begin(home=copied(first_start, folder))
            up.wait_until_ready()
            yield up
    finally:
        shutil.rmtree(folder)


def copied(first_start: FirstStart, place: Path) -> Path:
    assert first_start.status == 0
    subprocess.run(["cp", "-a", first_start.home, place / "home"], check=True)
    # It says where the servers of the first are to be reached.
    shutil.rmtree(place / "home" / "run")
    return place / "home"


def clean_environment(home: Path) -> dict[str, str]:
    """The caller's environment without what the tests themselves put there."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(OWN)}
    return {**inherited, "PROOFROOM_HOME": str(home), "PROOFROOM_DEMO": "0"}


def starts_and_stops(home: Path) -> bool:
    """Never raises: it runs in a fork, which must not go on as a second pytest."""
    try:
        servers = Servers(home)
        servers.start()
        ran = servers._postgres_answers() and servers._redis_answers()
        servers.stop()
        return ran and not servers._postgres_answers() and not servers._redis_answers()
    except BaseException:  # noqa: BLE001 see above
        return False


def free_port() -> int:
    with socket.socket() as probe_socket:
        probe_socket.bind(("127.0.0.1", 0))
        return int(probe_socket.getsockname()[1])


def alive(pid: int) -> bool:
    return trace(pid) is not None


def open_to_others(up: Up) -> list[str]:
    """The files and folders that somebody else than their owner may use."""
    private = dict.fromkeys(("secrets.json", "logs/web.log", "run/processes.json"), 0o600)
    private |= dict.fromkeys(("postgres", "redis", str(Servers(up.home).sockets())), 0o700)
    return [
        name for name, mode in private.items()
        if stat.S_IMODE((up.home / name).stat().st_mode) != mode
    ]  # fmt: skip


def children_of(parent: int) -> set[int]:
    found = set()
    for entry in Path("/proc").iterdir():
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except (OSError, IndexError):
            continue
        if fields[1] == str(parent):
            found.add(int(entry.name))
    return found


def answers(up: Up) -> bool:
    parts = probe.parts_of(up.address)
    return bool(parts) and all(parts.values())


def postmaster(up: Up) -> int:
    return int((up.home / "postgres/postmaster.pid").read_text().split()[0])


def wait_for(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def stop_all(up: Up, sign: int) -> None:
    processes = up.pids().values()
    everything = {postmaster(up), *processes, *(c for p in processes for c in children_of(p))}
    assert up.stop(sign) == 0
    wait_for(lambda: not any(alive(pid) for pid in everything))
    assert probe.parts_of(up.address) == {}


def test_a_stop_ends_all_that_was_started_and_a_later_start_keeps_the_data(
    start: Start, home: Path
) -> None:
    up = start(home=home)
    up.wait_until_ready()
    secrets = (home / "secrets.json").read_text()
    for sign in (signal.SIGTERM, signal.SIGINT):
        assert up.address in up.output.read_text()
        assert answers(up)
        stop_all(up, sign)

        begun = time.monotonic()
        up = start(home=home)
        up.wait_until_ready()
        # Three seconds on an idle machine; a busy one has been seen to take twenty-two.
        assert time.monotonic() - begun < 60
        assert (home / "secrets.json").read_text() == secrets


def test_a_port_in_use_is_one_sentence_with_the_remedy(start: Start) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        up = start(port=port)
        assert up.process.wait(timeout=30) == 1
    output = up.output.read_text().strip()
    assert len(output.splitlines()) == 1
    assert f"port {port} (Address already in use)" in output
    assert "make up PORT=" in output
    assert not (up.home / "postgres").exists()


def test_a_second_start_in_the_same_folder_is_refused_and_the_first_goes_on(
    start: Start, running: Up
) -> None:
    second = start(home=running.home)
    assert second.process.wait(timeout=30) == 1
    assert second.output.read_text().strip() == (
        f"Proofroom already runs from {running.home} (process {running.process.pid}): "
        "stop that one first."
    )
    assert answers(running)


def test_after_a_hard_kill_the_next_start_ends_what_was_left(start: Start, home: Path) -> None:
    first = start(home=home)
    first.wait_until_ready()
    left = first.pids()
    first.stop(signal.SIGKILL)
    assert all(alive(pid) for pid in left.values())
    second = start(home=first.home, port=first.port)
    second.wait_until_ready()
    assert not any(alive(pid) for pid in left.values())
    assert answers(second)


def test_a_killed_worker_is_started_again(running: Up) -> None:
    before = running.pids()["worker-long"]
    os.killpg(before, signal.SIGKILL)
    wait_for(lambda: running.pids()["worker-long"] != before)
    assert alive(running.pids()["worker-long"])
    wait_for(lambda: answers(running))
    assert running.process.poll() is None


def test_with_addresses_given_no_server_is_started(start: Start, home: Path, place: Path) -> None:
    # On what the first start made, as migrating takes long.
    others = Servers(home.rename(place / "others"), durable=False)
    try:
        others.start()
        up = start(**others.environment())
        up.wait_until_ready()
        assert answers(up)
        assert not (up.home / "postgres").exists()
        assert not (up.home / "redis").exists()
        assert up.stop() == 0
        others.start()  # they were left running, so that nothing is to do
        assert others._postgres_answers()
    finally:
        others.remove()


def test_one_address_without_the_other_is_refused(start: Start) -> None:
    up = start(DATABASE_URL="postgresql://somewhere/proofroom")
    assert up.process.wait(timeout=30) == 1
    assert up.output.read_text().startswith("Set both DATABASE_URL and REDIS_URL")


def test_a_database_that_does_not_answer_is_one_sentence(start: Start) -> None:
    up = start(
        DATABASE_URL=f"postgresql://nobody@127.0.0.1:{free_port()}/nothing",
        REDIS_URL=f"redis://127.0.0.1:{free_port()}/0",
    )
    assert up.process.wait(timeout=60) == 1
    output = up.output.read_text().strip()
    assert len(output.splitlines()) == 1
    assert "PostgreSQL does not answer at DATABASE_URL" in output
    assert "start it, or correct the address." in output


def test_a_long_path_with_blanks_works(first_start: FirstStart) -> None:
    assert first_start.answered
    assert len(str(first_start.sockets)) < 80
    assert first_start.status == 0


def test_stale_files_of_a_power_cut_do_not_matter(start: Start, home: Path) -> None:
    # A pid file whose pid belongs to another program by now, a dead socket, an old trace.
    own = trace(os.getpid())
    assert own is not None
    (home / "postgres/postmaster.pid").write_text(f"{os.getpid()}\n{home}\n1\n5432\n")
    servers = Servers(home)
    servers.sockets().mkdir(exist_ok=True)
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(servers.sockets() / "redis.sock"))
    old = Trace(own.pid, "1")
    servers.run.mkdir(exist_ok=True)
    (servers.run / "processes.json").write_text(
        json.dumps([{"pid": old.pid, "started": old.started}])
    )
    up = start(home=home)
    up.wait_until_ready()
    assert answers(up)


def test_secrets_and_data_are_for_their_owner_only(first_start: FirstStart, running: Up) -> None:
    assert first_start.open_to_others == []
    assert open_to_others(running) == []


def test_the_page_is_served_with_its_policy_and_style(running: Up) -> None:
    with urllib.request.urlopen(f"{running.address}/account/login/") as page:  # noqa: S310 - a server of this test
        assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    with urllib.request.urlopen(f"{running.address}/static/admin/css/base.css") as style:  # noqa: S310 - a server of this test
        assert style.status == 200


@pytest.mark.skipif(os.geteuid() != 0, reason="the other tests run as an ordinary user already")
def test_an_ordinary_user_needs_no_root(place: Path) -> None:
    account = pwd.getpwnam("nobody")
    home = place / "home"
    for parent in home.parents:
        if not parent.stat().st_mode & 0o001:
            parent.chmod(parent.stat().st_mode | 0o001)
    home.mkdir()
    os.chown(home, account.pw_uid, account.pw_gid)
    # A fork and not a new Python, because that one may lie where only root may go.
    child = os.fork()
    if child == 0:
        os.setgroups([])
        os.setgid(account.pw_gid)
        os.setuid(account.pw_uid)
        os._exit(0 if starts_and_stops(home) else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert (home / "postgres").stat().st_uid == account.pw_uid

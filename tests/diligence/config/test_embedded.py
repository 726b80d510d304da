"""The servers from wheels: started when they do not answer, found when they do, gone when told."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from diligence.config.embedded import Servers


@pytest.fixture
def one(tmp_path: Path) -> Iterator[Servers]:
    made = Servers(tmp_path / "home", durable=False)
    yield made
    made.remove()


def test_data_outlives_a_stop_and_a_second_start_changes_nothing(one: Servers) -> None:
    one.start()
    address = one.environment()["DATABASE_URL"]
    with psycopg.connect(address) as connection:
        connection.execute("CREATE TABLE kept (what text)")
    one.start()
    one.stop()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(address)
    one.start()
    with psycopg.connect(address) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        assert connection.execute("SHOW server_encoding").fetchone() == ("UTF8",)


def test_redis_listens_on_its_socket_only_and_keeps_nothing(one: Servers) -> None:
    one.start()
    with redis.Redis.from_url(one.environment()["REDIS_URL"]) as connection:
        assert connection.config_get("port") == {"port": "0"}
        assert connection.config_get("save") == {"save": ""}


def test_stopping_what_does_not_run_is_no_error(one: Servers) -> None:
    one.stop()


def test_a_second_process_finds_the_servers_of_the_first(one: Servers) -> None:
    one.start()
    pid = (one.data / "postmaster.pid").read_text().split()[0]
    again = Servers(one.folder, durable=False)
    again.start()
    assert (one.data / "postmaster.pid").read_text().split()[0] == pid
    again.stop()
    assert not one._postgres_answers()


@pytest.mark.parametrize(("code", "status"), [("pass", 0), ("raise SystemExit(7)", 7)])
def test_run_gives_the_command_servers_and_returns_its_status(code: str, status: int) -> None:
    look = "import os; print(os.environ['DATABASE_URL'], os.environ['REDIS_URL']);"
    command = [sys.executable, "-m", "diligence.config.embedded", "run", "--"]
    done = subprocess.run(
        [*command, sys.executable, "-c", look + code], capture_output=True, text=True, check=False
    )
    assert done.returncode == status
    host = done.stdout.split()[1].removeprefix("unix://").removesuffix("/redis.sock?db=0")
    assert Path(host).name == "sockets"
    assert not Path(host).parent.exists()

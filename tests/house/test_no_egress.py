"""Nothing leaves the machine but to what the operator configured: every page, an audit, a report.

Python tells each connection and each name that is asked for to an audit hook (PEP 578), below any
library; it cannot be got around from Python. What examines is confined by the kernel besides, and
has tests of its own; what browsers ask for, the walk in `tests/browser/demo/test_pages.py` watches.
"""

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from diligence.config.cli import main
from tests.house.test_access import TABLE
from tests.house.worlds import Role, Worlds, ask
from tests.make import make_repo

TOLD = {"socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo",
        "socket.gethostbyname", "socket.gethostbyaddr"}  # fmt: skip
_watching: list[list[str]] = []


def _hear(event: str, args: tuple[Any, ...]) -> None:
    if _watching and event in TOLD:
        where = args[1] if event.startswith(("socket.connect", "socket.send")) else args[0]
        # A path is a socket file of this machine, as PostgreSQL and Redis have it.
        if not isinstance(where, str | bytes) or event.startswith("socket.get"):
            _watching[-1].append(f"{event} {where!r}")


sys.addaudithook(_hear)


@contextmanager
def watched() -> Iterator[list[str]]:
    """What is connected to, or asked for by name, from here to the end."""
    found: list[str] = []
    _watching.append(found)
    try:
        yield found
    finally:
        _watching.pop()


def test_the_watch_sees_connections_and_names() -> None:
    with watched() as found:
        with pytest.raises(OSError):  # noqa: PT011 - which of them depends on the machine
            socket.create_connection(("127.0.0.1", 1), timeout=1)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as telling:
            telling.sendto(b"x", ("127.0.0.1", 9))
    assert [each.split()[0] for each in found] == [
        "socket.getaddrinfo", "socket.connect", "socket.sendto",
    ]  # fmt: skip


@pytest.mark.usefixtures("db")
def test_no_page_and_no_answer_of_the_api_asks_anybody(worlds: Worlds, in_world: None) -> None:
    asked = 0
    with watched() as found:
        for row in TABLE:
            if row.name == "account_logout":
                continue
            for role in (Role.ADMIN, Role.FOUNDER):
                answer = ask(worlds.opened, role, row.name, row.args(worlds.opened.at))
                asked += answer.status == "200"
                assert not found, (row.name, reverse(row.name, kwargs=row.args(worlds.opened.at)))
    assert asked > 100


def test_an_audit_and_its_report_ask_nobody(tmp_path: Path) -> None:
    files = {
        "train.py": "import sklearn\nmodel = sklearn.linear_model.LogisticRegression()\n",
        "README.md": "![x](https://elsewhere.example/x.png) <img src='https://elsewhere.example'>",
        "requirements.txt": "scikit-learn==1.5\n--extra-index-url https://elsewhere.example\n",
        ".gitmodules": '[submodule "x"]\n\tpath = x\n\turl = https://elsewhere.example/x.git\n',
        "Dockerfile": "FROM elsewhere.example/base\nADD https://elsewhere.example/a /a\n",
    }
    repo = make_repo(tmp_path, files)
    report = tmp_path / "report.pdf"
    with watched() as found:
        status = main(["audit", str(repo), "--format", "markdown", "--pdf", str(report),
                       "--output", str(tmp_path / "out.md")])  # fmt: skip
    assert status == 0
    assert report.read_bytes().startswith(b"%PDF")
    assert found == []

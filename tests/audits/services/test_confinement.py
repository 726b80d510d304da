"""The child that examines: bounded, and without network once its source is open."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from audits.engine.documents import contract, dumped
from audits.services.allowances import (
    VARIABLES,
    Resources,
    limits_from_environment,
    resources_from_environment,
)
from audits.services.examine import examine
from audits.sources.snapshot import SourceError
from tests.make import make_repo, make_zip

ROOT = Path(__file__).parents[3]
WATCH = """
import sys
seen = []
sys.addaudithook(lambda event, _: seen.append(event) if event.startswith("socket.") else None)
from diligence.config.cli import main
status = main(["audit", {source!r}, "--format", "json", "--output", {output!r}])
assert status == 0, status
assert not seen, seen
"""
SHUT = """
import os, socket, subprocess, sys, threading
from diligence.lib.confinement import shut_network
really = shut_network()
try:
    socket.create_connection(("127.0.0.1", 9))
except OSError as error:
    assert "shut" in str(error), error
else:
    raise SystemExit("connected")
assert really, "the system does not see to it"
for family in ("AF_INET", "AF_INET6", "AF_UNIX", "AF_NETLINK", "AF_PACKET"):
    code = f"import socket; socket.socket(socket.{family}, socket.SOCK_RAW)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "PermissionError: [Errno 13]" in done.stderr, (family, done.stderr)
right = []
thread = threading.Thread(target=lambda: right.append(subprocess.run(
    ["git", "ls-remote", "https://127.0.0.1:9/x"], capture_output=True, text=True
).stderr))
thread.start(); thread.join()
assert "unable to access" in right[0], right
first, second = os.pipe()
os.write(second, b"x"); assert os.read(first, 1) == b"x"
print("shut")
"""
PADDING = "# a line without meaning\n" * 1500
FILES = {f"src/part{n}.py": f"import torch\nx = torch.load('{n}')\n{PADDING}" for n in range(40)}


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_repo(tmp_path_factory.mktemp("large"), FILES)


def _run(code: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False,
        timeout=120,
    )  # fmt: skip


def _child(source: Path, **environment: str) -> dict[str, object]:
    with subprocess.Popen(
        [sys.executable, "-m", "audits.services.examine"], cwd=ROOT, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, env={"PATH": os.environ["PATH"], **environment}, text=True,
    ) as child:  # fmt: skip
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(json.dumps({"location": str(source)}) + "\n")
        child.stdin.flush()
        lines = list(child.stdout)
        return dict(json.loads(lines[-1])) if lines else {"code": child.wait()}


def _bytes(source: Path, resources: Resources) -> str:
    document = contract(examine(str(source), resources=resources))
    document.pop("timings")
    return dumped(document)


def test_an_examination_of_what_lies_here_makes_no_socket(repo: Path, tmp_path: Path) -> None:
    done = _run(WATCH.format(source=str(repo), output=str(tmp_path / "out.json")))
    assert done.returncode == 0, done.stderr


def test_a_shut_network_is_shut_for_python_and_for_other_programs() -> None:
    done = _run(SHUT)
    assert done.stdout == "shut\n", done.stderr


def test_too_little_memory_is_refused_in_a_sentence(repo: Path) -> None:
    answer = _child(repo, PROOFROOM_AUDIT_MEMORY_BYTES=str(150 * 1024 * 1024))
    assert str(answer["error"]).startswith("PROOFROOM_AUDIT_MEMORY_BYTES must be")


def test_a_wrong_setting_is_told_with_its_name(repo: Path) -> None:
    answer = _child(repo, PROOFROOM_AUDIT_CPU_SECONDS="soon")
    assert str(answer["error"]).startswith("PROOFROOM_AUDIT_CPU_SECONDS must be")


@pytest.mark.parametrize("given", ["0", "-1", "many", "1.5"])
def test_a_limit_is_a_whole_number(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("PROOFROOM_AUDIT_FILES", given)
    with pytest.raises(SourceError, match="PROOFROOM_AUDIT_FILES"):
        limits_from_environment()


def test_limits_and_resources_follow_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PROOFROOM_AUDIT_DEPTH", "7")
    monkeypatch.setenv("PROOFROOM_PROCESSES", "3")
    monkeypatch.setenv("PROOFROOM_CACHE_DIR", str(tmp_path))
    assert limits_from_environment().depth == 7
    assert resources_from_environment() == Resources(3, tmp_path)


def test_processes_and_a_cache_change_no_byte(repo: Path, tmp_path: Path) -> None:
    alone = _bytes(repo, Resources())
    assert _bytes(repo, Resources(processes=2)) == alone
    cached = Resources(processes=2, cache=tmp_path / "cache")
    assert _bytes(repo, cached) == alone
    assert _bytes(repo, cached) == alone
    for file in (tmp_path / "cache").iterdir():
        file.write_bytes(b"?" * file.stat().st_size)
    assert _bytes(repo, cached) == alone


def test_an_archive_is_read_by_several_processes_too(tmp_path: Path) -> None:
    archive = make_zip(tmp_path / "code.zip", FILES)
    assert _bytes(archive, Resources(processes=2)) == _bytes(archive, Resources())


def test_every_variable_is_explained() -> None:
    told = (ROOT / "docs" / "configuration.md").read_text()
    assert [name for name in VARIABLES if f"`{name}`" not in told] == []

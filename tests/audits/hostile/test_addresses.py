"""Addresses that reach for the own network or the own disk, and runs that must need no network."""

import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from audits.sources.remote import PRIVATE, _bound, address_of
from audits.sources.snapshot import Limits, SourceError
from tests.audits.hostile.attacking import audited
from tests.make import make_bundle, make_repo, make_zip

HTTPS_ONLY = "Only https:// addresses are fetched"
MALFORMED = "This is not the address of a git repository; copy it from the forge."
CREDENTIALS = "This address has a name or a password in it"

FOREIGN = (
    "http://example.com/a", "git://example.com/a", "ssh://git@example.com/a", "ftp://example.com/a",
    "file:///etc", "file://localhost/etc", "ext::sh -c touch% ran", "fd::17", "transport::address",
    "git@example.com:a/b.git", "FILE:///etc", "Ext::sh",
    "https+evil://example.com/a", "bundle::/etc/passwd",
)  # fmt: skip
BROKEN = (
    "https://", "https:///etc/passwd", "https://-oProxyCommand=touch/a", "https://example.com:0x50/a",
    "https://example.com:99999/a", "https://exa mple.com/a", "https://example.com/a b",
    "https://example.com/a?x=1", "https://[::1/a", "https://example.com/--upload-pack=touch ran",
    "https://example.com/a\n-c", "https://ex\x1b[31mample.com/a",
    "https://exam\u200bple.com/a", "https://\uff45xample.com/a", "https://[::ffff:1.2.3.4%25lo]/",
)  # fmt: skip
NEAR = (
    "127.0.0.1", "localhost", "LOCALHOST.", "127.1", "0", "0.0.0.0", "2130706433", "0x7f000001",  # noqa: S104 - addresses to compare with, not to listen on
    "0177.0.0.1", "10.0.0.1", "172.16.3.4", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "[::]", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[fe80::1]", "[fd00::1]", "224.0.0.1",
    "255.255.255.255", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "198.18.0.1", "192.0.2.1",
)  # fmt: skip


@pytest.mark.parametrize("location", FOREIGN)
def test_only_https_is_fetched(tmp_path: Path, location: str) -> None:
    assert HTTPS_ONLY in audited(location, cwd=tmp_path).refusal
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("location", BROKEN)
def test_what_is_no_address_is_refused(tmp_path: Path, location: str) -> None:
    ending = audited(location, cwd=tmp_path)
    assert ending.refusal.endswith(MALFORMED) or "does not resolve" in ending.refusal
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("host", NEAR)
def test_a_host_in_the_own_network_is_refused(host: str) -> None:
    refusal = audited(f"https://{host}/a/b.git").refusal
    assert "lies in a private network" in refusal or "does not resolve" in refusal


@pytest.mark.parametrize(
    "pair", ["ada", "ada:s3cret", ":s3cret", "s3cret:x-oauth-basic", "a/b:s3cret", "a@b:s3cret"]
)
def test_credentials_in_an_address_are_refused_and_not_repeated(pair: str) -> None:
    refusal = audited(f"https://{pair}@example.com/a").refusal
    assert CREDENTIALS in refusal or refusal.endswith(MALFORMED)
    assert "s3cret" not in refusal


def answering(monkeypatch: pytest.MonkeyPatch, *numbers: str) -> None:
    def resolve(*_: object, **__: object) -> list[tuple[object, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (n, 443)) for n in numbers]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("numbers", [("10.0.0.1",), ("93.184.215.14", "127.0.0.1"), ("::1",)])
def test_a_name_that_leads_into_the_own_network_is_refused(
    monkeypatch: pytest.MonkeyPatch, numbers: tuple[str, ...]
) -> None:
    answering(monkeypatch, *numbers)
    with pytest.raises(SourceError) as refused:
        _bound(address_of("https://innocent.example.com/a"), Limits())
    assert str(refused.value) == PRIVATE.format("innocent.example.com")


def test_git_is_bound_to_the_addresses_that_were_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that answers differently the second time changes nothing."""
    answering(monkeypatch, "93.184.215.14")
    assert _bound(address_of("https://innocent.example.com/a"), Limits()) == {
        "http.curloptResolve": "innocent.example.com:443:93.184.215.14"
    }


MACHINERY = {
    "a.py": "import torch, requests\nrequests.get('https://example.com')\ntorch.load('m.pt')\n",
    "requirements.txt": "torch==2.0\nrequests @ https://example.com/x.whl\n",
    ".github/workflows/a.yml": "on: push\njobs:\n  a:\n    uses: example/x/a.yml@main\n",
    ".gitlab-ci.yml": "include:\n  - remote: https://example.com/a.yml\n",
    ".gitmodules": '[submodule "x"]\n\tpath = x\n\turl = https://example.com/x\n',
    "dvc.yaml": "stages:\n  a:\n    cmd: python a.py\n",
    ".lfsconfig": "[lfs]\n\turl = https://example.com/lfs\n",
    "weights.bin": "version https://git-lfs.github.com/spec/v1\noid sha256:aa\nsize 3\n",
}


def source_of(kind: str, folder: Path) -> Path:
    if kind == "zip":
        return make_zip(folder / "x.zip", MACHINERY)
    repo = make_repo(folder, MACHINERY)
    return make_bundle(repo, folder / "x.bundle") if kind == "bundle" else repo


_WATCHED = """
import socket, sys
def watch(event, arguments):
    if event == "socket.__new__" and arguments[1] in (socket.AF_INET, socket.AF_INET6):
        raise RuntimeError("a socket")
    if event.startswith("socket.getaddrinfo") or event.startswith("socket.gethostby"):
        raise RuntimeError("a name was looked up")
    if event == "subprocess.Popen" and not str(arguments[0]).endswith("git"):
        if sys.executable not in str(arguments[0]):
            raise RuntimeError(f"another program: {arguments[0]}")
    if event in ("os.system", "os.exec"):
        raise RuntimeError(event)
sys.addaudithook(watch)
from diligence.config.cli import main
sys.exit(main(["audit", sys.argv[1], "--format", "json"]))
"""


@pytest.mark.parametrize("kind", ["repo", "bundle", "zip"])
def test_nothing_but_a_fetch_uses_the_network_or_another_program(tmp_path: Path, kind: str) -> None:
    source = source_of(kind, tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", _WATCHED, str(source)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


_UNDER_A_DEADLY_FILTER = """
import subprocess, sys
from diligence.lib.seccomp import forbid_sockets
assert forbid_sockets(deadly=True)
import socket
if sys.argv[1] == "try":
    socket.socket()
from diligence.config.cli import main
sys.exit(main(["audit", sys.argv[1], "--format", "json"]))
"""


def under_a_deadly_filter(argument: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", _UNDER_A_DEADLY_FILTER, argument], capture_output=True, text=True,
        check=False,
    )  # fmt: skip


def test_the_filter_kills_whoever_makes_a_socket() -> None:
    assert under_a_deadly_filter("try").returncode == -signal.SIGSYS


@pytest.mark.parametrize("kind", ["repo", "bundle", "zip"])
def test_a_whole_audit_lives_where_the_first_socket_of_any_program_is_death(
    tmp_path: Path, kind: str
) -> None:
    """By the kernel's word: not even git, or a library in C, asks for one."""
    done = under_a_deadly_filter(str(source_of(kind, tmp_path)))
    assert (done.returncode, done.stderr) == (0, "")

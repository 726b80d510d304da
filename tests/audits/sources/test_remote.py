"""Fetching over https from a real server with a certificate of its own."""

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest

from audits.sources.git_process import Answer, Git, Watch
from audits.sources.opening import open_source
from audits.sources.snapshot import Limits, SourceError
from diligence.lib.outgoing import PrivateHosts
from tests.forge import Forge, make_certificate, serving
from tests.make import git, make_bare, make_repo

TOKEN = "gh0-s3cret-t0ken"
LOCAL = Limits(private_hosts=PrivateHosts.of("localhost no-such-host.invalid"))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("tls") / "both.pem")


@pytest.fixture
def forge(tmp_path: Path, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Forge]:
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GIT_SSL_CAINFO", str(certificate))
    repo = make_repo(tmp_path, {"a.py": "1\n"}, commits=[{"b.py": "2\n"}])
    git(repo, "branch", "-m", "main", "trunk")
    git(repo, "tag", "v1", "HEAD~1")
    served = make_bare(repo, tmp_path / "served" / "churn.git")
    git(served, "update-server-info")
    with serving(tmp_path / "served", certificate) as made:
        yield made


def contents(url: str, *, rev: str | None = None, token: str | None = None) -> dict[str, object]:
    with open_source(url, rev=rev, token=token, limits=LOCAL) as snapshot:
        return {file.path: content for file, content in snapshot.read(snapshot.tree.files)}


def refused(url: str, *, rev: str | None = None, token: str | None = None) -> str:
    with pytest.raises(SourceError) as error:
        contents(url, rev=rev, token=token)
    return str(error.value)


def test_the_main_branch_is_read_whatever_its_name(forge: Forge) -> None:
    assert contents(forge.url) == {"a.py": b"1\n", "b.py": b"2\n"}
    assert contents(forge.url, rev="v1") == {"a.py": b"1\n"}


def test_an_unknown_revision_is_said(forge: Forge) -> None:
    assert refused(forge.url, rev="nowhere") == (
        "The revision 'nowhere' is not in this repository (known branches: trunk); "
        "give a branch, a tag or a commit id that it holds."
    )


def test_without_the_token_a_login_is_asked_for_and_nobody_is_prompted(forge: Forge) -> None:
    forge.token = TOKEN
    sentence = (
        f"The repository at {forge.url} needs a login or does not exist; check the address, "
        "and give a token that may read it."
    )
    assert refused(forge.url) == sentence
    wrong = refused(forge.url, token="wrong-t0ken")
    assert wrong == sentence


def test_the_token_opens_it_and_stands_on_no_command_line(
    forge: Forge, monkeypatch: pytest.MonkeyPatch
) -> None:
    forge.token = TOKEN
    lines: list[str] = []
    run = Git.run

    def listen(git: Git, *arguments: str, watch: Watch | None = None) -> Answer:
        lines.append(" ".join(arguments) + repr(git))
        return run(git, *arguments, watch=watch)

    monkeypatch.setattr(Git, "run", listen)
    assert contents(forge.url, token=TOKEN) == {"a.py": b"1\n", "b.py": b"2\n"}
    encoded = base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode()
    assert any(encoded in header for header in forge.headers)
    assert not any(TOKEN in line or encoded in line for line in lines)


def test_a_redirect_is_not_followed(forge: Forge) -> None:
    forge.redirect = True
    assert refused(forge.url) == (
        "The host localhost answers with a redirect, which is not followed; give the final address."
    )


def test_what_is_not_there_or_not_git_is_said(forge: Forge) -> None:
    other = forge.url.replace("churn", "other")
    assert refused(other).startswith(f"The repository at {other} needs a login or does not exist")


def test_a_certificate_that_nobody_knows_is_refused(
    forge: Forge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GIT_SSL_CAINFO")
    assert refused(forge.url) == (
        "The certificate of localhost is not trusted; hand in a git bundle instead."
    )


def test_a_port_where_nobody_listens(forge: Forge) -> None:
    assert refused("https://localhost:1/a") == (
        "The host localhost does not answer; check the address and the network, and try again."
    )


def test_git_connects_only_to_the_address_that_was_checked(
    forge: Forge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that resolves to something else later (rebinding) makes no difference."""
    answer = [(2, 1, 6, "", ("127.0.0.1", forge.port))]
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: answer)
    url = forge.url.replace("localhost", "no-such-host.invalid")
    assert refused(url) == (
        "The certificate of no-such-host.invalid is not trusted; hand in a git bundle instead."
    )
    assert forge.headers == []


def test_the_private_network_is_refused_unless_allowed(forge: Forge) -> None:
    with pytest.raises(SourceError, match="lies in a private network"), open_source(forge.url):
        pass
    assert forge.headers == []

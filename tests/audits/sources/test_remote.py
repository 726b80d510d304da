"""Fetching over https from a real server with a certificate of its own."""

import base64
import datetime as dt
import ipaddress
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from audits.sources.git_process import Answer, Git, Watch
from audits.sources.opening import open_source
from audits.sources.snapshot import Limits, SourceError
from tests.make import git, make_bare, make_repo

TOKEN = "gh0-s3cret-t0ken"
LOCAL = Limits(private_hosts=True)


@dataclass
class Forge:
    """A server of one repository; `token` is asked for where it is set."""

    port: int
    token: str = ""
    redirect: bool = False
    headers: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}/churn.git"


class Handler(SimpleHTTPRequestHandler):
    """Static files, behind a login where the forge wants one."""

    forge: Forge

    def do_GET(self) -> None:
        sent = self.headers.get("Authorization", "")
        self.forge.headers.append(sent)
        if self.forge.redirect:
            self.send_response(302)
            self.send_header("Location", "https://localhost:1/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif self.forge.token and self.forge.token not in base64.b64decode(sent[6:]).decode():
            self.send_response(401)
            self.send_header("WWW-Authenticate", "Basic realm=x")
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            super().do_GET()

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate for localhost in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


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
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    made = Forge(server.server_address[1])
    handler = type("Bound", (Handler,), {"forge": made})
    server.RequestHandlerClass = partial(handler, directory=str(tmp_path / "served"))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield made
    server.shutdown()
    server.server_close()


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

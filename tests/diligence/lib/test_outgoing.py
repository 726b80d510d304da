"""No address of a stranger leads into the firm's own network, whatever it looks like."""

import ipaddress
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from diligence.lib.outgoing import (
    EVERY,
    PrivateHosts,
    PrivateNetworkError,
    UnresolvedError,
    addresses_of,
    guarded_session,
    is_public,
)
from tests.forge import Forge, make_certificate, serving

HERE = PrivateHosts.of("localhost")


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


# Which addresses ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "number", ["1.1.1.1", "8.8.8.8", "2606:4700::1111", "2001:4860:4860::8888"]
)
def test_the_open_internet_is_let_through(number: str) -> None:
    assert is_public(number)
    assert addresses_of(number, 443) == (number,)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.1", "0177.0.0.1", "0x7f000001", "2130706433", "localhost", "LOCALHOST",
        "0", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254",  # noqa: S104 - addresses to compare with, not to listen on
        "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
        "[::1]", "::1", "::", "[::ffff:127.0.0.1]", "::ffff:10.0.0.1", "::127.0.0.1",
        "64:ff9b::7f00:1", "2002:7f00:1::", "2002:a00:1::", "2001:0:7f00:1::", "fe80::1%lo",
        "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1",
    ],
)  # fmt: skip
def test_no_spelling_of_a_private_address_is(host: str) -> None:
    with pytest.raises(PrivateNetworkError, match="lies in a private network"):
        addresses_of(host, 443)


PRIVATE_V4 = st.one_of(
    *(
        st.ip_addresses(v=4, network=network)
        for network in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8",
                        "169.254.0.0/16", "100.64.0.0/10", "0.0.0.0/8", "224.0.0.0/4")
    )
)  # fmt: skip


@given(PRIVATE_V4)
def test_a_private_address_within_one_of_the_new_kind_is_private(
    old: ipaddress.IPv4Address,
) -> None:
    number = int(old)
    for base in ("::ffff:0:0", "64:ff9b::"):
        assert not is_public(str(ipaddress.IPv6Address(int(ipaddress.ip_address(base)) + number)))
    assert not is_public(str(ipaddress.IPv6Address((0x2002 << 112) + (number << 80))))


def test_one_private_address_among_public_ones_refuses_the_host(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers = [(2, 1, 6, "", (number, 443)) for number in ("8.8.8.8", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answers)
    with pytest.raises(PrivateNetworkError):
        addresses_of("both.example", 443)


def test_what_does_not_resolve_is_said() -> None:
    for host in ("nowhere.invalid", "a" * 300, "\udcff.example", "a..b"):
        with pytest.raises(UnresolvedError):
            addresses_of(host, 443)


# What the firm allows -------------------------------------------------------------------------


def test_a_host_is_let_in_by_its_name_alone() -> None:
    allowed = PrivateHosts.of("git.firm.internal, LOCALHOST")
    assert addresses_of("localhost", 443, allowed)
    assert "GIT.firm.internal." in allowed
    assert "evil-git.firm.internal" not in allowed
    with pytest.raises(PrivateNetworkError):
        addresses_of("127.0.0.1", 443, allowed)


def test_one_means_every_host_and_nothing_means_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "anything" in PrivateHosts.of("1")
    assert "anything" not in PrivateHosts.of("0")
    monkeypatch.setenv("PROOFROOM_PRIVATE_HOSTS", "a.internal b.internal")
    assert "b.internal" in PrivateHosts.from_environment()
    monkeypatch.delenv("PROOFROOM_PRIVATE_HOSTS")
    assert "b.internal" not in PrivateHosts.from_environment()


@pytest.mark.parametrize(
    "number",
    ["169.254.169.254", "100.100.100.200", "fd00:ec2::254", "fe80::1", "::ffff:169.254.169.254",
     "0.0.0.0", "224.0.0.1"],  # noqa: S104 - refused, not bound
)  # fmt: skip
def test_nobody_can_allow_the_metadata_of_a_cloud(number: str) -> None:
    with pytest.raises(PrivateNetworkError):
        addresses_of(number, 80, EVERY)


# Over HTTPS -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("tls") / "both.pem")


@pytest.fixture
def forge(tmp_path: Path, certificate: Path) -> Iterator[Forge]:
    folder = tmp_path / "served"
    folder.mkdir()
    (folder / "a.txt").write_text("in the private network")
    with serving(folder, certificate) as made:
        yield made


def test_a_session_reads_from_a_host_that_is_allowed(forge: Forge, certificate: Path) -> None:
    address = f"https://localhost:{forge.port}/a.txt"
    answer = guarded_session(HERE).get(address, verify=str(certificate))
    assert answer.text == "in the private network"


def test_a_session_connects_to_no_private_host(forge: Forge, certificate: Path) -> None:
    address = f"https://localhost:{forge.port}/a.txt"
    with pytest.raises(requests.ConnectionError, match="lies in a private network"):
        guarded_session().get(address, verify=str(certificate))
    assert forge.headers == []


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
def test_a_redirect_into_the_private_network_is_not_followed(
    forge: Forge, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forge.redirect = True  # to https://localhost:1
    outside = f"https://allowed.example:{forge.port}/a.txt"
    resolve = socket.getaddrinfo
    names = {"allowed.example": "localhost"}
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda host, *a, **k: resolve(names.get(host, host), *a, **k)
    )
    session = guarded_session(PrivateHosts.of("allowed.example"))
    with pytest.raises(requests.ConnectionError, match="localhost lies in a private network"):
        session.get(outside, verify=False)
    assert len(forge.headers) == 1


def test_a_name_that_means_something_else_a_moment_later_changes_nothing(
    forge: Forge, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second answer, of which nobody asked, would lead to the server of this test."""
    answers = iter(["192.0.2.1", "127.0.0.1"])
    asked = []

    def resolve(host: str, port: int, *_: object, **__: object) -> list[object]:
        asked.append(host)
        return [(2, 1, 6, "", (next(answers) if "rebind" in host else host, port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with pytest.raises(requests.ConnectionError, match="lies in a private network"):
        guarded_session().get(f"https://rebind.example:{forge.port}/", verify=str(certificate))
    assert asked == ["rebind.example"]
    assert forge.headers == []


def test_nothing_is_asked_without_tls() -> None:
    with pytest.raises(requests.exceptions.InvalidSchema, match="Only https"):
        guarded_session(EVERY).get("http://localhost/")


def test_a_certificate_that_nobody_knows_is_refused(forge: Forge) -> None:
    with pytest.raises(requests.exceptions.SSLError):
        guarded_session(HERE).get(f"https://localhost:{forge.port}/a.txt")

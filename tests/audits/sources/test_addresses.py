"""Addresses: only https, no credentials in them, no private networks, no options."""

import pytest

from tests.audits.sources.reading import refusal


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    "location",
    [
        "http://example.com/a/b",
        "ssh://git@example.com/a/b",
        "git://example.com/a/b",
        "file:///etc",
        "ext::sh -c id",
        "ftp://example.com/a",
        "git@example.com:a/b.git",
    ],
)
def test_only_https_is_fetched(location: str) -> None:
    assert refusal(location) == (
        "Only https:// addresses are fetched; "
        "give the repository's https:// address, or a git bundle."
    )


def test_a_host_that_does_not_resolve() -> None:
    assert refusal("https://nowhere.invalid/a/b.git") == (
        "The host nowhere.invalid does not resolve; check the address and the network."
    )


@pytest.mark.parametrize("pair", ["ada@", "ada:secret@", ":secret@"])
def test_credentials_in_an_address_are_refused_and_not_repeated(pair: str) -> None:
    assert refusal(f"https://{pair}example.com/a/b") == (
        "This address has a name or a password in it; leave them out and give the token "
        "through PROOFROOM_GIT_TOKEN."
    )


@pytest.mark.parametrize(
    "location",
    [
        "https://",
        "https:///a/b",
        "https://-oProxyCommand=id/a",
        "https://example.com:99999/a",
        "https://example.com/a b",
        "https://example.com/a?x=1",
        "https://exa mple.com/a",
        "https://[::1/a",
    ],
)
def test_what_is_no_address(location: str) -> None:
    assert refusal(location) == (
        "This is not the address of a git repository; copy it from the forge."
    )


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "10.1.2.3",
        "192.168.0.9",
        "169.254.169.254",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "0.0.0.0",  # noqa: S104 - refused, not bound
        "[fe80::1]",
        "2130706433",
    ],
)
def test_a_host_in_a_private_network(host: str) -> None:
    assert refusal(f"https://{host}/a/b") == (
        f"The host {host} lies in a private network, which is not fetched from; hand in a git "
        "bundle, or name it in PROOFROOM_PRIVATE_HOSTS if it is your own."
    )

"""A git repository behind an https:// address, fetched into a private git directory.

The address is resolved once and git is bound to what it resolved to; addresses inside a private
network are refused. No redirect is followed and no credential helper asked. The token travels in
the environment of git alone: never on a command line, never in a message.
"""

import base64
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from msgspec import Struct

from audits.sources.bundle import check_size, size_of
from audits.sources.git import NO_COMMITS, snapshot_of
from audits.sources.git_listing import Memory
from audits.sources.git_process import Answer, Git
from audits.sources.shadow import Names, make_shadow, write_names
from audits.sources.snapshot import MEBI, Limits, Notice, Snapshot, SourceError
from diligence.lib.outgoing import PrivateNetworkError, UnresolvedError, addresses_of

STAGE = "Fetching the repository (MB so far)"
HTTPS_ONLY = (
    "Only https:// addresses are fetched; give the repository's https:// address, or a git bundle."
)
CREDENTIALS = (
    "This address has a name or a password in it; leave them out and give the token "
    "through PROOFROOM_GIT_TOKEN."
)
MALFORMED = "This is not the address of a git repository; copy it from the forge."
UNRESOLVED = "The host {} does not resolve; check the address and the network."
PRIVATE = (
    "The host {} lies in a private network, which is not fetched from; hand in a git bundle, or "
    "name it in PROOFROOM_PRIVATE_HOSTS if it is your own."
)
LOGIN = (
    "The repository at {} needs a login or does not exist; check the address, and give a token "
    "that may read it."
)
REDIRECTED = "The host {} answers with a redirect, which is not followed; give the final address."
UNTRUSTED = "The certificate of {} is not trusted; hand in a git bundle instead."
SILENT = "The host {} does not answer; check the address and the network, and try again."
NOT_GIT = "What answers at {} is not a git repository; copy the address from the forge."
_HOST = re.compile(r"(?!-)[A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]+\]")
_PATH = re.compile(r"/[A-Za-z0-9._~%+@/-]*")
_FAULTS = (
    (re.compile(r"could not resolve", re.IGNORECASE), UNRESOLVED),
    (re.compile(r"redirect|error: 30\d", re.IGNORECASE), REDIRECTED),
    (re.compile(r"certificate", re.IGNORECASE), UNTRUSTED),
    (re.compile(r"could not read|authentication|error: 40[134]|not found", re.IGNORECASE), LOGIN),
    (re.compile(r"connect|timed out|too slow|reset|TLS|SSL|error: 5", re.IGNORECASE), SILENT),
)
_LOGIN_PART = re.compile(r"\A([A-Za-z][A-Za-z0-9+.-]*://).*@", re.DOTALL)
_SYMREF = re.compile(r"ref: (refs/\S+)\tHEAD")
_DETACHED = "refs/proofroom/head"


class Address(Struct, frozen=True):
    """A checked https:// address."""

    url: str
    host: str
    port: int


def address_of(location: str) -> Address:
    """The parts of an address. Raises SourceError where it is not one that is fetched."""
    try:
        parts = urlsplit(location)
        host, port = parts.hostname or "", parts.port or 443
    except ValueError:
        raise SourceError(MALFORMED) from None
    if parts.scheme != "https":
        raise SourceError(HTTPS_ONLY)
    if parts.username is not None or parts.password is not None:
        raise SourceError(CREDENTIALS)
    shown = f"[{host}]" if ":" in host else host
    if not _HOST.fullmatch(shown) or not _PATH.fullmatch(parts.path) or parts.query:
        raise SourceError(MALFORMED)
    where = shown if port == 443 else f"{shown}:{port}"
    return Address(f"https://{where}{parts.path}", shown, port)


def without_login(location: str) -> str:
    """A location as it may be repeated: what could be a name and a password is taken out."""
    return _LOGIN_PART.sub(r"\1", location)


@contextmanager
def open_remote(
    location: str,
    rev: str | None,
    token: str | None,
    limits: Limits,
    notice: Notice,
    memory: Memory | None = None,
) -> Iterator[Snapshot]:
    """The snapshot of a remote repository at a revision (its HEAD unless said)."""
    address = address_of(location)
    extra = {**_bound(address, limits), **_with_token(address, token)}
    with TemporaryDirectory(prefix="proofroom-") as scratch:
        folder = Path(scratch) / "remote"
        make_shadow(folder)
        git = Git(folder, protocol="https", seconds=limits.seconds, extra=extra)
        head = _head(git, address)
        names = _fetched(git, address, head, limits, notice)
        git = Git(folder, seconds=limits.seconds)
        yield snapshot_of(git, names, address.url, rev, limits, memory)


def _bound(address: Address, limits: Limits) -> Mapping[str, str]:
    """Configuration that ties git to the addresses checked here.

    Behind a proxy it is the proxy that resolves, and its rules that hold.
    """
    if os.environ.get("HTTPS_PROXY") or os.environ.get("https_proxy"):
        return {}
    try:
        numbers = addresses_of(address.host, address.port, limits.private_hosts)
    except UnresolvedError:
        raise SourceError(UNRESOLVED.format(address.host)) from None
    except PrivateNetworkError:
        raise SourceError(PRIVATE.format(address.host)) from None
    shown = ",".join(f"[{n}]" if ":" in n else n for n in numbers)
    return {"http.curloptResolve": f"{address.host}:{address.port}:{shown}"}


def _with_token(address: Address, token: str | None) -> Mapping[str, str]:
    if not token:
        return {}
    pair = token if ":" in token else f"x-access-token:{token}"
    secret = base64.b64encode(pair.encode()).decode()
    return {f"http.{address.url}.extraHeader": f"Authorization: Basic {secret}"}


def _head(git: Git, address: Address) -> str:
    """The ref or commit that the remote's HEAD names; empty where it names nothing."""
    answer = git.run("ls-remote", "--symref", "--end-of-options", address.url)
    if not answer.ok:
        raise SourceError(_fault(answer, address))
    if not answer.text:
        raise SourceError(NO_COMMITS)
    symbolic = _SYMREF.search(answer.text)
    detached = re.search(r"^([0-9a-f]{40,64})\tHEAD$", answer.text, re.MULTILINE)
    if symbolic:
        return symbolic.group(1)
    return detached.group(1) if detached else ""


def _fetched(git: Git, address: Address, head: str, limits: Limits, notice: Notice) -> Names:
    """Fetches branches and tags. Raises SourceError where that fails or grows too large."""

    def watch() -> None:
        check_size(git.git_dir, limits)
        notice(STAGE, size_of(git.git_dir) // MEBI, 0)

    refs = ["+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"]
    if head and not head.startswith("refs/"):
        refs.append(f"+HEAD:{_DETACHED}")
    answer = git.run(
        "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--end-of-options",
        address.url, *refs, watch=watch,
    )  # fmt: skip
    if not answer.ok:
        raise SourceError(_fault(answer, address))
    listed = git.run("for-each-ref", "--format=%(objectname) %(refname)").text.splitlines()
    pairs = (line.split(" ", 1) for line in listed)
    names = Names(head, {ref: oid for oid, ref in pairs})
    write_names(git.git_dir, names)
    return names


def _fault(answer: Answer, address: Address) -> str:
    """What went wrong, in our words: git's own may repeat what must not be shown."""
    for pattern, sentence in _FAULTS:
        if pattern.search(answer.err):
            return sentence.format(address.url if sentence is LOGIN else address.host)
    return NOT_GIT.format(address.url)

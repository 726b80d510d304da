"""Every module that opens a connection is known, and so is whose address it connects to."""

import ast

from tests.house.test_outputs import imported, modules

OPENERS = (
    "requests", "urllib.request", "urllib3", "http.client", "httpx", "aiohttp", "socket",
    "smtplib", "ftplib", "boto3", "paramiko", "telnetlib", "xmlrpc", "websocket",
)  # fmt: skip
KNOWN = {
    "diligence/lib/outgoing.py": "the guard",
    "diligence/lib/clamd.py": "the operator's scanner",
    "diligence/lib/object_storage.py": "the operator's bucket",
    "diligence/services/mail.py": "only the errors of smtplib; Django connects to EMAIL_URL",
    "diligence/services/telling.py": "the errors of requests; it asks through the guard",
    "diligence/web/single_sign_on.py": "the errors of requests; it asks through the guard",
    "diligence/config/embedded.py": "a socket file of this machine",
    "diligence/config/probe.py": "the own health page",
    "diligence/config/up.py": "tries whether the port is free",
}


def opens(tree: ast.Module) -> bool:
    names = imported(tree)
    return any(name == o or name.startswith(f"{o}.") for name in names for o in OPENERS)


def test_whoever_opens_a_connection_is_known() -> None:
    found = {name for name, tree in modules() if opens(tree)}
    assert sorted(found - set(KNOWN)) == [], "go through diligence/lib/outgoing.py, or say why not"
    assert sorted(set(KNOWN) - found) == []


def test_git_is_asked_over_the_network_in_one_place() -> None:
    fetching = {n for n, t in modules() if "'https'" in ast.unparse(t) and "Git(" in ast.unparse(t)}
    assert fetching == {"audits/sources/remote.py"}

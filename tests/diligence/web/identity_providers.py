"""Two identity providers of this machine: one that speaks OpenID Connect, one that signs SAML."""

import base64
import hashlib
import json
import ssl
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from defusedxml import ElementTree

CLIENT, SECRET = "proofroom", "a secret of the two"
ENTITY = "https://idp.firm.example/saml"


@dataclass(frozen=True)
class Certified:
    """A key and its certificate for localhost, as PEM."""

    key: str
    certificate: str


def certified() -> Certified:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return Certified(private.decode(), made.public_bytes(serialization.Encoding.PEM).decode())


@dataclass
class Provider:
    """What the OpenID Connect provider says of whoever comes next, and what it was asked."""

    issuer: str
    claims: dict[str, Any] = field(default_factory=dict)
    audience: str = CLIENT
    challenge: str = ""
    asked: list[str] = field(default_factory=list)

    def goes_to_sign_in(self, address: str) -> dict[str, str]:
        """What a browser brings along; remembers the challenge, as a provider does."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        self.challenge = query["code_challenge"]
        return query

    def answer(self, path: str, form: dict[str, list[str]]) -> dict[str, Any] | None:
        """The answer to one request; None where a provider would refuse."""
        self.asked.append(path)
        if path == "/.well-known/openid-configuration":
            names = {
                "authorization_endpoint": "auth", "token_endpoint": "token",
                "userinfo_endpoint": "userinfo", "jwks_uri": "keys",
            }  # fmt: skip
            return {"issuer": self.issuer} | {k: f"{self.issuer}/{v}" for k, v in names.items()}
        if path == "/userinfo":
            return self.claims
        verifier = form.get("code_verifier", [""])[0]
        digest = hashlib.sha256(verifier.encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != self.challenge:
            return None
        claims = {**self.claims, "iss": self.issuer, "aud": self.audience, "exp": 2**33}
        return {
            "access_token": "of-the-provider", "token_type": "Bearer",
            "id_token": jwt.encode(claims, "x" * 32, algorithm="HS256"),
        }  # fmt: skip


@contextmanager
def openid_provider(folder: Path) -> Iterator[tuple[Provider, Path]]:
    """A provider at https://localhost, and the certificate by which it is known."""
    made = certified()
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    key.write_text(made.key)
    certificate.write_text(made.certificate)

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            form = parse_qs(self.rfile.read(length).decode())
            told = provider.answer(urlsplit(self.path).path, form)
            body = json.dumps(told or {"error": "invalid_grant"}).encode()
            self.send_response(200 if told else 400)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = _answer  # noqa: N815 - the base class's names

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    provider = Provider(f"https://localhost:{server.server_address[1]}")
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider, certificate
    finally:
        server.shutdown()
        server.server_close()


# SAML -------------------------------------------------------------------------------------------

RESPONSE = """<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"
 xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_response" Version="2.0"
 IssueInstant="{now}" Destination="{acs}" InResponseTo="{request}">
<saml:Issuer>{issuer}</saml:Issuer>
<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>
{assertion}</samlp:Response>"""
ASSERTION = """<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"
 ID="_assertion" Version="2.0" IssueInstant="{now}"><saml:Issuer>{issuer}</saml:Issuer>
<saml:Subject><saml:NameID
 Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress">{email}</saml:NameID>
<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">
<saml:SubjectConfirmationData NotOnOrAfter="{later}" Recipient="{acs}" InResponseTo="{request}"/>
</saml:SubjectConfirmation></saml:Subject>
<saml:Conditions NotBefore="{before}" NotOnOrAfter="{later}">
<saml:AudienceRestriction><saml:Audience>{audience}</saml:Audience></saml:AudienceRestriction>
</saml:Conditions>
<saml:AuthnStatement AuthnInstant="{now}" SessionIndex="_1"><saml:AuthnContext>
<saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef>
</saml:AuthnContext></saml:AuthnStatement></saml:Assertion>"""


@dataclass(frozen=True)
class Request:
    """What the application asked of the SAML provider."""

    id: str
    acs: str
    audience: str

    @classmethod
    def of(cls, address: str) -> "Request":
        """From the address to which a browser was sent."""
        packed = parse_qs(urlsplit(address).query)["SAMLRequest"][0]
        tree = ElementTree.fromstring(zlib.decompress(base64.b64decode(packed), -15))
        issuer = tree.find("{urn:oasis:names:tc:SAML:2.0:assertion}Issuer")
        assert issuer is not None
        return cls(tree.attrib["ID"], tree.attrib["AssertionConsumerServiceURL"], str(issuer.text))


def saml_answer(asked: Request, email: str, by: Certified | None, **other: str) -> str:
    """The form's field with which a provider answers, signed by its key; unsigned without one."""
    from onelogin.saml2.utils import OneLogin_Saml2_Utils as Utils

    now = datetime.now(UTC)
    moment = "%Y-%m-%dT%H:%M:%SZ"
    names = {
        "now": now.strftime(moment), "issuer": ENTITY, "email": email, "acs": asked.acs,
        "later": (now + timedelta(minutes=5)).strftime(moment), "request": asked.id,
        "before": (now - timedelta(minutes=5)).strftime(moment), "audience": asked.audience,
        **other,
    }  # fmt: skip
    assertion = ASSERTION.format(**names)
    if by is not None:
        assertion = Utils.add_sign(assertion, by.key, by.certificate).decode()
    return base64.b64encode(RESPONSE.format(**names, assertion=assertion).encode()).decode()

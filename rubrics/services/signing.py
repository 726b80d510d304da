"""Who signs the reports: the firm's own certificate where one is set, else one that is made here.

A generated key is kept encrypted with the field keys and leaves the process only into the signer.
It proves that the reports of this installation come from one hand; only a certificate from an
authority that readers trust also says whose hand that is.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID, ObjectIdentifier
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from diligence.lib.secrets import decrypt, encrypt
from diligence.services.errors import Refused
from rubrics.models import Letterhead, SigningKey

BITS = 3072
"""RSA, because every reader checks it; 3072 bits last beyond 2030 (NIST SP 800-57, part 1)."""
YEARS = 10
DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.5.5.7.3.36")
"""The purpose that RFC 9336 names for signatures of documents."""

DER, PEM = serialization.Encoding.DER, serialization.Encoding.PEM


@dataclass(frozen=True)
class Identity:
    """A certificate, the certificates above it, and its private key (PKCS#8), all as DER."""

    certificate: bytes
    key: bytes = field(repr=False)
    others: tuple[bytes, ...] = ()

    @property
    def sha256(self) -> str:
        """The fingerprint that readers show for the certificate."""
        return hashlib.sha256(self.certificate).hexdigest()

    @property
    def name(self) -> str:
        """Whom the certificate names."""
        subject = x509.load_der_x509_certificate(self.certificate).subject
        names = subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        return str(names[0].value) if names else subject.rfc4514_string()


def signing_identity() -> Identity:
    """Whoever signs now. Makes a key at first use; raises Refused where there can be none."""
    if settings.PROOFROOM_SIGNING_FILE:
        return _from_file(Path(settings.PROOFROOM_SIGNING_FILE))
    with transaction.atomic():
        letterhead, _ = Letterhead.objects.get_or_create(pk=Letterhead.ONLY)
        # Two who issue first at the same moment must not make two keys.
        letterhead = Letterhead.objects.select_for_update().get(pk=letterhead.pk)
        row = SigningKey.objects.first() or _made(str(letterhead))
    return _from_row(row)


def _from_file(path: Path) -> Identity:
    """The firm's PKCS#12 file."""
    password = settings.PROOFROOM_SIGNING_PASSWORD.encode() or None
    try:
        key, certificate, others = pkcs12.load_key_and_certificates(path.read_bytes(), password)
    except (OSError, ValueError) as error:
        raise Refused(
            "Reports cannot be signed: PROOFROOM_SIGNING_FILE cannot be read as PKCS#12 with "
            "PROOFROOM_SIGNING_PASSWORD."
        ) from error
    if key is None or certificate is None:
        raise Refused(
            "Reports cannot be signed: PROOFROOM_SIGNING_FILE must hold a certificate and its key."
        )
    above = tuple(each.public_bytes(DER) for each in others)
    return Identity(certificate.public_bytes(DER), _pkcs8(key), above)


def _from_row(row: SigningKey) -> Identity:
    try:
        pem = decrypt(bytes(row.key), settings.PROOFROOM_FIELD_KEYS)
    except ValueError as error:
        raise Refused(
            "Reports cannot be signed: no key in PROOFROOM_FIELD_KEYS opens the signing key. "
            "Add the earlier field key behind the new one."
        ) from error
    key = serialization.load_pem_private_key(pem.encode(), None)
    return Identity(bytes(row.certificate), _pkcs8(key))


def _pkcs8(key: PrivateKeyTypes) -> bytes:
    return key.private_bytes(
        DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )  # fmt: skip


def _made(firm: str) -> SigningKey:
    """A new key with a certificate that it signs itself."""
    if not settings.PROOFROOM_FIELD_KEYS:
        raise Refused(
            "Reports are signed, and the key cannot be kept safely because PROOFROOM_FIELD_KEYS "
            "is not set; see docs/configuration.md."
        )
    key = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    certificate = _certificate(firm, key).public_bytes(DER)
    pem = key.private_bytes(
        PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    return SigningKey.objects.create(
        certificate=certificate,
        key=encrypt(pem, settings.PROOFROOM_FIELD_KEYS),
        sha256=hashlib.sha256(certificate).hexdigest(),
    )


def _certificate(firm: str, key: rsa.RSAPrivateKey) -> x509.Certificate:
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, f"Reports of {firm}"[:64]),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, firm[:64]),
        ]
    )
    now = timezone.now()
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=False,
        data_encipherment=False, key_agreement=False, key_cert_sign=False, crl_sign=False,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=365 * YEARS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.ExtendedKeyUsage([DOCUMENT_SIGNING]), critical=False)
        .sign(key, hashes.SHA256())
    )

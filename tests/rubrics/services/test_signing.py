"""Who signs: a file of the firm, or a key that is made once and kept encrypted."""

import asyncio
import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import pytest
from cryptography import x509
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pytest_django import Settings

from diligence.services.errors import Refused
from rubrics.models import Letterhead, SigningKey
from rubrics.reports.printing import Sheet, print_sheet
from rubrics.reports.signature import signed
from rubrics.services.signing import Identity, _certificate, signing_identity

T = TypeVar("T")
pytestmark = pytest.mark.django_db
HTML = "<html lang=en><title>x</title><h1>Report</h1></html>"


def a_file(folder: Path, password: bytes) -> tuple[Path, bytes]:
    """The certificate of a firm with its key, as its IT hands it over."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    certificate = _certificate("Harbour Point", key)
    path = folder / "firm.p12"
    lock = serialization.BestAvailableEncryption(password)
    path.write_bytes(pkcs12.serialize_key_and_certificates(b"x", key, certificate, None, lock))
    return path, certificate.public_bytes(serialization.Encoding.DER)


def checked(pdf: bytes, identity: Identity) -> object:
    """What a reader that trusts the certificate says of the signature."""
    (found,) = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    context = ValidationContext(trust_roots=[asn1(identity.certificate)], allow_fetching=False)
    return apart(lambda: validate_pdf_signature(found, signer_validation_context=context))


def apart(work: Callable[[], T]) -> T:
    """In a thread of its own: in this one a browser of other tests may keep an event loop."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(work).result()


def asn1(certificate: bytes) -> object:
    from asn1crypto.x509 import Certificate

    return Certificate.load(certificate)


def test_who_has_an_event_loop_signs_too() -> None:
    identity = signing_identity()
    sheet = print_sheet(Sheet(HTML, "", to_sign=True)).pdf

    async def sign() -> bytes:
        return signed(sheet, by=identity, reason="Issued")

    pdf = apart(lambda: asyncio.run(sign()))
    assert checked(pdf, identity).bottom_line  # type: ignore[attr-defined] # pyHanko's status, read as an object


def test_a_key_is_made_once_and_lies_encrypted(settings: Settings) -> None:
    Letterhead.objects.create(firm="Harbour Point Ventures")
    first, second = signing_identity(), signing_identity()
    assert first == second
    row = SigningKey.objects.get()
    assert row.sha256 == first.sha256
    assert b"PRIVATE" not in bytes(row.key)
    assert first.key not in bytes(row.key)
    inside = Fernet(settings.PROOFROOM_FIELD_KEYS[0]).decrypt(bytes(row.key))
    assert inside.startswith(b"-----BEGIN PRIVATE KEY-----")
    certificate = x509.load_der_x509_certificate(first.certificate)
    assert first.name == "Reports of Harbour Point Ventures"
    assert certificate.extensions.get_extension_for_class(x509.KeyUsage).value.content_commitment
    assert not certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert "PRIVATE" not in repr(first)


def test_the_file_of_the_firm_goes_first(settings: Settings, tmp_path: Path) -> None:
    path, certificate = a_file(tmp_path, b"open sesame")
    settings.PROOFROOM_SIGNING_FILE = str(path)
    settings.PROOFROOM_SIGNING_PASSWORD = "open sesame"
    assert signing_identity().certificate == certificate
    assert not SigningKey.objects.exists()


@pytest.mark.parametrize("password", ["", "wrong"])
def test_a_file_that_does_not_open_is_told_and_no_other_key_signs(
    settings: Settings, tmp_path: Path, password: str
) -> None:
    path, _ = a_file(tmp_path, b"open sesame")
    settings.PROOFROOM_SIGNING_FILE = str(path)
    settings.PROOFROOM_SIGNING_PASSWORD = password
    with pytest.raises(Refused, match="cannot be read as PKCS#12 with PROOFROOM_SIGNING_PASSWORD"):
        signing_identity()
    assert not SigningKey.objects.exists()


def test_without_field_keys_no_key_is_made(settings: Settings) -> None:
    settings.PROOFROOM_FIELD_KEYS = []
    with pytest.raises(Refused, match="PROOFROOM_FIELD_KEYS is not set"):
        signing_identity()
    assert not SigningKey.objects.exists()


def test_after_a_change_of_field_keys_the_earlier_one_is_asked_for(settings: Settings) -> None:
    before = signing_identity()
    old = settings.PROOFROOM_FIELD_KEYS
    settings.PROOFROOM_FIELD_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(Refused, match="Add the earlier field key behind the new one"):
        signing_identity()
    settings.PROOFROOM_FIELD_KEYS = [*settings.PROOFROOM_FIELD_KEYS, *old]
    assert signing_identity() == before


def test_the_signature_covers_the_whole_file_and_one_changed_byte_breaks_it() -> None:
    identity = signing_identity()
    plain = print_sheet(Sheet(HTML, "", to_sign=True)).pdf
    pdf = signed(plain, by=identity, reason="Issued as PR-00001")
    status = checked(pdf, identity)
    assert status.bottom_line  # type: ignore[attr-defined] # pyHanko's status, read as an object
    assert status.coverage.name == "ENTIRE_FILE"  # type: ignore[attr-defined] # pyHanko's status, read as an object
    at = pdf.index(b"/Lang")
    broken = pdf[:at] + b"/Lanf" + pdf[at + 5 :]
    assert not checked(broken, identity).intact  # type: ignore[attr-defined] # pyHanko's status, read as an object


def test_what_is_added_to_a_signed_file_is_seen() -> None:
    identity = signing_identity()
    pdf = signed(print_sheet(Sheet(HTML, "", to_sign=True)).pdf, by=identity, reason="x")
    added = checked(pdf + b"\n% and one thing more\n", identity)
    assert added.coverage.name != "ENTIRE_FILE"  # type: ignore[attr-defined] # pyHanko's status, read as an object

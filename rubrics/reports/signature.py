"""Signs a finished PDF (PAdES), so that a reader sees who issued it and that nothing was changed.

The signature certifies the document and allows no change after it. It shows no picture: a picture
of a signature proves nothing. No time stamp is asked for, since nothing is sent anywhere. pyHanko
is imported in here alone, because a web process never signs.
"""

import io
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from rubrics.reports.printing import SIGNATURE
from rubrics.services.signing import Identity


def signed(pdf: bytes, *, by: Identity, reason: str) -> bytes:
    """The PDF, which has an empty field, with a signature over all of it."""
    from asn1crypto.keys import PrivateKeyInfo
    from asn1crypto.x509 import Certificate
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    above = SimpleCertificateStore()  # type: ignore[no-untyped-call] # it has no types
    above.register_multiple([Certificate.load(each) for each in by.others])
    signer = signers.SimpleSigner(
        signing_cert=Certificate.load(by.certificate),
        signing_key=PrivateKeyInfo.load(by.key),
        cert_registry=above,
    )
    about = signers.PdfSignatureMetadata(
        field_name=SIGNATURE, name=by.name, reason=reason, md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES, certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
    )  # fmt: skip
    sign = partial(
        signers.sign_pdf, IncrementalPdfFileWriter(io.BytesIO(pdf)), about,
        signer=signer, existing_fields_only=True,
    )  # fmt: skip
    # pyHanko runs an event loop of its own, which a thread that already has one refuses.
    with ThreadPoolExecutor(max_workers=1) as aside:
        return bytes(aside.submit(sign).result().getvalue())

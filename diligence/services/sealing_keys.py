"""The keys of stored files: made, shared between deals that have the same bytes, shredded."""

from django.conf import settings

from diligence.lib.sealed import new_key, unwrap, wrap
from diligence.lib.secrets import decrypt, encrypt
from diligence.models import Blob, BlobKey, Deal, DealKey
from diligence.services.errors import Refused


def seals() -> bool:
    """Whether what comes in is sealed: where it is wished for, and there are keys to do it with."""
    return bool(settings.PROOFROOM_SEAL_EVIDENCE and settings.PROOFROOM_FIELD_KEYS)


def give_key(blob: Blob, deal: Deal, key: bytes) -> None:
    """Lets a deal open a file; in the caller's transaction, since keys may be shredded."""
    row = DealKey.objects.select_for_update().filter(deal=deal).first()
    if row is None:
        wrapped = encrypt(new_key().hex(), settings.PROOFROOM_FIELD_KEYS)
        row, _ = DealKey.objects.get_or_create(deal=deal, defaults={"wrapped": wrapped})
    BlobKey.objects.get_or_create(
        blob=blob, under=row, defaults={"wrapped": wrap(key, _opened(row))}
    )


def share_key(blob: Blob, deal: Deal) -> None:
    """Lets a deal open a file that another deal handed in before."""
    if blob.sealed and not BlobKey.objects.filter(blob=blob, under__deal=deal).exists():
        give_key(blob, deal, key_of(blob))


def key_of(blob: Blob) -> bytes:
    """The key of a sealed file, by any deal that has it. Raises Refused where none can open it."""
    row = BlobKey.objects.filter(blob=blob).select_related("under").first()
    if row is None:
        raise Refused(
            f"The key of the stored file {blob.sha256[:12]}… was destroyed; nobody can read it."
        )
    return unwrap(bytes(row.wrapped), _opened(row.under))


def shred(deal: Deal) -> None:
    """Destroys the key of a deal, and with it the keys of its files that lie under it."""
    DealKey.objects.filter(deal=deal).delete()


def _opened(row: DealKey) -> bytes:
    try:
        return bytes.fromhex(decrypt(bytes(row.wrapped), settings.PROOFROOM_FIELD_KEYS))
    except ValueError:
        raise Refused(
            "No key in PROOFROOM_FIELD_KEYS opens the keys of stored files. Add the earlier field "
            "key behind the new one."
        ) from None

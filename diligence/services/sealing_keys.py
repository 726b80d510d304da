"""The keys of stored files: made, shared between deals that have the same bytes, shredded.

Under the key of a deal lie the keys of its files, and from it follow those of all else that is kept
of what a startup handed in: uploads under way, archives of its room, facts of its code.
"""

from django.conf import settings
from django.db import transaction

from diligence.lib.sealed import Tampered, derived, new_key, unwrap, wrap
from diligence.lib.secrets import decrypt, encrypt
from diligence.models import Blob, BlobKey, Deal, DealKey, IncomingUpload
from diligence.services.errors import Refused

ARCHIVES, FACTS, PREVIEWS, UPLOADS = "archives", "facts", "previews", "uploads"


@transaction.atomic
def key_for(deal: Deal, purpose: str) -> bytes:
    """The key of a deal for one purpose."""
    return derived(_opened(_row_of(deal)), purpose)


def key_for_preview(blob: Blob) -> bytes:
    """What the preview of a sealed file is sealed with: what opens the one opens the other."""
    return derived(key_of(blob), PREVIEWS)


def _row_of(deal: Deal) -> DealKey:
    """The row with a deal's key, made where there is none, locked against being shredded."""
    row = DealKey.objects.select_for_update().filter(deal=deal).first()
    if row is None:
        DealKey.objects.get_or_create(deal=deal, defaults={"wrapped": _closed(new_key())})
        row = DealKey.objects.select_for_update().get(deal=deal)
    return row


def give_key(blob: Blob, deal: Deal, key: bytes) -> None:
    """Lets a deal open a file; in the caller's transaction, since keys may be shredded."""
    row = _row_of(deal)
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


def new_upload_key(deal: Deal) -> bytes:
    """A fresh key for a file that is about to come, sealed for its row."""
    return wrap(new_key(), key_for(deal, UPLOADS))


def upload_key(upload: IncomingUpload) -> bytes | None:
    """What the bytes of an upload under way are sealed with; None for one of an earlier release."""
    if upload.key is None:
        return None
    try:
        return unwrap(bytes(upload.key), key_for(upload.deal, UPLOADS))
    except Tampered:
        raise Refused("What had arrived cannot be read any more; send the file again.") from None


def shred(deal: Deal) -> None:
    """Destroys the key of a deal, and with it the keys of its files that lie under it."""
    DealKey.objects.filter(deal=deal).delete()


@transaction.atomic
def renew(deal: Deal) -> None:
    """Destroys the key of a deal and gives a new one to what the deal still has.

    So what was taken from a deal that goes on cannot be opened with a key that goes on.
    """
    row = _row_of(deal)
    old, new = _opened(row), new_key()
    for each in row.blobs.all():
        each.wrapped = wrap(unwrap(bytes(each.wrapped), old), new)
        each.save(update_fields=["wrapped"])
    before, after = derived(old, UPLOADS), derived(new, UPLOADS)
    for upload in deal.uploads.select_for_update().filter(key__isnull=False):
        upload.key = wrap(unwrap(bytes(upload.key or b""), before), after)
        upload.save(update_fields=["key"])
    row.wrapped = _closed(new)
    row.save(update_fields=["wrapped"])


def _closed(key: bytes) -> bytes:
    return encrypt(key.hex(), settings.PROOFROOM_FIELD_KEYS)


def _opened(row: DealKey) -> bytes:
    try:
        return bytes.fromhex(decrypt(bytes(row.wrapped), settings.PROOFROOM_FIELD_KEYS))
    except ValueError:
        raise Refused(
            "No key in PROOFROOM_FIELD_KEYS opens the keys of stored files. Add the earlier field "
            "key behind the new one."
        ) from None

"""What earlier releases left on the disk: files that lie plain, under their hash alone."""

import io

from django.core.files.storage import storages

from diligence.models import Blob, BlobKey, EvidenceItem
from diligence.services.keeping import open_blob


def lie_plain(*items: EvidenceItem) -> None:
    """Puts the files of evidence there as a release did that did not seal them."""
    storage = storages["default"]
    for blob in Blob.objects.filter(versions__item__in=items).distinct():
        with open_blob(blob) as file:
            content = file.read()
        storage.delete(blob.path)
        place = storage.save(f"blobs/{blob.pk[:2]}/{blob.pk}", io.BytesIO(content))
        BlobKey.objects.filter(blob=blob).delete()
        Blob.objects.filter(pk=blob.pk).update(path=place, sealed=False)

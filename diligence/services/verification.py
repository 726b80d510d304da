"""Whether all that was ever handed in is still what it was: every file is hashed again."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from diligence.lib.fingerprints import fingerprint_of
from diligence.lib.sealed import Tampered
from diligence.models import Blob, EvidenceVersion
from diligence.services.errors import Refused
from diligence.services.keeping import Unreachable, open_blob


@dataclass(frozen=True)
class Fault:
    """A file that is not what was handed in, and all evidence that consists of it."""

    blob: Blob
    what: str
    versions: tuple[EvidenceVersion, ...]

    def lines(self) -> Iterator[str]:
        """One sentence on the file, one line for each piece of evidence."""
        yield f"{self.blob.path}: {self.what}"
        for version in self.versions:
            what = f"“{version.item.title}”, version {version.number}, evidence {version.item_id}"
            yield f"    {version.item.deal}: {what}"


def verify_blobs(note: Callable[[int], None]) -> Iterator[Fault]:
    """Reads every blob that was not deleted; `note` hears of the bytes of each."""
    for blob in Blob.objects.filter(gone_at=None).order_by("created_at").iterator():
        what = _fault_of(blob)
        note(blob.size)
        if what:
            rows = blob.versions.select_related("item__deal__startup").order_by("uploaded_at")
            yield Fault(blob, what, tuple(rows))


def _fault_of(blob: Blob) -> str:
    """What is wrong with it; empty where nothing is."""
    try:
        with open_blob(blob) as file:
            found = fingerprint_of(file)
    except Unreachable as gone:
        return f"cannot be read ({gone.__cause__})"
    except Refused as refused:
        if blob.sealed and not blob.keys.exists():
            return str(refused)
        return "is missing from the storage; restore it from a backup"
    except Tampered:
        return "was changed: it does not open with its key any more; restore it from a backup"
    except OSError as error:
        return f"cannot be read ({error.strerror or error})"
    if found.sha256 == blob.sha256:
        return ""
    size = "" if found.size == blob.size else f", {found.size} bytes instead of {blob.size}"
    return f"was changed: its SHA-256 is now {found.sha256}{size}; restore it from a backup"

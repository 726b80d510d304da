"""Previews are made by a confined child, once per content, and kept sealed beside the evidence."""

import json
import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.files.storage import storages
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from diligence.lib.sealed import unwrap, wrap
from diligence.models import Blob, EvidenceVersion, Preview
from diligence.services.errors import Refused
from diligence.services.keeping import keep_made, open_made, path_of_blob, seal_kept
from diligence.services.leases import lapsed
from diligence.services.sealing_keys import key_for_preview

SECONDS = 90
"""How long one preview may take, on the clock."""
ATTEMPTS = 3
TEXTS = b"texts"
LEASE = timedelta(seconds=2 * SECONDS)
PASSED_ON = ("PATH", "LANG", "LC_ALL")


def queue_preview(blob: Blob) -> None:
    """Queues the preview of a blob, once."""
    Preview.objects.get_or_create(blob=blob)


def waiting_previews() -> list[uuid.UUID]:
    """Previews that wait to be made, oldest first."""
    rows = Preview.objects.filter(lapsed(LEASE), state=Preview.State.QUEUED)
    return list(rows.order_by("lease_until").values_list("pk", flat=True)[:100])


def make_preview(preview_id: uuid.UUID) -> None:
    """Makes one. Does nothing if another worker is at it; gives up after ATTEMPTS that died."""
    rows = Preview.objects.filter(pk=preview_id, state=Preview.State.QUEUED)
    claimed = rows.filter(lapsed(LEASE)).update(
        lease_until=timezone.now() + LEASE, attempts=F("attempts") + 1
    )
    if not claimed:
        return
    preview = rows.select_related("blob").get()
    with _workspace(preview) as folder:
        try:
            if not preview.blob.sealed and seal_kept(preview.blob):
                preview.blob.refresh_from_db()
            made = _asked(preview, folder)
        except Refused as refused:
            _close(preview, Preview.State.NONE, note=str(refused))
            return
        _keep(preview, folder, made)


@contextmanager
def _workspace(preview: Preview) -> Iterator[Path]:
    """A private folder with a plain copy; what a killed worker left goes with the next try."""
    folder = Path(settings.PROOFROOM_DATA_DIR) / "previewing" / str(preview.pk)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _close(preview: Preview, state: str, **what: Any) -> None:
    note = str(what.pop("note", ""))[:300]
    Preview.objects.filter(pk=preview.pk).update(state=state, note=note, **what)


def _asked(preview: Preview, folder: Path) -> Mapping[str, Any]:
    """What the child answers. Raises Refused where there is nothing to show."""
    if preview.attempts > ATTEMPTS:
        raise Refused("The preview could not be made; download the file to look at it.")
    version = EvidenceVersion.objects.filter(blob=preview.blob).order_by("uploaded_at").first()
    media_type = version.media_type if version else ""
    request = {
        "path": path_of_blob(preview.blob, folder / "source"),
        "media_type": media_type,
        "folder": str(folder),
    }
    environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "diligence.lib.previewing.child"],
            input=json.dumps(request).encode(), capture_output=True, timeout=SECONDS, check=False,
            env={**environment, "HOME": str(folder), "TMPDIR": str(folder)},
            cwd=settings.BASE_DIR, start_new_session=True,
        )  # fmt: skip
        answer = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        raise Refused("It takes too much time or memory to show; download it instead.") from None
    if "refused" in answer:
        raise Refused(answer["refused"])
    return dict(answer)


def _keep(preview: Preview, folder: Path, made: Mapping[str, Any]) -> None:
    """Keeps all of it sealed, as the file is."""
    pictures, under = int(made["pictures"]), key_for_preview(preview.blob)
    for number in range(1, pictures + 1):
        with (folder / f"{number}.webp").open("rb") as file:
            keep_made(file, preview.picture_path(number), under)
    text = json.dumps(made["data"]).encode()
    _close(
        preview, Preview.State.READY, kind=made["kind"], sealed_data=wrap(text, under, TEXTS),
        data={}, pictures=pictures, note=made["note"],
    )  # fmt: skip


def texts_of(preview: Preview) -> Mapping[str, Any]:
    """The texts, tables and numbers of a preview."""
    if preview.sealed_data is None:
        return dict(preview.data)
    sealed = unwrap(bytes(preview.sealed_data), key_for_preview(preview.blob), TEXTS)
    return dict(json.loads(sealed))


def open_picture(preview: Preview, number: int) -> IO[bytes]:
    """One of its pictures; of a file of an earlier release they may lie plain, as it does."""
    under = key_for_preview(preview.blob) if preview.blob.sealed else b""
    return open_made(preview.picture_path(number), under)[0]


@transaction.atomic
def preview_anew(blob: Blob) -> None:
    """Forgets the preview of a file, so that it is made again."""
    for preview in Preview.objects.select_for_update().filter(blob=blob):
        forget_pictures(preview)
        preview.delete()
    queue_preview(blob)


def forget_pictures(preview: Preview) -> None:
    """Takes its pictures out of the storage."""
    for number in range(1, preview.pictures + 1):
        storages["default"].delete(preview.picture_path(number))

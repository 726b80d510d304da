"""Previews are made by a confined child, once per content, and kept beside the evidence."""

import json
import os
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files import File
from django.core.files.storage import storages
from django.db.models import F
from django.utils import timezone

from diligence.models import Blob, EvidenceVersion, Preview
from diligence.services.errors import Refused
from diligence.services.keeping import path_of_blob
from diligence.services.leases import lapsed

SECONDS = 90
"""How long one preview may take, on the clock."""
ATTEMPTS = 3
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
    with tempfile.TemporaryDirectory(prefix="preview-") as name:
        try:
            made = _asked(preview, Path(name))
        except Refused as refused:
            _close(preview, Preview.State.NONE, note=str(refused))
            return
        _keep_pictures(preview, Path(name), int(made["pictures"]))
        _close(
            preview, Preview.State.READY, kind=made["kind"], data=made["data"],
            pictures=made["pictures"], note=made["note"],
        )  # fmt: skip


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


def _keep_pictures(preview: Preview, folder: Path, pictures: int) -> None:
    storage = storages["default"]
    for number in range(1, pictures + 1):
        place = preview.picture_path(number)
        storage.delete(place)
        with (folder / f"{number}.webp").open("rb") as file:
            storage.save(place, File(file))

"""Removes sealed files that no row names: a process died between the file and its row.

Nothing opens such a file any more, as its key died with the process, but it takes room, and what a
startup handed in should lie nowhere that nobody knows of. Only files of the three forms that this
application gives out are looked at, and only those older than SAFE_AGE: longer than any upload,
lease or restore takes. Many at once are no killed worker but a database that is not that of the
storage; then nothing is removed until a person says so.
"""

import logging
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.files.storage import storages
from django.db import transaction
from django.utils import timezone

from diligence.models import Blob, Preview, RoomExport
from diligence.services.activity import NOTHING, record

SAFE_AGE = timedelta(days=7)
MOST = 50
"""Files that one look removes by itself: a worker that is killed leaves one or two."""

_BLOB = re.compile(r"blobs/[0-9a-f]{2}/[0-9a-f]{64}(\.[0-9a-f]{16})?")
_PICTURE = re.compile(r"previews/[0-9a-f]{2}/([0-9a-f]{64})/([0-9]+)\.webp")
_EXPORT = re.compile(r"exports/[0-9a-f-]{36}-[0-9]+\.zip")
Named = Callable[[list[str]], set[str]]
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Swept:
    """What one look found that no row names, and whether it was removed."""

    files: int
    removed: bool


def sweep_unnamed_files(*, however_many: bool = False) -> Swept:
    """Removes what no row names. Beyond MOST nothing is touched unless a person said so."""
    found = list(_unnamed())
    if len(found) > MOST and not however_many:
        log.warning(
            "%d stored files are named by no row; they were left: see manage.py sweep_evidence.",
            len(found),
        )
        return Swept(len(found), removed=False)
    if found:
        _remove(found)
    return Swept(len(found), removed=True)


@transaction.atomic
def _remove(found: list[str]) -> None:
    for place in found:
        storages["default"].delete(place)
    files = "1 stored file" if len(found) == 1 else f"{len(found)} stored files"
    record(
        actor=None, verb="evidence.sweep", change=NOTHING,
        text=f"removed {files} that a process which died had left without a row",
    )  # fmt: skip


def _unnamed() -> Iterator[str]:
    """Folder by folder; a row that is written while one looks is younger than its file's age."""
    before = timezone.now() - SAFE_AGE
    for folder, form, named in (
        ("blobs", _BLOB, _named_blobs), ("previews", _PICTURE, _named_pictures),
        ("exports", _EXPORT, _named_exports),
    ):  # fmt: skip
        for files in _folders(folder):
            ours = [place for place in files if form.fullmatch(place)]
            known = named(ours)
            left = (place for place in ours if place not in known)
            yield from (each for each in left if _age_of(each) < before)


def _folders(folder: str) -> Iterator[list[str]]:
    """The files of a folder, then those of each folder in it; none where it is not there."""
    try:
        folders, files = storages["default"].listdir(folder)
    except FileNotFoundError:
        return
    yield [f"{folder}/{name}" for name in files]
    for name in folders:
        yield from _folders(f"{folder}/{name}")


def _age_of(place: str) -> Any:
    """When it was written; now where it went meanwhile."""
    try:
        return storages["default"].get_modified_time(place)
    except FileNotFoundError:
        return timezone.now()


def _named_blobs(places: list[str]) -> set[str]:
    return set(Blob.objects.filter(path__in=places).values_list("path", flat=True))


def _named_exports(places: list[str]) -> set[str]:
    return set(RoomExport.objects.filter(path__in=places).values_list("path", flat=True))


def _named_pictures(places: list[str]) -> set[str]:
    """Those of previews that are there; where one is being made, all of it."""
    blobs = {found[1] for place in places if (found := _PICTURE.fullmatch(place))}
    pictures = {
        preview.blob_id: None if preview.state == Preview.State.QUEUED else preview.pictures
        for preview in Preview.objects.filter(blob__in=blobs).only("blob", "state", "pictures")
    }
    return set(_kept(places, pictures))


def _kept(places: Iterable[str], pictures: dict[str, int | None]) -> Iterator[str]:
    for place in places:
        found = _PICTURE.fullmatch(place)
        most = pictures.get(found[1], 0) if found else None
        if most is None or (found and int(found[2]) <= most):
            yield place

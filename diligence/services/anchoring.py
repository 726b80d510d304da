"""Anchors of the trail: once a day the head of the chain, signed, in a file beside the evidence.

An anchor says how far the chain reached and with which hash. So a tail that is cut off, or a chain
that somebody with the keys makes anew, is found against the last anchor, and against any copy of it
that lies elsewhere. Each anchor names the hash of the one before, so that none can be left out.
"""

import hashlib
import io
import json
from datetime import date
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.core.files import File
from django.core.files.storage import storages
from django.db import connection, transaction
from django.utils import timezone

from diligence.lib.trail_marks import Keys, canonical
from diligence.models import Seal, TrailAnchor
from diligence.services.sealing import LOCK, seal_waiting
from diligence.services.trail_keys import trail_keys

FORMAT = "proofroom trail anchor 1"
FOLDER = "trail"
"""Where in the evidence storage the files lie: one a day, named by it."""


def anchor_trail(today: date | None = None) -> TrailAnchor | None:
    """Makes the anchor of the day (UTC), unless there is one or nothing was added since the last.

    1. Everything that was left is sealed, however long ago. 2. The file is written. 3. The row is;
    a crash in between leaves a file that says the same as the one that the next run writes over.
    """
    seal_waiting(everywhere=True)
    day = today or timezone.now().date()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        last = TrailAnchor.objects.last()
        head = Seal.objects.last()
        if head is None or (last and (last.day >= day or last.number == head.number)):
            return None
        text = signed_text(_body(day, head, last), trail_keys())
        path = f"{FOLDER}/{day.isoformat()}.json"
        _write(path, text)
        return TrailAnchor.objects.create(
            day=day, number=head.number, hash=head.hash, text=text, path=path
        )


def _body(day: date, head: Seal, last: TrailAnchor | None) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "day": day.isoformat(),
        "number": head.number,
        "hash": head.hash,
        "made_at": timezone.now().isoformat(timespec="seconds"),
        "previous_sha256": sha256_of(last.text) if last is not None else "",
    }


def signed_text(body: dict[str, Any], keys: Keys) -> str:
    """The file: the body, the public key and the signature over both in canonical JSON."""
    told = body | {"public_key": keys.public}
    signature = keys.signing.sign(canonical(told)).hex()
    return json.dumps(told | {"signature": signature}, indent=2, sort_keys=True) + "\n"


def read_anchor(text: str, public: str) -> dict[str, Any]:
    """What an anchor says. Raises ValueError where it was not signed with this key."""
    try:
        told = json.loads(text)
        signature = bytes.fromhex(told.pop("signature"))
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(signature, canonical(told))
    except (ValueError, KeyError, TypeError, AttributeError, InvalidSignature):
        raise ValueError("it does not bear the signature of this installation") from None
    return dict(told)


def sha256_of(text: str) -> str:
    """The hash by which the next anchor names this one."""
    return hashlib.sha256(text.encode()).hexdigest()


def _write(path: str, text: str) -> None:
    storage = storages["default"]
    storage.delete(path)
    storage.save(path, File(io.BytesIO(text.encode()), name=path))


def read_file(path: str) -> str | None:
    """A stored anchor file; None where it is missing."""
    try:
        with storages["default"].open(path, "rb") as file:
            return str(file.read().decode("utf-8", "replace"))
    except FileNotFoundError:
        return None


def stored_files() -> list[str]:
    """The anchor files that lie in the storage."""
    try:
        _, names = storages["default"].listdir(FOLDER)
    except FileNotFoundError:
        return []
    return sorted(f"{FOLDER}/{name}" for name in names if name.endswith(".json"))

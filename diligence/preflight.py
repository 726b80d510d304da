"""Numbered system checks for those who run Proofroom themselves: `manage.py check` prints them.

Each message is one sentence on what is wrong, each hint one on what to do. E stops a start, W is
a thing that will hurt later.
"""

import os
import shutil
import uuid
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured

from diligence.lib.libraries import missing_for_pdf

SHORTEST_SECRET = 40
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
NEW_RANDOM_TEXT = 'python -c "import secrets; print(secrets.token_urlsafe(50))"'
NEW_FIELD_KEY = (
    'python -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"'
)

Judge = Callable[[], list[CheckMessage]]


def preflight(judge: Judge) -> Judge:
    """Register a function without parameters; Django's own shape has two that none here needs."""

    @checks.register
    def check(**_: object) -> list[CheckMessage]:
        return judge()

    return judge


@preflight
def secret_key_is_set() -> list[CheckMessage]:
    """E001: sessions and invitations are signed with it."""
    try:
        key = settings.SECRET_KEY
    except ImproperlyConfigured:  # Django's own answer to an empty key
        key = ""
    if len(key) >= SHORTEST_SECRET:
        return []
    return [
        Error(
            f"PROOFROOM_SECRET_KEY is {'too short' if key else 'not set'}.",
            hint=f"Set it to a long random text, for example from: {NEW_RANDOM_TEXT}",
            id="diligence.E001",
        )
    ]


@preflight
def field_keys_are_usable() -> list[CheckMessage]:
    """E002: access tokens of repositories are encrypted with them."""
    try:
        usable = [Fernet(key) for key in settings.PROOFROOM_FIELD_KEYS]
    except (ValueError, TypeError):
        usable = []
    if usable:
        return []
    return [
        Error(
            "PROOFROOM_FIELD_KEYS does not hold a usable key.",
            hint=f"Set it to one or more keys, newest first, each from: {NEW_FIELD_KEY}",
            id="diligence.E002",
        )
    ]


@preflight
def evidence_can_be_written() -> list[CheckMessage]:
    """E003: uploads must have a place."""
    folder = Path(settings.PROOFROOM_DATA_DIR)
    nearest = next(place for place in (folder, *folder.parents) if place.exists())
    if nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK):
        return []
    return [
        Error(
            f"Evidence cannot be written to {folder}.",
            hint="Set PROOFROOM_DATA_DIR to a folder that this user may write to.",
            id="diligence.E003",
        )
    ]


@preflight
def bucket_can_be_used() -> list[CheckMessage]:
    """E008: where a bucket is named, evidence is kept in it and nowhere else."""
    if not settings.PROOFROOM_BUCKET:
        return []
    from diligence.lib.object_storage import BucketStorage, trial

    fault = trial(BucketStorage(**settings.PROOFROOM_BUCKET), f"preflight/{uuid.uuid4()}")
    if not fault:
        return []
    return [
        Error(
            f"Evidence cannot be kept in the bucket {settings.PROOFROOM_BUCKET['bucket_name']}. "
            f"{fault.rstrip('.')}.",
            hint="Make the bucket, and set PROOFROOM_S3_ENDPOINT, PROOFROOM_S3_REGION, "
            "PROOFROOM_S3_ACCESS_KEY and PROOFROOM_S3_SECRET_KEY to what its service gave you.",
            id="diligence.E008",
        )
    ]


@preflight
def git_is_there() -> list[CheckMessage]:
    """E004: repositories are read with it."""
    if shutil.which("git"):
        return []
    return [
        Error(
            "git is missing, so no repository can be audited.",
            hint="Install it: apt-get install git",
            id="diligence.E004",
        )
    ]


@preflight
def pdf_can_be_drawn() -> list[CheckMessage]:
    """W005: pages work without it, reports do not."""
    missing = missing_for_pdf()
    if missing is None:
        return []
    return [
        checks.Warning(
            missing.sentence(),
            hint="Web processes do without; the workers do not.",
            id="diligence.W005",
        )
    ]


@preflight
def public_address_is_safe() -> list[CheckMessage]:
    """W006: beyond this machine, passwords and invitations need HTTPS."""
    parts = urlsplit(settings.PROOFROOM_URL)
    if parts.scheme == "https" or parts.hostname in LOOPBACK:
        return []
    return [
        checks.Warning(
            f"{settings.PROOFROOM_URL} is not HTTPS, so passwords travel in the open.",
            hint="Put a proxy with a certificate in front and set PROOFROOM_URL to its address.",
            id="diligence.W006",
        )
    ]


@preflight
def debug_stays_at_home() -> list[CheckMessage]:
    """E007: Django's debug pages show settings and data to anybody."""
    if not settings.DEBUG or urlsplit(settings.PROOFROOM_URL).hostname in LOOPBACK:
        return []
    return [
        Error(
            "PROOFROOM_DEBUG is on at a public address.",
            hint="Set PROOFROOM_DEBUG=0.",
            id="diligence.E007",
        )
    ]

"""Writes of repositories: a bundle or archive from the evidence, or a git URL with its token."""

import re
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from audits.models import Repository
from diligence.lib.secrets import decrypt, encrypt
from diligence.models import Deal, EvidenceItem, User
from diligence.policies import require
from diligence.services.activity import record
from diligence.services.errors import Refused

_HOST = re.compile(r"[A-Za-z0-9.-]{1,253}")


@transaction.atomic
def add_repository_file(
    *, actor: User, deal: Deal, item: EvidenceItem, name: str = ""
) -> Repository:
    """Takes a bundle or archive among the evidence as a repository; the same one only once."""
    require(actor, "repository.add", deal)
    if item.deal_id != deal.pk:
        raise Refused("This evidence belongs to another deal.")
    if item.withdrawn_at:
        raise Refused("This evidence was withdrawn; ask for it again.")
    repository, made = Repository.objects.get_or_create(
        deal=deal, evidence=item,
        defaults={"name": (name or item.title)[:200], "added_by": actor},
    )  # fmt: skip
    if made:
        record(
            actor=actor, verb="repository.add", text=f"added the repository {repository.name}",
            deal=deal, about=repository,
        )  # fmt: skip
    return repository


@transaction.atomic
def add_repository_url(
    *, actor: User, deal: Deal, url: str, token: str = "", name: str = ""
) -> Repository:
    """Takes an https:// git URL. A token, if any, is kept encrypted and never shown again.

    Raises Refused for another scheme, for credentials inside the URL and for a malformed one.
    """
    require(actor, "repository.add", deal)
    url = url.strip()
    parts = urlsplit(url)
    if parts.scheme != "https":
        raise Refused("Give the repository's https:// address; other kinds are not fetched.")
    if parts.username or parts.password:
        raise Refused("Put the token into its own field, not into the address.")
    if not parts.hostname or not _HOST.fullmatch(parts.hostname) or len(url) > 500:
        raise Refused("This is not the address of a git repository; copy it from the forge.")
    if token and not settings.PROOFROOM_FIELD_KEYS:
        raise Refused(
            "Tokens cannot be kept safely because PROOFROOM_FIELD_KEYS is not set; "
            "ask whoever runs this server."
        )
    repository = Repository.objects.create(
        deal=deal, name=(name or parts.path.strip("/") or parts.hostname)[:200], url=url,
        token=encrypt(token, settings.PROOFROOM_FIELD_KEYS) if token else None, added_by=actor,
    )  # fmt: skip
    record(
        actor=actor, verb="repository.add", text=f"added the repository {repository.name}",
        deal=deal, about=repository,
    )  # fmt: skip
    return repository


def token_of(repository: Repository) -> str:
    """The plain token, for the moment of the fetch. Raises Refused where no key fits."""
    if repository.token is None:
        return ""
    try:
        return decrypt(bytes(repository.token), settings.PROOFROOM_FIELD_KEYS)
    except ValueError:
        raise Refused(
            "The repository's token cannot be decrypted with the present field keys; "
            "enter it again."
        ) from None

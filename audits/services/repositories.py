"""Writes of repositories: a bundle or archive from the evidence, or a git URL with its token."""

from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from audits.models import Repository
from audits.sources.remote import CREDENTIALS, MALFORMED, Address, address_of
from audits.sources.snapshot import SourceError
from diligence.lib.secrets import decrypt, encrypt
from diligence.models import Deal, EvidenceItem, User
from diligence.policies import require
from diligence.services.activity import record
from diligence.services.errors import Refused

OWN_FIELD = "Put the token into its own field, not into the address."


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
    address = _checked(url)
    if token and not settings.PROOFROOM_FIELD_KEYS:
        raise Refused(
            "Tokens cannot be kept safely because PROOFROOM_FIELD_KEYS is not set; "
            "ask whoever runs this server."
        )
    path = urlsplit(address.url).path.strip("/").removesuffix(".git")
    repository = Repository.objects.create(
        deal=deal, name=(name or path or address.host)[:200], url=address.url,
        token=encrypt(token, settings.PROOFROOM_FIELD_KEYS) if token else None, added_by=actor,
    )  # fmt: skip
    record(
        actor=actor, verb="repository.add", text=f"added the repository {repository.name}",
        deal=deal, about=repository,
    )  # fmt: skip
    return repository


def _checked(url: str) -> Address:
    """An address that may be fetched and that holds no secret."""
    try:
        address = address_of(url.strip())
    except SourceError as error:
        said = str(error)
        raise Refused(OWN_FIELD if said == CREDENTIALS else said) from None
    if len(address.url) > 500:
        raise Refused(MALFORMED)
    return address


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

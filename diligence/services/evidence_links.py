"""Links of evidence to what it speaks for or against: a criterion, a claim."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from diligence.models import EvidenceItem, EvidenceLink, User
from diligence.policies import require
from diligence.services.activity import record
from diligence.services.errors import Refused


@dataclass(frozen=True)
class Spoken:
    """What evidence speaks to: a `kind` ("claim", "criterion"), its id, and how it reads.

    The caller has seen that it exists and belongs to the deal: evidence knows neither kind.
    """

    kind: str
    reference: str
    text: str


@transaction.atomic
def link_evidence(*, actor: User, item: EvidenceItem, to: Spoken) -> EvidenceLink:
    """Links it; what is linked already stays as it is. The startup sees nothing of it.

    Raises Refused for evidence that was withdrawn.
    """
    require(actor, "evidence.link", item)
    item = EvidenceItem.objects.select_for_update(of=("self",), no_key=True).get(pk=item.pk)
    if item.withdrawn_at is not None:
        raise Refused(f"{item.title} was withdrawn, so it speaks for nothing any more.")
    link, is_new = EvidenceLink.objects.get_or_create(
        item=item, kind=to.kind, reference=to.reference, removed_at=None,
        defaults={"text": to.text[:300], "by": actor},
    )  # fmt: skip
    if is_new:
        record(
            actor=actor, verb="evidence.link", deal=item.deal, about=item,
            text=f"linked {item.title} to the {link.kind} {link.text}",
        )  # fmt: skip
    return link


@transaction.atomic
def unlink_evidence(*, actor: User, link: EvidenceLink) -> None:
    """Takes a link off by a mark; it stays in the record."""
    require(actor, "evidence.link", link.item)
    link = EvidenceLink.objects.select_for_update(of=("self",)).get(pk=link.pk)
    if link.removed_at is not None:
        return
    link.removed_at = timezone.now()
    link.save(update_fields=["removed_at"])
    record(
        actor=actor, verb="evidence.unlink", deal=link.item.deal, about=link.item,
        text=f"took the link of {link.item.title} to the {link.kind} {link.text} off",
    )  # fmt: skip

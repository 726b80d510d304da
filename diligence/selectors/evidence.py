"""Reads of evidence: what a person may see of a deal, with versions, newest first."""

from datetime import datetime

from django.db.models import Min, QuerySet

from diligence.models import Activity, Deal, EvidenceItem, EvidenceVersion, IncomingUpload, User


def evidence_of(deal: Deal, user: User) -> QuerySet[EvidenceItem]:
    """What this person may see of what was handed in on a deal."""
    items = EvidenceItem.objects.visible_to(user).filter(deal=deal)
    return items.select_related("created_by", "withdrawn_by").prefetch_related(
        "versions__blob", "versions__uploaded_by", "versions__deletion"
    )


def attachable_evidence(deal: Deal, user: User) -> tuple[EvidenceItem, ...]:
    """What an answer can point to: all that the person sees and nobody withdrew."""
    items = EvidenceItem.objects.visible_to(user).filter(deal=deal, withdrawn_at=None)
    return tuple(items.order_by("title"))


def startup_evidence(deal: Deal, user: User) -> QuerySet[EvidenceItem]:
    """What the startup itself handed in and did not withdraw: what it can answer a request with."""
    items = EvidenceItem.objects.visible_to(user).filter(deal=deal, withdrawn_at=None)
    return items.filter(from_startup=True).order_by("title")


def visible_versions(user: User) -> QuerySet[EvidenceVersion]:
    """Every version of all evidence that this person may see."""
    return EvidenceVersion.objects.filter(
        item__in=EvidenceItem.objects.visible_to(user)
    ).select_related("item__deal", "blob", "deletion")


def unfinished_uploads(deal: Deal, user: User) -> QuerySet[IncomingUpload]:
    """What this person began to send and has not finished, or what was not taken, oldest first."""
    return IncomingUpload.objects.visible_to(user).filter(deal=deal).exclude(state="kept")


READING = ("evidence.open", "evidence.download")


def first_opened(deal: Deal) -> datetime | None:
    """When somebody of the firm first opened or downloaded what the startup handed in."""
    lines = deal.activities.filter(verb__in=READING).exclude(actor__firm_role="")
    theirs = EvidenceItem.objects.filter(deal=deal, from_startup=True)
    names = [str(pk) for pk in theirs.values_list("pk", flat=True)]
    first: datetime | None = lines.filter(object_id__in=names).aggregate(at=Min("at"))["at"]
    return first


def openings_of(item: EvidenceItem) -> QuerySet[Activity]:
    """Who of the firm opened or downloaded it, and when, newest first."""
    lines = item.deal.activities.filter(verb__in=READING, object_id=str(item.pk))
    return lines.exclude(actor__firm_role="").select_related("actor")

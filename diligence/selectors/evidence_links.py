"""Reads of links between evidence and what it speaks to, by kind and id only."""

from collections import defaultdict

from django.db.models import Prefetch, QuerySet

from diligence.models import Deal, EvidenceItem, EvidenceLink


def standing_links(deal: Deal) -> QuerySet[EvidenceLink]:
    """Links that nobody took off, of evidence that nobody withdrew."""
    rows = EvidenceLink.objects.filter(item__deal=deal, removed_at=None)
    return rows.filter(item__withdrawn_at=None).select_related("item", "by")


def links_of(item: EvidenceItem) -> QuerySet[EvidenceLink]:
    """What it speaks to now, by kind and name."""
    return item.links.filter(removed_at=None).select_related("by").order_by("-kind", "text")


def standing_links_of_items() -> "Prefetch[str, QuerySet[EvidenceLink], str]":
    """For a list of evidence: the links of each item that nobody took off, as its `links`."""
    rows = EvidenceLink.objects.filter(removed_at=None).select_related("by")
    return Prefetch("links", queryset=rows.order_by("kind", "text"))


def linked_by(deal: Deal, kind: str) -> dict[str, list[EvidenceItem]]:
    """Evidence that stands, by the id of what it was linked to, with its versions."""
    found: dict[str, list[EvidenceItem]] = defaultdict(list)
    for link in standing_links(deal).filter(kind=kind).prefetch_related("item__versions__blob"):
        found[link.reference].append(link.item)
    return found

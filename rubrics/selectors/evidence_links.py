"""Reads of links: what a piece of evidence is used for, and what evidence speaks to something.

Criteria and claims are the firm's business: nothing here is for people of the startup.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.utils.text import Truncator

from audits.models import Claim
from diligence.models import Deal, EvidenceItem, EvidenceLink, User
from diligence.selectors.evidence_links import standing_links
from diligence.services.evidence_links import Spoken
from rubrics.selectors.assessments import CRITERION, frame_of

CLAIM = "claim"
LONGEST_OPTION = 120
"""Characters of a claim in a list to choose from."""


@dataclass(frozen=True)
class Choices:
    """What can be chosen under one heading, as (value, words)."""

    heading: str
    options: tuple[tuple[str, str], ...]


def links_to(deal: Deal, to: Spoken) -> QuerySet[EvidenceLink]:
    """The evidence that somebody linked to this."""
    rows = standing_links(deal).filter(kind=to.kind, reference=to.reference)
    return rows.order_by("item__title")


def choosable_for(deal: Deal, user: User, to: Spoken) -> tuple[EvidenceItem, ...]:
    """What could be linked to this and is not yet."""
    items = EvidenceItem.objects.visible_to(user).filter(deal=deal, withdrawn_at=None)
    return tuple(items.exclude(pk__in=links_to(deal, to).values("item")).order_by("title"))


def spoken_of(deal: Deal, kind: str, reference: str) -> Spoken | None:
    """The criterion or claim of the deal by its id; None where there is none."""
    if kind == CRITERION:
        _, criteria = frame_of(deal) or (None, ())
        titles = (c.title for c in criteria if c.id == reference)
        return next((Spoken(kind, reference, title) for title in titles), None)
    if kind != CLAIM or (pk := _uuid(reference)) is None:
        return None
    claim = Claim.objects.filter(deal=deal, pk=pk).first()
    return None if claim is None else Spoken(kind, str(claim.pk), claim.text)


def choices_of(deal: Deal) -> tuple[Choices, ...]:
    """Every criterion that applies by its lens, and every claim that stands, to choose from."""
    claims = Claim.objects.filter(deal=deal, withdrawn_at=None).order_by("text", "pk")
    stated = Choices("Claims", tuple(_option(CLAIM, c.pk, c.text) for c in claims))
    return tuple(group for group in (*_criteria(deal), stated) if group.options)


def _criteria(deal: Deal) -> Iterator[Choices]:
    frame = frame_of(deal)
    if frame is None:
        return
    rubric, criteria = frame
    for lens in rubric.lenses:
        here = (c for c in criteria if c.lens == lens.id)
        yield Choices(lens.title, tuple(_option(CRITERION, c.id, c.title) for c in here))


def _option(kind: str, reference: UUID | str, words: str) -> tuple[str, str]:
    return f"{kind}:{reference}", Truncator(words).chars(LONGEST_OPTION)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None

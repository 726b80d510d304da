"""The terms of a room: set, lifted, accepted; and whether previews carry the viewer's name."""

from django.db import transaction
from django.utils import timezone

from diligence.models import Deal, RoomTerms, TermsAcceptance, User
from diligence.policies import require
from diligence.services.activity import Change, record
from diligence.services.errors import Refused


@transaction.atomic
def set_room(*, actor: User, deal: Deal, terms: str, watermark: bool) -> None:
    """Sets what whoever enters has to accept first (nothing, where empty), and the watermark.

    A changed text is a new one: everybody in the room accepts it before they go on.
    """
    require(actor, "room.set", deal)
    deal = Deal.objects.select_for_update().get(pk=deal.pk)
    _set_terms(actor, deal, terms.strip())
    if deal.watermark != watermark:
        deal.watermark = watermark
        deal.save(update_fields=["watermark"])
        said = "with" if watermark else "without"
        record(
            actor=actor, verb="room.watermark", deal=deal, about=deal, in_room=True,
            text=f"shows previews of documents {said} the viewer's name on them",
            change=Change.of({"watermark": not watermark}, {"watermark": watermark}),
        )  # fmt: skip


def _set_terms(actor: User, deal: Deal, text: str) -> None:
    now = deal.terms.filter(lifted_at=None).first()
    if (now.text if now else "") == text:
        return
    deal.terms.filter(lifted_at=None).update(lifted_at=timezone.now())
    if text:
        number = deal.terms.count() + 1
        RoomTerms.objects.create(deal=deal, number=number, text=text, set_by=actor)
    said = "set the terms of the room" if text else "lifted the terms of the room"
    record(
        actor=actor, verb="room.terms", text=said, deal=deal, about=deal, in_room=True,
        change=Change.of({"terms": now.text if now else ""}, {"terms": text}),
    )  # fmt: skip


@transaction.atomic
def accept_terms(*, actor: User, terms: RoomTerms) -> None:
    """Accepts the text that is in force; another one meanwhile has to be read first."""
    if not Deal.objects.door_of(actor).filter(pk=terms.deal_id).exists():
        raise Refused("Only the people of the room accept its terms.")
    if terms.lifted_at is not None:
        raise Refused("The terms were changed meanwhile; read them again.")
    _, is_new = TermsAcceptance.objects.get_or_create(terms=terms, user=actor)
    if is_new:
        text = f"accepted the terms of the room (text {terms.number})"
        record(
            actor=actor, verb="room.accept", text=text, deal=terms.deal, about=terms, in_room=True
        )

"""Deletes what a startup handed in once its deal has been closed for the firm's term.

1. A mail announces it to the deal's owner and the administrators. 2. Two weeks later at the
   earliest the rows are marked and a certificate is signed, in one transaction. 3. Then the bytes
   go with the deal's key, and what was drawn or copied from them. A crash in between is taken up
   by the next sweep.
Answers, verdicts, cited lines, scores, reports and all hashes stay: they are the firm's own record.
Bytes that another deal handed in as well stay for that deal.
"""

from datetime import date
from typing import Any

from django.conf import settings
from django.core.files.storage import storages
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from diligence.models import (
    Blob,
    BlobKey,
    Deal,
    DealKey,
    DealRetention,
    Deletion,
    EvidenceVersion,
    FirmRole,
    Preview,
    RetentionRule,
    RoomExport,
    User,
)
from diligence.policies import require
from diligence.selectors.retention import (
    NOTICE,
    Plan,
    closed_with_files,
    plan_of,
    plans_of,
)
from diligence.services.activity import record
from diligence.services.anchoring import signed_text
from diligence.services.errors import Refused
from diligence.services.mail import queue_mail
from diligence.services.previews import forget_pictures
from diligence.services.sealing_keys import renew, shred
from diligence.services.trail_keys import trail_keys
from diligence.signals import sources_deleted

FORMAT = "proofroom certificate of deletion 1"
STAYS = "answers, verdicts with the lines they cite, scores, reports, and the hashes of all files"


# The rules ------------------------------------------------------------------------------------


@transaction.atomic
def set_term(*, actor: User, days: int | None) -> RetentionRule:
    """Sets how many days after closing the files of a deal are kept; None keeps them."""
    require(actor, "retention.set")
    rule = RetentionRule.objects.create(days=days, set_by=actor)
    words = f"{days} days after closing" if days is not None else "no term: everything is kept"
    record(actor=actor, verb="retention.set", text=f"set how long files are kept: {words}")
    return rule


@transaction.atomic
def set_for_deal(
    *, actor: User, deal: Deal, days: int | None, because: str, held_because: str
) -> DealRetention:
    """Gives a deal a term of its own with a reason, or stops its deletion with a reason."""
    require(actor, "retention.decide", deal)
    if days is not None and not because.strip():
        raise Refused("Say why this deal has a term of its own.")
    row, _ = DealRetention.objects.update_or_create(
        deal=deal,
        defaults={
            "days": days, "because": because.strip() if days is not None else "",
            "held": bool(held_because.strip()), "held_because": held_because.strip(),
            "set_by": actor, "set_at": timezone.now(),
        },
    )  # fmt: skip
    words = "stopped the deletion of what was handed in" if row.held else (
        f"set how long its files are kept: {days} days after closing"
        if days is not None else "let the firm's term hold for what was handed in"
    )  # fmt: skip
    record(actor=actor, verb="retention.decide", text=words, deal=deal)
    return row


# Day by day -----------------------------------------------------------------------------------


def keep_terms(today: date | None = None) -> list[Deletion]:
    """Announces what comes due, deletes what was announced, and erases what was left over."""
    day = today or timezone.localdate()
    done = []
    for plan in plans_of(closed_with_files(Deal.objects.all())):
        goes_on = plan.goes_on(day)
        if goes_on is None or plan.due_on is None or plan.due_on - NOTICE > day:
            continue
        if plan.warned_on is None:
            _announce(plan, day)
        elif goes_on <= day:
            done += delete_sources(deal=plan.deal, today=day)
    for left in Deletion.objects.filter(erased_at=None):
        erase(left)
    return done


@transaction.atomic
def _announce(plan: Plan, day: date) -> None:
    """One mail to each who may stop it; a new day of deletion is announced anew."""
    DealRetention.objects.update_or_create(
        deal=plan.deal, defaults={"warned_for": plan.due_on, "warned_on": day}
    )
    goes_on = plan_of(plan.deal).goes_on(day)
    link = f"{settings.PROOFROOM_URL}/deals/{plan.deal.pk}/retention/"
    admins = Q(firm_role=FirmRole.ADMIN) | Q(pk=plan.deal.owner_id)
    subject = f"{plan.deal.startup.name}: what was handed in is deleted on {goes_on:%d %B %Y}"
    body = (
        f"The deal {plan.deal} was closed on {plan.closed_on:%d %B %Y}. Its rule: {plan.rule}.\n\n"
        f"On {goes_on:%d %B %Y} its {plan.files} files are deleted. What stays: {STAYS}.\n\n"
        f"To see what goes, or to stop it with a reason:\n{link}\n"
    )
    for person in User.objects.filter(admins, is_active=True):
        queue_mail(to=person.email, about=[plan.deal.pk], subject=subject, body=body)
    record(
        actor=None, verb="retention.announce", deal=plan.deal,
        text=f"announced that what was handed in is deleted on {goes_on}",
    )  # fmt: skip


@transaction.atomic
def _mark(deal: Deal, day: date) -> Deletion | None:
    """The rows of a deletion: versions marked, certificate signed. None where nothing is due."""
    Deal.objects.select_for_update(of=("self",), no_key=True).get(pk=deal.pk)
    plan = plan_of(deal)
    goes_on = plan.goes_on(day)
    if goes_on is None or goes_on > day or plan.warned_on is None or plan.decided_by is None:
        return None
    versions = EvidenceVersion.objects.filter(item__deal=deal, deletion=None)
    rows = list(versions.select_related("item", "blob").order_by("uploaded_at", "pk"))
    deletion = Deletion(
        deal=deal, rule=plan.rule, by=plan.decided_by, files=plan.files, bytes=plan.bytes
    )
    deletion.certificate = signed_text(_certified(deletion, plan, rows), trail_keys())
    deletion.save(force_insert=True)
    versions.update(deletion=deletion)
    deal.room_exports.exclude(state=RoomExport.State.GONE).filter(path="").update(
        state=RoomExport.State.FAILED, failure="What was handed in is deleted."
    )
    sources_deleted.send(Deletion, deal=deal)
    record(
        actor=None, verb="retention.delete", deal=deal, about=deletion, in_room=True,
        text=f"deleted the {plan.files} files that were handed in: {plan.rule}",
    )  # fmt: skip
    return deletion


def _certified(deletion: Deletion, plan: Plan, rows: list[EvidenceVersion]) -> dict[str, Any]:
    living = set(
        EvidenceVersion.objects.filter(blob__in={row.blob_id for row in rows}, deletion=None)
        .exclude(item__deal=deletion.deal)
        .values_list("blob", flat=True)
    )
    return {
        "format": FORMAT,
        "id": str(deletion.pk),
        "deal": str(deletion.deal_id),
        "name": str(deletion.deal),
        "closed_on": str(plan.closed_on),
        "rule": plan.rule,
        "rule_set_by": str(deletion.by),
        "announced_on": str(plan.warned_on),
        "deleted_at": deletion.at.isoformat(timespec="seconds"),
        "count": len(rows),
        "bytes": plan.bytes,
        "files": [
            {
                "title": row.item.title, "filename": row.filename, "version": row.number,
                "sha256": row.blob_id, "bytes": row.blob.size,
                "handed_in_at": row.uploaded_at.isoformat(timespec="seconds"),
                "also_held_for_another_deal": row.blob_id in living,
            }
            for row in rows
        ],
        "stays": STAYS,
    }  # fmt: skip


def delete_sources(*, deal: Deal, today: date) -> list[Deletion]:
    """Deletes what was handed in on a deal if its day has come; what was deleted, if anything."""
    deletion = _mark(deal, today)
    if deletion is None:
        return []
    erase(deletion)
    return [deletion]


def record_certificate(*, actor: User, deletion: Deletion) -> None:
    """Leaves a line when the certificate of a deletion is taken out."""
    record(
        actor=actor, verb="retention.certificate", deal=deletion.deal, about=deletion,
        text=f"downloaded the certificate of the deletion of {deletion.at:%-d %b %Y}",
    )  # fmt: skip


def erase(deletion: Deletion) -> None:
    """Takes the bytes away, and what was drawn or packed from them. Safe to repeat."""
    storage = storages["default"]
    for blob in Blob.objects.filter(versions__deletion=deletion).distinct():
        _erase(blob)
    for export in deletion.deal.room_exports.exclude(path=""):
        storage.delete(export.path)
        RoomExport.objects.filter(pk=export.pk).update(state=RoomExport.State.GONE, path="")
    _shred(deletion)
    Deletion.objects.filter(pk=deletion.pk).update(erased_at=timezone.now())


@transaction.atomic
def _shred(deletion: Deletion) -> None:
    """The deal's key; where something was handed in since, that is taken over by a new one."""
    DealKey.objects.select_for_update().filter(deal=deletion.deal).first()
    living = EvidenceVersion.objects.filter(item__deal=deletion.deal, deletion=None)
    if not living.exists():
        shred(deletion.deal)
        return
    keys = BlobKey.objects.filter(under__deal=deletion.deal, blob__versions__deletion=deletion)
    keys.exclude(blob__in=living.values("blob")).delete()
    renew(deletion.deal)


@transaction.atomic
def _erase(blob: Blob) -> None:
    """Under a lock, so that the same bytes handed in again at this moment are not lost."""
    Blob.objects.select_for_update().get(pk=blob.pk)
    if blob.versions.filter(deletion=None).exists():
        return
    storage = storages["default"]
    for preview in Preview.objects.filter(blob=blob):
        forget_pictures(preview)
        preview.delete()
    storage.delete(blob.path)
    Blob.objects.filter(pk=blob.pk).update(gone_at=timezone.now())

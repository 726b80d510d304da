"""Writes of the data room: what a file is taken for, by its content and by an analyst.

Evidence is looked at by a worker as it arrives. Nothing is measured before an analyst has said
what it is; a correction measures again, and what was measured before is kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from audits.artifacts.kinds import DOCUMENT, kind_names
from audits.models import Artifact, RoomRun
from audits.services import jobs
from diligence.models import Deal, EvidenceItem, EvidenceVersion, User
from diligence.policies import require
from diligence.services.activity import record
from diligence.services.errors import Conflict, Refused

CHANGED = "Someone else said what this file is while you were looking; below is what they said."
NOT_TABLES = ("application/x-git-bundle", "application/pdf", "image/", "audio/", "video/",
              "application/vnd.openxmlformats-officedocument.wordprocessingml",
              "application/vnd.openxmlformats-officedocument.presentationml")  # fmt: skip
"""What nobody measures: a person reads it, or the audit of the repository does."""

Columns = Mapping[str, str | list[str]]


@dataclass(frozen=True)
class Said:
    """What an analyst says that a file is, and which column plays which part."""

    kind: str
    columns: Columns = field(default_factory=dict)


@transaction.atomic
def consider_evidence(*, item: EvidenceItem) -> RoomRun | None:
    """Has a worker look at what arrived; None where nobody measures such a file. Twice is as once.

    What an analyst has said of an earlier version stays said of the newer one.
    """
    version = item.current
    if version is None or item.withdrawn_at is not None:
        return None
    artifact, _ = Artifact.objects.get_or_create(
        evidence=item, member="", defaults={"deal": item.deal}
    )
    if artifact.guessed_from_id == version.pk:
        return None
    if version.media_type.startswith(NOT_TABLES):
        artifact.guessed_kind, artifact.confidence = DOCUMENT, 1.0
        artifact.guessed_from, artifact.guess = version, {}
        artifact.save()
        return None
    waiting = artifact.looks.filter(state__in=jobs.IN_FLIGHT).first()
    return waiting or RoomRun.objects.create(
        deal=item.deal, purpose=RoomRun.Purpose.LOOK, artifact=artifact
    )


def keep_members(
    *, archive: Artifact, version: EvidenceVersion, members: Sequence[Mapping[str, Any]]
) -> None:
    """Brings the files of an archive in line with what was found in it. Twice is as once.

    What is gone from a newer version is forgotten unless an analyst has said what it was.
    """
    kept = {a.member: a for a in archive.evidence.artifacts.exclude(member="")}
    for each in members:
        row = kept.pop(each["path"], None) or Artifact(
            deal=archive.deal, evidence=archive.evidence, member=each["path"]
        )
        row.guess = {k: v for k, v in each.items() if k != "path"}
        row.guessed_kind, row.confidence = each["kind"], each["confidence"]
        row.guessed_from, row.trouble = version, each["trouble"][:1000]
        row.save()
    gone = [a.pk for a in kept.values() if not a.is_confirmed]
    archive.evidence.artifacts.filter(pk__in=gone).delete()


@transaction.atomic
def confirm_artifact(*, actor: User, artifact: Artifact, said: Said, revision: int) -> RoomRun:
    """Keeps what the analyst says of a file and has the room measured anew.

    Raises Conflict where someone else said something meanwhile, Refused for what cannot be.
    """
    require(actor, "artifact.confirm", artifact.deal)
    if said.kind not in kind_names():
        raise Refused("Choose what the file is.")
    mine = Artifact.objects.filter(pk=artifact.pk, revision=revision)
    changed = mine.update(
        revision=F("revision") + 1, kind=said.kind, columns=dict(said.columns), left_out=False,
        confirmed_by=actor, confirmed_at=timezone.now(),
    )  # fmt: skip
    if not changed:
        raise Conflict(CHANGED)
    corrected = _differs(artifact, said)
    artifact.refresh_from_db()
    verb = "corrected" if corrected else "confirmed"
    record(
        actor=actor, verb="artifact.confirm", deal=artifact.deal, about=artifact,
        text=f"{verb} that {artifact} is a {said.kind.replace('-', ' ')}",
    )  # fmt: skip
    return queue_measurement(deal=artifact.deal, asked_by=actor)


def _differs(artifact: Artifact, said: Said) -> bool:
    guessed: Any = artifact.guess.get("columns", {})
    return artifact.guessed_kind != said.kind or guessed != dict(said.columns)


@transaction.atomic
def leave_out(*, actor: User, artifact: Artifact, left_out: bool) -> RoomRun | None:
    """Takes a file out of the measurements, or back in; the file itself stays."""
    require(actor, "artifact.confirm", artifact.deal)
    artifact.left_out = left_out
    artifact.save(update_fields=["left_out"])
    words = "left out of the measurements" if left_out else "took back into the measurements"
    record(
        actor=actor, verb="artifact.leave-out", deal=artifact.deal, about=artifact,
        text=f"{words}: {artifact}",
    )  # fmt: skip
    if not artifact.is_confirmed:
        return None
    return queue_measurement(deal=artifact.deal, asked_by=actor)


@transaction.atomic
def request_measurement(*, actor: User, deal: Deal) -> RoomRun:
    """Has the room measured anew. Raises Refused where nothing is confirmed."""
    require(actor, "room.measure", deal)
    if not deal.artifacts.confirmed().exists():
        raise Refused("Say first what at least one file is; nothing is measured before that.")
    run = queue_measurement(deal=deal, asked_by=actor)
    record(
        actor=actor, verb="room.ask-measure", deal=deal, about=run,
        text="asked for the data room to be measured anew",
    )  # fmt: skip
    return run


@transaction.atomic
def cancel_measurement(*, actor: User, deal: Deal) -> int:
    """Ends the measurements that are not over; their workers notice at the next sign of life.

    What was measured before stands. Returns how many were ended.
    """
    require(actor, "room.measure", deal)
    ended = deal.room_runs.measurements().filter(state__in=jobs.IN_FLIGHT).update(
        state=RoomRun.State.CANCELLED, finished_at=timezone.now(), lease_until=None,
        failure=f"Cancelled by {actor}; what was measured before stands.",
    )  # fmt: skip
    if ended:
        record(
            actor=actor, verb="room.cancel", deal=deal, about=deal,
            text="cancelled the measurement of the data room",
        )  # fmt: skip
    return ended


def queue_measurement(*, deal: Deal, asked_by: User | None) -> RoomRun:
    """The measurement that waits, or a new one; one that is under way may not know the newest."""
    Deal.objects.select_for_update(of=("self",), no_key=True).get(pk=deal.pk)
    waiting = deal.room_runs.measurements().filter(state=RoomRun.State.QUEUED).first()
    return waiting or RoomRun.objects.create(
        deal=deal, purpose=RoomRun.Purpose.MEASURE, requested_by=asked_by
    )


@transaction.atomic
def forget_withdrawn(*, item: EvidenceItem) -> RoomRun | None:
    """What was withdrawn proves nothing any more: the room is measured without it."""
    artifact = Artifact.objects.filter(evidence=item).exclude(confirmed_at=None).first()
    return queue_measurement(deal=item.deal, asked_by=None) if artifact else None


def unconsidered(most: int = 100) -> list[EvidenceItem]:
    """Evidence whose news was lost with a process: nobody has looked at its newest version."""
    rows = EvidenceItem.objects.filter(withdrawn_at=None, artifact=None).order_by("created_at")
    return list(rows.prefetch_related("versions")[:most])

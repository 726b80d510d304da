"""Writes of disputes: put a level to the startup, dispute it with new evidence, close it."""

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from diligence.models import EvidenceItem, User
from diligence.policies import require
from diligence.selectors.evidence import startup_evidence
from diligence.services.activity import record
from diligence.services.errors import Refused
from rubrics.models import Assessment, Dispute, PutLevel
from rubrics.scoring.disputing import last_day
from rubrics.selectors.assessments import rubric_of
from rubrics.selectors.disputes import final_levels

LONGEST = 4000


@transaction.atomic
def put_levels(
    *, actor: User, assessment: Assessment, criteria: Collection[str]
) -> tuple[PutLevel, ...]:
    """Tells the startup what was found on these criteria; from now on it may dispute them.

    Raises Refused where a level is not final yet, or none was chosen. What was put stays as it was.
    """
    require(actor, "level.put", assessment)
    assessment = _held(assessment)
    levels = final_levels(assessment)
    if not criteria:
        raise Refused("Choose what is put to the startup.")
    if not set(criteria) <= levels.keys():
        raise Refused("Only a level that is final is put to the startup; settle it first.")
    last, made = last_day(timezone.localdate()), []
    for criterion in sorted(criteria):
        put, new = PutLevel.objects.get_or_create(
            assessment=assessment, criterion=criterion,
            defaults={"level": levels[criterion], "put_by": actor, "last_day": last},
        )  # fmt: skip
        made += [put] if new else []
    if made:
        noun = "finding" if len(made) == 1 else "findings"
        record(
            actor=actor, verb="finding.put", deal=assessment.deal, about=assessment, in_room=True,
            text=f"put {len(made)} {noun} to the startup, to be disputed until {last:%d %B}",
        )  # fmt: skip
    return tuple(made)


@transaction.atomic
def dispute_level(
    *, actor: User, put: PutLevel, words: str, evidence: Collection[EvidenceItem]
) -> Dispute:
    """The startup's dispute. Raises Refused after the last day, twice, or without new evidence."""
    deal = put.assessment.deal
    require(actor, "level.dispute", deal)
    PutLevel.objects.select_for_update().get(pk=put.pk)
    if timezone.localdate() > put.last_day:
        raise Refused(f"This could be disputed until {put.last_day:%d %B %Y}.")
    if Dispute.objects.filter(put=put).exists():
        raise Refused("This is disputed already; the firm closes it with its reason.")
    words = words.strip()
    if not words or len(words) > LONGEST:
        raise Refused(f"Say what is wrong, in {LONGEST:,} letters at most; it is printed so.")
    ids = [item.pk for item in evidence]
    fresh = startup_evidence(deal, actor).filter(versions__uploaded_at__gt=put.put_at)
    if not ids or fresh.filter(pk__in=ids).distinct().count() != len(ids):
        raise Refused(
            "A dispute needs new evidence: hand in the file first, then choose it here. "
            "What was there before has been read."
        )
    made = Dispute.objects.create(put=put, author=actor, words=words)
    made.evidence.set(evidence)
    record(
        actor=actor, verb="finding.dispute", deal=deal, about=made, in_room=True,
        text=f"disputes the finding on {_title(put)}",
    )  # fmt: skip
    return made


@transaction.atomic
def close_dispute(*, actor: User, dispute: Dispute, because: str) -> Dispute:
    """Takes the flag off, with the reason that the startup reads; the level is what it is then."""
    assessment = _held(dispute.put.assessment)
    require(actor, "level.close", assessment)
    # As it is now: of two who close it at once the second must not write over the first's reason.
    dispute = Dispute.objects.select_for_update(of=("self",)).select_related(
        "put__assessment__rubric"
    ).get(pk=dispute.pk)  # fmt: skip
    if not dispute.is_open:
        raise Refused("This dispute is closed already.")
    if not because.strip():
        raise Refused("Say why; the startup reads it and the report prints it.")
    dispute.closed_by, dispute.closed_at = actor, timezone.now()
    dispute.closed_because = because.strip()
    dispute.level_after = final_levels(assessment).get(dispute.put.criterion)
    dispute.save()
    record(
        actor=actor, verb="finding.close", deal=assessment.deal, about=dispute, in_room=True,
        text=f"closed the dispute on {_title(dispute.put)}: {because.strip()}",
    )  # fmt: skip
    return dispute


def _held(assessment: Assessment) -> Assessment:
    rows = Assessment.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("deal__startup", "rubric").get(pk=assessment.pk)


def _title(put: PutLevel) -> str:
    return rubric_of(put.assessment.rubric).criterion(put.criterion).title

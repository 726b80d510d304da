"""What the engine suspects, and the one place where a step of a knock-out's life is written.

The engine raises a suspicion and brings its own words up to date; what people have settled it
raises again only where later evidence shows more. Callers hold the lock of the assessment or of
the knock-out, so that numbers of steps never clash.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from audits.models import AuditRun
from diligence.models import EvidenceItem, EvidenceRequest, User
from diligence.services.activity import record
from rubrics.models import Assessment, KnockOut, KnockOutStep
from rubrics.scoring.suggest import Suspicion

CLAIMS_KNOCK_OUT = "K1"
"""The knock-out that contradicted claims raise."""

Kind = KnockOutStep.Kind


@dataclass(frozen=True)
class Grounds:
    """What a step stands on beside its words."""

    run: AuditRun | None = None
    request: EvidenceRequest | None = None
    evidence: Collection[EvidenceItem] = ()
    until: date | None = None
    signed: str = ""


NONE = Grounds()


def add_step(
    knock_out: KnockOut, kind: Kind, *, by: User | None, because: str, grounds: Grounds = NONE
) -> KnockOutStep:
    """Adds a step and brings the row to where the history now leads."""
    step = KnockOutStep.objects.create(
        knock_out=knock_out, number=knock_out.steps.count() + 1, kind=kind, by=by, because=because,
        run=grounds.run, request=grounds.request, until=grounds.until, signed=grounds.signed,
    )  # fmt: skip
    step.evidence.set(grounds.evidence)
    life = knock_out.life
    knock_out.state, knock_out.waived_until = life.state, life.waived_until
    knock_out.save(update_fields=["state", "waived_until"])
    return step


def suspect(
    assessment: Assessment, suspected: Suspicion, run: AuditRun | None, at: datetime | None
) -> None:
    """Raises a suspicion; one that people have settled only where later evidence shows more.

    What was cleared is raised again by other evidence, what was cured by any: then the cure did not
    hold. What is suspected, confirmed or waived stands as it is; only the figures of contradicted
    claims are brought up to date.
    """
    because = suspected.because
    row, made = KnockOut.objects.get_or_create(
        assessment=assessment, code=suspected.knock_out,
        defaults={"because": because, "raised": because, "run": run},
    )  # fmt: skip
    if made:
        add_step(row, Kind.SUSPECTED, by=None, because=because, grounds=Grounds(run))
    else:
        row = KnockOut.objects.select_for_update().get(pk=row.pk)
        by_claims = row.run is None or row.code == CLAIMS_KNOCK_OUT
        if row.state == KnockOut.State.SUSPECTED and by_claims:
            _say_anew(row, because, run or row.run)
        if not _is_news(row, because, at):
            return
        reopen(row, because, by=None, raised=because, grounds=Grounds(run))
    record(
        actor=None, verb="knock-out.suspect", deal=assessment.deal, about=row,
        text=f"raised the suspicion {row.code}{'' if made else ' again'}: {because}",
    )  # fmt: skip


def _say_anew(row: KnockOut, because: str, run: AuditRun | None) -> None:
    """The engine's words take the place of its earlier ones; those of people stay beside them."""
    before = row.because, row.raised
    if row.raised and row.raised in row.because:
        row.because = row.because.replace(row.raised, because, 1)
    elif because not in row.because:
        row.because = f"{row.because} {because}"
    row.raised = because
    if before != (row.because, row.raised):
        row.run = run
        row.save(update_fields=["because", "raised", "run"])
        add_step(row, Kind.ADDED, by=None, because=because, grounds=Grounds(run))


def add_words(row: KnockOut, because: str, *, by: User, grounds: Grounds = NONE) -> None:
    """A second voice for the same suspicion; the same words only once."""
    if because not in row.because:
        row.because = f"{row.because} {because}"
        row.save(update_fields=["because"])
        add_step(row, Kind.ADDED, by=by, because=because, grounds=grounds)


def _is_news(row: KnockOut, because: str, at: datetime | None) -> bool:
    """Whether what came up after the decision speaks against it."""
    settled = row.state in (KnockOut.State.CLEARED, KnockOut.State.CURED)
    if not settled or at is None or row.decided_at is None or at < row.decided_at:
        return False
    return row.state == KnockOut.State.CURED or because not in row.because


def reopen(
    row: KnockOut, because: str, *, by: User | None, raised: str = "", grounds: Grounds = NONE
) -> None:
    """Suspected again, in the new words; the earlier decision stays in the history."""
    row.because, row.run, row.raised = because, grounds.run, raised
    row.decided_by, row.decided_because, row.decided_at = None, "", None
    row.save()
    add_step(row, Kind.SUSPECTED, by=by, because=because, grounds=grounds)

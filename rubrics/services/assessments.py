"""Writes of assessments: publish, open, propose levels, decide knock-outs, keep the standing."""

import hashlib
import json
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F, Max, Q
from django.utils import timezone

from audits.models import AuditRun
from audits.selectors.claims import claim_verdicts
from audits.selectors.runs import latest_run
from diligence.models import Deal, User
from diligence.policies import require
from diligence.services.activity import record
from diligence.services.errors import Refused
from rubrics.catalog.loader import parse_rubric
from rubrics.models import Assessment, KnockOut, RubricVersion, Standing, Suggestion
from rubrics.scoring.rollup import rollup_json
from rubrics.scoring.suggest import Suspicion, suggest, suspicions
from rubrics.selectors.assessments import (
    claim_facts,
    leading_scorecard,
    model_facts,
    practice_facts,
    profile_of,
    rolled_up,
    rubric_of,
)

CLAIMS_KNOCK_OUT = "K1"
"""The knock-out that contradicted claims raise."""


@transaction.atomic
def publish_rubric(*, source: str, name: str) -> RubricVersion:
    """Stores a version of a rubric; the same version with other bytes is refused.

    Raises RubricError where the source is not a valid rubric.
    """
    rubric = parse_rubric(source, name)
    sha256 = hashlib.sha256(source.encode()).hexdigest()
    row, _ = RubricVersion.objects.get_or_create(
        slug=rubric.slug,
        version=rubric.version,
        defaults={"title": rubric.title, "source": source, "sha256": sha256},
    )
    if row.sha256 != sha256:
        raise Refused(
            f"{name} differs from the published version {rubric.version} of {rubric.slug}; "
            "a published version never changes, so give it the next number."
        )
    return row


@transaction.atomic
def open_assessment(
    *, actor: User, deal: Deal, rubric: RubricVersion, mode: str = Assessment.Mode.ASSISTED
) -> Assessment:
    """Freezes rubric, profile and mode for a deal. Raises Refused without an archetype or twice."""
    require(actor, "assessment.open", deal)
    if not deal.archetypes:
        raise Refused(
            "Say first what the product is made of (on the deal's details): "
            "it decides which criteria apply."
        )
    try:
        with transaction.atomic():
            assessment = Assessment.objects.create(
                deal=deal, rubric=rubric, mode=mode, archetypes=deal.archetypes, flags=deal.flags,
                stage=deal.round, opened_by=actor,
            )  # fmt: skip
    except IntegrityError:
        raise Refused("This deal is being assessed already.") from None
    record(
        actor=actor, verb="assessment.open", text=f"opened the assessment under {rubric}",
        deal=deal, about=assessment,
    )  # fmt: skip
    refresh_suggestions(assessment=assessment)
    return assessment


@transaction.atomic
def refresh_suggestions(*, assessment: Assessment, run: AuditRun | None = None) -> None:
    """Proposes levels and suspects knock-outs from the newest verdicts. Twice is as once."""
    Assessment.objects.select_for_update(of=("self",), no_key=True).get(pk=assessment.pk)
    rubric, profile = rubric_of(assessment.rubric), profile_of(assessment)
    facts, claims = practice_facts(assessment.deal), claim_facts(assessment.deal)
    for criterion, proposed in suggest(rubric, profile, facts, claims=claims).items():
        Suggestion.objects.update_or_create(
            assessment=assessment,
            criterion=criterion,
            defaults={
                "level": proposed.level, "grade": proposed.grade, "because": proposed.because,
                "seen": proposed.seen,
                "run": run,
            },
        )  # fmt: skip
    models = model_facts(assessment.deal)
    for suspected in suspicions(rubric, profile, facts, claims=claims, model_files=models):
        _suspect(assessment, suspected, run, _news_at(assessment, suspected, run))
    refresh_standing(assessment=assessment)


def catch_up() -> int:
    """Proposes anew where a run ended and its news was lost with the worker; how many."""
    done = Q(deal__audit_runs__state=AuditRun.State.SUCCEEDED)
    behind = (
        Assessment.objects.alias(
            told=Max("suggestions__made_at"),
            ended=Max("deal__audit_runs__finished_at", filter=done),
        )
        .filter(ended__gt=F("told"))
        .select_related("rubric", "deal")
    )
    for assessment in (found := list(behind)):
        refresh_suggestions(assessment=assessment, run=latest_run(assessment.deal))
    return len(found)


def _news_at(assessment: Assessment, suspected: Suspicion, run: AuditRun | None) -> datetime | None:
    """When what raised it came up: with the run, or with the newest contradiction of a claim."""
    moments = [run.created_at] if run else []
    if suspected.knock_out == CLAIMS_KNOCK_OUT:
        against = [v.made_at for v in claim_verdicts(assessment.deal) if v.is_contradicted]
        moments += against
    return max(moments, default=None)


def _suspect(
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
    if not made:
        by_claims = row.run is None or row.code == CLAIMS_KNOCK_OUT
        if row.state == KnockOut.State.SUSPECTED and by_claims:
            _say_anew(row, because, run or row.run)
        if not _is_news(row, because, at):
            return
        _reopen(row, because, run, raised=because)
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


def _add_words(row: KnockOut, because: str, run: AuditRun | None) -> None:
    """A second voice for the same suspicion; the same words only once."""
    if because not in row.because:
        row.because, row.run = f"{row.because} {because}", run
        row.save(update_fields=["because", "run"])


def _is_news(row: KnockOut, because: str, at: datetime | None) -> bool:
    """Whether what came up after the decision speaks against it."""
    settled = row.state in (KnockOut.State.CLEARED, KnockOut.State.CURED)
    if not settled or at is None or row.decided_at is None or at < row.decided_at:
        return False
    return row.state == KnockOut.State.CURED or because not in row.because


def _reopen(row: KnockOut, because: str, run: AuditRun | None, raised: str = "") -> None:
    """Suspected again, in the new words; the earlier decision stays in the trail."""
    row.state, row.because, row.run = KnockOut.State.SUSPECTED, because, run
    row.raised = raised
    row.decided_by, row.decided_because, row.decided_at = None, "", None
    row.save()


@transaction.atomic
def refresh_standing(*, assessment: Assessment) -> Standing:
    """Computes the roll-up anew and keeps it for the lists.

    Under a lock, so that of two changes at once the later one sees both.
    """
    Assessment.objects.select_for_update(of=("self",), no_key=True).get(pk=assessment.pk)
    rollup = rolled_up(assessment)
    scorecard = leading_scorecard(assessment)
    standing, _ = Standing.objects.update_or_create(
        assessment=assessment,
        defaults={
            "is_final": scorecard is not None and scorecard.locked_at is not None,
            "headline": rollup.headline.score,
            "low": rollup.headline.low,
            "high": rollup.headline.high,
            "band": rollup.band,
            "notation": rollup.notation,
            "coverage": rollup.coverage,
            "data": json.loads(rollup_json(rollup)),
        },
    )
    return standing


@transaction.atomic
def suspect_knock_out(*, actor: User, assessment: Assessment, code: str, because: str) -> KnockOut:
    """A reviewer's suspicion; a known one gets the words added, a settled one is raised again.

    Raises Refused for a code that the rubric does not have, or without a reason.
    """
    require(actor, "knock-out.suspect", assessment)
    if code not in {k.id for k in rubric_of(assessment.rubric).knock_outs}:
        raise Refused("The rubric has no such knock-out; choose one from the list.")
    because = because.strip()
    if not because:
        raise Refused("Say what makes you suspect it, and where it can be seen.")
    knock_out, made = KnockOut.objects.get_or_create(
        assessment=assessment, code=code, defaults={"because": because}
    )
    if not made and knock_out.state in (KnockOut.State.CLEARED, KnockOut.State.CURED):
        _reopen(knock_out, because, None)
    elif not made:
        _add_words(knock_out, because, knock_out.run)
    record(
        actor=actor, verb="knock-out.suspect", text=f"suspects {code}: {because}",
        deal=assessment.deal, about=knock_out,
    )  # fmt: skip
    refresh_standing(assessment=assessment)
    return knock_out


@transaction.atomic
def decide_knock_out(*, actor: User, knock_out: KnockOut, state: str, because: str) -> KnockOut:
    """A person's word on a knock-out, with the reason; it changes the notation at once."""
    require(actor, "knock-out.decide", knock_out.assessment)
    if state not in KnockOut.State:
        raise Refused("Choose one of the states from the list.")
    if not because.strip():
        raise Refused("Say why; the report prints your words.")
    knock_out.state, knock_out.decided_by = state, actor
    knock_out.decided_because, knock_out.decided_at = because.strip(), timezone.now()
    knock_out.save(update_fields=["state", "decided_by", "decided_because", "decided_at"])
    record(
        actor=actor, verb="knock-out.decide", text=f"set {knock_out.code} to {state}: {because}",
        deal=knock_out.assessment.deal, about=knock_out,
    )  # fmt: skip
    refresh_standing(assessment=knock_out.assessment)
    return knock_out

"""Writes of assessments: publish, open, propose levels, keep the standing."""

import hashlib
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F, Max, Q

from audits.models import AuditRun
from audits.selectors.claims import claim_verdicts
from audits.selectors.runs import latest_run
from diligence.models import Deal, User
from diligence.policies import require
from diligence.selectors.evidence import first_opened
from diligence.services.activity import Change, record
from diligence.services.errors import Refused
from rubrics.catalog.loader import parse_rubric
from rubrics.models import Assessment, RubricVersion, Standing, Suggestion
from rubrics.scoring.suggest import Suspicion, suggest, suspicions
from rubrics.selectors.assessments import (
    claim_facts,
    is_final,
    model_facts,
    practice_facts,
    profile_of,
    rolled_up,
    rubric_of,
)
from rubrics.selectors.frames import LATE_BECAUSE, first_frame, misfits
from rubrics.services.standings import keep_standing
from rubrics.services.suspicions import CLAIMS_KNOCK_OUT, suspect


@transaction.atomic
def publish_rubric(
    *, source: str, name: str, based_on: RubricVersion | None = None, by: User | None = None
) -> RubricVersion:
    """Stores a version of a rubric; the same version with other bytes is refused.

    Raises RubricError where the source is not a valid rubric.
    """
    rubric = parse_rubric(source, name)
    sha256 = hashlib.sha256(source.encode()).hexdigest()
    row, _ = RubricVersion.objects.get_or_create(
        slug=rubric.slug,
        version=rubric.version,
        defaults={
            "title": rubric.title,
            "source": source,
            "sha256": sha256,
            "based_on": based_on,
            "published_by": by,
        },
    )
    if row.sha256 != sha256:
        raise Refused(
            f"{name} differs from the published version {rubric.version} of {rubric.slug}; "
            "a published version never changes, so give it the next number."
        )
    return row


@transaction.atomic
def open_assessment(
    *, actor: User, deal: Deal, rubric: RubricVersion, mode: str = Assessment.Mode.ASSISTED,
    practice: str = Assessment.Practice.NO, late_because: str = "",
) -> Assessment:  # fmt: skip
    """Freezes rubric, profile and mode for a deal. Raises Refused without an archetype or twice.

    A practice case is always scored blind, since it is there to compare reviewers. Where the firm
    has opened the startup's evidence before, `late_because` says why it is frozen only now; it
    stands in the trail, which nobody rewrites, and the report prints it.
    """
    require(actor, "assessment.open", deal)
    if rubric.retired_at:
        raise Refused(f"{rubric} is retired; choose another rubric.")
    if practice and mode != Assessment.Mode.BLIND:
        raise Refused("A practice case is scored blind: choose that mode.")
    if not deal.archetypes:
        raise Refused(
            "Say first what the product is made of (on the deal's details): "
            "it decides which criteria apply."
        )
    if found := list(misfits(first_frame(deal, rubric))):
        raise Refused(" ".join(found))
    late = _why_late(deal, late_because)
    try:
        with transaction.atomic():
            assessment = Assessment.objects.create(
                deal=deal, rubric=rubric, mode=mode, archetypes=deal.archetypes, flags=deal.flags,
                stage=deal.round, opened_by=actor, practice=practice,
            )  # fmt: skip
    except IntegrityError:
        raise Refused("This deal is being assessed already.") from None
    record(
        actor=actor, verb="assessment.open", text=f"opened the assessment under {rubric}",
        deal=deal, about=assessment,
        change=Change.of({}, {LATE_BECAUSE: late}) if late else None,
    )  # fmt: skip
    refresh_suggestions(assessment=assessment)
    return assessment


def _why_late(deal: Deal, because: str) -> str:
    """The reason, where one is needed. Raises Refused where it is missing."""
    opened = first_opened(deal)
    if opened is None:
        return ""
    if not because.strip():
        raise Refused(
            f"The startup's evidence was first opened on {opened:%-d %b %Y}. Say why rubric and "
            "profile are frozen only now; the report prints it."
        )
    return because.strip()


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
        suspect(assessment, suspected, run, _news_at(assessment, suspected, run))
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


@transaction.atomic
def refresh_standing(*, assessment: Assessment) -> Standing:
    """Computes the roll-up anew and keeps it for the lists.

    Under a lock, so that of two changes at once the later one sees both.
    """
    held = Assessment.objects.select_for_update(of=("self",), no_key=True)
    # As it is now: the caller's copy may be from before the last scorecard came in.
    assessment = held.select_related("rubric", "deal").get(pk=assessment.pk)
    return keep_standing(assessment, rolled_up(assessment), is_final=is_final(assessment))

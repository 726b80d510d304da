"""A partner's decision: refused with its reasons while something stands in the way, then kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from diligence.models import User
from diligence.policies import require
from diligence.services.activity import record
from diligence.services.errors import Refused
from rubrics.models import Assessment, Condition, SignOff
from rubrics.scoring.signed import FORM, signed_sha256
from rubrics.selectors.assessments import rolled_up
from rubrics.selectors.sign_offs import obstacles
from rubrics.services.follow_ups import Condition as FollowedUp
from rubrics.services.follow_ups import open_follow_up

MOST_CONDITIONS = 20
UNDATED = timedelta(days=100)
"""A condition without a day is due at the end of the plan."""


@dataclass(frozen=True)
class GivenCondition:
    """A condition in the partner's words, and by when."""

    text: str
    due_on: date | None = None


@dataclass(frozen=True)
class GivenDecision:
    """What the partner decides, and why."""

    decision: str
    because: str
    conditions: Sequence[GivenCondition] = ()
    revisit_on: date | None = None


@transaction.atomic
def sign_off(*, actor: User, assessment: Assessment, given: GivenDecision) -> SignOff:
    """Writes the decision down beside the figures that it was made on.

    Raises Refused with every reason where something stands in the way.
    """
    require(actor, "deal.sign-off", assessment)
    # Two decisions at once get two numbers, and no score changes in between.
    assessment = Assessment.objects.select_for_update(of=("self",), no_key=True).get(
        pk=assessment.pk
    )
    _check(given)
    in_the_way = obstacles(assessment, given.decision)
    if in_the_way:
        raise Refused(" ".join(in_the_way))
    rollup = rolled_up(assessment)
    last = assessment.sign_offs.aggregate(last=Max("number"))["last"] or 0
    row = SignOff.objects.create(
        assessment=assessment, number=last + 1, decision=given.decision,
        because=given.because.strip(), revisit_on=given.revisit_on, decided_by=actor,
        notation=rollup.notation, headline=rollup.headline.score,
        rollup_form=FORM, rollup_sha256=signed_sha256(rollup),
    )  # fmt: skip
    Condition.objects.bulk_create(
        Condition(sign_off=row, position=n, text=each.text.strip(), due_on=each.due_on)
        for n, each in enumerate(given.conditions, start=1)
    )
    for each in given.conditions:
        _follow_up(actor, row, each)
    record(
        actor=actor, verb="deal.sign-off", deal=assessment.deal, about=row,
        text=f"signed the deal off: {row.get_decision_display().lower()}",
    )  # fmt: skip
    return row


def _follow_up(actor: User, row: SignOff, given: GivenCondition) -> None:
    """A condition is somebody's to see to: whoever runs the deal, or the partner where they left.

    Raises Refused where its day lies in the past.
    """
    deal = row.assessment.deal
    owner = deal.owner if deal.owner.is_active else actor
    due_on = given.due_on or timezone.localdate() + UNDATED
    condition = FollowedUp(given.text, owner, due_on, subject=f"decision-{row.number}")
    open_follow_up(actor=actor, deal=deal, condition=condition)


def _check(given: GivenDecision) -> None:
    """What can be said of the decision without looking at the deal."""
    if given.decision not in SignOff.Decision.values:
        raise Refused("Choose a decision.")
    if not given.because.strip():
        raise Refused("Say why; the report prints it.")
    conditional = given.decision == SignOff.Decision.CONDITIONS
    if conditional and not given.conditions:
        raise Refused("Write at least one condition, or decide without conditions.")
    if given.conditions and not conditional:
        raise Refused("Conditions belong to “Go, with conditions”; choose it or take them out.")
    if len(given.conditions) > MOST_CONDITIONS:
        raise Refused(f"More than {MOST_CONDITIONS} conditions are none; keep those that decide.")
    if given.revisit_on and given.decision != SignOff.Decision.REVISIT:
        raise Refused("A date to look again belongs to “Look at it again”.")

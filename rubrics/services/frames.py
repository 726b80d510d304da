"""The one way to change what an assessment was frozen under: with a reason that stays."""

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string

from diligence.models import User
from diligence.policies import require
from diligence.services.activity import record
from diligence.services.errors import Conflict, Refused
from diligence.services.mail import queue_mail
from rubrics.models import Adjudication, Assessment, FrameChange, PutLevel
from rubrics.selectors.assessments import rubric_of
from rubrics.selectors.frames import ChangedFrame, Frame, frame_changes, frame_now, misfits
from rubrics.services.assessments import refresh_suggestions


@transaction.atomic
def change_frame(
    *, actor: User, assessment: Assessment, frame: Frame, because: str, seen: int
) -> FrameChange:
    """Puts an assessment under another rubric, weights or profile.

    Scores stay where they are: those of criteria that no longer apply are kept and count again when
    they apply again. `seen` is how many changes there were when the page was read; Conflict where
    somebody was faster.
    """
    require(actor, "assessment.frame", assessment)
    rows = Assessment.objects.select_for_update(of=("self",), no_key=True)
    assessment = rows.select_related("rubric", "deal__startup").get(pk=assessment.pk)
    number = assessment.frame_changes.count()
    if number != seen:
        raise Conflict("Somebody changed this meanwhile; look at what it says now and decide anew.")
    _check(assessment, frame, because)
    change = FrameChange.objects.create(
        assessment=assessment, number=number + 1, because=because.strip(), by=actor,
        before=frame_now(assessment).as_json(), after=frame.as_json(),
    )  # fmt: skip
    assessment.rubric, assessment.stage = frame.rubric, frame.stage
    assessment.archetypes, assessment.flags = sorted(frame.archetypes), sorted(frame.flags)
    assessment.save(update_fields=["rubric", "stage", "archetypes", "flags"])
    refresh_suggestions(assessment=assessment)
    _tell(actor, assessment, frame_changes(assessment)[-1])
    return change


def _check(assessment: Assessment, frame: Frame, because: str) -> None:
    if not because.strip():
        raise Refused("Say why; the report prints it.")
    if not frame.archetypes:
        raise Refused("Say what the product is made of; it decides which criteria apply.")
    if frame.is_as(frame_now(assessment)):
        raise Refused("This is what the deal is frozen under already; nothing was changed.")
    if frame.rubric.retired_at and frame.rubric.pk != assessment.rubric_id:
        raise Refused(f"{frame.rubric} is retired; choose another rubric.")
    if found := list(misfits(frame)):
        raise Refused(" ".join(found))
    if lost := _lost(assessment, frame):
        raise Refused(
            f"That rubric does not have {', '.join(lost)}, on which something was decided or put "
            "to the startup on this deal; choose one that has."
        )


def _lost(assessment: Assessment, frame: Frame) -> list[str]:
    """What people decided on by name and the rubric does not know."""
    rubric = rubric_of(frame.rubric)
    codes = set(assessment.knock_outs.values_list("code", flat=True))
    put = PutLevel.objects.filter(assessment=assessment).values_list("criterion", flat=True)
    settled = Adjudication.objects.filter(assessment=assessment).values_list("criterion", flat=True)
    criteria = {name for name in {*put, *settled} if not rubric.has_criterion(name)}
    return sorted(codes - {each.id for each in rubric.knock_outs}) + sorted(criteria)


def _tell(actor: User, assessment: Assessment, change: ChangedFrame) -> None:
    """A line in the trail, and a mail to whoever scores or is asked to decide."""
    what = "; ".join(change.differences)
    record(
        actor=actor, verb="assessment.frame", deal=assessment.deal, about=assessment,
        text=f"changed what the deal is assessed under ({what}): {change.row.because}",
    )  # fmt: skip
    seated = assessment.seats.taken().values("user")
    scoring = assessment.scorecards.current().values("reviewer")
    people = User.objects.filter(pk__in=seated).union(User.objects.filter(pk__in=scoring))
    for person in people:
        if person.pk != actor.pk and person.is_active:
            _mail(person, actor, assessment, change)


def _mail(person: User, actor: User, assessment: Assessment, change: ChangedFrame) -> None:
    link = f"{settings.PROOFROOM_URL}/deals/{assessment.deal_id}/scorecard/frame/"
    context = {"person": person, "actor": actor, "deal": assessment.deal, "change": change}
    body = render_to_string("rubrics/mail/frame_changed.txt", context | {"link": link})
    queue_mail(
        to=person.email, subject=f"{assessment.deal.startup}: the rubric or profile changed",
        body=body, about=[assessment.deal_id],
    )  # fmt: skip

"""Writes of who scores an assessment: assign, replace, declare a conflict, remind.

Scores are hidden from everybody while somebody who was asked to score blind has not submitted;
`unblind_if_all_are_in` is the only place that ends it.
"""

from datetime import timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.template.loader import render_to_string
from django.utils import timezone

from diligence.models import Deal, User
from diligence.policies import require
from diligence.selectors.barriers import somebody_else_lifts
from diligence.selectors.deals import barred_from
from diligence.services.activity import Change, record
from diligence.services.barriers import declare_conflict_of_interest
from diligence.services.deals import add_member
from diligence.services.errors import Refused
from diligence.services.mail import queue_mail
from rubrics.models import Assessment, Seat
from rubrics.scoring.sign_off import FEWEST_REVIEWERS
from rubrics.services.assessments import refresh_standing

BETWEEN_REMINDERS = timedelta(days=1)


@transaction.atomic
def assign(
    *, actor: User, assessment: Assessment, user: User, role: str = Seat.Role.REVIEWER
) -> Seat:
    """Asks someone of the firm to score blind, or to decide where reviewers differ.

    They are put on the deal where they are not on it, and told by mail. Raises Refused where they
    would be both, or would come after the scores were seen and are not needed.
    """
    assessment = _locked(actor, assessment)
    if role not in Seat.Role:
        raise Refused("Choose what they are asked for from the list.")
    _refuse_unfit(assessment, user, role)
    if not Deal.objects.visible_to(user).filter(pk=assessment.deal_id).exists():
        add_member(actor=actor, deal=assessment.deal, user=user)
    seat = Seat.objects.create(assessment=assessment, user=user, role=role, assigned_by=actor)
    if role == Seat.Role.REVIEWER:
        _hide_again(assessment)
    asked = "to score" if role == Seat.Role.REVIEWER else "to decide where reviewers differ"
    record(
        actor=actor, verb="score.assign", text=f"asked {user} {asked}", deal=assessment.deal,
        about=seat, change=Change.of({"seat": None}, {"seat": role, "of": user.email}),
    )  # fmt: skip
    _mail(seat, actor)
    return seat


def _refuse_unfit(assessment: Assessment, user: User, role: str) -> None:
    if assessment.mode != Assessment.Mode.BLIND:
        raise Refused("In assisted mode whoever opens the scorecard scores; nobody is assigned.")
    if not user.is_firm or not user.is_active:
        raise Refused(f"{user} is not of the firm.")
    if assessment.seats.taken().filter(user=user).exists():
        raise Refused(f"{user} has a place on this assessment already.")
    if assessment.seats.filter(user=user).exclude(conflict_at=None).exists():
        raise Refused(f"{user} declared a conflict of interest on this deal.")
    _refuse_unfit_for_role(assessment, user, role)


def _refuse_unfit_for_role(assessment: Assessment, user: User, role: str) -> None:
    taken = assessment.seats.taken()
    if role == Seat.Role.THIRD:
        if assessment.scorecards.filter(reviewer=user).exists():
            raise Refused(f"{user} scored this deal; a third person has to decide.")
        if taken.filter(role=Seat.Role.THIRD).exists():
            raise Refused("Somebody is asked to decide already; take them off first.")
    elif assessment.unblinded_at and taken.of_reviewers().count() >= FEWEST_REVIEWERS:
        raise Refused("All scorecards are in and seen; a further reviewer would not be blind.")


@transaction.atomic
def give_up_seat(*, actor: User, seat: Seat) -> None:
    """Takes someone off an assessment. What they scored is kept and no longer counts."""
    assessment = _locked(actor, seat.assessment)
    if seat.ended_at is not None:
        return
    seat.ended_at, seat.ended_by = timezone.now(), actor
    seat.save(update_fields=["ended_at", "ended_by"])
    if seat.role == Seat.Role.REVIEWER:
        _supersede(assessment, seat.user)
    record(
        actor=actor, verb="score.unassign", text=f"took {seat.user} off the scoring",
        deal=assessment.deal, about=seat,
        change=Change.of({"seat": seat.role, "of": seat.user.email}, {"seat": None}),
    )  # fmt: skip
    unblind_if_all_are_in(assessment)
    refresh_standing(assessment=assessment)


@transaction.atomic
def replace(*, actor: User, seat: Seat, user: User) -> Seat:
    """Somebody else takes the seat."""
    give_up_seat(actor=actor, seat=seat)
    return assign(actor=actor, assessment=seat.assessment, user=user, role=seat.role)


@transaction.atomic
def declare_conflict(*, actor: User, assessment: Assessment, because: str) -> Seat:
    """One's own conflict of interest: whoever has one cannot score or decide any more.

    It closes the deal to them as well, but where nobody else could open it again. Why is for those
    who run the deal; the trail says that there is one.
    """
    require(actor, "score.submit", assessment)
    Assessment.objects.select_for_update(of=("self",), no_key=True).get(pk=assessment.pk)
    if not because.strip():
        raise Refused("Say in a sentence what the conflict is; those who run the deal read it.")
    seat = assessment.seats.taken().filter(user=actor).first()
    if seat is None and assessment.mode == Assessment.Mode.BLIND:
        raise PermissionDenied("You are not asked to score this deal.")
    if seat is None:
        seat = Seat(assessment=assessment, user=actor, assigned_by=actor)
    seat.conflict, seat.conflict_at = because.strip(), timezone.now()
    seat.save()
    _supersede(assessment, actor)
    record(
        actor=actor, verb="score.conflict", deal=assessment.deal, about=seat,
        text="declared a conflict of interest and scores no more",
        change=Change.of({"may_score": True}, {"may_score": False}),
    )  # fmt: skip
    refresh_standing(assessment=assessment)
    if somebody_else_lifts(assessment.deal, actor):
        declare_conflict_of_interest(actor=actor, deal=assessment.deal, reason=because)
    return seat


@transaction.atomic
def remind_reviewers(*, actor: User, assessment: Assessment) -> int:
    """Mails those whose scorecard is missing, each once a day at most; how many."""
    assessment = _locked(actor, assessment)
    now, sent = timezone.now(), 0
    for seat in _to_be_told(assessment).select_related("user"):
        if seat.reminded_at is not None and now - seat.reminded_at < BETWEEN_REMINDERS:
            continue
        seat.reminded_at = now
        seat.save(update_fields=["reminded_at"])
        _mail(seat, actor, reminder=True)
        sent += 1
    if sent:
        noun = "reviewer" if sent == 1 else "reviewers"
        record(
            actor=actor, verb="score.remind", text=f"reminded {sent} {noun} of their scorecard",
            deal=assessment.deal, about=assessment,
        )  # fmt: skip
    return sent


def unblind_if_all_are_in(assessment: Assessment) -> bool:
    """Shows the scores once every reviewer has submitted. The caller holds the assessment's lock.

    A reviewer with a conflict who was not replaced keeps them hidden, and so does a single one.
    """
    if not assessment.is_blind or _missing(assessment).exists():
        return False
    if assessment.seats.of_reviewers().count() < FEWEST_REVIEWERS:
        return False
    assessment.unblinded_at = timezone.now()
    assessment.save(update_fields=["unblinded_at"])
    record(
        actor=None, verb="score.unblind", text="showed the scores, as all reviewers have submitted",
        deal=assessment.deal, about=assessment,
    )  # fmt: skip
    return True


def _missing(assessment: Assessment) -> models.QuerySet[Seat]:
    """Seats of reviewers without a submitted scorecard that counts."""
    submitted = assessment.scorecards.current().exclude(locked_at=None)
    return assessment.seats.of_reviewers().exclude(user__in=submitted.values("reviewer"))


def _to_be_told(assessment: Assessment) -> models.QuerySet[Seat]:
    """Those of them who still see the deal and may score it."""
    rows = _missing(assessment).filter(conflict_at=None)
    return rows.exclude(user__in=barred_from(assessment.deal))


def _locked(actor: User, assessment: Assessment) -> Assessment:
    require(actor, "score.assign", assessment)
    rows = Assessment.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("deal__startup", "rubric").get(pk=assessment.pk)


def _hide_again(assessment: Assessment) -> None:
    if assessment.unblinded_at is not None:
        assessment.unblinded_at = None
        assessment.save(update_fields=["unblinded_at"])
        refresh_standing(assessment=assessment)


def _supersede(assessment: Assessment, user: User) -> None:
    cards = assessment.scorecards.current().filter(reviewer=user)
    cards.update(superseded_at=timezone.now())


def _mail(seat: Seat, actor: User, *, reminder: bool = False) -> None:
    deal = seat.assessment.deal
    context = {
        "seat": seat, "deal": deal, "actor": actor, "reminder": reminder,
        "decides": seat.role == Seat.Role.THIRD,
        "link": f"{settings.PROOFROOM_URL}/deals/{deal.pk}/scorecard/",
    }  # fmt: skip
    subject = f"{deal.startup}: your scorecard" if reminder else f"{deal.startup}: asked to score"
    body = render_to_string("rubrics/mail/asked_to_score.txt", context)
    queue_mail(to=seat.user.email, subject=subject, body=body, about=[deal.pk])

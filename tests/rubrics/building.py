"""Assessments and scorecards for tests, made through the services."""

from collections.abc import Mapping
from datetime import timedelta
from importlib.resources import files

from django.utils import timezone

from diligence.models import Deal, EvidenceRequest, User
from diligence.services.evidence_requests import answer_request
from rubrics.catalog.loader import available
from rubrics.models import Assessment, KnockOut, RubricVersion, Score, Scorecard
from rubrics.selectors.assessments import applicable_criteria
from rubrics.services.assessments import open_assessment, publish_rubric, refresh_standing
from rubrics.services.knock_outs import (
    Question,
    Waiver,
    Word,
    ask_about_knock_out,
    clear_knock_out,
    confirm_knock_out,
    cure_knock_out,
    waive_knock_out,
)
from rubrics.services.reviewing import assign
from rubrics.services.scorecards import GivenScore, lock_scorecard, open_scorecard, submit_score
from tests.cast import Cast, some_evidence


def the_rubric() -> RubricVersion:
    """The rubric that ships."""
    ref = max(available(), key=lambda each: each.version)
    source = files("rubrics.catalog").joinpath(ref.file_name).read_text(encoding="utf-8")
    return publish_rubric(source=source, name=ref.file_name)


def a_variant(slug: str, **renamed: str) -> RubricVersion:
    """The rubric that ships under another name, with some of its words replaced."""
    source = the_rubric().source.replace("rubric: mlops-diligence", f"rubric: {slug}", 1)
    for old, new in renamed.items():
        source = source.replace(old, new)
    return publish_rubric(source=source, name=slug)


def an_assessment(deal: Deal, *, mode: str = Assessment.Mode.ASSISTED) -> Assessment:
    """The deal under the rubric that ships, opened by its owner."""
    return open_assessment(actor=deal.owner, deal=deal, rubric=the_rubric(), mode=mode)


def give(
    scorecard: Scorecard,
    criterion: str,
    level: int | None,
    *,
    grade: str = "E3",
    why: str = "Seen.",
) -> Score:
    """A reviewer's word, whatever it was before; no level is: cannot assess."""
    before = scorecard.scores.filter(criterion=criterion).first()
    given = GivenScore(
        outcome=Score.Outcome.UNKNOWN if level is None else Score.Outcome.SCORED,
        level=level, grade=grade, rationale=why, revision=before.revision if before else 0,
    )  # fmt: skip
    return submit_score(
        actor=scorecard.reviewer, scorecard=scorecard, criterion_id=criterion, given=given
    )


def ask_to_score(assessment: Assessment, *people: User) -> None:
    """Seats for those who score blind; in assisted mode nobody is asked."""
    for person in people if assessment.mode == Assessment.Mode.BLIND else ():
        if not assessment.seats.taken().filter(user=person).exists():
            assign(actor=assessment.deal.owner, assessment=assessment, user=person)


def a_scorecard(
    assessment: Assessment,
    reviewer: User,
    *,
    level: int | None = 2,
    levels: Mapping[str, int | None] | None = None,
    locked: bool = False,
    why: str = "Seen in the code.",
) -> Scorecard:
    """Every criterion at one level but for those named; submitted if asked for.

    The scores are written at once: one by one through the service they would take seconds.
    """
    ask_to_score(assessment, reviewer)
    scorecard = open_scorecard(actor=reviewer, assessment=assessment)
    given = {
        c.id: (levels or {}).get(c.id, level) for c in applicable_criteria(scorecard.assessment)
    }
    Score.objects.bulk_create(
        Score(
            scorecard=scorecard, criterion=criterion, level=chosen, grade="E3", rationale=why,
            outcome=Score.Outcome.UNKNOWN if chosen is None else Score.Outcome.SCORED,
        )
        for criterion, chosen in given.items()
    )  # fmt: skip
    refresh_standing(assessment=assessment)
    if locked:
        return lock_scorecard(actor=reviewer, scorecard=scorecard)
    return scorecard


def word_on(knock_out: KnockOut, because: str = "Seen.") -> Word:
    """A word of somebody who has read the whole history."""
    return Word(because, knock_out.steps.count())


def asked_about(cast: Cast, knock_out: KnockOut, *, days: int = 7) -> EvidenceRequest:
    """The suspicion put to the startup, which has so many days."""
    due_on = timezone.localdate() + timedelta(days=days)
    question = Question("Is this key live?", "A key stands in settings.py:4.", due_on)
    return ask_about_knock_out(
        actor=cast.analyst, knock_out=knock_out, question=question, seen=knock_out.steps.count()
    )


def confirmed(cast: Cast, knock_out: KnockOut) -> None:
    """Asked, answered by the founder, and confirmed by the partner and the reviewer."""
    request = asked_about(cast, knock_out)
    answer_request(actor=cast.founder, request=request, reply="It was a test key.")
    for actor in (cast.reviewer, cast.partner):
        confirm_knock_out(actor=actor, knock_out=knock_out, word=word_on(knock_out))


def settled(cast: Cast, knock_out: KnockOut, state: str, because: str = "Seen.") -> KnockOut:
    """The knock-out brought to a state as people would, by the partner."""
    if state == "confirmed":
        confirmed(cast, knock_out)
    elif state == "cleared":
        word = word_on(knock_out, because)
        clear_knock_out(actor=cast.partner, knock_out=knock_out, word=word)
    elif state == "cured":
        shown = (some_evidence(cast.deal, by=cast.founder, filename="revoked.txt"),)
        word = Word(because, knock_out.steps.count(), shown)
        cure_knock_out(actor=cast.partner, knock_out=knock_out, word=word)
    else:
        until = timezone.localdate() + timedelta(days=30)
        waive_knock_out(
            actor=cast.partner, knock_out=knock_out, word=word_on(knock_out, because),
            waiver=Waiver(until, str(cast.partner)),
        )  # fmt: skip
    knock_out.refresh_from_db()
    return knock_out


def scored_blind(
    deal: Deal, *reviewers: tuple[User, Mapping[str, int | None]], level: int = 2
) -> Assessment:
    """A deal that these people scored blind, each with the levels that differ from `level`."""
    assessment = an_assessment(deal, mode=Assessment.Mode.BLIND)
    ask_to_score(assessment, *(user for user, _ in reviewers))
    for user, levels in reviewers:
        a_scorecard(assessment, user, level=level, levels=levels, locked=True)
    return Assessment.objects.select_related("rubric", "deal__startup").get(pk=assessment.pk)

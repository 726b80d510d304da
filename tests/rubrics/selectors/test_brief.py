"""The brief of a deal: what is not there is not said, and every list is short and counted."""

from datetime import timedelta

from django.utils import timezone

from diligence.services.deals import write_note
from diligence.services.evidence_requests import Need, request_evidence
from diligence.services.inbox import mark_seen
from rubrics.models import Standing, StandingPoint
from rubrics.selectors.brief import MOST, Brief, brief_of
from tests.audits.claiming import a_claim, a_verdict
from tests.cast import Cast, signed_in
from tests.rubrics.building import a_scorecard, an_assessment


def brief(cast: Cast) -> Brief:
    return brief_of(cast.deal, cast.analyst, Standing.objects.get(assessment__deal=cast.deal))


def test_where_nothing_happened_the_lists_are_empty(cast: Cast) -> None:
    an_assessment(cast.deal)
    mark_seen(actor=cast.analyst, until=timezone.now())
    found = brief(cast)
    assert (found.contradictions, found.said, found.changed, found.before) == ((), 0, (), None)


def test_what_one_did_oneself_is_no_news(cast: Cast) -> None:
    an_assessment(cast.deal)
    mark_seen(actor=cast.analyst, until=timezone.now())
    write_note(actor=cast.analyst, deal=cast.deal, body="Mine.")
    assert brief(cast).changed == ()
    write_note(actor=cast.partner, deal=cast.deal, body="Theirs.")
    assert [line.actor for line in brief(cast).changed] == [cast.partner]


def test_the_worst_contradictions_and_what_waits_are_five_at_most_and_counted(cast: Cast) -> None:
    an_assessment(cast.deal)
    for n in range(MOST + 2):
        a_verdict(a_claim(cast.deal, f"{90 + n}% accuracy"))
        request_evidence(actor=cast.analyst, deal=cast.deal, need=Need(f"Log {n}", "To see it."))
    found = brief(cast)
    assert (len(found.contradictions), found.contradicted, found.said) == (MOST, MOST + 2, MOST + 2)
    assert len(found.open) == MOST
    assert found.waiting >= MOST + 2


def test_an_earlier_day_is_told_where_the_score_was_another(cast: Cast) -> None:
    assessment = an_assessment(cast.deal)
    a_scorecard(assessment, cast.reviewer, locked=True)
    standing = Standing.objects.get(pk=assessment.pk)
    today = standing.computed_at.date()
    same = {"headline": standing.headline, "notation": standing.notation}
    StandingPoint.objects.create(assessment=assessment, day=today - timedelta(days=1), **same)
    assert brief(cast).before is None
    older = StandingPoint.objects.create(
        assessment=assessment, day=today - timedelta(days=9), headline=31.0, notation="D/L/-"
    )
    assert brief(cast).before == older
    page = signed_in(cast.analyst).get(f"/deals/{cast.deal.pk}/risk/").content.decode()
    assert "it was 31.0, D/L/-." in page

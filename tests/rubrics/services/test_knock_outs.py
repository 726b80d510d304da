"""The life of a knock-out through the services: what is refused first, then each way out."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import F
from django.utils import timezone

from diligence.models import Activity, EvidenceRequest, OutboundMail
from diligence.services.errors import Conflict, Refused
from diligence.services.evidence_requests import answer_request, withdraw_request
from rubrics.models import Assessment, KnockOut, Standing
from rubrics.selectors.reports import report_data
from rubrics.services.assessments import refresh_suggestions
from rubrics.services.knock_outs import (
    Waiver,
    Word,
    clear_knock_out,
    confirm_knock_out,
    cure_knock_out,
    lapse_waivers,
    suspect_knock_out,
    waive_knock_out,
)
from tests.cast import Cast, some_evidence, whole_cast
from tests.rubrics.building import an_assessment, asked_about, confirmed, settled, word_on


@pytest.fixture
def assessment(cast: Cast) -> Assessment:
    return an_assessment(cast.deal)


@pytest.fixture
def row(cast: Cast, assessment: Assessment) -> KnockOut:
    return suspect_knock_out(
        actor=cast.reviewer, assessment=assessment, code="K7", because="A live key in settings.py."
    )


def notation() -> str:
    return Standing.objects.get().notation


def days_pass(row: KnockOut, days: int) -> None:
    """As if all that was done so far had been done that many days earlier."""
    ago = timedelta(days=days)
    row.steps.update(at=F("at") - ago, until=F("until") - ago)
    KnockOut.objects.filter(pk=row.pk).update(waived_until=F("waived_until") - ago)


def kinds(row: KnockOut) -> list[str]:
    return list(row.steps.values_list("kind", flat=True))


def test_nobody_confirms_before_the_startup_could_reply(cast: Cast, row: KnockOut) -> None:
    with pytest.raises(Refused, match="Ask the startup first"):
        confirm_knock_out(actor=cast.partner, knock_out=row, word=word_on(row))
    asked_about(cast, row)
    with pytest.raises(Refused, match="The startup may reply until"):
        confirm_knock_out(actor=cast.partner, knock_out=row, word=word_on(row))
    assert kinds(row) == ["suspected", "asked"]


def test_one_person_is_one_voice(cast: Cast, row: KnockOut) -> None:
    answer_request(actor=cast.founder, request=asked_about(cast, row), reply="It is a test key.")
    confirm_knock_out(actor=cast.partner, knock_out=row, word=word_on(row))
    with pytest.raises(Refused, match="now a second person has to"):
        confirm_knock_out(actor=cast.partner, knock_out=row, word=word_on(row))
    row.refresh_from_db()
    assert row.state == "suspected"
    assert notation().endswith("X(K7)")


def test_founders_and_outsiders_do_nothing(cast: Cast, row: KnockOut) -> None:
    asked_about(cast, row)
    for actor in (cast.founder, cast.outsider):
        for act in (confirm_knock_out, clear_knock_out, cure_knock_out):
            with pytest.raises(PermissionDenied):
                act(actor=actor, knock_out=row, word=word_on(row))


def test_two_people_after_the_reply_confirm_and_every_step_is_kept(
    cast: Cast, row: KnockOut
) -> None:
    confirmed(cast, row)
    row.refresh_from_db()
    assert row.state == "confirmed"
    assert row.decided_by == cast.partner
    steps = list(row.steps.select_related("by"))
    assert [(s.kind, s.by) for s in steps] == [
        ("suspected", cast.reviewer), ("asked", cast.analyst), ("replied", cast.founder),
        ("confirmed", cast.reviewer), ("confirmed", cast.partner),
    ]  # fmt: skip
    assert steps[2].because == "It was a test key."
    told = Activity.objects.filter(verb="knock-out.confirm").latest("at")
    assert told.text == "confirmed K7: Seen."


def test_the_startup_reads_the_question_and_the_facts_and_nothing_else(
    cast: Cast, row: KnockOut
) -> None:
    request = asked_about(cast, row)
    assert request.wants_words
    assert (request.what, request.why) == ("Is this key live?", "A key stands in settings.py:4.")
    item = some_evidence(cast.deal, by=cast.founder)
    with pytest.raises(Refused, match="your own words"):
        answer_request(actor=cast.founder, request=request, evidence=[item])
    seen = Activity.objects.filter(deal=cast.deal, in_room=True).values_list("text", flat=True)
    assert not [text for text in seen if "K7" in text or "knock" in text.lower()]


def test_silence_until_the_day_is_told_with_the_confirmation(cast: Cast, row: KnockOut) -> None:
    asked_about(cast, row, days=3)
    days_pass(row, 4)
    for actor in (cast.reviewer, cast.partner):
        confirm_knock_out(actor=actor, knock_out=row, word=word_on(row))
    row.refresh_from_db()
    assert row.state == "confirmed"
    assert row.life.unheard
    told = Activity.objects.filter(verb="knock-out.confirm").latest("at")
    assert told.text == "confirmed K7, without a reply of the startup: Seen."


def test_a_question_taken_back_lets_nobody_confirm_after_its_day(cast: Cast, row: KnockOut) -> None:
    withdraw_request(actor=cast.analyst, request=asked_about(cast, row), because="Wrong file.")
    assert kinds(row) == ["suspected", "asked", "taken-back"]
    days_pass(row, 30)
    with pytest.raises(Refused, match="Ask the startup first"):
        confirm_knock_out(actor=cast.partner, knock_out=row, word=word_on(row))


def test_it_is_asked_once_at_a_time(cast: Cast, row: KnockOut) -> None:
    asked_about(cast, row)
    with pytest.raises(Refused, match="asked already"):
        asked_about(cast, row)
    assert EvidenceRequest.objects.count() == 1


def test_of_two_who_decide_at_once_the_second_is_told(cast: Cast, row: KnockOut) -> None:
    as_both_read_it = word_on(row)
    clear_knock_out(actor=cast.partner, knock_out=row, word=as_both_read_it)
    with pytest.raises(Conflict, match="Someone has acted on it meanwhile"):
        waive_knock_out(
            actor=cast.partner, knock_out=row, word=as_both_read_it,
            waiver=Waiver(timezone.localdate() + timedelta(days=9), str(cast.partner)),
        )  # fmt: skip
    row.refresh_from_db()
    assert (row.state, kinds(row)) == ("cleared", ["suspected", "cleared"])


def test_a_cure_needs_evidence_of_this_deal(cast: Cast, row: KnockOut) -> None:
    with pytest.raises(Refused, match="without any it is a promise"):
        cure_knock_out(actor=cast.partner, knock_out=row, word=word_on(row))
    foreign = some_evidence(cast.other_deal, by=cast.other_founder)
    with pytest.raises(Refused, match="evidence of this deal"):
        cure_knock_out(
            actor=cast.partner, knock_out=row, word=Word("Revoked.", row.steps.count(), (foreign,))
        )
    assert settled(cast, row, "cured").state == "cured"
    assert row.steps.last().evidence.get().title  # type: ignore[union-attr] # it is there, or the test fails
    assert notation().endswith("/-")


def test_a_suspicion_carries_evidence_of_this_deal_only(cast: Cast, assessment: Assessment) -> None:
    own = some_evidence(cast.deal, by=cast.founder)
    foreign = some_evidence(cast.other_deal, by=cast.other_founder)
    with pytest.raises(Refused, match="evidence of this deal"):
        suspect_knock_out(
            actor=cast.reviewer, assessment=assessment, code="K2", because="No paper.",
            evidence=[foreign],
        )  # fmt: skip
    raised = suspect_knock_out(
        actor=cast.reviewer, assessment=assessment, code="K2", because="No paper.", evidence=[own]
    )
    assert raised.steps.get().evidence.get() == own


@pytest.mark.parametrize("days", [0, -1, 400])
def test_a_waiver_ends_after_today_and_within_a_year(cast: Cast, row: KnockOut, days: int) -> None:
    waiver = Waiver(timezone.localdate() + timedelta(days=days), str(cast.partner))
    with pytest.raises(Refused, match="within a year"):
        waive_knock_out(actor=cast.partner, knock_out=row, word=word_on(row), waiver=waiver)


def test_a_waiver_is_signed_by_a_partner_with_their_name(cast: Cast, row: KnockOut) -> None:
    until = timezone.localdate() + timedelta(days=9)
    for actor in (cast.admin, cast.analyst, cast.reviewer):
        with pytest.raises(PermissionDenied):
            waive_knock_out(
                actor=actor, knock_out=row, word=word_on(row), waiver=Waiver(until, str(actor))
            )
    with pytest.raises(Refused, match="Sign with your name as it stands here: Pia Partner"):
        waive_knock_out(
            actor=cast.partner, knock_out=row, word=word_on(row), waiver=Waiver(until, "P. P.")
        )


def test_an_expired_waiver_shows_again_at_once_and_the_owner_is_told(
    cast: Cast, row: KnockOut
) -> None:
    confirmed(cast, row)
    settled(cast, row, "waived", "Revoked at closing.")
    assert notation().endswith("/-")
    assert lapse_waivers() == 0
    days_pass(row, 31)
    (shown,) = KnockOut.objects.standing()
    assert shown.stands
    assert lapse_waivers() == 1
    assert lapse_waivers() == 0
    row.refresh_from_db()
    assert (row.state, kinds(row)[-2:]) == ("confirmed", ["waived", "lapsed"])
    assert notation().endswith("X(K7)")
    mail = OutboundMail.objects.get(to=cast.analyst.email, subject__contains="waiver")
    assert "confirmed as before" in mail.body


def test_the_report_carries_the_whole_history(cast: Cast, row: KnockOut) -> None:
    confirmed(cast, row)
    data = report_data(cast.deal, number=1, issued_by=cast.analyst, issued_at=timezone.now())
    assert data is not None
    (told,) = data["knock_outs"]
    assert [step["kind"] for step in told["history"]] == [
        "Suspected", "Asked the startup", "The startup replied", "Confirmed", "Confirmed",
    ]  # fmt: skip
    assert told["history"][2]["because"] == "It was a test key."
    assert told["unheard"] is False


@pytest.mark.django_db(transaction=True)
def test_of_two_people_and_an_audit_in_the_same_moment_one_decides_and_none_is_stuck(
    transactional_db: None,
) -> None:
    cast = whole_cast()
    row = suspect_knock_out(
        actor=cast.reviewer, assessment=an_assessment(cast.deal), code="K7", because="A live key."
    )
    read = word_on(row)
    waiver = Waiver(timezone.localdate() + timedelta(days=9), str(cast.partner))

    def clear() -> None:
        clear_knock_out(actor=cast.partner, knock_out=row, word=read)

    def waive() -> None:
        waive_knock_out(actor=cast.partner, knock_out=row, word=read, waiver=waiver)

    def propose() -> None:
        refresh_suggestions(assessment=Assessment.objects.get())

    def outcome(act: Callable[[], None]) -> str:
        try:
            act()
        except Conflict:
            return "told"
        else:
            return "done"
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as threads:
        clearing, waiving, proposing = threads.map(outcome, [clear, waive, propose])
    assert sorted([clearing, waiving]) == ["done", "told"]
    assert proposing == "done"
    assert len(kinds(row)) == 2
    assert list(row.steps.values_list("number", flat=True)) == [1, 2]


def test_whoever_scores_blind_reads_of_no_suspicion_in_what_is_asked(
    cast: Cast, row: KnockOut
) -> None:
    request = asked_about(cast, row)
    assert (request.asked_for_kind, request.asked_for_text) == ("knock-out", "")

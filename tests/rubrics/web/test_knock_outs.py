"""The pages of a knock-out: the firm's, and the startup's where it is asked."""

import html
from datetime import date, timedelta

import pytest
from django.test import Client

from diligence.models import EvidenceItem
from diligence.services.evidence_links import Spoken, link_evidence
from diligence.services.evidence_requests import answer_request
from rubrics.models import FollowUp, KnockOut
from rubrics.services.knock_outs import clear_knock_out, suspect_knock_out
from rubrics.services.sign_offs import GivenCondition, GivenDecision, sign_off
from rubrics.web.forms.knock_outs import working_days_after
from tests.cast import Cast, read, signed_in, some_evidence
from tests.rubrics.building import a_scorecard, an_assessment, asked_about, word_on

DAY = timedelta(days=1)
FACTS = "A key stands in settings.py:4."


@pytest.fixture
def row(cast: Cast) -> KnockOut:
    assessment = an_assessment(cast.deal)
    return suspect_knock_out(
        actor=cast.analyst, assessment=assessment, code="K7", because="I think they lie."
    )


def page(cast: Cast) -> str:
    return f"/deals/{cast.deal.pk}/knock-outs/K7/"


def act(browser: Client, cast: Cast, name: str, **given: object) -> tuple[int, str]:
    """Sends one act after reading the page; returns status and text, redirects followed."""
    data = {"act": name, **{f"{name}-{field}": value for field, value in given.items()}}
    answer = browser.post(page(cast), data, follow=True)
    return answer.status_code, answer.content.decode()


def test_the_startup_sees_the_question_and_the_facts_alone(cast: Cast, row: KnockOut) -> None:
    request = asked_about(cast, row)
    browser = signed_in(cast.founder)
    for address in (f"/room/{cast.deal.pk}/", f"/room/{cast.deal.pk}/requests/{request.pk}/"):
        shown = read(browser, address)
        assert "Is this key live?" in shown
        assert FACTS in shown
        for hidden in ("K7", "nock-out", "I think they lie."):
            assert hidden not in shown
    assert browser.get(page(cast)).status_code == 404


def test_a_file_alone_is_no_reply_and_the_form_says_so(cast: Cast, row: KnockOut) -> None:
    address = f"/room/{cast.deal.pk}/requests/{asked_about(cast, row).pk}/"
    answer = signed_in(cast.founder).post(address, {"reply": " "})
    assert answer.status_code == 422
    assert "Say it in your own words" in answer.content.decode()


def test_from_the_question_to_the_second_voice(cast: Cast, row: KnockOut) -> None:
    analyst, partner = signed_in(cast.analyst), signed_in(cast.partner)
    form = {"ask": "Is it live?", "because": FACTS, "due_on": "2099-01-01", "seen": 1}
    assert "has it on its list" in act(analyst, cast, "ask", **form)[1]
    request = cast.deal.requests.get()
    address = f"/room/{cast.deal.pk}/requests/{request.pk}/"
    signed_in(cast.founder).post(address, {"reply": "It was a test key."})
    shown = read(partner, page(cast))
    assert "It was a test key." in shown
    assert "2 voices more would confirm it" in shown
    assert "first of two voices" in act(partner, cast, "confirm", because="Seen.", seen=3)[1]
    assert "K7 is confirmed" in act(analyst, cast, "confirm", because="It works.", seen=4)[1]
    assert "is confirmed" in read(partner, page(cast))
    row.refresh_from_db()
    assert row.state == "confirmed"


def test_whoever_decides_on_an_older_page_is_told_and_sees_the_newer_one(
    cast: Cast, row: KnockOut
) -> None:
    partner = signed_in(cast.partner)
    asked_about(cast, row)
    status, shown = act(partner, cast, "clear", because="Wrong.", seen=1)
    assert status == 200
    assert "Someone has acted on it meanwhile" in shown
    assert "Asked the startup" in shown
    assert KnockOut.objects.get().state == "suspected"


def test_each_reads_what_they_may_do_and_why_not(cast: Cast, row: KnockOut) -> None:
    a_scorecard(row.assessment, cast.reviewer, locked=True)
    for who, sentence in (
        (cast.analyst, "Only a partner or an administrator can decide this."),
        (cast.partner, "Ask the startup first: nothing is confirmed before it could reply."),
        (cast.reviewer, "Only analysts, partners and administrators of the firm can do this."),
    ):
        assert sentence in read(signed_in(who), page(cast))


@pytest.mark.parametrize(
    ("start", "end"), [("2026-11-23", "2026-11-30"), ("2026-11-28", "2026-12-04")]
)
def test_five_working_days_leave_out_the_weekend(start: str, end: str) -> None:
    assert working_days_after(date.fromisoformat(start), 5) == date.fromisoformat(end)


def test_conditions_decisions_and_questions_tell_nobody_who_has_still_to_score(
    cast: Cast,
) -> None:
    assessment = an_assessment(cast.deal)
    a_scorecard(assessment, cast.analyst, level=1, locked=True)
    raised = suspect_knock_out(actor=cast.partner, assessment=assessment, code="K1", because="x")
    request = asked_about(cast, raised)
    condition = GivenCondition("Cure the key of K1.")
    before = some_evidence(cast.deal, by=cast.founder, filename="contract.txt", content=b"c")
    EvidenceItem.objects.filter(pk=before.pk).update(created_at=request.asked_at - DAY)
    proof = some_evidence(
        cast.deal, by=cast.founder, filename="rotation-of-the-key.txt", content=b"rotated"
    )
    answer_request(
        actor=cast.founder, request=request, reply="It was a test key.", evidence=[before, proof]
    )
    clear_knock_out(actor=cast.partner, knock_out=raised, word=word_on(raised))
    given = GivenDecision("go-with-conditions", "With care.", [condition])
    sign_off(actor=cast.partner, assessment=assessment, given=given)
    deal = f"/deals/{cast.deal.pk}/"
    pages = [deal, f"{deal}open/", f"{deal}open/panel/", f"{deal}activity/", f"{deal}requests/",
             "/inbox/", f"{deal}evidence/", f"{deal}data-room/"]  # fmt: skip
    telling = ("Cure the key of K1.", "signed the deal off", "Is this key live?", "settings.py:4",
               "rotation-of-the-key.txt")  # fmt: skip

    def told(browser: Client) -> set[str]:
        read = "".join(html.unescape(browser.get(each).content.decode()) for each in pages)
        return {words for words in telling if words in read}

    assert told(signed_in(cast.analyst)) == set(telling)
    assert told(signed_in(cast.reviewer)) == set()
    assert "Is this key live?" in (
        signed_in(cast.founder).get(f"/room/{cast.deal.pk}/").content.decode()
    )
    seen = EvidenceItem.objects.visible_to(cast.reviewer)
    assert before in seen
    assert proof not in seen
    assert proof in EvidenceItem.objects.visible_to(cast.founder)
    version = proof.versions.get()
    for page in (f"{deal}evidence/{proof.pk}/", f"/evidence/{version.pk}/download/"):
        assert signed_in(cast.reviewer).get(page).status_code == 404
        assert signed_in(cast.analyst).get(page).status_code == 200
    FollowUp.objects.update(owner=cast.reviewer)
    assert told(signed_in(cast.reviewer)) == {"Cure the key of K1."}
    link_evidence(
        actor=cast.analyst, item=proof, to=Spoken("criterion", "secrets-management", "Secrets")
    )
    assert proof in seen.all()

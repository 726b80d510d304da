"""Pages of agreement: what is said of two reviewers, and one page for each difference."""

import pytest
from django.test import Client
from django.utils import timezone

from diligence.models import EvidenceItem, User
from rubrics.models import Adjudication, Assessment, Citation, Dissent, Score
from rubrics.services.reviewing import assign
from tests.cast import Cast, signed_in, some_evidence
from tests.rubrics.building import scored_blind
from tests.rubrics.services.test_settling import KEYSTONE, STEP, VARIED, WIDE

HOSTILE = "<script>alert('x')</script>"


@pytest.fixture
def evidence(cast: Cast) -> EvidenceItem:
    return some_evidence(cast.deal, by=cast.founder)


@pytest.fixture
def assessment(cast: Cast, evidence: EvidenceItem) -> Assessment:
    found = scored_blind(
        cast.deal,
        (cast.reviewer, {**VARIED, STEP: 1, WIDE: 2, KEYSTONE: 2}),
        (cast.outsider, {**VARIED, STEP: 2, WIDE: 0, KEYSTONE: None}),
    )
    score = Score.objects.get(scorecard__reviewer=cast.reviewer, criterion=WIDE)
    Citation.objects.create(score=score, evidence=evidence)
    assign(actor=cast.analyst, assessment=found, user=cast.partner, role="third")
    return found


def at(cast: Cast, rest: str = "") -> str:
    return f"/deals/{cast.deal.pk}/agreement/{rest}"


def read(who: User | Client, address: str, status: int = 200) -> str:
    browser = who if isinstance(who, Client) else signed_in(who)
    response = browser.get(address)
    assert response.status_code == status, address
    return response.content.decode()


def test_the_page_says_alpha_with_its_interval_and_what_is_left(
    cast: Cast, assessment: Assessment
) -> None:
    page = read(cast.analyst, at(cast))
    assert "s alpha 0.9" in page
    assert "95% interval" in page
    assert "1 difference waits for a third person" in page
    assert "1 one-step difference waits" in page
    assert "They straddle the stage&#x27;s target of 1." in page
    assert page.index("For the third person") < page.index("talk it over against the decision test")
    assert "Only one could assess" in page
    assert "It is no rater" in page
    for who in (cast.founder, cast.other_founder):
        read(who, at(cast), 404)
        read(who, at(cast, f"{WIDE}/"), 404)


def test_before_all_are_in_there_is_no_such_page(cast: Cast, assessment: Assessment) -> None:
    Assessment.objects.update(unblinded_at=None)
    for who in (cast.reviewer, cast.analyst, cast.admin):
        read(who, at(cast), 404)
        read(who, at(cast, f"{WIDE}/"), 404)


def test_only_who_sees_the_scores_is_led_to_what_shows_them(
    cast: Cast, assessment: Assessment
) -> None:
    for page in ("scorecard/", "scorecard/frame/", "reviewers/"):
        address = f"/deals/{cast.deal.pk}/{page}"
        Assessment.objects.update(unblinded_at=None)
        assert "/agreement/" not in read(cast.reviewer, address)
        assert "/findings/" not in read(cast.analyst, address)
        Assessment.objects.update(unblinded_at=timezone.now())
        assert at(cast) in read(cast.reviewer, address)
        assert f"/deals/{cast.deal.pk}/findings/" in read(cast.analyst, address)


def test_a_third_person_decides_on_the_page_and_a_reviewer_dissents(
    cast: Cast, assessment: Assessment, evidence: EvidenceItem
) -> None:
    browser = signed_in(cast.partner)
    page = read(browser, at(cast, f"{WIDE}/"))
    assert f'value="{evidence.pk}"' in page
    sent = {"act": "decide", "level": "1", "lines": f"The guide.\n{HOSTILE}", "no_conflict": "on"}
    refused = browser.post(at(cast, f"{WIDE}/"), sent)
    assert refused.status_code == 422
    kept = refused.content.decode()
    assert "Tick the evidence" in kept
    assert "The guide." in kept
    done = browser.post(at(cast, f"{WIDE}/"), {**sent, "cite-evidence": str(evidence.pk)})
    assert done.status_code == 302
    assert Adjudication.objects.get().level == 1
    reviewer = signed_in(cast.reviewer)
    shown = read(reviewer, at(cast, f"{WIDE}/"))
    assert HOSTILE not in shown
    assert "Keep my dissent" in shown
    assert "Keep my dissent" not in read(browser, at(cast, f"{WIDE}/"))
    reviewer.post(at(cast, f"{WIDE}/"), {"act": "dissent", "words": "The guide covers both."})
    assert Dissent.objects.get().reviewer == cast.reviewer
    assert "Dissent of Rita Reviewer" in read(cast.analyst, at(cast, f"{WIDE}/"))


def test_reviewers_say_their_level_after_the_talk(cast: Cast, assessment: Assessment) -> None:
    for who in (cast.reviewer, cast.outsider):
        browser = signed_in(who)
        assert "Your level after the talk" in read(browser, at(cast, f"{STEP}/"))
        sent = {"act": "talk", "level": "2", "because": "It runs in CI."}
        assert browser.post(at(cast, f"{STEP}/"), sent).status_code == 302
    assert "Settled in the talk: level <strong>2</strong>." in read(
        cast.analyst, at(cast, f"{STEP}/")
    )


def test_who_has_no_part_in_it_is_refused(cast: Cast, assessment: Assessment) -> None:
    browser = signed_in(cast.analyst)
    for act in ({"act": "talk", "level": "2", "because": "x"},
                {"act": "decide", "level": "1", "lines": "x"}):  # fmt: skip
        assert browser.post(at(cast, f"{STEP}/"), act).status_code in (403, 422)
    assert browser.post(at(cast, f"{STEP}/"), {"act": "invented"}).status_code == 422


def test_a_criterion_of_the_dashboard_leads_to_what_both_said(
    cast: Cast, assessment: Assessment
) -> None:
    response = signed_in(cast.analyst).get(f"/deals/{cast.deal.pk}/scorecard/{WIDE}/")
    assert response.headers["Location"] == at(cast, f"{WIDE}/")


def test_low_agreement_offers_a_briefing_on_the_lenses_that_differ_most(cast: Cast) -> None:
    one = {**VARIED, **dict.fromkeys(("label-quality", "data-lineage-transform"), 0)}
    two = {**VARIED, "data-quality-gates": 2, "audit-trail": 2, "model-documentation": 2,
           "data-inventory-provenance": 0, "eval-split-integrity": 0, "deploy-automation": 2,
           "progressive-delivery": 2, "notebook-to-pipeline": 2}  # fmt: skip
    scored_blind(cast.deal, (cast.reviewer, one), (cast.outsider, two))
    browser = signed_in(cast.analyst)
    page = read(browser, at(cast))
    assert "Brief the reviewers anew" in page
    assert 'value="data" id="id_lenses_0" checked' in page
    assert "Brief the reviewers anew" not in read(cast.reviewer, at(cast))
    empty = browser.post(at(cast, "brief/"), {"lenses": ["data"], "words": ""}, follow=True)
    assert "Say how the anchors are to be read." in empty.content.decode()
    browser.post(at(cast, "brief/"), {"lenses": ["data"], "words": "Level 2 is built."})
    assert Assessment.objects.get().is_blind
    mine = read(cast.reviewer, f"/deals/{cast.deal.pk}/scorecard/label-quality/")
    assert "Level 2 is built." in mine

"""Linking evidence to criteria and claims, from its own page and from theirs."""

import pytest
from django.test import Client

from diligence.models import Activity, EvidenceItem
from diligence.services.evidence import withdraw_evidence
from diligence.services.questionnaires import attach_evidence
from rubrics.models import Assessment
from rubrics.selectors.assessments import sheets_of
from rubrics.selectors.coverage import coverage_of
from rubrics.services.scorecards import open_scorecard
from tests.audits.claiming import a_claim
from tests.cast import Cast, an_issued_questionnaire, signed_in, some_evidence
from tests.rubrics.building import an_assessment

CRITERION = "data-versioning"
TITLE = "register.csv"


@pytest.fixture
def assessment(cast: Cast) -> Assessment:
    return an_assessment(cast.deal)


@pytest.fixture
def item(cast: Cast) -> EvidenceItem:
    return some_evidence(cast.deal, by=cast.founder, filename=TITLE)


def panel(browser: Client, cast: Cast, rest: str) -> str:
    response = browser.get(f"/deals/{cast.deal.pk}/{rest}")
    assert response.status_code == 200
    return response.content.decode()


def link(browser: Client, cast: Cast, item: EvidenceItem, to: str) -> str:
    """Presses Link on the page of the evidence, as a script does; what the panel says then."""
    address = f"/deals/{cast.deal.pk}/evidence/{item.pk}/links/"
    response = browser.post(address, {"to": to}, headers={"HX-Request": "true"})
    assert response.status_code == 200
    return response.content.decode()


def best_of(cast: Cast, criterion: str) -> str:
    coverage = coverage_of(cast.deal)
    assert coverage is not None
    rows = [row for lens in coverage.lenses for row in lens.criteria]
    return next(row.best for row in rows if row.criterion.id == criterion)


def test_evidence_that_is_linked_to_nothing_says_so_and_offers_what_there_is(
    cast: Cast, assessment: Assessment, item: EvidenceItem
) -> None:
    claim = a_claim(cast.deal)
    shown = panel(signed_in(cast.analyst), cast, f"evidence/{item.pk}/links/")
    assert "No criterion and no claim yet." in shown
    assert f"criterion:{CRITERION}" in shown
    assert f"claim:{claim.pk}" in shown


def test_a_linked_file_is_on_the_sheet_in_the_coverage_and_in_the_trail(
    cast: Cast, assessment: Assessment, item: EvidenceItem
) -> None:
    assert best_of(cast, CRITERION) == "nothing"
    shown = link(signed_in(cast.analyst), cast, item, f"criterion:{CRITERION}")
    assert f"scorecard/{CRITERION}/" in shown
    assert best_of(cast, CRITERION) == "document"
    scorecard = open_scorecard(actor=cast.reviewer, assessment=assessment)
    sheet = next(s for s in sheets_of(scorecard) if s.criterion.id == CRITERION)
    assert sheet.evidence == (item,)
    line = Activity.objects.get(verb="evidence.link")
    assert (line.actor, line.in_room) == (cast.analyst, False)


def test_what_is_linked_already_is_offered_no_more_and_linked_once(
    cast: Cast, assessment: Assessment, item: EvidenceItem
) -> None:
    browser = signed_in(cast.analyst)
    for _ in range(2):
        shown = link(browser, cast, item, f"criterion:{CRITERION}")
    assert f'value="criterion:{CRITERION}"' not in shown
    assert item.links.count() == 1


def test_a_link_is_taken_off_by_a_mark_and_can_be_made_again(
    cast: Cast, assessment: Assessment, item: EvidenceItem
) -> None:
    browser = signed_in(cast.analyst)
    link(browser, cast, item, f"criterion:{CRITERION}")
    made = item.links.get()
    browser.post(f"/deals/{cast.deal.pk}/evidence/{item.pk}/links/{made.pk}/remove/")
    made.refresh_from_db()
    assert made.removed_at is not None
    assert best_of(cast, CRITERION) == "nothing"
    link(browser, cast, item, f"criterion:{CRITERION}")
    assert item.links.count() == 2
    assert best_of(cast, CRITERION) == "document"


def test_withdrawn_evidence_speaks_for_nothing_and_cannot_be_linked(
    cast: Cast, assessment: Assessment, item: EvidenceItem
) -> None:
    browser = signed_in(cast.analyst)
    link(browser, cast, item, f"criterion:{CRITERION}")
    withdraw_evidence(actor=cast.founder, item=item, because="The wrong quarter.")
    assert best_of(cast, CRITERION) == "nothing"
    assert TITLE not in panel(browser, cast, f"linked/criterion/{CRITERION}/")
    link(browser, cast, item, "criterion:data-lineage")
    assert item.links.count() == 1


def test_the_page_of_a_claim_links_evidence_that_is_already_there(
    cast: Cast, assessment: Assessment, item: EvidenceItem
) -> None:
    claim, browser = a_claim(cast.deal), signed_in(cast.analyst)
    address = f"linked/claim/{claim.pk}/"
    assert "Nothing is linked to this claim by hand." in panel(browser, cast, address)
    browser.post(f"/deals/{cast.deal.pk}/{address}", {"item": item.pk})
    assert "Nothing is linked" not in panel(browser, cast, address)
    assert claim.text in panel(browser, cast, f"evidence/{item.pk}/links/")


@pytest.mark.parametrize("to", ["criterion:no-such", "claim:0", "lens:data", ""])
def test_what_is_no_criterion_or_claim_of_the_deal_is_not_linked(
    cast: Cast, assessment: Assessment, item: EvidenceItem, to: str
) -> None:
    link(signed_in(cast.analyst), cast, item, to)
    assert not item.links.exists()


def test_without_evidence_the_panel_leads_to_a_request_for_it(
    cast: Cast, assessment: Assessment
) -> None:
    shown = panel(signed_in(cast.analyst), cast, f"linked/criterion/{CRITERION}/")
    assert f"requests/?kind=criterion&amp;reference={CRITERION}" in shown


def test_both_sides_read_what_evidence_is_attached_to_and_the_firm_no_draft(
    cast: Cast, item: EvidenceItem
) -> None:
    questionnaire = an_issued_questionnaire(cast.deal)
    attach_evidence(
        actor=cast.founder, questionnaire=questionnaire, question_id="main-model", item=item
    )
    room = signed_in(cast.founder).get(f"/room/{cast.deal.pk}/evidence/{item.pk}/").content.decode()
    firm = panel(signed_in(cast.analyst), cast, f"evidence/{item.pk}/")
    assert "#q-main-model" in room
    assert "No answer and no request yet." in firm
    assert "Speaks to" not in room

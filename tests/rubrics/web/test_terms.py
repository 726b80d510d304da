"""The pages of terms: what one reads, enters and takes out, and what stays text."""

from datetime import timedelta

import pytest
from django.utils import timezone

from rubrics.models import Assessment, Exposure, FollowUp, Haircut, RevenueStatement, WeekRate
from rubrics.reports.pdf import report_html
from rubrics.selectors.reports import report_data
from tests.cast import Cast, signed_in
from tests.rubrics.building import a_scorecard, an_assessment

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def assessment(cast: Cast) -> Assessment:
    made = an_assessment(cast.deal)
    a_scorecard(made, cast.reviewer, level=1, levels={"audit-trail": None}, locked=True)
    return made


def page(cast: Cast) -> str:
    return f"/deals/{cast.deal.pk}/terms/"


def test_a_reviewer_sees_no_terms_before_their_own_scores_are_in(cast: Cast) -> None:
    a_scorecard(an_assessment(cast.deal), cast.analyst, level=1, locked=True)
    shown = signed_in(cast.reviewer).get(page(cast)).content.decode()
    assert "Closing the gaps" not in shown
    assert "First your own scores" in shown


def test_what_nobody_said_is_written_as_unknown(cast: Cast, assessment: Assessment) -> None:
    shown = signed_in(cast.partner).get(page(cast)).content.decode()
    assert "nobody has stated what revenue rests on which model" in shown
    assert "counsel has ranged none of" in shown
    assert "No cost of an engineer-week is set" in shown
    assert "The firm has set none." in shown
    assert "1 criterion nobody could examine is not in the sum" in shown


def test_the_house_is_set_in_the_browser_and_the_terms_follow(
    cast: Cast, assessment: Assessment
) -> None:
    browser = signed_in(cast.partner)
    browser.post("/house/terms/", {"act": "rate", "rate-currency": "eur", "rate-amount": "3500"})
    assert WeekRate.objects.get().currency == "EUR"
    new = {"act": "haircut", "haircut-name": "Thin wrapper", "haircut-percent": "7.5"}
    browser.post("/house/terms/", new)
    again = browser.post("/house/terms/", new)
    assert again.status_code == 422
    assert "of this name" in again.content.decode()
    shown = browser.get(page(cast)).content.decode()
    assert "times 3,500 EUR a week" in shown
    put = {"act": "haircut", "haircut-haircut": str(Haircut.objects.get().pk),
           "haircut-because": "One call."}  # fmt: skip
    assert (
        "the valuation is not said" in browser.post(page(cast), put, follow=True).content.decode()
    )


def test_an_entry_that_is_refused_stays_on_the_page_with_the_reason(
    cast: Cast, assessment: Assessment
) -> None:
    browser = signed_in(cast.analyst)
    form = {"act": "exposure", "exposure-subject": "L:", "exposure-title": "Scraped pictures",
            "exposure-low": "100", "exposure-high": ""}  # fmt: skip
    answer = browser.post(page(cast), form)
    assert answer.status_code == 422
    assert "Give both ends of the range" in answer.content.decode()
    assert 'value="Scraped pictures"' in answer.content.decode()
    assert browser.post(page(cast), {"act": "nonsense"}).status_code == 403


def test_what_is_entered_is_text_on_the_page_and_in_the_report(
    cast: Cast, assessment: Assessment
) -> None:
    browser = signed_in(cast.analyst)
    due_on = (timezone.localdate() + timedelta(days=3)).isoformat()
    owner = str(cast.analyst.pk)
    for form in (
        {"act": "revenue", "revenue-name": HOSTILE, "revenue-source": HOSTILE,
         "revenue-share": "40"},
        {"act": "condition", "condition-text": HOSTILE, "condition-owner": owner,
         "condition-due_on": due_on, "condition-instrument": "L"},
    ):  # fmt: skip
        assert browser.post(page(cast), form).status_code == 302
    assert FollowUp.objects.get().instrument.startswith("Specific representation")
    for address in (
        page(cast),
        f"/deals/{cast.deal.pk}/open/",
        f"/deals/{cast.deal.pk}/open/panel/",
    ):
        shown = browser.get(address).content.decode()
        assert HOSTILE not in shown
    data = report_data(cast.deal, number=1, issued_by=cast.analyst, issued_at=timezone.now())
    assert data is not None
    html = report_html(data)
    assert HOSTILE not in html
    assert "40% to 100% of revenue rests on models with a keystone below target" in html


def test_what_is_taken_out_leaves_the_sums_and_stays_in_the_record(
    cast: Cast, assessment: Assessment
) -> None:
    browser = signed_in(cast.analyst)
    browser.post(page(cast), {"act": "revenue", "revenue-name": "R", "revenue-source": "deck"})
    row = RevenueStatement.objects.get()
    browser.post(f"{page(cast)}revenue/{row.pk}/take-out/")
    row.refresh_from_db()
    assert row.removed_by == cast.analyst
    assert "nobody has stated" in browser.get(page(cast)).content.decode()
    assert browser.post(f"{page(cast)}nonsense/{row.pk}/take-out/").status_code == 404


def test_the_deals_page_lists_what_is_open_and_works_without_scripts(
    cast: Cast, assessment: Assessment
) -> None:
    shown = signed_in(cast.analyst).get(f"/deals/{cast.deal.pk}/").content.decode()
    assert f'href="/deals/{cast.deal.pk}/open/"' in shown
    panel = signed_in(cast.analyst).get(f"/deals/{cast.deal.pk}/open/panel/").content.decode()
    assert "with the startup" in panel


@pytest.mark.parametrize("amount", ["1e40", "9" * 30, "1e1000000", "NaN", "Infinity", "-1"])
def test_an_amount_that_no_column_holds_is_refused_in_words(
    cast: Cast, assessment: Assessment, amount: str
) -> None:
    sent = {"act": "exposure", "exposure-subject": "L:", "exposure-low": "0",
            "exposure-high": amount, "exposure-counsel": "Counsel"}  # fmt: skip
    assert signed_in(cast.partner).post(page(cast), sent).status_code == 422
    assert not Exposure.objects.exists()

"""A report prints the deal's own part of the audit trail where whoever issues it asks for it."""

import pytest

from diligence.services.activity import record
from diligence.services.sealing import seal_waiting
from rubrics.reports.pdf import report_html
from rubrics.selectors import report_trail
from rubrics.services.reports import issue_report
from tests.cast import Cast
from tests.rubrics.building import a_scorecard, an_assessment

pytestmark = pytest.mark.django_db


@pytest.fixture
def scored(cast: Cast) -> Cast:
    a_scorecard(an_assessment(cast.deal), cast.reviewer, locked=True)
    seal_waiting()
    return cast


def test_nothing_of_the_trail_is_frozen_unless_it_is_asked_for(scored: Cast) -> None:
    report = issue_report(actor=scored.analyst, deal=scored.deal)
    assert "trail" not in report.data
    assert "Audit trail of the deal" not in report_html(report.data)


def test_the_deals_lines_are_frozen_oldest_first_and_printed(scored: Cast) -> None:
    record(actor=None, verb="test.done", text="did this elsewhere", deal=scored.other_deal)
    report = issue_report(actor=scored.analyst, deal=scored.deal, with_trail=True)
    lines = report.data["trail"]["lines"]
    assert lines[0]["text"] == "opened Northwind Vision · Seed 2026"
    assert lines[0]["who"] == "Ada Analyst"
    assert lines[0]["number"] >= 1
    assert [line["at"] for line in lines] == sorted(line["at"] for line in lines)
    assert "did this elsewhere" not in {line["text"] for line in lines}
    page = report_html(report.data)
    assert "Audit trail of the deal" in page
    assert report.data["trail"]["head"]["hash"] in page


def test_what_happens_later_is_not_in_the_report(scored: Cast) -> None:
    report = issue_report(actor=scored.analyst, deal=scored.deal, with_trail=True)
    record(actor=scored.partner, verb="test.done", text="came too late", deal=scored.deal)
    report.refresh_from_db()
    assert "came too late" not in report_html(report.data)


def test_a_long_trail_says_how_many_lines_are_left_out(
    scored: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report_trail, "MOST", 2)
    report = issue_report(actor=scored.analyst, deal=scored.deal, with_trail=True)
    trail = report.data["trail"]
    assert len(trail["lines"]) == 2
    assert trail["left_out"] >= 3
    assert "The 2 newest lines" in report_html(report.data)

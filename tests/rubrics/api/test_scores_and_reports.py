"""Scores, knock-outs and reports over the API."""

import hashlib
import json

import pytest

from diligence.models import Activity
from rubrics.models import Assessment, Report, Scorecard, Standing
from rubrics.services.knock_outs import suspect_knock_out
from rubrics.services.reports import issue_report
from tests.assessed import PDF, a_drawn_report
from tests.cast import Cast
from tests.diligence.api.calling import call
from tests.rubrics.building import a_scorecard, an_assessment, settled


@pytest.fixture
def assessment(cast: Cast) -> Assessment:
    return an_assessment(cast.deal)


@pytest.fixture
def scored(cast: Cast, assessment: Assessment) -> Scorecard:
    return a_scorecard(assessment, cast.reviewer, levels={"data-versioning": None})


@pytest.fixture
def report(cast: Cast, scored: Scorecard) -> Report:
    return a_drawn_report(cast.deal, cast.analyst)


def test_a_deal_that_is_not_assessed_has_no_score(cast: Cast) -> None:
    for name in ("score", "knock-outs"):
        answered = call(cast.analyst, f"deals/{cast.deal.pk}/{name}/")
        assert answered.status_code == 404
        assert answered.json() == {"detail": "This deal is not being assessed yet."}


def test_the_score_is_not_there_for_someone_off_the_deal(cast: Cast, scored: Scorecard) -> None:
    for name in ("score", "knock-outs"):
        assert call(cast.outsider, f"deals/{cast.deal.pk}/{name}/").status_code == 404


def test_a_reviewer_is_told_to_submit_first(cast: Cast, scored: Scorecard) -> None:
    answered = call(cast.reviewer, f"deals/{cast.deal.pk}/score/")
    assert answered.status_code == 403
    assert answered.json() == {"detail": "You see the scores once your own are in."}


def test_the_score_is_that_of_the_dashboard_down_to_every_term(
    cast: Cast, scored: Scorecard
) -> None:
    told = call(cast.partner, f"deals/{cast.deal.pk}/score/").json()
    standing = told["standing"]
    stored = Standing.objects.get(assessment=scored.assessment)
    assert standing["headline"] == stored.headline
    assert (standing["low"], standing["high"]) == (stored.low, stored.high)
    assert (standing["band"], standing["notation"]) == (stored.band, stored.notation)
    assert standing["is_final"] is False
    rollup = {**stored.data}
    rollup.pop("schema")
    assert told["rollup"].keys() == rollup.keys()
    assert told["rollup"]["headline"] == rollup["headline"]
    for lens, kept in zip(told["rollup"]["lenses"], rollup["lenses"], strict=True):
        for term, row in zip(lens.pop("terms"), kept.pop("terms"), strict=True):
            row.pop("lens")
            assert term == row
        assert lens == kept
    assert told["rollup"]["gaps"] == rollup["gaps"]


def test_an_unknown_criterion_is_null_and_not_zero(cast: Cast, scored: Scorecard) -> None:
    told = call(cast.partner, f"deals/{cast.deal.pk}/score/").json()
    terms = {t["criterion"]: t for lens in told["rollup"]["lenses"] for t in lens["terms"]}
    assert terms["data-versioning"]["outcome"] == "unknown"
    assert terms["data-versioning"]["level"] is None


def test_knock_outs_tell_their_rule_and_what_was_decided(cast: Cast, scored: Scorecard) -> None:
    row = suspect_knock_out(
        actor=cast.reviewer, assessment=scored.assessment, code="K2", because="No contract."
    )
    (told,) = call(cast.partner, f"deals/{cast.deal.pk}/knock-outs/").json()
    assert (told["code"], told["state"], told["stands"]) == ("K2", "suspected", True)
    assert told["title"] == "No right to the data"
    assert told["decided_by"] is None
    settled(cast, row, "cleared", "Here it is.")
    (told,) = call(cast.partner, f"deals/{cast.deal.pk}/knock-outs/").json()
    assert (told["state"], told["stands"]) == ("cleared", False)
    assert told["decided_by"]["email"] == cast.partner.email
    assert [step["kind"] for step in told["history"]] == ["suspected", "cleared"]


def test_reports_of_other_deals_are_not_there(cast: Cast, report: Report) -> None:
    assert call(cast.outsider, "reports/").json()["results"] == []
    for address in ("", "pdf/", "data/"):
        assert call(cast.outsider, f"reports/{report.pk}/{address}").status_code == 404


def test_a_reviewer_gets_no_report_before_their_own_scores_are_in(
    cast: Cast, report: Report
) -> None:
    assert call(cast.reviewer, "reports/").json()["results"] == []
    assert call(cast.reviewer, f"reports/{report.pk}/pdf/").status_code == 404


def test_reports_are_listed_with_their_hashes(cast: Cast, report: Report) -> None:
    (told,) = call(cast.partner, f"reports/?deal={cast.deal.pk}&state=ready").json()["results"]
    assert told == call(cast.partner, f"reports/{report.pk}/").json()
    assert told["number"] == 1
    assert told["pdf_sha256"] == hashlib.sha256(PDF).hexdigest()
    assert call(cast.partner, "reports/?state=failed").json()["count"] == 0


def test_the_pdf_is_downloaded_as_issued_and_leaves_a_line(cast: Cast, report: Report) -> None:
    answered = call(cast.partner, f"reports/{report.pk}/pdf/", Accept="application/pdf")
    assert b"".join(answered) == PDF
    assert answered.headers["Content-Type"] == "application/pdf"
    assert "attachment" in answered.headers["Content-Disposition"]
    line = Activity.objects.filter(verb="report.download").get()
    assert (line.actor, line.deal, line.in_room) == (cast.partner, cast.deal, False)


def test_a_report_that_is_not_drawn_yet_has_no_pdf(cast: Cast, scored: Scorecard) -> None:
    queued = issue_report(actor=cast.analyst, deal=cast.deal)
    answered = call(cast.analyst, f"reports/{queued.pk}/pdf/", Accept="application/pdf")
    assert answered.status_code == 404
    assert answered.headers["Content-Type"] == "application/json"


def test_the_data_are_the_bytes_that_the_hash_is_of(cast: Cast, report: Report) -> None:
    answered = call(cast.partner, f"reports/{report.pk}/data/")
    assert hashlib.sha256(answered.content).hexdigest() == report.data_sha256
    assert json.loads(answered.content)["schema"] == "proofroom/report/1"

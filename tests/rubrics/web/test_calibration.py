"""The page on calibration: over the deals that one sees, of the people that one may see."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from diligence.models import User
from diligence.services.errors import Refused
from rubrics.models import Assessment
from rubrics.selectors.calibration import calibration_of
from rubrics.selectors.panels import sign_off_blockers
from rubrics.services.assessments import open_assessment
from tests.cast import Cast, a_deal, signed_in
from tests.rubrics.building import scored_blind, the_rubric

CRITERION, OTHER = "ml-code-tests", "retraining-loop"


def a_scored_deal(cast: Cast, number: int, first: int, second: int) -> Assessment:
    deal = a_deal(cast.analyst, startup=f"Startup {number}")
    return scored_blind(
        deal, (cast.reviewer, {CRITERION: first, OTHER: number % 3}),
        (cast.outsider, {CRITERION: second, OTHER: number % 3}),
    )  # fmt: skip


def page(user: User, query: str = "") -> str:
    response = signed_in(user).get(f"/portfolio/calibration/{query}")
    assert response.status_code == 200
    return response.content.decode()


def test_with_nothing_scored_blind_the_page_says_so(cast: Cast) -> None:
    assert "Nothing to compare yet" in page(cast.partner)
    assert "Nothing to compare yet" in page(cast.partner, "?rubric=none")
    assert signed_in(cast.founder).get("/portfolio/calibration/").status_code == 404


def test_ten_deals_read_apart_put_the_anchors_at_fault(cast: Cast) -> None:
    for number in range(9):
        a_scored_deal(cast, number, 2 * (number % 2), 2 - 2 * (number % 2))
    found = calibration_of(cast.partner)
    assert (found.deals, found.at_fault) == (9, 0)
    with CaptureQueriesContext(connection) as nine:
        calibration_of(cast.partner)
    a_scored_deal(cast, 9, 2, 0)
    with CaptureQueriesContext(connection) as ten:
        found = calibration_of(cast.partner)
    assert len(nine) == len(ten)
    assert found.at_fault == 1
    worst, measured = found.criteria[0]
    assert (worst.id, measured.deals, measured.agreement.within_one) == (CRITERION, 10, 0.0)
    assert {drift.mean for _, drift in found.drifts} == {0.0}
    shown = page(cast.partner)
    assert "Under 90% of pairs lie within one level." in shown
    assert "Rita Reviewer" in shown
    assert "Otto Outsider" in shown


def test_whoever_runs_no_firm_sees_of_the_reviewers_only_themselves(cast: Cast) -> None:
    a_scored_deal(cast, 1, 1, 1)
    shown = page(cast.reviewer)
    assert "Rita Reviewer" in shown
    assert "Otto Outsider" not in shown
    assert calibration_of(cast.other_founder).deals == 0


def test_a_practice_case_counts_for_calibration_and_is_never_signed_off(cast: Cast) -> None:
    with pytest.raises(Refused, match="scored blind"):
        open_assessment(actor=cast.analyst, deal=cast.deal, rubric=the_rubric(), practice="planted")
    assessment = a_scored_deal(cast, 1, 1, 2)
    Assessment.objects.filter(pk=assessment.pk).update(practice="planted")
    found = calibration_of(cast.partner)
    assert found.deals == 1
    assert (found.practice.missing, found.practice.has_planted) == (2, True)
    assessment.refresh_from_db()
    assert [each.obstacle for each in sign_off_blockers(assessment)] == ["practice"]
    assert "planted theatre" in page(cast.partner)
    portfolio = signed_in(cast.partner).get("/portfolio/").content.decode()
    assert "Startup 1" not in portfolio
    assert "Northwind Vision" in portfolio

"""Pages of the score: opening, scoring, submitting, the dashboard and the report's download."""

from uuid import UUID

import pytest
from django.test import Client

from diligence.models import Activity
from rubrics.models import Assessment, KnockOut, Report, Scorecard, Standing
from rubrics.services.drawing import Drawn
from rubrics.services.knock_outs import suspect_knock_out
from rubrics.services.reports import draw_report, issue_report
from rubrics.services.scorecards import lock_scorecard, open_scorecard
from tests.cast import Cast, signed_in
from tests.rubrics.building import a_scorecard, an_assessment, ask_to_score, give, the_rubric

HOSTILE = "<script>alert('x')</script>"
CRITERION = "data-versioning"


@pytest.fixture
def assessment(cast: Cast) -> Assessment:
    return an_assessment(cast.deal)


def at(cast: Cast, rest: str) -> str:
    return f"/deals/{cast.deal.pk}/{rest}"


def text(browser: Client, address: str, status: int = 200) -> str:
    response = browser.get(address)
    assert response.status_code == status, address
    return response.content.decode()


def score(browser: Client, cast: Cast, *, autosave: bool = False, **fields: str) -> tuple[int, str]:
    data = {"choice": "1", "grade": "E2", "rationale": "Seen.", "revision": "0"} | fields
    headers = {"X-Autosave": "1"} if autosave else {}
    response = browser.post(at(cast, f"scorecard/{CRITERION}/"), data, headers=headers)
    return response.status_code, response.content.decode()


def test_founders_and_outsiders_find_no_page_of_the_score(
    cast: Cast, assessment: Assessment
) -> None:
    a_scorecard(assessment, cast.reviewer, locked=True)
    report = issue_report(actor=cast.analyst, deal=cast.deal)
    for who in (cast.founder, cast.other_founder, cast.outsider):
        browser = signed_in(who)
        for rest in ("risk/", "risk/data/", "scorecard/", f"scorecard/{CRITERION}/", "reports/"):
            text(browser, at(cast, rest), 404)
        text(browser, f"/reports/{report.pk}/download/", 404)


def test_a_reviewer_sees_others_scores_only_after_their_own(cast: Cast) -> None:
    assessment = an_assessment(cast.deal)
    a_scorecard(assessment, cast.analyst, why="What Ada thinks.", locked=True)
    suspect_knock_out(actor=cast.analyst, assessment=assessment, code="K1", because="Ada doubts.")
    report = issue_report(actor=cast.analyst, deal=cast.deal)
    draw_report(report.pk, lambda _: Drawn(b"%PDF", 1))
    browser = signed_in(cast.reviewer)
    headline = f"{Standing.objects.get().headline}"
    for rest in ("risk/", "risk/panel/", "scorecard/", "reports/"):
        shown = text(browser, at(cast, rest))
        for hidden in (headline, "What Ada thinks.", "Ada doubts.", "Report 1"):
            assert hidden not in shown, rest
    for rest in ("risk/data/", "knock-outs/K1/"):
        text(browser, at(cast, rest), 404)
    text(browser, f"/reports/{report.pk}/download/", 404)
    assert headline not in text(browser, "/portfolio/")
    assert headline not in text(browser, "/portfolio/board-scores/")


def test_whoever_scores_blind_sees_nothing_of_others_on_any_page_before_all_are_in(
    cast: Cast,
) -> None:
    assessment = an_assessment(cast.deal, mode=Assessment.Mode.BLIND)
    ask_to_score(assessment, cast.reviewer, cast.partner)
    a_scorecard(assessment, cast.reviewer, why="What Rita thinks.", locked=True)
    open_scorecard(actor=cast.partner, assessment=assessment)
    suspect_knock_out(actor=cast.reviewer, assessment=assessment, code="K1", because="Invented.")
    pages = [at(cast, rest) for rest in (
        "", "risk/", "risk/panel/", "risk/maturity/", "scorecard/", f"scorecard/{CRITERION}/",
        "reviewers/", "reports/", "activity/", "coverage/",
    )] + ["/portfolio/", "/portfolio/board-scores/", "/inbox/", "/board/", "/deals/"]  # fmt: skip
    for who in (cast.partner, cast.analyst, cast.admin):
        browser = signed_in(who)
        for page in pages:
            if who != cast.partner and page.endswith(f"scorecard/{CRITERION}/"):
                text(browser, page, 404)
                continue
            shown = text(browser, page)
            for hidden in ("What Rita thinks.", "Invented.", "level-option--proposed"):
                assert hidden not in shown, page
        for rest in ("risk/data/", "knock-outs/K1/"):
            text(browser, at(cast, rest), 404)
    assert "Reviewers still score blind" in text(signed_in(cast.analyst), at(cast, "risk/"))
    a_scorecard(assessment, cast.partner, locked=True)
    assert "Invented." in text(signed_in(cast.partner), at(cast, "knock-outs/K1/"))
    assert text(signed_in(cast.analyst), at(cast, "risk/data/"))


def test_reviewers_are_asked_replaced_and_reminded_on_one_page(cast: Cast) -> None:
    assessment = an_assessment(cast.deal, mode=Assessment.Mode.BLIND)
    browser = signed_in(cast.analyst)
    for user in (cast.reviewer, cast.outsider):
        browser.post(at(cast, "reviewers/"), {"user": str(user.pk), "role": "reviewer"})
    conflict = {"because": "I hold their shares."}
    signed_in(cast.reviewer).post(at(cast, "scorecard/conflict/"), conflict)
    assert "I hold their shares." in text(browser, at(cast, "reviewers/"))
    for page in ("activity/", "reviewers/"):
        text(signed_in(cast.reviewer), at(cast, page), 404)
    assert "I hold their shares." not in text(signed_in(cast.outsider), at(cast, "activity/"))
    seat = assessment.seats.get(user=cast.reviewer)
    browser.post(at(cast, f"reviewers/{seat.pk}/"), {"user": str(cast.partner.pk)})
    shown = text(browser, at(cast, "reviewers/"))
    assert "Pia Partner" in shown
    assert "not begun" in shown
    reminded = browser.post(at(cast, "reviewers/remind/"), follow=True).content.decode()
    assert "2 reviewers are reminded by mail." in reminded


def test_a_scorecard_begins_with_no_conflict_declared(cast: Cast, assessment: Assessment) -> None:
    browser = signed_in(cast.reviewer)
    browser.post(at(cast, "scorecard/begin/"))
    assert not Scorecard.objects.exists()
    browser.post(at(cast, "scorecard/begin/"), {"no_conflict": "yes"})
    assert Scorecard.objects.get().reviewer == cast.reviewer
    assert "Rita Reviewer" in text(signed_in(cast.analyst), at(cast, "scorecard/"))


def test_the_assessment_is_opened_once(cast: Cast) -> None:
    browser, row = signed_in(cast.analyst), the_rubric()
    data = {"rubric": str(row.pk), "mode": "assisted"}
    browser.post(at(cast, "scorecard/open/"), data)
    assert Assessment.objects.get().mode == "assisted"
    again = browser.post(at(cast, "scorecard/open/"), data, follow=True)
    assert "being assessed already" in again.content.decode()


def test_a_score_is_saved_as_one_types_and_conflicts_are_told(
    cast: Cast, assessment: Assessment
) -> None:
    scorecard = open_scorecard(actor=cast.reviewer, assessment=assessment)
    browser = signed_in(cast.reviewer)
    status, body = score(browser, cast, autosave=True)
    assert status == 200
    assert 'value="1"' in body
    assert score(browser, cast, autosave=True)[0] == 409
    too_high = score(browser, cast, autosave=True, choice="4", revision="1")
    assert too_high[0] == 422
    assert "Level 4 is too high for this evidence" in too_high[1]
    assert score(browser, cast, autosave=True, choice="9", revision="1")[0] == 422
    assert score(browser, cast, choice="unknown", revision="1")[0] == 302
    assert scorecard.scores.get().outcome == "unknown"
    assert score(signed_in(cast.analyst), cast, autosave=True)[0] == 404


def test_ids_that_are_none_are_left_out(cast: Cast, assessment: Assessment) -> None:
    scorecard = open_scorecard(actor=cast.reviewer, assessment=assessment)
    forged = {"cite-practice": "no-uuid", "cite-evidence": str(UUID(int=7))}
    assert score(signed_in(cast.reviewer), cast, autosave=True, **forged)[0] == 200
    assert not scorecard.scores.get().citations.exists()


def test_submitting_too_early_says_what_is_open(cast: Cast, assessment: Assessment) -> None:
    scorecard = open_scorecard(actor=cast.reviewer, assessment=assessment)
    give(scorecard, CRITERION, 1)
    browser = signed_in(cast.reviewer)
    answered = browser.post(at(cast, "scorecard/lock/"), follow=True)
    assert "criteria are still open" in answered.content.decode()
    scorecard.scores.all().delete()
    a_scorecard(assessment, cast.reviewer)
    lock_scorecard(actor=cast.reviewer, scorecard=scorecard)
    shown = text(browser, at(cast, f"scorecard/{CRITERION}/"))
    assert 'name="choice"' not in shown or "disabled" in shown


def test_what_people_write_is_text(cast: Cast, assessment: Assessment) -> None:
    a_scorecard(assessment, cast.reviewer, why=HOSTILE, locked=True)
    suspect_knock_out(actor=cast.reviewer, assessment=assessment, code="K1", because=HOSTILE)
    browser = signed_in(cast.partner)
    for rest in ("risk/", "risk/data/", "scorecard/", f"scorecard/{CRITERION}/", "knock-outs/K1/"):
        assert HOSTILE not in text(browser, at(cast, rest))


def test_a_partner_decides_with_a_reason(cast: Cast, assessment: Assessment) -> None:
    suspect_knock_out(actor=cast.reviewer, assessment=assessment, code="K1", because="Doubts.")
    address = at(cast, "knock-outs/K1/")
    form = {"act": "clear", "clear-seen": "1", "clear-because": "The deck was corrected."}
    assert signed_in(cast.analyst).post(address, form).status_code == 403
    browser = signed_in(cast.partner)
    empty = browser.post(address, {**form, "clear-because": ""})
    assert empty.status_code == 422
    assert "required" in empty.content.decode()
    assert KnockOut.objects.get().state == "suspected"
    browser.post(address, form)
    row = KnockOut.objects.get()
    assert (row.state, row.decided_by) == ("cleared", cast.partner)


def test_a_report_downloads_as_it_was_issued(cast: Cast, assessment: Assessment) -> None:
    browser = signed_in(cast.analyst)
    browser.post(at(cast, "reports/"))
    report = Report.objects.get()
    address = f"/reports/{report.pk}/download/"
    text(browser, address, 404)
    draw_report(report.pk, lambda _: Drawn(b"%PDF-as-issued", 3))
    response = browser.get(address)
    content = b"".join(response.streaming_content)  # type: ignore[attr-defined] # the test client's answer has no such type
    assert content == b"%PDF-as-issued"
    assert response.headers["Content-Disposition"] == (
        'attachment; filename="proofroom-northwind-vision-report-1.pdf"'
    )
    assert response.headers["Cache-Control"] == "private, no-store"
    assert Activity.objects.filter(verb="report.download", actor=cast.analyst).count() == 1


def test_the_portfolio_sorts_with_unknown_last(cast: Cast, assessment: Assessment) -> None:
    a_scorecard(assessment, cast.reviewer, locked=True)
    an_assessment(cast.other_deal)
    browser = signed_in(cast.admin)
    for sort in ("score", "-score", "data", "-data"):
        shown = text(browser, f"/portfolio/?sort={sort}")
        assert shown.index("Northwind Vision") < shown.index("Contoso Copilot")
    by_name = text(browser, "/portfolio/?sort=startup")
    assert by_name.index("Contoso Copilot") < by_name.index("Northwind Vision")
    text(browser, "/portfolio/?sort=invented&stage=none")


def test_a_refused_score_keeps_what_was_typed(cast: Cast, assessment: Assessment) -> None:
    open_scorecard(actor=cast.reviewer, assessment=assessment)
    why = "All of it is enforced."
    status, shown = score(signed_in(cast.reviewer), cast, choice="4", grade="E1", rationale=why)
    assert status == 422
    assert "Level 4 is too high for this evidence" in shown
    assert "All of it is enforced." in shown
    assert 'value="4" data-level="4" checked' in shown
    status, shown = score(signed_in(cast.reviewer), cast, choice="", models_covered="x")
    assert (status, "Choose a level" in shown) == (422, True)
    for covered in ("9" * 5000, "²", "101", "-1"):
        status, _ = score(signed_in(cast.reviewer), cast, choice="1", models_covered=covered)
        assert status == 422


def test_a_blind_reviewer_suspects_a_knock_out_from_the_scorecard(cast: Cast) -> None:
    assessment = an_assessment(cast.deal, mode=Assessment.Mode.BLIND)
    ask_to_score(assessment, cast.reviewer, cast.partner)
    open_scorecard(actor=cast.reviewer, assessment=assessment)
    browser = signed_in(cast.reviewer)
    assert "Suspect a knock-out" in text(browser, at(cast, "scorecard/"))
    sent = {"code": "K1", "because": "The log is invented."}
    response = browser.post(at(cast, "knock-outs/"), sent, follow=True)
    assert "others see it once all reviewers have submitted" in response.content.decode()
    assert assessment.knock_outs.get().code == "K1"

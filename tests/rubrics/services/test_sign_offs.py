"""Sign-off: refused with its reasons, then written in stone."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from diligence.models import Activity
from diligence.services.errors import Refused
from rubrics.models import Assessment, Condition, FollowUp, KnockOut, Report, SignOff
from rubrics.scoring.signed import signed_sha256
from rubrics.selectors.assessments import rolled_up
from rubrics.selectors.sign_offs import obstacles
from rubrics.services.knock_outs import suspect_knock_out
from rubrics.services.reports import issue_report
from rubrics.services.sign_offs import GivenCondition, GivenDecision, sign_off
from tests.cast import Cast
from tests.rubrics.building import a_scorecard, an_assessment, confirmed, settled

GO = GivenDecision("go", "The team can rebuild what it sells.")


@pytest.fixture
def assessment(cast: Cast) -> Assessment:
    return an_assessment(cast.deal)


@pytest.fixture
def scored(cast: Cast, assessment: Assessment) -> Assessment:
    a_scorecard(assessment, cast.reviewer, level=3, locked=True)
    return assessment


def refused(cast: Cast, assessment: Assessment, given: GivenDecision) -> str:
    with pytest.raises(Refused) as told:
        sign_off(actor=cast.partner, assessment=assessment, given=given)
    assert not assessment.sign_offs.exists()
    return str(told.value)


def test_analysts_reviewers_founders_and_outsiders_decide_nothing(
    cast: Cast, scored: Assessment
) -> None:
    for actor in (cast.analyst, cast.reviewer, cast.founder, cast.outsider):
        with pytest.raises(PermissionDenied):
            sign_off(actor=actor, assessment=scored, given=GO)
    assert not SignOff.objects.exists()


def test_before_the_scorecard_is_in_there_is_no_decision(
    cast: Cast, assessment: Assessment
) -> None:
    a_scorecard(assessment, cast.reviewer)
    for decision in ("go", "no"):
        given = GivenDecision(decision, "x")
        assert refused(cast, assessment, given) == "Submit the scorecard first."


def test_looking_again_later_is_always_possible(cast: Cast, assessment: Assessment) -> None:
    given = GivenDecision("revisit", "After the pilot.", revisit_on=date(2027, 3, 1))
    row = sign_off(actor=cast.partner, assessment=assessment, given=given)
    assert row.revisit_on == date(2027, 3, 1)


def test_whoever_says_go_has_decided_on_every_knock_out(cast: Cast, scored: Assessment) -> None:
    raised = suspect_knock_out(
        actor=cast.reviewer, assessment=scored, code="K1", because="The deck says otherwise."
    )
    assert refused(cast, scored, GO) == "Decide on the suspected knock-outs first: K1."
    confirmed(cast, raised)
    told = refused(cast, scored, GO)
    assert told == "A confirmed knock-out stands (K1): have it cured or set a condition."
    given = GivenDecision("go-with-conditions", "With care.", [GivenCondition("Correct the deck.")])
    assert sign_off(actor=cast.partner, assessment=scored, given=given).conditions.count() == 1


def test_a_condition_whose_day_is_over_is_refused_with_the_whole_decision(
    cast: Cast, scored: Assessment
) -> None:
    given = GivenDecision("go-with-conditions", "x", [GivenCondition("y", date(2020, 1, 1))])
    assert "The day lies in the past" in refused(cast, scored, given)
    assert not FollowUp.objects.exists()


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (GivenDecision("perhaps", "x"), "Choose a decision."),
        (GivenDecision("go", "  "), "Say why; the report prints it."),
        (GivenDecision("go-with-conditions", "x"), "Write at least one condition"),
        (GivenDecision("go", "x", [GivenCondition("y")]), "Conditions belong to"),
        (GivenDecision("no", "x", revisit_on=date(2027, 1, 1)), "A date to look again"),
        (GivenDecision("go-with-conditions", "x", [GivenCondition("y")] * 21), "More than 20"),
    ],
)
def test_what_does_not_fit_together_is_refused(
    cast: Cast, scored: Assessment, given: GivenDecision, told: str
) -> None:
    assert told in refused(cast, scored, given)


def test_a_decision_holds_the_figures_that_it_was_made_on_and_the_report_prints_it(
    cast: Cast, scored: Assessment
) -> None:
    conditions = [GivenCondition("Rotate the keys.", date(2099, 1, 31)), GivenCondition("Hire.")]
    given = GivenDecision("go-with-conditions", "Sound, once two things are done.", conditions)
    row = sign_off(actor=cast.partner, assessment=scored, given=given)
    scored.standing.refresh_from_db()
    assert (row.number, row.headline) == (1, scored.standing.headline)
    report = issue_report(actor=cast.analyst, deal=cast.deal)
    (printed,) = report.data["sign_offs"]
    assert printed["decision_title"] == "Go, with conditions"
    assert printed["figures_hold"]
    assert printed["conditions"] == [
        {"text": "Rotate the keys.", "due_on": "2099-01-31"}, {"text": "Hire.", "due_on": None},
    ]  # fmt: skip
    follow_ups = [(f.text, f.owner, f.subject) for f in FollowUp.objects.order_by("-due_on")]
    assert follow_ups == [
        (text, cast.deal.owner, "decision-1") for text in ("Rotate the keys.", "Hire.")
    ]
    line = Activity.objects.get(verb="deal.sign-off")
    assert line.text == "signed the deal off: go, with conditions"
    suspect_knock_out(actor=cast.reviewer, assessment=scored, code="K1", because="New.")
    later = issue_report(actor=cast.analyst, deal=cast.deal)
    assert not later.data["sign_offs"][0]["figures_hold"]


def test_a_decision_of_before_is_judged_by_the_form_that_it_was_made_in(
    cast: Cast, scored: Assessment
) -> None:
    rollup, before = rolled_up(scored), "proofroom/rollup/1"
    SignOff.objects.create(
        assessment=scored, number=1, decision="go", because="x", decided_by=cast.partner,
        notation=rollup.notation, headline=rollup.headline.score,
        rollup_form=before, rollup_sha256=signed_sha256(rollup, before),
    )  # fmt: skip
    sign_off(actor=cast.partner, assessment=scored, given=GO)
    report = issue_report(actor=cast.analyst, deal=cast.deal)
    printed = [(each["rollup_form"], each["figures_hold"]) for each in report.data["sign_offs"]]
    assert printed == [("proofroom/figures/1", True), (before, True)]


def test_the_database_itself_refuses_to_change_what_was_decided_or_issued(
    cast: Cast, scored: Assessment
) -> None:
    given = GivenDecision("go-with-conditions", "x", [GivenCondition("Rotate the keys.")])
    row = sign_off(actor=cast.partner, assessment=scored, given=given)
    report = issue_report(actor=cast.analyst, deal=cast.deal)
    decisions = SignOff.objects.filter(pk=row.pk)
    conditions = Condition.objects.filter(sign_off=row)
    reports = Report.objects.filter(pk=report.pk)
    tries = (
        lambda: decisions.update(because="y"),
        lambda: decisions.update(decision="go"),
        lambda: conditions.update(text="Nothing."),
        lambda: conditions.delete(),
        lambda: reports.update(data={}),
        lambda: reports.update(data_sha256="0" * 64),
        lambda: reports.update(serial=99),
        lambda: reports.delete(),
    )
    for attempt in tries:
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            attempt()
    reports.update(state="ready", pdf_sha256="1" * 64)
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        reports.update(pdf_sha256="2" * 64)
    row.refresh_from_db()
    assert (row.because, conditions.get().text) == ("x", "Rotate the keys.")


def test_a_later_decision_stands_beside_the_earlier_one(cast: Cast, scored: Assessment) -> None:
    sign_off(actor=cast.partner, assessment=scored, given=GivenDecision("revisit", "Not yet."))
    sign_off(actor=cast.admin, assessment=scored, given=GO)
    told = [(r.number, r.decision, r.decided_by) for r in scored.sign_offs.all()]
    assert told == [(2, "go", cast.admin), (1, "revisit", cast.partner)]


def test_a_waiver_that_has_run_out_blocks_a_go_before_any_sweep_has_seen_it(
    cast: Cast, scored: Assessment
) -> None:
    raised = suspect_knock_out(actor=cast.partner, assessment=scored, code="K1", because="Seen.")
    waived = settled(cast, raised, "waived")
    assert not obstacles(scored, "go")
    yesterday = timezone.localdate() - timedelta(days=1)
    KnockOut.objects.filter(pk=waived.pk).update(waived_until=yesterday)
    told = "A waiver has run out; decide on the knock-out anew: K1."
    assert refused(cast, scored, GO) == told
    conditions = GivenDecision("go-with-conditions", "x", [GivenCondition("y")])
    assert refused(cast, scored, conditions) == told
    assert not obstacles(scored, "no")

"""Verdicts on claims propose levels and raise suspicions; rebuttals are printed as written."""

import pytest

from audits.models import Measured
from audits.services.hearings import rebut
from rubrics.models import KnockOut
from rubrics.reports.pdf import report_html
from rubrics.selectors.assessments import model_facts
from rubrics.selectors.maturity import maturity_of
from rubrics.selectors.reports import report_data
from rubrics.services.assessments import refresh_suggestions
from rubrics.services.knock_outs import suspect_knock_out
from tests.audits.claiming import a_claim, a_hearing, a_verdict
from tests.audits.data_rooms import a_measured_log
from tests.cast import Cast
from tests.rubrics.building import an_assessment, settled

pytestmark = pytest.mark.django_db


def test_an_unsupported_claim_raises_nothing(cast: Cast) -> None:
    assessment = an_assessment(cast.deal)
    a_verdict(a_claim(cast.deal), "unsupported")
    refresh_suggestions(assessment=assessment)
    assert not assessment.knock_outs.exists()


def test_a_contradicted_metric_caps_its_criteria_and_is_suspected(cast: Cast) -> None:
    assessment = an_assessment(cast.deal)
    a_verdict(a_claim(cast.deal))
    refresh_suggestions(assessment=assessment)
    proposed = {s.criterion: s for s in assessment.suggestions.all()}
    assert proposed["performance-claim-replay"].level == 0
    assert proposed["claim-evidence-match"].level == 0
    assert "93% accuracy in production" in proposed["claim-evidence-match"].because
    knock_out = assessment.knock_outs.get()
    assert (knock_out.code, knock_out.state) == ("K1", KnockOut.State.SUSPECTED)
    assert "Measured accuracy is 0.867." in knock_out.because


def test_what_was_cleared_is_suspected_again_only_by_a_later_contradiction(cast: Cast) -> None:
    assessment = an_assessment(cast.deal)
    a_verdict(a_claim(cast.deal))
    refresh_suggestions(assessment=assessment)
    knock_out = assessment.knock_outs.get()
    settled(cast, knock_out, "cleared", "Their own slide says so.")
    refresh_suggestions(assessment=assessment)
    knock_out.refresh_from_db()
    assert knock_out.state == KnockOut.State.CLEARED
    a_verdict(a_claim(cast.deal, "96% recall"), because="Recall is 0.71.", measured=0.71)
    refresh_suggestions(assessment=assessment)
    knock_out.refresh_from_db()
    assert knock_out.state == KnockOut.State.SUSPECTED


def test_a_model_file_that_runs_code_is_suspected(cast: Cast) -> None:
    a_measured_log(cast.deal, by=cast.founder)
    Measured.objects.update(
        kind="model", facts={"unsafe": True, "unsafe_imports": ["os.system"], "format": "pickle"}
    )
    (fact,) = model_facts(cast.deal)
    assert (fact.unsafe, fact.unsafe_imports) == (True, ("os.system",))
    assessment = an_assessment(cast.deal)
    refresh_suggestions(assessment=assessment)
    assert assessment.knock_outs.get().code == "K8"


def test_what_is_only_said_is_stated_and_not_proven(cast: Cast) -> None:
    an_assessment(cast.deal)
    a_claim(cast.deal, "We trace all", kind="traceability", fields={"target": "model", "value": 1})
    (lens,) = maturity_of(cast.deal)
    assert lens.lens == "governance"
    assert lens.stated > 0
    assert lens.proven is None
    assert lens.unexamined == lens.criteria


def test_the_report_says_what_was_measured_and_how(cast: Cast) -> None:
    an_assessment(cast.deal)
    a_measured_log(cast.deal, by=cast.founder)
    data = report_data(cast.deal, number=1, issued_by=cast.analyst, issued_at=cast.deal.created_at)
    assert data is not None
    (measured,) = data["measured"]
    assert measured["facts"]["accuracy"]["interval"] == [0.7, 0.97]
    html = report_html(data)
    assert "served.csv: log of predictions" in html
    assert "E. B. Wilson, JASA 22 (1927) 209-212" in html


def test_a_rebuttal_stands_in_the_report_word_for_word_and_escaped(cast: Cast) -> None:
    an_assessment(cast.deal)
    hearing = a_hearing(a_claim(cast.deal), by=cast.analyst)
    rebut(actor=cast.founder, hearing=hearing, body="The log is of the pilot <b>only</b>.")
    data = report_data(cast.deal, number=1, issued_by=cast.analyst, issued_at=hearing.opened_at)
    assert data is not None
    (claim,) = data["claims"]
    assert claim["rebuttal"]["text"] == "The log is of the pilot <b>only</b>."
    assert claim["places"] == ["predictions.csv:1"]
    html = report_html(data)
    assert "The log is of the pilot &lt;b&gt;only&lt;/b&gt;." in html
    assert "Measured accuracy is 0.867." in html


def test_new_figures_of_a_claim_take_the_place_of_its_earlier_words(cast: Cast) -> None:
    assessment = an_assessment(cast.deal)
    claim = a_claim(cast.deal)
    a_verdict(claim)
    refresh_suggestions(assessment=assessment)
    suspect_knock_out(
        actor=cast.partner, assessment=assessment, code="K1", because="Slide 4 says 97%."
    )
    for measured in (0.851, 0.842):
        a_verdict(claim, because=f"Measured accuracy is {measured}.", measured=measured)
        refresh_suggestions(assessment=assessment)
        refresh_suggestions(assessment=assessment)
    words = assessment.knock_outs.get().because
    assert words.count("Contradicted by the evidence") == 1
    assert "Measured accuracy is 0.842." in words
    assert "0.867" not in words
    assert "0.851" not in words
    assert words.endswith("Slide 4 says 97%.")

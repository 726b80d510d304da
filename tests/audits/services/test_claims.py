"""Claims: from answers and decks, tested again, put to the startup, answered."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from pytest_django import DjangoCaptureOnCommitCallbacks

from audits.models import Claim, ClaimVerdict
from audits.selectors.claims import LedgerQuery, hearings_for, ledger_of
from audits.services.claims import Quote, correct_claim, quote_claim, withdraw_claim
from audits.services.hearings import open_hearing, rebut, request_deciding_evidence
from audits.services.verdicts import hold_again, hold_claims
from diligence.models import Activity, EvidenceRequest
from diligence.services.errors import Conflict, Refused
from diligence.services.questionnaires import ask_back, submit_questionnaire
from tests.audits.building import Place, a_finished_run, a_report, a_repository
from tests.audits.claiming import ACCURACY, a_claim, a_hearing, a_verdict
from tests.cast import Cast, answer, answer_all, some_evidence

pytestmark = pytest.mark.django_db
DRIFT = {"practice": "drift-detection"}


# What is said ---------------------------------------------------------------------------------


def test_an_answer_before_it_is_submitted_claims_nothing(cast: Cast) -> None:
    answer(cast.questionnaire, "retraining", "monthly", by=cast.founder)
    hold_claims(deal=cast.deal)
    assert not cast.deal.claims.exists()


def test_submitted_answers_become_claims_and_are_tested_at_once(
    cast: Cast, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    answer_all(cast.questionnaire, by=cast.founder)
    with django_capture_on_commit_callbacks(execute=True):
        submit_questionnaire(actor=cast.founder, questionnaire=cast.questionnaire)
    claim = cast.deal.claims.get(kind="retraining-cadence")
    assert claim.source == Claim.Source.ANSWER
    assert claim.answer is not None
    assert claim.answer.question == "retraining"
    assert claim.verdict is not None
    assert claim.verdict.verdict == ClaimVerdict.Verdict.UNSUPPORTED


def test_an_answer_that_is_rewritten_stays_as_it_was_until_it_is_handed_in(cast: Cast) -> None:
    answer_all(cast.questionnaire, by=cast.founder)
    submit_questionnaire(actor=cast.founder, questionnaire=cast.questionnaire)
    hold_claims(deal=cast.deal)
    (claim,) = cast.deal.claims.filter(kind="retraining-cadence")
    before = claim.fields
    ask_back(
        actor=cast.analyst, questionnaire=cast.questionnaire, question_id="retraining",
        body="Really?",
    )  # fmt: skip
    cast.questionnaire.refresh_from_db()
    answer(cast.questionnaire, "retraining", "weekly", by=cast.founder)
    hold_claims(deal=cast.deal)
    claim.refresh_from_db()
    assert (claim.fields, claim.withdrawn_at) == (before, None)
    submit_questionnaire(actor=cast.founder, questionnaire=cast.questionnaire)
    hold_claims(deal=cast.deal)
    claim.refresh_from_db()
    assert claim.fields != before
    assert [v.fields for v in claim.verdicts.all()] == [claim.fields, before]


def test_what_an_answer_no_longer_says_leaves_the_ledger_and_keeps_its_verdicts(cast: Cast) -> None:
    answer_all(cast.questionnaire, by=cast.founder)
    submit_questionnaire(actor=cast.founder, questionnaire=cast.questionnaire)
    hold_claims(deal=cast.deal)
    ask_back(
        actor=cast.analyst, questionnaire=cast.questionnaire, question_id="retraining",
        body="Really?",
    )  # fmt: skip
    cast.questionnaire.refresh_from_db()
    answer(cast.questionnaire, "retraining", "never", by=cast.founder)
    submit_questionnaire(actor=cast.founder, questionnaire=cast.questionnaire)
    hold_claims(deal=cast.deal)
    claim = cast.deal.claims.get(kind="retraining-cadence")
    assert claim.withdrawn_at is not None
    assert claim.verdicts.exists()
    assert claim not in [row.claim for row in ledger_of(cast.deal).rows]


@pytest.mark.parametrize(
    ("quote", "because"),
    [
        (Quote("metric", "93%", {"metric": "accuracy"}), "needs value"),
        (Quote("metric", "  ", ACCURACY), "Quote the words"),
        (Quote("telepathy", "We read minds"), "what kind"),
        (Quote("statement", "Best team", {"days": 3}), "does not have all"),
    ],
)
def test_a_quotation_that_cannot_be_tested_is_refused(
    cast: Cast, quote: Quote, because: str
) -> None:
    with pytest.raises(Refused, match=because):
        quote_claim(actor=cast.analyst, deal=cast.deal, quote=quote)
    assert not cast.deal.claims.exists()


def test_a_document_of_another_deal_cannot_be_quoted(cast: Cast) -> None:
    deck = some_evidence(cast.other_deal, by=cast.other_founder, filename="deck.pdf")
    with pytest.raises(Refused, match="of this deal"):
        a_claim(cast.deal, evidence=deck, page=3)


@pytest.mark.parametrize("who", ["founder", "reviewer", "outsider"])
def test_only_who_runs_the_deal_quotes(cast: Cast, who: str) -> None:
    with pytest.raises(PermissionDenied):
        quote_claim(actor=getattr(cast, who), deal=cast.deal, quote=Quote("statement", "Best team"))


def test_of_two_who_correct_at_once_the_second_is_told(cast: Cast) -> None:
    claim = a_claim(cast.deal)
    seen = claim.revision
    correct_claim(
        actor=cast.analyst, claim=claim, revision=seen,
        quote=Quote("metric", "95% accuracy", {"metric": "accuracy", "value": 0.95}),
    )  # fmt: skip
    with pytest.raises(Conflict, match="Someone else changed"):
        correct_claim(
            actor=cast.analyst, claim=claim, revision=seen, quote=Quote("statement", "Mine")
        )
    claim.refresh_from_db()
    assert claim.text == "95% accuracy"


def test_what_an_answer_says_is_not_the_analyst_s_to_change(cast: Cast) -> None:
    answer_all(cast.questionnaire, by=cast.founder)
    submit_questionnaire(actor=cast.founder, questionnaire=cast.questionnaire)
    hold_claims(deal=cast.deal)
    claim = cast.deal.claims.first()
    assert claim is not None
    with pytest.raises(Refused, match="ask back"):
        withdraw_claim(actor=cast.analyst, claim=claim, because="I do not like it")


# The verdicts ---------------------------------------------------------------------------------


def test_absence_alone_contradicts_nothing(cast: Cast) -> None:
    claim = a_claim(cast.deal, "We watch drift", kind="practice", fields=DRIFT)
    a_finished_run(a_repository(cast.deal, cast.analyst), a_report({"drift-detection": "no"}))
    claim.refresh_from_db()
    assert claim.verdict is not None
    assert claim.verdict.verdict == ClaimVerdict.Verdict.UNSUPPORTED


def test_a_finished_run_tests_the_claims_and_the_earlier_verdict_is_kept(cast: Cast) -> None:
    claim = a_claim(cast.deal, "We watch drift", kind="practice", fields=DRIFT)
    hold_claims(deal=cast.deal)
    places = {"drift-detection": [Place("monitor.py", 3, "drift(x)", 3)]}
    run = a_finished_run(
        a_repository(cast.deal, cast.analyst), a_report({"drift-detection": "yes"}, evidence=places)
    )
    claim.refresh_from_db()
    verdicts = list(claim.verdicts.all())
    assert [v.verdict for v in verdicts] == ["supported", "unsupported"]
    assert (verdicts[0].run, verdicts[0].evidence[0]["path"]) == (run, "monitor.py")
    said = Activity.objects.filter(deal=cast.deal, verb="claim.verdict").first()
    assert said is not None
    assert said.text == "“We watch drift” is supported now (was unsupported)"
    assert not said.in_room


def test_a_test_that_says_the_same_adds_no_row(cast: Cast) -> None:
    claim = a_claim(cast.deal)
    hold_claims(deal=cast.deal)
    claim.refresh_from_db()
    assert claim.verdict is not None
    first = claim.verdict.tested_at
    tested = hold_again(actor=cast.analyst, deal=cast.deal)
    claim.refresh_from_db()
    assert (tested.claims, tested.changed, claim.verdicts.count()) == (1, 0, 1)
    assert claim.verdict is not None
    assert claim.verdict.tested_at > first


def test_a_rule_that_fails_costs_only_its_claim(cast: Cast) -> None:
    broken, whole = a_claim(cast.deal), a_claim(cast.deal, "Best", kind="statement", fields={})
    Claim.objects.filter(pk=broken.pk).update(kind="telepathy")
    hold_claims(deal=cast.deal)
    broken.refresh_from_db()
    whole.refresh_from_db()
    assert broken.verdict is not None
    assert whole.verdict is not None
    assert (broken.verdict.verdict, whole.verdict.verdict) == ("unsupported", "untestable")
    assert "Proofroom failed on this claim (KeyError)" in broken.verdict.because


def test_the_database_itself_refuses_a_contradiction_without_a_pointer(cast: Cast) -> None:
    verdict = a_verdict(a_claim(cast.deal))
    verdict.evidence = []
    with pytest.raises(IntegrityError), transaction.atomic():
        verdict.save()


# The ledger -----------------------------------------------------------------------------------


def test_the_worst_contradictions_come_first_and_are_five_at_most(cast: Cast) -> None:
    for n in range(6):
        a_verdict(a_claim(cast.deal, f"Accuracy {n}"), measured=0.80 + n / 100)
    own = a_claim(cast.deal, "A model of our own", kind="own-model", fields={})
    a_verdict(own)
    a_verdict(a_claim(cast.deal, "Best team", kind="statement", fields={}), "untestable")
    ledger = ledger_of(cast.deal)
    assert [row.claim.text for row in ledger.worst] == [
        "A model of our own", "Accuracy 0", "Accuracy 1", "Accuracy 2", "Accuracy 3",
    ]  # fmt: skip
    assert ledger.rows[-1].claim.text == "Best team"


def test_the_ledger_narrows_by_verdict_lens_source_and_words(cast: Cast) -> None:
    a_verdict(a_claim(cast.deal))
    a_verdict(a_claim(cast.deal, "We watch drift", kind="practice", fields=DRIFT), "unsupported")

    def texts(query: LedgerQuery) -> list[str]:
        return [row.claim.text for row in ledger_of(cast.deal, query).shown]

    assert texts(LedgerQuery(verdict="unsupported")) == ["We watch drift"]
    assert texts(LedgerQuery(lens="substance")) == ["93% accuracy in production"]
    assert texts(LedgerQuery(source="answer")) == []
    assert texts(LedgerQuery(words="DRIFT watch")) == ["We watch drift"]
    assert len(ledger_of(cast.deal, LedgerQuery(words="nothing")).rows) == 2


# What decides, and what the startup says ------------------------------------------------------


def test_the_one_thing_that_decides_is_asked_for_once(cast: Cast) -> None:
    claim = a_claim(cast.deal)
    asked = request_deciding_evidence(actor=cast.analyst, claim=claim)
    assert asked.what == "A log of predictions with the true outcome beside each"
    assert "93% accuracy in production" in asked.why
    with pytest.raises(Refused, match="on the startup's list already"):
        request_deciding_evidence(actor=cast.analyst, claim=claim)
    row = next(row for row in ledger_of(cast.deal).rows if row.claim == claim)
    assert row.asked == asked
    assert EvidenceRequest.objects.count() == 1


def test_nothing_is_asked_for_a_statement(cast: Cast) -> None:
    claim = a_claim(cast.deal, "Best team", kind="statement", fields={})
    with pytest.raises(Refused, match="No evidence could decide"):
        request_deciding_evidence(actor=cast.analyst, claim=claim)


def test_a_founder_sees_no_verdict_that_was_not_put_to_them(cast: Cast) -> None:
    shared, kept = a_claim(cast.deal), a_claim(cast.deal, "96% recall")
    a_verdict(kept)
    a_hearing(shared, by=cast.analyst)
    assert [h.claim for h in hearings_for(cast.deal, cast.founder)] == [shared]
    assert hearings_for(cast.deal, cast.other_founder) == ()


def test_only_a_contradiction_that_still_stands_is_put_to_the_startup(cast: Cast) -> None:
    claim = a_claim(cast.deal)
    first = a_verdict(claim)
    second = a_verdict(claim, "unsupported")
    with pytest.raises(Conflict, match="has changed"):
        open_hearing(actor=cast.analyst, verdict=first)
    with pytest.raises(Refused, match="Only a contradiction"):
        open_hearing(actor=cast.analyst, verdict=second)
    with pytest.raises(PermissionDenied):
        open_hearing(actor=cast.reviewer, verdict=second)


def test_the_newest_rebuttal_speaks_and_the_earlier_ones_stay(cast: Cast) -> None:
    hearing = a_hearing(a_claim(cast.deal), by=cast.analyst)
    rebut(actor=cast.founder, hearing=hearing, body="The log is of the pilot.")
    proof = some_evidence(cast.deal, by=cast.founder)
    rebut(actor=cast.founder, hearing=hearing, body="See the file.", evidence=[proof])
    row = ledger_of(cast.deal).rows[0]
    assert row.rebuttal is not None
    assert row.rebuttal.body == "See the file."
    assert hearing.rebuttals.count() == 2


@pytest.mark.parametrize(
    ("body", "because"), [(" ", "Write what"), ("x" * 4001, "4,001 characters")]
)
def test_a_rebuttal_has_words_and_not_too_many(cast: Cast, body: str, because: str) -> None:
    hearing = a_hearing(a_claim(cast.deal), by=cast.analyst)
    with pytest.raises(Refused, match=because):
        rebut(actor=cast.founder, hearing=hearing, body=body)


def test_nobody_else_answers_for_the_startup(cast: Cast) -> None:
    hearing = a_hearing(a_claim(cast.deal), by=cast.analyst)
    for someone in (cast.analyst, cast.other_founder):
        with pytest.raises(PermissionDenied):
            rebut(actor=someone, hearing=hearing, body="Never mind.")
    foreign = some_evidence(cast.other_deal, by=cast.other_founder)
    with pytest.raises(Refused, match="evidence that you handed in"):
        rebut(actor=cast.founder, hearing=hearing, body="See.", evidence=[foreign])

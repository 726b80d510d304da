"""A quotation and its test are kept together or not at all."""

import pytest

from audits.models import Claim
from audits.services.claims import Quote
from audits.services.quoting import correct_and_test, quote_and_test
from diligence.services.errors import Conflict, Refused
from tests.audits.claiming import ACCURACY
from tests.audits.data_rooms import a_measured_log
from tests.cast import Cast

pytestmark = pytest.mark.django_db
QUOTE = Quote("metric", "99% accuracy", {"metric": "accuracy", "value": 0.99})


def test_what_cannot_be_quoted_leaves_nothing(cast: Cast) -> None:
    with pytest.raises(Refused):
        quote_and_test(actor=cast.analyst, deal=cast.deal, quote=Quote("metric", "Good", {}))
    assert not Claim.objects.exists()


def test_a_quotation_comes_back_with_its_verdict(cast: Cast) -> None:
    a_measured_log(cast.deal, by=cast.founder)
    claim, run = quote_and_test(actor=cast.analyst, deal=cast.deal, quote=QUOTE)
    assert claim.verdict is not None
    assert claim.verdict.is_contradicted
    assert run is None


def test_a_new_span_of_days_is_measured(cast: Cast) -> None:
    a_measured_log(cast.deal, by=cast.founder)
    quote = Quote("metric", "99% of late", {**ACCURACY, "window_days": 30})
    _, run = quote_and_test(actor=cast.analyst, deal=cast.deal, quote=quote)
    assert run is not None
    assert run.state == "queued"


def test_a_correction_that_came_too_late_changes_nothing(cast: Cast) -> None:
    claim, _ = quote_and_test(actor=cast.analyst, deal=cast.deal, quote=QUOTE)
    other = Quote("metric", "98% accuracy", {"metric": "accuracy", "value": 0.98})
    corrected, _ = correct_and_test(
        actor=cast.analyst, claim=claim, quote=other, revision=claim.revision
    )
    assert corrected.verdict is not None
    assert corrected.verdict.fields["value"] == 0.98
    with pytest.raises(Conflict):
        correct_and_test(actor=cast.analyst, claim=claim, quote=QUOTE, revision=1)
    claim.refresh_from_db()
    assert claim.text == "98% accuracy"

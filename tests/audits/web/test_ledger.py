"""The pages of the data room and of the ledger, as people use them."""

import pytest
from django.test import Client

from audits.models import Artifact, Claim, RoomRun
from diligence.models import EvidenceRequest
from tests.audits.claiming import a_claim, a_hearing, a_verdict
from tests.audits.data_rooms import LOG_COLUMNS, a_measured_log
from tests.cast import Cast, signed_in, some_evidence

pytestmark = pytest.mark.django_db
FRAGMENT = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def analyst(cast: Cast) -> Client:
    return signed_in(cast.analyst)


def text_of(client: Client, path: str, **more: str) -> str:
    # Headers go on as they were given.
    answer = client.get(path, **more)  # type: ignore[arg-type]
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


# The ledger -----------------------------------------------------------------------------------


def test_an_empty_ledger_says_where_claims_come_from(cast: Cast, analyst: Client) -> None:
    text = text_of(analyst, f"/deals/{cast.deal.pk}/claims/")
    assert "Nothing is claimed yet" in text
    assert "No contradiction" not in text


def test_a_contradiction_stands_with_its_figures_and_its_reason(
    cast: Cast, analyst: Client
) -> None:
    a_verdict(a_claim(cast.deal))
    text = text_of(analyst, f"/deals/{cast.deal.pk}/claims/")
    assert "93% accuracy in production" in text
    assert "Contradicted" in text
    assert "95% interval 0.861 to 0.873" in text
    assert "Measured accuracy is 0.867." in text
    assert "said 0.93" in text


def test_a_filter_answers_with_the_table_alone(cast: Cast, analyst: Client) -> None:
    a_verdict(a_claim(cast.deal))
    a_verdict(a_claim(cast.deal, "Best", kind="statement", fields={}), "untestable")
    path = f"/deals/{cast.deal.pk}/claims/?verdict=untestable"
    text = text_of(analyst, path, **FRAGMENT)
    assert text.startswith('<div id="ledger" data-announce="1 claim">')
    assert "93% accuracy" not in text
    assert "No claim fits" in text_of(analyst, f"/deals/{cast.deal.pk}/claims/?q=zebra")


def test_a_ledger_of_sixty_claims_has_two_pages(cast: Cast, analyst: Client) -> None:
    for n in range(60):
        a_claim(cast.deal, f"Claim number {n:02d} {'long ' * 60}", kind="statement", fields={})
    text = text_of(analyst, f"/deals/{cast.deal.pk}/claims/")
    assert "1\N{EN DASH}50 of 60" in text
    assert "Claim number 55" in text_of(analyst, f"/deals/{cast.deal.pk}/claims/?page=2")


def test_the_deal_shows_the_five_worst(cast: Cast, analyst: Client) -> None:
    for n in range(6):
        a_verdict(a_claim(cast.deal, f"Accuracy {n}"), measured=0.80 + n / 100)
    text = text_of(analyst, f"/deals/{cast.deal.pk}/claims/panel/")
    assert "6 claims" in text
    assert "6 contradicted" in text
    assert "Accuracy 4" in text
    assert "Accuracy 5" not in text


def test_one_click_asks_the_founder_for_what_decides(cast: Cast, analyst: Client) -> None:
    claim = a_claim(cast.deal)
    a_verdict(claim, "unsupported")
    text = text_of(analyst, f"/deals/{cast.deal.pk}/claims/")
    assert "Would decide it:</span> A log of predictions with the true outcome" in text
    answer = analyst.post(f"/claims/{claim.pk}/request/")
    assert answer.headers["Location"] == f"/deals/{cast.deal.pk}/claims/#claim-{claim.pk}"
    asked = EvidenceRequest.objects.get()
    assert (asked.asked_for_kind, asked.asked_for_id) == ("claim", str(claim.pk))
    assert asked.what in text_of(signed_in(cast.founder), f"/room/{cast.deal.pk}/")
    assert "Asked for on" in text_of(analyst, f"/deals/{cast.deal.pk}/claims/")


def test_a_deck_claim_leads_to_its_page(cast: Cast, analyst: Client) -> None:
    deck = some_evidence(
        cast.deal, by=cast.founder, filename="deck.pdf", content=b"%PDF-1.7 slides\n"
    )
    form = {"kind": "metric", "text": "93% accuracy", "metric": "accuracy", "value": "93 %",
            "evidence": str(deck.pk), "page": "7"}  # fmt: skip
    assert analyst.post(f"/deals/{cast.deal.pk}/claims/quote/", form).status_code == 302
    claim = Claim.objects.get()
    assert (claim.fields, claim.page) == ({"metric": "accuracy", "value": 0.93}, 7)
    version = deck.versions.get()
    text = text_of(analyst, f"/deals/{cast.deal.pk}/claims/")
    assert f"/evidence/{version.pk}/read/#page=7" in text
    answer = analyst.get(f"/evidence/{version.pk}/read/")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("inline")
    assert signed_in(cast.outsider).get(f"/evidence/{version.pk}/read/").status_code == 404


def test_only_a_pdf_is_shown_by_the_browser(cast: Cast, analyst: Client) -> None:
    page = some_evidence(
        cast.deal, by=cast.founder, filename="x.pdf", content=b"<!doctype html><p>x</p>"
    )
    assert analyst.get(f"/evidence/{page.versions.get().pk}/read/").status_code == 404


@pytest.mark.parametrize(
    ("value", "says"), [("a lot", "Write a number"), ("93", "share of one"), ("", "required")]
)
def test_a_quotation_that_does_not_fit_says_what_to_write(
    cast: Cast, analyst: Client, value: str, says: str
) -> None:
    form = {"kind": "metric", "text": "93%", "metric": "accuracy", "value": value}
    answer = analyst.post(f"/deals/{cast.deal.pk}/claims/quote/", form)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not Claim.objects.exists()


def test_another_kind_has_other_fields(cast: Cast, analyst: Client) -> None:
    path = f"/deals/{cast.deal.pk}/claims/quote/?kind=fairness"
    text = text_of(analyst, path, **FRAGMENT)
    assert "Between groups of" in text
    assert "<html" not in text


def test_who_corrects_what_somebody_else_changed_is_told(cast: Cast, analyst: Client) -> None:
    claim = a_claim(cast.deal)
    form = {"text": "94%", "metric": "accuracy", "value": "94%", "revision": "1"}
    assert analyst.post(f"/claims/{claim.pk}/correct/", form).status_code == 302
    answer = analyst.post(f"/claims/{claim.pk}/correct/", {**form, "text": "99%"}, follow=True)
    assert "Someone else changed this claim" in answer.content.decode()
    claim.refresh_from_db()
    assert claim.text == "94%"


# The startup's side ---------------------------------------------------------------------------


def test_the_founder_sees_a_contradiction_only_once_it_is_shared_and_answers_it(
    cast: Cast, analyst: Client
) -> None:
    founder = signed_in(cast.founder)
    claim = a_claim(cast.deal)
    a_verdict(claim, because="Recomputed on their own log.")
    assert "Recomputed" not in text_of(founder, f"/room/{cast.deal.pk}/claims/")
    analyst.post(f"/claims/{claim.pk}/share/", {"verdict": "1", "message": "Is this the pilot?"})
    assert "93% accuracy in production" in text_of(founder, f"/room/{cast.deal.pk}/claims/")
    path = f"/room/{cast.deal.pk}/claims/{claim.hearings.get().pk}/"
    text = text_of(founder, path)
    assert "Recomputed on their own log." in text
    assert "Is this the pilot?" in text
    assert "predictions.csv:1" in text
    assert founder.post(path, {"body": "The log is of the pilot."}).status_code == 302
    assert "The log is of the pilot." in text_of(analyst, f"/deals/{cast.deal.pk}/claims/")
    assert founder.post(path, {"body": ""}).status_code == 422


def test_what_was_cleared_up_says_so(cast: Cast) -> None:
    claim = a_claim(cast.deal)
    hearing = a_hearing(claim, by=cast.analyst)
    a_verdict(claim, "supported")
    founder = signed_in(cast.founder)
    text = text_of(founder, f"/room/{cast.deal.pk}/claims/{hearing.pk}/")
    assert "This has been cleared up by evidence that came since." in text


# The data room --------------------------------------------------------------------------------


def test_an_empty_data_room_says_what_appears_here(cast: Cast, analyst: Client) -> None:
    assert "Nothing to measure yet" in text_of(analyst, f"/deals/{cast.deal.pk}/data-room/")


def test_a_measured_log_shows_figures_with_interval_and_rows(cast: Cast, analyst: Client) -> None:
    artifact = a_measured_log(cast.deal, by=cast.founder)
    text = text_of(analyst, f"/artifacts/{artifact.pk}/")
    for figure in ("0.9", "0.7000 to 0.9700", "20"):
        assert figure in text
    assert "20 rows, accuracy 0.9" in text_of(analyst, f"/deals/{cast.deal.pk}/data-room/")


def test_a_correction_queues_a_measurement(cast: Cast, analyst: Client) -> None:
    artifact = a_measured_log(cast.deal, by=cast.founder)
    form = {"kind": "prediction-log", "revision": "1", **LOG_COLUMNS, "label": "predicted"}
    answer = analyst.post(f"/artifacts/{artifact.pk}/confirm/", form)
    assert answer.status_code == 302
    artifact.refresh_from_db()
    assert artifact.columns["label"] == "predicted"
    assert RoomRun.objects.filter(state="queued").count() == 1
    late = analyst.post(f"/artifacts/{artifact.pk}/confirm/", form, follow=True)
    assert "Someone else said what this file is" in late.content.decode()


def test_a_column_that_the_file_does_not_have_is_refused(cast: Cast, analyst: Client) -> None:
    artifact = a_measured_log(cast.deal, by=cast.founder)
    form = {"kind": "prediction-log", "revision": "1", "label": "nowhere"}
    assert analyst.post(f"/artifacts/{artifact.pk}/confirm/", form).status_code == 422
    assert Artifact.objects.get(pk=artifact.pk).columns == LOG_COLUMNS


def test_progress_is_polled_until_it_is_over(cast: Cast, analyst: Client) -> None:
    a_measured_log(cast.deal, by=cast.founder)
    path = f"/deals/{cast.deal.pk}/data-room/"
    run = RoomRun.objects.create(deal=cast.deal, purpose="measure")
    assert "Waiting for a worker" in text_of(analyst, path, **FRAGMENT)
    RoomRun.objects.filter(pk=run.pk).update(
        state="running", stage="Measuring served.csv", done=1, total=3
    )
    assert "Measuring served.csv" in text_of(analyst, path, **FRAGMENT)
    RoomRun.objects.filter(pk=run.pk).update(state="succeeded")
    # Headers go on as they were given.
    over = analyst.get(path, **FRAGMENT)  # type: ignore[arg-type]
    assert (over.status_code, over.headers["HX-Refresh"]) == (286, "true")


def test_a_measurement_is_cancelled_from_the_page_that_shows_it(
    cast: Cast, analyst: Client
) -> None:
    a_measured_log(cast.deal, by=cast.founder)
    path = f"/deals/{cast.deal.pk}/data-room/"
    analyst.post(f"{path}measure/")
    # The id keeps the keyboard on the button while the block is exchanged under it.
    assert 'id="room-cancel"' in text_of(analyst, path, **FRAGMENT)
    analyst.post(f"{path}cancel/")
    text = text_of(analyst, path)
    assert "The last measurement was cancelled" in text
    assert "Cancelled by Ada Analyst; what was measured before stands." in text
    assert "20 rows" in text
    assert "room-cancel" not in text


def test_a_figure_of_a_card_says_on_which_data_it_was_stated(cast: Cast, analyst: Client) -> None:
    claim = a_claim(cast.deal)
    a_verdict(claim)
    claim.fields = {**claim.fields, "dataset": "triage-eval-2026"}
    claim.save(update_fields=["fields"])
    for path in (f"/deals/{cast.deal.pk}/claims/", f"/claims/{claim.pk}/"):
        text = text_of(analyst, path)
        assert "triage-eval-2026" in text
        assert "measured here on the production log" in text

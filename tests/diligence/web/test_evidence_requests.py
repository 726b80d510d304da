"""The pages of what is still needed: the firm's list, the founder's list, the answer."""

from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from diligence.models import EvidenceItem, EvidenceRequest
from diligence.services.evidence_requests import AskedFor, Need, request_evidence
from tests.cast import Cast, signed_in, some_evidence


def asked(cast: Cast, what: str = "Prediction log", minutes: int = 25) -> EvidenceRequest:
    need = Need(what, "To measure drift ourselves.", minutes=minutes)
    secret = AskedFor("claim", "auc", "We doubt their AUC")
    return request_evidence(actor=cast.analyst, deal=cast.deal, need=need, asked_for=secret)


def firm(cast: Cast) -> str:
    return f"/deals/{cast.deal.pk}/requests/"


def room(cast: Cast, row: EvidenceRequest) -> str:
    return f"/room/{cast.deal.pk}/requests/{row.pk}/"


def test_a_request_is_reached_from_its_own_deal_only(cast: Cast) -> None:
    row = asked(cast)
    other = f"/room/{cast.other_deal.pk}/requests/{row.pk}/"
    assert signed_in(cast.other_founder).get(other).status_code == 404
    assert signed_in(cast.other_founder).get(room(cast, row)).status_code == 404


def test_the_startup_does_not_see_what_it_is_asked_for(cast: Cast) -> None:
    row, browser = asked(cast), signed_in(cast.founder)
    for page in (f"/room/{cast.deal.pk}/", room(cast, row)):
        text = browser.get(page).content.decode()
        assert "To measure drift ourselves." in text
        assert "We doubt their AUC" not in text
    assert "We doubt their AUC" in signed_in(cast.analyst).get(firm(cast)).content.decode()


def test_a_claim_links_to_a_form_that_is_filled_in(cast: Cast) -> None:
    browser = signed_in(cast.analyst)
    link = f"{firm(cast)}?kind=claim&reference=auc&text=AUC+above+0.9&what=Eval+export"
    page = browser.get(link).content.decode()
    assert 'value="Eval export"' in page
    assert "AUC above 0.9" in page
    form = {
        "what": "Eval export", "why": "To recompute it.", "minutes": "10", "kind": "claim",
        "reference": "auc", "text": "AUC above 0.9",
        "due_on": (timezone.localdate() + timedelta(days=3)).isoformat(),
    }  # fmt: skip
    assert browser.post(firm(cast), form).status_code == 302
    row = EvidenceRequest.objects.get()
    assert (row.asked_for_kind, row.asked_for_id, row.minutes) == ("claim", "auc", 10)


def test_what_is_missing_in_the_form_is_said(cast: Cast) -> None:
    response = signed_in(cast.analyst).post(firm(cast), {"what": "Log", "minutes": "0"})
    assert response.status_code == 422
    assert "Say why it is needed; the startup reads it." in response.content.decode()
    assert not EvidenceRequest.objects.exists()


def test_the_room_lists_all_that_is_asked_with_the_time_it_takes(cast: Cast) -> None:
    asked(cast, "Prediction log", 25)
    asked(cast, "Model register", 5)
    text = signed_in(cast.founder).get(f"/room/{cast.deal.pk}/").content.decode()
    total = 25 + 5 + 12  # the small questionnaire says 12 minutes, and nothing is answered
    assert f"3 things, about {total} minutes in all" in text
    assert text.index("Prediction log") < text.index("Model register")


def test_new_files_and_what_is_there_answer_together(cast: Cast) -> None:
    row, there = asked(cast), some_evidence(cast.deal, by=cast.founder)
    browser = signed_in(cast.founder)
    assert there.title in browser.get(room(cast, row)).content.decode()
    form = {
        "upload": [SimpleUploadedFile("log.csv", b"a,b\n1,2\n")],
        "evidence": [str(there.pk)],
        "reply": "Since May.",
    }
    assert browser.post(room(cast, row), form).status_code == 302
    row.refresh_from_db()
    assert {item.title for item in row.given} == {"log.csv", there.title}
    assert "Since May." in signed_in(cast.analyst).get(firm(cast)).content.decode()


def test_evidence_of_another_room_cannot_be_chosen(cast: Cast) -> None:
    row = asked(cast)
    theirs = some_evidence(cast.other_deal, by=cast.other_founder)
    response = signed_in(cast.founder).post(room(cast, row), {"evidence": [str(theirs.pk)]})
    assert response.status_code == 422
    row.refresh_from_db()
    assert row.is_open


def test_no_file_and_no_word_is_refused_with_what_to_do(cast: Cast) -> None:
    row = asked(cast)
    response = signed_in(cast.founder).post(room(cast, row), {})
    assert "say in a few words why there is none" in response.content.decode()
    assert not EvidenceItem.objects.exists()


def test_what_is_no_longer_asked_leaves_the_list_and_says_why(cast: Cast) -> None:
    row, browser = asked(cast), signed_in(cast.analyst)
    browser.post(f"{firm(cast)}{row.pk}/withdraw/", {"reason": ""})
    row.refresh_from_db()
    assert row.is_open
    browser.post(f"{firm(cast)}{row.pk}/withdraw/", {"reason": "Found in the repository."})
    founder = signed_in(cast.founder)
    assert (
        "Prediction log"
        not in founder.get(f"/room/{cast.deal.pk}/").content.decode().split("What happened")[0]
    )
    page = founder.get(room(cast, row)).content.decode()
    assert "Found in the repository." in page
    assert "Send to the firm" not in page

"""Terms before entry, the viewer's name on documents, and who at the firm opened what."""

import io

import pytest
from django.core.exceptions import PermissionDenied

from diligence.models import Activity, Deal, TermsAcceptance
from diligence.services.errors import Refused
from diligence.services.evidence import share_evidence
from diligence.services.previews import make_preview
from diligence.services.room_terms import accept_terms, set_room
from tests.cast import Cast, signed_in, some_evidence
from tests.diligence.services.test_previews import a_pdf

NDA = "What you read here stays between us."


def set_terms(cast: Cast, text: str = NDA, *, watermark: bool = False) -> None:
    set_room(actor=cast.analyst, deal=cast.deal, terms=text, watermark=watermark)


def test_without_acceptance_nothing_of_the_room_is_there(cast: Cast) -> None:
    version = some_evidence(cast.deal, by=cast.founder).versions.get()
    set_terms(cast)
    browser, room = signed_in(cast.founder), f"/room/{cast.deal.pk}/"
    for page in (room, f"{room}evidence/", f"{room}questionnaire/{cast.questionnaire.pk}/"):
        assert browser.get(page).headers["Location"] == f"{room}terms/"
    assert browser.get(f"/evidence/{version.pk}/download/").status_code == 404
    assert browser.get(f"/uploads/{cast.deal.pk}/").status_code == 404
    assert NDA in browser.get(f"{room}terms/").content.decode()
    with pytest.raises(PermissionDenied):
        some_evidence(cast.deal, by=cast.founder)


def test_accepting_opens_the_room_until_the_text_changes(cast: Cast) -> None:
    set_terms(cast)
    browser, room = signed_in(cast.founder), f"/room/{cast.deal.pk}/"
    assert browser.post(f"{room}terms/").headers["Location"] == room
    assert browser.get(room).status_code == 200
    set_terms(cast, "Something stricter.")
    assert browser.get(room).headers["Location"] == f"{room}terms/"
    set_terms(cast, "")
    assert browser.get(room).status_code == 200
    assert TermsAcceptance.objects.get().user == cast.founder


def test_a_text_that_was_changed_meanwhile_is_not_accepted_unread(cast: Cast) -> None:
    set_terms(cast)
    read = cast.deal.terms.get()
    set_terms(cast, "Something stricter.")
    browser, room = signed_in(cast.founder), f"/room/{cast.deal.pk}/"
    browser.post(f"{room}terms/", {"terms": read.pk})
    assert "read them again" in browser.get(f"{room}terms/").content.decode()
    assert not TermsAcceptance.objects.exists()


def test_strangers_find_no_terms_and_accept_none(cast: Cast) -> None:
    set_terms(cast)
    for user in (cast.other_founder, cast.analyst, cast.outsider):
        page = signed_in(user).get(f"/room/{cast.deal.pk}/terms/")
        assert page.status_code == 404
        with pytest.raises(Refused):
            accept_terms(actor=user, terms=cast.deal.terms.get())


@pytest.mark.parametrize("who", ["reviewer", "outsider", "founder"])
def test_only_those_who_run_the_deal_set_the_room(cast: Cast, who: str) -> None:
    with pytest.raises(PermissionDenied):
        set_room(actor=getattr(cast, who), deal=cast.deal, terms=NDA, watermark=True)


def test_the_same_settings_again_ask_nobody_anew(cast: Cast) -> None:
    set_terms(cast)
    accept_terms(actor=cast.founder, terms=cast.deal.terms.get())
    set_terms(cast)
    assert Deal.objects.room_of(cast.founder).exists()


def test_a_document_carries_its_viewers_name_only_where_the_deal_asks(cast: Cast) -> None:
    from PIL import Image

    version = some_evidence(cast.deal, by=cast.founder, content=a_pdf(1)).versions.get()
    make_preview(version.blob.preview.pk)
    address = f"/evidence/{version.pk}/pages/1/"

    def dark_dots(client: object) -> int:
        # The parameter is typed as any object, and is a browser.
        response = client.get(address)  # type: ignore[attr-defined]
        assert response.headers["Content-Type"] == "image/webp"
        with Image.open(io.BytesIO(response.content)) as page:
            return sum(page.convert("L").histogram()[:230])

    assert dark_dots(signed_in(cast.analyst)) == 0
    set_terms(cast, "", watermark=True)
    cast.deal.refresh_from_db()
    assert dark_dots(signed_in(cast.analyst)) > 1000


def test_the_original_of_a_marked_document_is_for_its_side_and_who_runs_the_deal(
    cast: Cast,
) -> None:
    deck = some_evidence(cast.deal, by=cast.founder, filename="deck.pdf", content=a_pdf(1))
    table = some_evidence(cast.deal, by=cast.founder)
    address = f"/evidence/{deck.versions.get().pk}"
    reviewer = signed_in(cast.reviewer)
    assert reviewer.get(f"{address}/download/").status_code == 200
    set_terms(cast, "", watermark=True)
    item = f"/deals/{cast.deal.pk}/evidence/{deck.pk}/"
    refused = reviewer.get(f"{address}/download/", follow=True)
    assert refused.redirect_chain == [(item, 302)]
    assert "with your name on each page" in refused.content.decode()
    assert reviewer.get(f"/evidence/{table.versions.get().pk}/download/").status_code == 200
    for user in (cast.analyst, cast.founder):
        assert signed_in(user).get(f"{address}/download/").status_code == 200
    for user in (cast.analyst, cast.reviewer):
        read = signed_in(user).get(f"{address}/read/")
        assert (read.status_code, read["Location"]) == (302, item)


def test_the_firms_marked_document_leaves_no_room_as_a_file(cast: Cast) -> None:
    ours = some_evidence(cast.deal, by=cast.analyst, filename="terms.pdf", content=a_pdf(1))
    share_evidence(actor=cast.analyst, item=ours, shared=True)
    address = f"/evidence/{ours.versions.get().pk}/download/"
    founder = signed_in(cast.founder)
    assert founder.get(address).status_code == 200
    set_terms(cast, "", watermark=True)
    page = founder.get(address, follow=True)
    assert page.redirect_chain == [(f"/room/{cast.deal.pk}/evidence/{ours.pk}/", 302)]


def test_the_founder_sees_who_at_the_firm_opened_what(cast: Cast) -> None:
    item = some_evidence(cast.deal, by=cast.founder)
    version = item.versions.get()
    analyst = signed_in(cast.analyst)
    for _ in range(3):
        assert analyst.get(f"/evidence/{version.pk}/preview/").status_code == 200
    signed_in(cast.founder).get(f"/evidence/{version.pk}/preview/")
    line = Activity.objects.get(verb="evidence.open")
    assert (line.actor, line.in_room) == (cast.analyst, True)
    text = signed_in(cast.founder).get(f"/room/{cast.deal.pk}/evidence/{item.pk}/").content.decode()
    assert "opened it" in text
    assert "Ada Analyst" in text


def test_previews_are_for_those_who_see_the_evidence(cast: Cast) -> None:
    version = some_evidence(cast.deal, by=cast.founder, content=a_pdf(1)).versions.get()
    make_preview(version.blob.preview.pk)
    for user in (cast.other_founder, cast.outsider):
        for page in ("preview/", "pages/1/", "read/", "download/"):
            assert signed_in(user).get(f"/evidence/{version.pk}/{page}").status_code == 404
    browser = signed_in(cast.founder)
    assert browser.get(f"/evidence/{version.pk}/pages/2/").status_code == 404
    assert browser.get(f"/evidence/{version.pk}/pages/0/").status_code == 404
    for guess in (version.blob_id, f"blobs/{version.blob_id}", version.blob.path):
        assert browser.get(f"/evidence/{guess}/download/").status_code == 404
        assert browser.get(f"/{guess}").status_code == 404


def test_a_preview_is_only_ever_text_in_the_page(cast: Cast) -> None:
    version = some_evidence(
        cast.deal, by=cast.founder, content=b"<html><script>alert(1)</script>"
    ).versions.get()
    make_preview(version.blob.preview.pk)
    text = signed_in(cast.analyst).get(f"/evidence/{version.pk}/preview/").content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "<script>" not in text

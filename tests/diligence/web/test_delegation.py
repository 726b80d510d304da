"""A startup brings in its own people; who sees only some sections sees nothing else, anywhere."""

import base64
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from diligence.models import EvidenceItem, OutboundMail, RoomMember, User
from diligence.selectors.delegation import sheet_for
from diligence.selectors.questionnaires import sheet_of
from diligence.selectors.workbooks import workbook_of
from diligence.services.delegation import assign
from diligence.services.evidence_requests import Need, request_evidence
from diligence.services.invitations import accept_invitation
from diligence.services.questionnaires import attach_evidence, submit_questionnaire
from diligence.services.reminders import send_reminders
from tests.cast import (
    Cast,
    an_invitation,
    an_issued_questionnaire,
    answer,
    answer_all,
    secret_in_mail,
    signed_in,
    some_evidence,
)
from tests.diligence.questionnaires.workbooks.test_round_trip import cell_of, opened, saved
from tests.diligence.services.test_reminders import DUE, before

DELEGATE = "delegate@northwind.example"


def room(cast: Cast) -> str:
    return f"/room/{cast.deal.pk}/"


def asked(cast: Cast) -> str:
    return f"{room(cast)}questionnaire/{cast.questionnaire.pk}/"


def share(cast: Cast, section: str = "numbers") -> str:
    return f"{cast.questionnaire.pk}:{section}"


def invite(cast: Cast, **fields: Any) -> Any:
    data = {"email": DELEGATE, "limited": "on", "sections": [share(cast)], **fields}
    data = {name: value for name, value in data.items() if value is not None}
    return signed_in(cast.founder).post(f"{room(cast)}people/", data)


@pytest.fixture
def delegate(cast: Cast) -> User:
    """Someone the founder brought in for the section on numbers alone."""
    assert invite(cast).status_code == 302
    return accept_invitation(secret=secret_in_mail(DELEGATE), name="Dora Delegate", actor=None)


@pytest.fixture
def browser(delegate: User) -> Client:
    return signed_in(delegate)


def autosave(browser: Client, cast: Cast, question: str, value: str) -> Any:
    data = {f"{question}.value": value, f"{question}.revision": "0"}
    return browser.post(f"{asked(cast)}answer/{question}/", data, headers={"X-Autosave": "1"})


# Bringing in ---------------------------------------------------------------------------------


def test_a_founder_brings_in_a_colleague_without_the_firm(cast: Cast, delegate: User) -> None:
    mail = OutboundMail.objects.filter(to=DELEGATE).latest("created_at")
    assert mail.subject == f"{cast.deal.startup}: Freya Founder asks for your help"
    assert "- Numbers and dates" in mail.body
    member = RoomMember.objects.get(user=delegate)
    assert member.limited
    assert [one.section for one in member.assignments.all()] == ["numbers"]


def test_a_colleague_can_be_let_into_the_whole_room(cast: Cast) -> None:
    assert invite(cast, limited=None, sections=[]).status_code == 302
    user = accept_invitation(secret=secret_in_mail(DELEGATE), name="", actor=None)
    browser = signed_in(user)
    assert browser.get(f"{asked(cast)}models/").status_code == 200
    assert browser.get(f"{room(cast)}people/").status_code == 200


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"email": "founder@northwind.example"}, "is in the room already"),
        ({"email": "analyst@firm.example"}, "belongs to the firm"),
        ({"sections": []}, "Choose at least one section"),
        ({"email": "nobody"}, "Enter an address such as"),
        ({"sections": ["no:such"]}, "not asked any more"),
    ],
)
def test_who_cannot_come_in_is_said(cast: Cast, fields: dict[str, Any], sentence: str) -> None:
    response = invite(cast, **fields)
    assert response.status_code == 422
    assert sentence in response.content.decode()


def test_a_section_of_another_room_cannot_be_assigned(cast: Cast) -> None:
    other = an_issued_questionnaire(cast.other_deal)
    assert invite(cast, sections=[f"{other.pk}:numbers"]).status_code == 422


def test_only_who_sees_the_whole_room_brings_in_others(
    cast: Cast, delegate: User, browser: Client
) -> None:
    member = cast.deal.room_members.get(user=cast.founder)
    for user in (delegate, cast.other_founder, cast.analyst, cast.partner):
        seen = signed_in(user)
        assert seen.get(f"{room(cast)}people/").status_code == 404
        assert seen.post(f"{room(cast)}people/{member.pk}/", {"remove": "1"}).status_code == 404
    assert cast.deal.room_members.filter(removed_at=None).count() == 2


def test_the_firms_invitations_are_not_the_founders_to_revoke(cast: Cast) -> None:
    an_invitation(cast.deal, "next@northwind.example")
    row = cast.deal.invitations.get(email="next@northwind.example")
    address = f"{room(cast)}people/invitations/{row.pk}/revoke/"
    assert signed_in(cast.founder).post(address).status_code == 404
    row.refresh_from_db()
    assert row.state == "open"


def test_a_revoked_invitation_opens_nothing(cast: Cast) -> None:
    invite(cast)
    row = cast.deal.invitations.get(email=DELEGATE)
    founder = signed_in(cast.founder)
    assert founder.post(f"{room(cast)}people/invitations/{row.pk}/revoke/").status_code == 302
    assert Client().get(f"/invitation/{secret_in_mail(DELEGATE)}/").status_code == 410


# What a delegate sees ------------------------------------------------------------------------


def test_a_delegate_answers_their_section(cast: Cast, browser: Client) -> None:
    assert browser.get(f"{asked(cast)}numbers/").status_code == 200
    assert autosave(browser, cast, "rows", "5").status_code == 200
    assert cast.questionnaire.answers.get(question="rows").value == 5


def test_a_delegate_gets_404_everywhere_else(cast: Cast, browser: Client) -> None:
    answer(cast.questionnaire, "main-model", "secret model", by=cast.founder)
    item = some_evidence(cast.deal, by=cast.founder)
    version = item.current
    assert version is not None
    wanted = request_evidence(actor=cast.analyst, deal=cast.deal, need=Need("A log", "To see."))
    for address in (
        f"{asked(cast)}models/",
        f"{asked(cast)}submit/",
        f"{room(cast)}people/",
        f"{room(cast)}evidence/{item.pk}/",
        f"{room(cast)}requests/{wanted.pk}/",
        f"/evidence/{version.pk}/download/",
    ):
        assert browser.get(address).status_code == 404, address
    assert autosave(browser, cast, "main-model", "mine").status_code == 404
    assert browser.post(f"{asked(cast)}answer/card/evidence/").status_code != 404
    assert browser.post(f"{asked(cast)}submit/").status_code == 404
    assert browser.post(f"{room(cast)}evidence/{item.pk}/withdraw/").status_code == 404
    assert cast.questionnaire.answers.get(question="main-model").value == "secret model"


def test_no_page_of_a_delegate_tells_of_the_rest(cast: Cast, browser: Client) -> None:
    answer(cast.questionnaire, "main-model", "secret model", by=cast.founder)
    some_evidence(cast.deal, by=cast.founder, filename="secret-file.csv")
    request_evidence(actor=cast.analyst, deal=cast.deal, need=Need("secret-request", "To see."))
    for page in (room(cast), asked(cast), f"{asked(cast)}missing/", f"{room(cast)}evidence/"):
        text = browser.get(page).content.decode()
        for hidden in ("secret", "Your models", "What is the main model called?", "issued"):
            assert hidden not in text, (page, hidden)


def test_what_is_attached_to_their_section_they_see(
    cast: Cast, delegate: User, browser: Client
) -> None:
    card = some_evidence(cast.deal, by=cast.founder, filename="card.md")
    elsewhere = some_evidence(cast.deal, by=cast.founder, filename="elsewhere.md")
    for item, question in ((card, "card"), (elsewhere, "main-model")):
        attach_evidence(
            actor=cast.founder, questionnaire=cast.questionnaire, question_id=question, item=item
        )
    own = some_evidence(cast.deal, by=delegate, filename="own.md")
    assert set(EvidenceItem.objects.visible_to(delegate)) == {card, own}
    assert browser.get(f"{room(cast)}evidence/{card.pk}/").status_code == 200


def test_a_delegates_workbook_holds_and_takes_their_section_alone(
    cast: Cast, delegate: User, browser: Client
) -> None:
    response = browser.get(f"{asked(cast)}workbook/download/")
    titles = opened(response.content).sheetnames
    assert "Numbers and dates" in titles
    assert "Your models" not in titles
    whole = opened(workbook_of(sheet_of(cast.questionnaire)))
    cell_of(whole, "main-model").value = "mine"
    cell_of(whole, "rows").value = 7
    upload = {"workbook": SimpleUploadedFile("answers.xlsx", saved(whole))}
    looked_at = browser.post(f"{asked(cast)}workbook/", upload)["Location"]
    browser.post(looked_at)
    assert not cast.questionnaire.answers.filter(question="main-model").exists()
    assert cast.questionnaire.answers.get(question="rows").value == 7


def test_a_delegate_cannot_submit_but_is_told_who_does(cast: Cast, browser: Client) -> None:
    answer_all(cast.questionnaire, by=cast.founder)
    text = browser.get(f"{asked(cast)}missing/").content.decode()
    assert "Nothing is missing in your sections" in text


# Changing and taking out ---------------------------------------------------------------------


def test_assigning_another_section_opens_it_and_closes_the_first(
    cast: Cast, delegate: User, browser: Client
) -> None:
    member = cast.deal.room_members.get(user=delegate)
    founder = signed_in(cast.founder)
    address = f"{room(cast)}people/{member.pk}/"
    assert founder.get(address).status_code == 200
    founder.post(address, {"sections": [share(cast, "models")], "limited": "on"})
    assert browser.get(f"{asked(cast)}models/").status_code == 200
    assert browser.get(f"{asked(cast)}numbers/").status_code == 404
    founder.post(address, {"sections": [], "limited": "on"})
    assert browser.get(asked(cast)).status_code == 404
    founder.post(address, {"sections": []})
    assert browser.get(asked(cast)).status_code == 200


def test_who_is_taken_out_is_out_at_once(cast: Cast, delegate: User, browser: Client) -> None:
    member = cast.deal.room_members.get(user=delegate)
    signed_in(cast.founder).post(f"{room(cast)}people/{member.pk}/", {"remove": "1"})
    for address in (room(cast), asked(cast), f"{asked(cast)}numbers/"):
        assert browser.get(address).status_code == 404
    assert autosave(browser, cast, "rows", "5").status_code == 404
    assert not sheet_for(delegate, cast.questionnaire).sections


def test_nobody_takes_themselves_out_or_limits_themselves(cast: Cast) -> None:
    member = cast.deal.room_members.get(user=cast.founder)
    founder = signed_in(cast.founder)
    address = f"{room(cast)}people/{member.pk}/"
    assert founder.post(address, {"remove": "1"}).status_code == 422
    assert founder.post(address, {"limited": "on"}).status_code == 422
    member.refresh_from_db()
    assert (member.removed_at, member.limited) == (None, False)


def test_a_delegate_is_reminded_of_their_questionnaires_alone(cast: Cast, delegate: User) -> None:
    cast.deal.questionnaires.update(due_on=DUE, issued_at=before(60))
    row = request_evidence(
        actor=cast.analyst, deal=cast.deal, need=Need("secret-request", "To see.", DUE)
    )
    assert row.due_on == DUE
    OutboundMail.objects.all().delete()
    send_reminders(before(7))
    assert "secret-request" not in OutboundMail.objects.get(to=DELEGATE).body


def test_a_delegate_sees_what_changed_in_their_sections_alone(cast: Cast, browser: Client) -> None:
    answer(cast.questionnaire, "main-model", "secret-model", by=cast.founder)
    answer(cast.questionnaire, "rows", "1200", by=cast.founder)
    assert browser.get(f"{asked(cast)}answer/rows/changes/").status_code == 200
    assert browser.get(f"{asked(cast)}answer/main-model/changes/").status_code == 404


def test_a_delegate_takes_over_earlier_answers_of_their_sections_alone(
    cast: Cast, delegate: User, browser: Client
) -> None:
    answer_all(cast.questionnaire, by=cast.founder)
    answer(cast.questionnaire, "rows", "1200", by=cast.founder)
    submit_questionnaire(actor=cast.founder, questionnaire=cast.questionnaire)
    again = an_issued_questionnaire(cast.deal)
    member = cast.deal.room_members.get(user=delegate)
    shares = [(str(each.pk), "numbers") for each in (cast.questionnaire, again)]
    assign(actor=cast.founder, member=member, sections=shares, limited=True)
    page = f"{room(cast)}questionnaire/{again.pk}/earlier/"
    text = browser.get(page).content.decode()
    assert "How many rows does the training set have?" in text
    assert "defects-v7" not in text
    browser.post(page, {"question": "main-model"})
    browser.post(page, {"question": "rows"})
    assert list(again.answers.values_list("question", flat=True)) == ["rows"]


# Files in pieces ------------------------------------------------------------------------------


def announced(browser: Client, cast: Cast, filename: str) -> str:
    """The address of an upload that was begun in this browser."""
    said = f"filename {base64.b64encode(filename.encode()).decode()}"
    headers = {"Tus-Resumable": "1.0.0", "Upload-Length": "4", "Upload-Metadata": said}
    response = browser.post(f"/uploads/{cast.deal.pk}/", headers=headers)
    assert response.status_code == 201, response.content
    return str(response["Location"])


def send(browser: Client, address: str, piece: bytes) -> Any:
    return browser.patch(
        address, piece, content_type="application/offset+octet-stream",
        headers={"Tus-Resumable": "1.0.0", "Upload-Offset": "0"},
    )  # fmt: skip


def test_a_delegate_hands_in_files_of_their_own_and_sees_no_others(
    cast: Cast, delegate: User, browser: Client
) -> None:
    of_the_founder = announced(signed_in(cast.founder), cast, "secret-upload.csv")
    mine = announced(browser, cast, "mine.csv")
    assert send(browser, mine, b"a,b\n").status_code == 204
    (item,) = EvidenceItem.objects.visible_to(delegate)
    assert (item.title, item.created_by) == ("mine.csv", delegate)
    assert "secret-upload" not in browser.get(f"/uploads/{cast.deal.pk}/").content.decode()
    for ask in (browser.get, browser.head, browser.delete):
        assert ask(of_the_founder, headers={"Tus-Resumable": "1.0.0"}).status_code == 404
    assert send(browser, of_the_founder, b"a,b\n").status_code == 404


def test_a_delegate_who_is_out_goes_on_with_no_upload_and_an_old_link_to_it_is_dead(
    cast: Cast, delegate: User, browser: Client
) -> None:
    begun = announced(browser, cast, "mine.csv")
    own = some_evidence(cast.deal, by=delegate, filename="own.md")
    version = own.current
    assert version is not None
    member = cast.deal.room_members.get(user=delegate)
    signed_in(cast.founder).post(f"{room(cast)}people/{member.pk}/", {"remove": "1"})
    assert send(browser, begun, b"a,b\n").status_code == 404
    for page in ("download", "preview", "pages/1"):
        assert browser.get(f"/evidence/{version.pk}/{page}/").status_code == 404, page
    assert browser.get(f"/uploads/{cast.deal.pk}/").status_code == 404
    assert browser.get(f"{room(cast)}terms/").status_code == 404

"""The page of mails."""

from pytest_django import Settings

from diligence.models import OutboundMail
from tests.cast import Cast, an_invitation, signed_in


def test_it_does_not_exist_where_it_is_switched_off(cast: Cast, settings: Settings) -> None:
    mail = OutboundMail.objects.all()[:1].get()
    settings.PROOFROOM_MAILBOX = False
    browser = signed_in(cast.admin)
    assert browser.get("/mail/").status_code == 404
    assert browser.get(f"/mail/{mail.pk}/").status_code == 404
    assert 'href="/mail/"' not in browser.get("/tokens/").content.decode()


def test_it_is_not_for_founders_reviewers_or_strangers(cast: Cast) -> None:
    mail = OutboundMail.objects.all()[:1].get()
    for address in ("/mail/", f"/mail/{mail.pk}/"):
        for user in (cast.founder, cast.other_founder, cast.reviewer):
            assert signed_in(user).get(address).status_code == 404
        assert signed_in(None).get(address).status_code == 302


def test_an_invitation_can_be_read_and_followed(cast: Cast) -> None:
    secret = an_invitation(cast.deal, "new@northwind.example")
    browser = signed_in(cast.analyst)
    listed = browser.get("/mail/").content.decode()
    assert "new@northwind.example" in listed
    mail = OutboundMail.objects.get(to="new@northwind.example")
    text = browser.get(f"/mail/{mail.pk}/").content.decode()
    assert f"/invitation/{secret}/" in text
    assert "<a href=" in text


def test_markup_in_a_mail_is_shown_as_text(cast: Cast) -> None:
    mail = OutboundMail.objects.create(
        to="a@b.example", sender="c@d.example", subject="S", body="<script>alert(1)</script>"
    )
    text = signed_in(cast.admin).get(f"/mail/{mail.pk}/").content.decode()
    assert "<script>alert(1)" not in text


def test_an_empty_mailbox_says_so(cast: Cast) -> None:
    OutboundMail.objects.all().delete()
    assert "No mail yet" in signed_in(cast.admin).get("/mail/").content.decode()

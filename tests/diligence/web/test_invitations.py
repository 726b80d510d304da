"""The door of a room."""

from datetime import timedelta

from django.utils import timezone

from diligence.models import Invitation, RoomMember, User
from diligence.services.invitations import revoke_invitation
from tests.cast import Cast, an_invitation, signed_in

NEW = "new@northwind.example"


def link(secret: str) -> str:
    return f"/invitation/{secret}/"


def test_an_unknown_link_says_what_to_do(cast: Cast) -> None:
    response = signed_in(None).get(link("nothing-like-this"))
    assert response.status_code == 410
    assert "cannot be used any more" in response.content.decode()


def test_a_revoked_link_lets_nobody_in(cast: Cast) -> None:
    secret = an_invitation(cast.deal, NEW)
    revoke_invitation(actor=cast.analyst, invitation=cast.deal.invitations.get(email=NEW))
    response = signed_in(None).post(link(secret), {"name": "Nia New"})
    assert response.status_code == 410
    assert not User.objects.filter(email=NEW).exists()


def test_an_expired_link_lets_nobody_in(cast: Cast) -> None:
    secret = an_invitation(cast.deal, NEW)
    Invitation.objects.filter(email=NEW).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert signed_in(None).post(link(secret), {"name": "Nia New"}).status_code == 410


def test_looking_at_a_link_does_not_use_it_up(cast: Cast) -> None:
    secret = an_invitation(cast.deal, NEW)
    browser = signed_in(None)
    for _ in range(2):
        response = browser.get(link(secret))
        assert response.status_code == 200
    text = response.content.decode()
    assert "Northwind Vision" in text
    assert "Ada Analyst" in text
    assert not User.objects.filter(email=NEW).exists()


def test_the_page_is_neither_stored_nor_told_to_other_sites(cast: Cast) -> None:
    response = signed_in(None).get(link(an_invitation(cast.deal, NEW)))
    assert "no-store" in response.headers["Cache-Control"]
    assert response.headers["Referrer-Policy"] == "same-origin"


def test_a_name_is_asked_for(cast: Cast) -> None:
    response = signed_in(None).post(link(an_invitation(cast.deal, NEW)), {"name": " "})
    assert response.status_code == 422
    assert "Enter your name" in response.content.decode()


def test_accepting_makes_the_account_signs_in_and_opens_the_room(cast: Cast) -> None:
    secret = an_invitation(cast.deal, NEW)
    browser = signed_in(None)
    response = browser.post(link(secret), {"name": "Nia New"}, follow=True)
    assert response.redirect_chain == [(f"/room/{cast.deal.pk}/", 302)]
    assert response.status_code == 200
    nia = User.objects.get(email=NEW)
    assert nia.name == "Nia New"
    assert RoomMember.objects.filter(deal=cast.deal, user=nia).count() == 1
    assert browser.post(link(secret), {"name": "Nia New"}).status_code == 410


def test_someone_signed_in_as_another_is_refused_and_told_what_to_do(cast: Cast) -> None:
    secret = an_invitation(cast.deal, NEW)
    browser = signed_in(cast.other_founder)
    for response in (browser.get(link(secret)), browser.post(link(secret), {"name": "Oskar"})):
        assert response.status_code == 403
        assert "Sign out and open the invitation" in response.content.decode()
    assert Invitation.objects.get(email=NEW).state == "open"


def test_a_founder_may_be_invited_to_a_second_room(cast: Cast) -> None:
    secret = an_invitation(cast.other_deal, cast.founder.email)
    browser = signed_in(cast.founder)
    assert browser.post(link(secret), {"name": "Freya"}).status_code == 302
    assert browser.get(f"/room/{cast.other_deal.pk}/").status_code == 200
    assert browser.get("/", follow=True).redirect_chain[-1][0] == "/room/"

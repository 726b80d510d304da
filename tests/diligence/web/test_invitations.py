"""The door of a room."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from diligence.models import DealVerb, FirmRole, Invitation, RoomMember, User
from diligence.policies import is_in_room
from diligence.selectors.delegation import open_colleague_invitations
from diligence.services import delegation
from diligence.services.barriers import raise_barrier
from diligence.services.deal_roles import define_role, give_role
from diligence.services.deals import add_member, remove_member
from diligence.services.delegation import (
    Colleague,
    assign,
    invite_colleague,
    remove_colleague,
)
from diligence.services.errors import Refused
from diligence.services.invitations import (
    invite_founder,
    remove_room_member,
    revoke_invitation,
)
from diligence.services.people import switch_off
from diligence.services.room_terms import set_room
from tests.cast import (
    Cast,
    a_founder,
    an_invitation,
    person,
    read,
    secret_in_mail,
    signed_in,
)

NEW = "new@northwind.example"


def link(secret: str) -> str:
    return f"/invitation/{secret}/"


def entered(browser: Client, secret: str) -> Any:
    """Enters the code that was mailed last; where one is then."""
    code = re.search(r"^ {4}(\S+)$", str(mail.outbox[-1].body), re.MULTILINE)
    assert code is not None
    form = {"code": code[1], "next": link(secret)}
    return browser.post("/account/login/code/confirm/", form, follow=True)


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
    browser.post(link(secret), {"name": "Nia New"})
    response = entered(browser, secret)
    assert response.redirect_chain == [(link(secret), 302), (f"/room/{cast.deal.pk}/", 302)]
    assert response.status_code == 200
    nia = User.objects.get(email=NEW)
    assert nia.name == "Nia New"
    assert RoomMember.objects.filter(deal=cast.deal, user=nia).count() == 1
    assert browser.post(link(secret), {"name": "Nia New"}).status_code == 410


def test_a_forwarded_link_lets_nobody_in_and_costs_the_invited_nothing(cast: Cast) -> None:
    secret = an_invitation(cast.deal, NEW)
    stranger = signed_in(None)
    stranger.post(link(secret), {"name": "Sly"})
    assert mail.outbox[-1].to == [NEW]
    assert stranger.get(link(secret)).status_code == 200
    assert stranger.get(f"/room/{cast.deal.pk}/").status_code == 302
    assert not RoomMember.objects.filter(user__email=NEW).exists()
    stranger.post("/account/login/code/confirm/", {"code": "WRONG-CODE"})
    assert stranger.get(f"/room/{cast.deal.pk}/").status_code == 302
    assert Invitation.objects.get(email=NEW).state == "open"
    invited = signed_in(None)
    invited.post(link(secret), {"name": "Nia New"})
    assert entered(invited, secret).status_code == 200
    assert RoomMember.objects.filter(user__email=NEW, removed_at=None).count() == 1


def test_codes_are_not_sent_to_a_mailbox_without_end(cast: Cast) -> None:
    secret = an_invitation(cast.deal, NEW)
    answers = [signed_in(None).post(link(secret), {"name": "Sly"}) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [302, 302, 302, 410]
    assert "wait a minute" in answers[3].content.decode()
    assert len(mail.outbox) == 3


def test_after_removal_neither_a_link_in_the_mailbox_nor_one_sent_out_opens_the_room(
    cast: Cast,
) -> None:
    member = cast.deal.room_members.get(user=cast.founder)
    invite_colleague(actor=cast.founder, deal=cast.deal, colleague=Colleague(NEW, limited=False))
    sent_out = secret_in_mail(NEW)
    remove_room_member(actor=cast.analyst, member=member)
    again = signed_in(None).post(link(sent_out), {"name": "Nia"})
    assert again.status_code == 410
    assert not User.objects.filter(email=NEW).exists()


def test_what_a_colleague_sent_out_opens_nothing_once_they_are_taken_out_or_limited(
    cast: Cast,
) -> None:
    """By the startup itself as well as by the firm."""
    second = a_founder(cast.deal, "second@northwind.example")
    member = cast.deal.room_members.get(user=second)
    accomplice = Colleague("accomplice@elsewhere.example", limited=False)
    invite_colleague(actor=second, deal=cast.deal, colleague=accomplice)
    secret = secret_in_mail(accomplice.email)
    share = (str(cast.questionnaire.pk), "numbers")
    assign(actor=cast.founder, member=member, sections=[share], limited=True)
    assert signed_in(None).post(link(secret), {"name": "Sly"}).status_code == 410
    assign(actor=cast.founder, member=member, sections=[], limited=False)
    assert signed_in(None).get(link(secret)).status_code == 200
    remove_colleague(actor=cast.founder, member=member)
    assert signed_in(None).post(link(secret), {"name": "Sly"}).status_code == 410
    assert cast.deal.invitations.get(email=accomplice.email).state == "revoked"
    assert not User.objects.filter(email=accomplice.email).exists()


def test_terms_that_whoever_sent_a_link_has_not_accepted_yet_end_no_invitation(
    cast: Cast,
) -> None:
    invite_colleague(actor=cast.founder, deal=cast.deal, colleague=Colleague(NEW, limited=False))
    secret = secret_in_mail(NEW)
    set_room(actor=cast.analyst, deal=cast.deal, terms="Between us.", watermark=False)
    assert not is_in_room(cast.founder, cast.deal)
    assert [row.email for row in open_colleague_invitations(cast.deal)] == [NEW]
    assert signed_in(None).get(link(secret)).status_code == 200


@pytest.mark.parametrize("how", ["account closed", "barrier", "taken off", "role"])
def test_what_someone_of_the_firm_sent_out_ends_once_they_may_invite_nobody(
    cast: Cast, how: str
) -> None:
    second = person("second-analyst", FirmRole.ANALYST, name="Sven Second")
    member = add_member(actor=cast.analyst, deal=cast.deal, user=second)
    invite_founder(actor=second, deal=cast.deal, email=NEW)
    secret = secret_in_mail(NEW)
    page = signed_in(cast.analyst).get(f"/deals/{cast.deal.pk}/").content.decode()
    assert signed_in(None).get(link(secret)).status_code == 200
    assert "Sven Second may bring in nobody any more" not in page
    if how == "account closed":
        switch_off(actor=cast.admin, user=second)
    elif how == "barrier":
        raise_barrier(actor=cast.admin, deal=cast.deal, user=second, reason="Holds shares.")
    elif how == "taken off":
        remove_member(actor=cast.analyst, member=member)
    else:
        role = define_role(actor=cast.admin, name="Writes notes", verbs=[DealVerb.NOTE])
        give_role(actor=cast.partner, member=member, role=role)
    answered = signed_in(None).post(link(secret), {"name": "Nia"})
    assert answered.status_code == 410
    assert not User.objects.filter(email=NEW).exists()
    page = signed_in(cast.analyst).get(f"/deals/{cast.deal.pk}/").content.decode()
    assert "Sven Second may bring in nobody any more" in page


def test_what_a_limited_colleague_sent_out_is_neither_listed_as_open_nor_counted(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delegation, "OPEN_INVITATIONS", 1)
    second = a_founder(cast.deal, "second@northwind.example")
    invite_colleague(actor=second, deal=cast.deal, colleague=Colleague(NEW, limited=False))
    another = Colleague("another@northwind.example", limited=False)
    with pytest.raises(Refused, match="too many open invitations"):
        invite_colleague(actor=cast.founder, deal=cast.deal, colleague=another)
    member = cast.deal.room_members.get(user=second)
    assign(actor=cast.founder, member=member, sections=[], limited=True)
    assert open_colleague_invitations(cast.deal) == []
    assert NEW not in read(signed_in(cast.founder), f"/room/{cast.deal.pk}/people/")
    sent = invite_colleague(actor=cast.founder, deal=cast.deal, colleague=another)
    assert open_colleague_invitations(cast.deal) == [sent]


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

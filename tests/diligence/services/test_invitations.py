"""Invitations: for one address, one use, and only from those who run the deal."""

from threading import Barrier, Thread

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connections

from diligence.lib.secrets import hash_of
from diligence.models import Activity, Invitation, OutboundMail, RoomMember, User
from diligence.services.errors import Refused
from diligence.services.invitations import (
    accept_invitation,
    invite_founder,
    open_invitation,
    remove_room_member,
    revoke_invitation,
)
from tests.cast import Cast, a_founder, an_invitation, whole_cast

NEW = "new@northwind.example"


@pytest.mark.parametrize("who", ["reviewer", "founder", "outsider", "other_founder"])
def test_only_those_who_run_the_deal_invite(cast: Cast, who: str) -> None:
    with pytest.raises(PermissionDenied):
        invite_founder(actor=getattr(cast, who), deal=cast.deal, email=NEW)
    assert not OutboundMail.objects.filter(to=NEW).exists()


def test_nobody_of_the_firm_becomes_a_founder(cast: Cast) -> None:
    with pytest.raises(Refused, match="someone of the firm"):
        invite_founder(actor=cast.analyst, deal=cast.deal, email=" Reviewer@firm.example ")


def test_who_is_in_the_room_is_not_invited_again(cast: Cast) -> None:
    with pytest.raises(Refused, match="already in the room"):
        invite_founder(actor=cast.analyst, deal=cast.deal, email=cast.founder.email)


def test_only_the_hash_of_the_secret_is_kept(cast: Cast) -> None:
    secret = an_invitation(cast.deal, NEW)
    row = Invitation.objects.get(email=NEW)
    assert row.secret_hash == hash_of(secret)
    assert secret not in str(vars(row))


def test_a_second_invitation_makes_the_first_worthless(cast: Cast) -> None:
    first = an_invitation(cast.deal, NEW)
    second = an_invitation(cast.deal, NEW)
    assert open_invitation(first) is None
    assert open_invitation(second) is not None


def test_a_link_lets_in_once(cast: Cast) -> None:
    secret = an_invitation(cast.deal, NEW)
    user = accept_invitation(secret=secret, name="Nia", actor=None)
    assert not user.has_usable_password()
    with pytest.raises(Refused, match="used or has expired"):
        accept_invitation(secret=secret, name="Nia", actor=user)
    assert RoomMember.objects.filter(user=user).count() == 1


def test_a_used_link_cannot_be_revoked(cast: Cast) -> None:
    accept_invitation(secret=an_invitation(cast.deal, NEW), name="Nia", actor=None)
    with pytest.raises(Refused, match="remove the person"):
        revoke_invitation(actor=cast.analyst, invitation=Invitation.objects.get(email=NEW))


def test_a_switched_off_account_stays_out(cast: Cast) -> None:
    secret = an_invitation(cast.other_deal, cast.founder.email)
    cast.founder.is_active = False
    cast.founder.save()
    with pytest.raises(Refused, match="cannot enter"):
        accept_invitation(secret=secret, name="Freya", actor=None)


def test_who_was_removed_can_be_invited_anew(cast: Cast) -> None:
    remove_room_member(actor=cast.analyst, member=cast.deal.room_members.get())
    assert a_founder(cast.deal, cast.founder.email) == cast.founder
    assert cast.deal.room_members.filter(removed_at=None).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_link_that_is_opened_by_four_at_the_same_moment_lets_in_one() -> None:
    secret = an_invitation(whole_cast().deal, NEW)
    start, came = Barrier(4), list[bool]()

    def accept() -> None:
        start.wait()
        try:
            accept_invitation(secret=secret, name="Nia", actor=None)
        except Refused:
            came.append(False)
        else:
            came.append(True)
        connections.close_all()

    threads = [Thread(target=accept) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(came) == [False, False, False, True]
    assert User.objects.filter(email=NEW).count() == 1
    assert RoomMember.objects.filter(user__email=NEW).count() == 1
    assert Activity.objects.filter(verb="room.enter", actor__email=NEW).count() == 1

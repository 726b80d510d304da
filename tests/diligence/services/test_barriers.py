"""Information barriers: who raises and lifts them, and that a deal behind one is not there."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client

from diligence.models import Barrier, Deal, FirmRole, Startup, User
from diligence.policies import may
from diligence.selectors.deals import who_sees
from diligence.selectors.inbox import inbox_of
from diligence.services.barriers import (
    declare_conflict_of_interest,
    lift_barrier,
    raise_barrier,
)
from diligence.services.deals import DealDetails, add_member, create_deal, write_note
from diligence.services.errors import Refused
from tests.cast import Cast, person, signed_in

REASON = "Holds shares of a competitor."


def barred(cast: Cast, user: User) -> Barrier:
    return raise_barrier(actor=cast.admin, deal=cast.deal, user=user, reason=REASON)


def test_nobody_but_partners_and_administrators_shuts_others_out(cast: Cast) -> None:
    for actor in (cast.analyst, cast.reviewer, cast.outsider, cast.founder):
        with pytest.raises(PermissionDenied):
            raise_barrier(actor=actor, deal=cast.deal, user=cast.reviewer, reason=REASON)
    assert not Barrier.objects.exists()


def test_others_see_the_deal_as_before_and_the_barred_sees_the_others(cast: Cast) -> None:
    barred(cast, cast.partner)
    for user in (cast.admin, cast.analyst, cast.reviewer):
        assert cast.deal in Deal.objects.visible_to(user)
    assert list(Deal.objects.visible_to(cast.partner)) == [cast.other_deal]


@pytest.mark.parametrize("who", ["admin", "partner", "analyst", "reviewer"])
def test_a_deal_is_not_there_for_whoever_is_in_conflict_whatever_their_role(
    cast: Cast, who: str
) -> None:
    user = getattr(cast, who)
    write_note(actor=cast.analyst, deal=cast.deal, body="News.")
    lifter = cast.partner if user == cast.admin else cast.admin
    raise_barrier(actor=lifter, deal=cast.deal, user=user, reason=REASON)
    assert cast.deal not in Deal.objects.visible_to(user)
    assert cast.deal.startup not in Startup.objects.visible_to(user)
    assert cast.deal not in [news.deal for news in inbox_of(user).deals]
    assert not may(user, "note.write", cast.deal)
    assert user not in who_sees(cast.deal)


def test_whoever_is_in_conflict_lifts_nothing_and_stays_off_the_deal(cast: Cast) -> None:
    barrier = barred(cast, cast.partner)
    with pytest.raises(PermissionDenied):
        lift_barrier(actor=cast.partner, barrier=barrier, reason="I sold them.")
    with pytest.raises(Refused, match="conflict of interest on this deal"):
        add_member(actor=cast.analyst, deal=cast.deal, user=cast.partner)


def test_a_barrier_is_lifted_with_a_reason_that_stays(cast: Cast) -> None:
    barrier = barred(cast, cast.reviewer)
    with pytest.raises(Refused, match="no conflict any more"):
        lift_barrier(actor=cast.partner, barrier=barrier, reason=" ")
    lift_barrier(actor=cast.partner, barrier=barrier, reason="They sold the shares.")
    assert cast.deal in Deal.objects.visible_to(cast.reviewer)
    barrier.refresh_from_db()
    assert (barrier.lifted_by, barrier.lifted_because) == (cast.partner, "They sold the shares.")
    said = [line.text for line in cast.deal.activities.filter(verb__startswith="barrier.")]
    assert said == [
        "opened the deal to Rita Reviewer again",
        "closed the deal to Rita Reviewer, who has a conflict of interest",
    ]


def test_the_database_lifts_no_barrier_without_who_and_why(cast: Cast) -> None:
    barrier = barred(cast, cast.reviewer)
    with pytest.raises(IntegrityError), transaction.atomic():
        Barrier.objects.filter(pk=barrier.pk).update(lifted_at=barrier.raised_at)


def test_a_deal_is_never_closed_to_the_last_who_could_open_it(cast: Cast) -> None:
    barred(cast, cast.partner)
    with pytest.raises(Refused, match="Nobody else could open this deal again"):
        raise_barrier(actor=cast.admin, deal=cast.deal, user=cast.admin, reason=REASON)
    with pytest.raises(Refused, match="Nobody else"):
        declare_conflict_of_interest(actor=cast.admin, deal=cast.deal, reason=REASON)
    assert cast.deal in Deal.objects.visible_to(cast.admin)


def test_everybody_declares_a_conflict_of_their_own_in_the_browser(cast: Cast) -> None:
    browser, address = signed_in(cast.reviewer), f"/deals/{cast.deal.pk}/"
    assert browser.post(f"{address}conflict/", {"reason": ""}).headers["Location"] == address
    left = browser.post(f"{address}conflict/", {"reason": REASON}, follow=True)
    assert "the deal is closed to you" in left.content.decode()
    assert cast.deal.startup.name not in left.content.decode()
    assert browser.get(address).status_code == 404


def test_the_page_shuts_out_and_lets_in_and_only_those_who_run_the_deal_read_why(
    cast: Cast,
) -> None:
    address = f"/deals/{cast.deal.pk}/conflicts/"
    assert "Nobody is in conflict" in page(signed_in(cast.analyst), address)
    browser = signed_in(cast.partner)
    assert browser.post(address, {"user": cast.reviewer.pk, "reason": ""}).status_code == 422
    assert browser.post(address, {"user": cast.founder.pk, "reason": REASON}).status_code == 422
    browser.post(address, {"user": cast.reviewer.pk, "reason": REASON})
    assert REASON in page(signed_in(cast.analyst), address)
    other = person("second-reviewer", FirmRole.REVIEWER)
    add_member(actor=cast.analyst, deal=cast.deal, user=other)
    assert signed_in(other).get(address).status_code == 403
    assert REASON not in page(signed_in(other), f"/deals/{cast.deal.pk}/activity/")
    barrier = Barrier.objects.get()
    browser.post(f"{address}{barrier.pk}/lift/", {"reason": "They sold the shares."})
    assert "They sold the shares." in page(browser, address)
    assert cast.deal in Deal.objects.visible_to(cast.reviewer)


def page(browser: Client, address: str) -> str:
    answered = browser.get(address)
    assert answered.status_code == 200
    return answered.content.decode()


def test_who_sees_a_deal_is_the_same_rule_from_both_sides(cast: Cast) -> None:
    second = person("second-partner", FirmRole.PARTNER)
    closed = create_deal(
        actor=second, startup=cast.deal.startup,
        details=DealDetails(name="Series A", round="series-a", restricted=True),
    )  # fmt: skip
    add_member(actor=second, deal=closed, user=cast.reviewer)
    for user in (cast.partner, cast.reviewer):
        barred(cast, user)
    raise_barrier(actor=cast.admin, deal=closed, user=second, reason=REASON)
    User.objects.filter(pk=cast.outsider.pk).update(is_active=False)
    for deal in Deal.objects.all():
        seeing = {user for user in User.objects.all() if deal in Deal.objects.visible_to(user)}
        assert set(who_sees(deal)) == seeing, deal

"""Information barriers: who raises and lifts them, and that a deal behind one is not there."""

import ast
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client

from diligence.models import Barrier, Deal, FirmRole, OutboundMail, Startup, User
from diligence.policies import may
from diligence.selectors.deals import who_sees
from diligence.selectors.inbox import inbox_of
from diligence.selectors.mail import is_still_meant
from diligence.services.barriers import (
    declare_conflict_of_interest,
    lift_barrier,
    raise_barrier,
)
from diligence.services.deals import (
    DealDetails,
    StartupDetails,
    add_member,
    create_deal,
    create_startup,
    edit_deal,
    remove_member,
    write_note,
)
from diligence.services.errors import Refused
from diligence.services.invitations import remove_room_member, revoke_invitation
from diligence.services.mail import queue_mail
from tests.cast import Cast, an_invitation, person, signed_in

ROOT = Path(__file__).resolve().parents[3]
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


# Names ----------------------------------------------------------------------------------------


def test_the_name_of_a_startup_behind_a_barrier_is_free_to_be_entered(cast: Cast) -> None:
    """A refusal would tell that the firm is looking at it."""
    barred(cast, cast.partner)
    startup = create_startup(actor=cast.partner, details=StartupDetails(cast.deal.startup.name))
    assert startup != cast.deal.startup
    with pytest.raises(Refused, match="already a startup"):
        create_startup(actor=cast.partner, details=StartupDetails(cast.deal.startup.name))


def test_a_restricted_startup_is_not_told_of_by_its_name_either(cast: Cast) -> None:
    Deal.objects.filter(pk=cast.deal.pk).update(restricted=True)
    create_startup(actor=cast.outsider, details=StartupDetails(cast.deal.startup.name))
    with pytest.raises(Refused, match="choose it from the list"):
        create_startup(actor=cast.analyst, details=StartupDetails(cast.deal.startup.name))


def test_the_name_of_a_deal_behind_a_barrier_is_free_too(cast: Cast) -> None:
    other = create_deal(
        actor=cast.admin, startup=cast.deal.startup,
        details=DealDetails(name="Series A", round="series-a"),
    )  # fmt: skip
    barred(cast, cast.partner)
    renamed = DealDetails(name=cast.deal.name, round="series-a")
    edit_deal(actor=cast.partner, deal=other, details=renamed, revision=1)
    assert cast.deal.startup.deals.filter(name=cast.deal.name).count() == 2
    with pytest.raises(Refused, match="already has a deal"):
        edit_deal(actor=cast.admin, deal=other, details=renamed, revision=2)


# Mails ----------------------------------------------------------------------------------------


def about(deal: Deal, to: User) -> OutboundMail:
    return queue_mail(to=to.email, subject="News", body="Northwind.", about=[deal.pk])


def test_a_mail_that_waits_still_leaves_for_whoever_may_know_of_the_deal(cast: Cast) -> None:
    for user in (cast.admin, cast.reviewer, cast.founder):
        assert is_still_meant(about(cast.deal, user))
    invited = "next@northwind.example"
    an_invitation(cast.deal, invited)
    assert is_still_meant(OutboundMail.objects.get(to=invited))
    assert is_still_meant(queue_mail(to=cast.partner.email, subject="Code", body="123456"))


def test_a_mail_that_waits_reaches_nobody_for_whom_the_deal_was_closed_meanwhile(
    cast: Cast,
) -> None:
    waiting = [about(cast.deal, user) for user in (cast.partner, cast.reviewer, cast.founder)]
    an_invitation(cast.deal, "next@northwind.example")
    waiting.append(OutboundMail.objects.get(to="next@northwind.example"))
    barred(cast, cast.partner)
    remove_member(actor=cast.analyst, member=cast.deal.members.get(user=cast.reviewer))
    remove_room_member(actor=cast.analyst, member=cast.deal.room_members.get(user=cast.founder))
    revoke_invitation(actor=cast.analyst, invitation=cast.deal.invitations.get(used_at=None))
    assert not any(is_still_meant(mail) for mail in waiting)


def test_the_mail_page_shows_nothing_of_the_deal_even_to_an_administrator_in_conflict(
    cast: Cast,
) -> None:
    own, others = about(cast.deal, cast.admin), about(cast.deal, cast.reviewer)
    neither = about(cast.other_deal, cast.outsider)
    assert {own, others, neither} <= set(OutboundMail.objects.visible_to(cast.admin))
    raise_barrier(actor=cast.partner, deal=cast.deal, user=cast.admin, reason=REASON)
    seen = set(OutboundMail.objects.visible_to(cast.admin))
    assert neither in seen
    assert not {own, others} & seen


def test_every_mail_of_a_service_says_which_deals_it_is_about() -> None:
    """A mail that did not would go to people whom a barrier stands before."""
    calls = [
        (path, node)
        for app in ("diligence", "audits", "rubrics")
        for path in (ROOT / app).rglob("services/*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "queue_mail"
    ]
    assert calls
    for path, call in calls:
        assert "about" in {keyword.arg for keyword in call.keywords}, f"{path}:{call.lineno}"


def test_what_is_hidden_from_somebody_is_all_that_they_do_not_see(cast: Cast) -> None:
    gone = person("gone", FirmRole.ADMIN)
    gone.is_active = False
    barred(cast, cast.admin)
    for user in (cast.admin, cast.partner, cast.analyst, cast.reviewer, cast.founder, gone):
        seen = set(Deal.objects.visible_to(user))
        hidden = set(Deal.objects.hidden_from(user))
        assert (seen & hidden, seen | hidden) == (set(), {cast.deal, cast.other_deal})
    assert set(Deal.objects.hidden_from(cast.admin)) == {cast.deal}

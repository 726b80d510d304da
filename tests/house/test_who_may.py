"""Rules of reading and writing that a table of statuses cannot show."""

from collections.abc import Iterator

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from diligence.models import Deal, FirmRole, OutboundMail, User
from diligence.services.deals import (
    DealDetails,
    StartupDetails,
    add_member,
    create_deal,
    create_startup,
    edit_deal,
)
from diligence.services.mail import queue_mail
from rubrics.models import Assessment, Report
from rubrics.services.scorecards import lock_scorecard, open_scorecard
from tests.assessed import Assessed, firm_only
from tests.cast import person, signed_in
from tests.house.test_access import NOT_OURS, TABLE
from tests.house.worlds import Role, Worlds, ask, send, world_of
from tests.rubrics.building import a_scorecard, an_assessment, ask_to_score


@pytest.fixture
def db(in_world: None) -> None:
    """In place of a transaction per test."""


@pytest.fixture
def at(worlds: Worlds) -> Assessed:
    return worlds.opened.at


pytestmark = pytest.mark.usefixtures("db")


# Restricting ----------------------------------------------------------------------------------


def details(*, restricted: bool) -> DealDetails:
    return DealDetails(name="Seed 2026", round="seed", archetypes=["clf"], restricted=restricted)


def test_an_analyst_can_neither_restrict_a_deal_nor_lift_it(worlds: Worlds, at: Assessed) -> None:
    startup = create_startup(actor=at.analyst, details=StartupDetails("Fabrikam"))
    with pytest.raises(PermissionDenied, match="partner or an administrator"):
        create_deal(actor=at.analyst, startup=startup, details=details(restricted=True))
    with pytest.raises(PermissionDenied):
        edit_deal(actor=at.analyst, deal=at.deal, details=details(restricted=True), revision=1)
    closed = worlds.restricted.at
    with pytest.raises(PermissionDenied):
        edit_deal(
            actor=closed.analyst, deal=closed.deal, details=details(restricted=False), revision=1
        )


def test_the_form_takes_a_restriction_from_partners_alone(worlds: Worlds, at: Assessed) -> None:
    form = {
        "name": at.deal.name, "round": "seed", "currency": "EUR", "archetypes": ["clf"],
        "new-name": at.deal.startup.name, "restricted": "on", "revision": 1,
    }  # fmt: skip
    args = {"pk": at.deal.pk}
    assert send(worlds.opened, Role.ANALYST, "diligence:deal_edit", args, form).status == "ok"
    assert not Deal.objects.get(pk=at.deal.pk).restricted
    form["revision"] = 2
    assert send(worlds.opened, Role.PARTNER, "diligence:deal_edit", args, form).status == "ok"
    assert Deal.objects.get(pk=at.deal.pk).restricted


# Drafts and mails -----------------------------------------------------------------------------


def test_the_firm_gets_no_draft_by_writing_to_its_thread(at: Assessed) -> None:
    address = reverse("diligence:answer_reply", args=[at.answering.pk, "main-model"])
    answered = signed_in(at.analyst).post(
        address, {"body": "?"}, headers={"HX-Request": "true"}, follow=True
    )
    assert answered.redirect_chain
    assert "draft of" not in answered.content.decode()


def test_a_code_to_sign_in_is_read_by_whom_it_was_sent_to(worlds: Worlds, at: Assessed) -> None:
    admin = worlds.opened.people[Role.ADMIN]
    assert admin is not None
    code = queue_mail(to=admin.email, subject="Sign-in code", body="123456")
    own = queue_mail(to=at.analyst.email, subject="Sign-in code", body="654321")
    seen = OutboundMail.objects.visible_to(at.analyst)
    assert own in seen
    assert at.mail in seen
    assert worlds.restricted.at.mail not in seen
    assert code not in seen
    assert code in OutboundMail.objects.visible_to(admin)


# Scores before one's own are in ---------------------------------------------------------------

SCORED = ("rubrics:lens_detail", "rubrics:knock_out", "rubrics:report_state",
          "rubrics:report_download", "rubrics:report_files", "rubrics:report_export",
          "rubrics:copy_state", "rubrics:deal_sign_off", "rubrics-api:score",
          "rubrics-api:knock-outs", "rubrics:deal_why", "rubrics:criterion_why",
          "rubrics-api:report", "rubrics-api:report-pdf", "rubrics-api:report-data")  # fmt: skip


def test_a_reviewer_sees_scores_and_reports_once_their_own_are_in(
    worlds: Worlds, at: Assessed
) -> None:
    rows = [row for row in TABLE if row.name in SCORED]
    for row in rows:
        assert ask(worlds.opened, Role.REVIEWER, row.name, row.args(at)).status in {"403", "404"}
    assert not Report.objects.visible_to(at.reviewer).exists()
    at.scorecard.scores.all().delete()
    a_scorecard(at.assessment, at.reviewer, locked=True)
    for row in rows:
        assert ask(worlds.opened, Role.REVIEWER, row.name, row.args(at)).status == "200"


def test_a_reviewers_pages_say_nothing_of_scores_that_are_not_theirs(worlds: Worlds) -> None:
    at = worlds.opened.at
    other = person("second-reviewer", FirmRole.REVIEWER)
    add_member(actor=at.analyst, deal=at.deal, user=other)
    world = world_of({Role.REVIEWER: other}, at)
    words = f"{firm_only('Northwind')} rationale"
    for row in TABLE:
        if row.name.startswith("rubrics"):
            assert words not in ask(world, Role.REVIEWER, row.name, row.args(at)).text


def test_whoever_scores_blind_sees_the_others_after_all_have_submitted(worlds: Worlds) -> None:
    owner, second = person("blind-1", FirmRole.ANALYST), person("blind-2", FirmRole.REVIEWER)
    startup = create_startup(actor=owner, details=StartupDetails("Blindman"))
    deal = create_deal(actor=owner, startup=startup, details=details(restricted=False))
    add_member(actor=owner, deal=deal, user=second)
    assessment = an_assessment(deal, mode=Assessment.Mode.BLIND)
    ask_to_score(assessment, owner, second)
    seen = Assessment.objects.scores_visible_to(owner)
    a_scorecard(assessment, second, locked=True)
    assert assessment not in seen.all()
    mine = open_scorecard(actor=owner, assessment=assessment)
    a_scorecard(assessment, owner)
    assert assessment not in seen.all()
    lock_scorecard(actor=owner, scorecard=mine)
    assert assessment in seen.all()


# Doors ----------------------------------------------------------------------------------------


def test_a_refusal_says_why(at: Assessed) -> None:
    page = signed_in(at.reviewer).get(reverse("diligence:deal_edit", args=[at.deal.pk]))
    assert page.status_code == 403
    assert "Only analysts, partners and administrators" in page.content.decode()


def test_an_account_that_is_switched_off_opens_nothing(worlds: Worlds, at: Assessed) -> None:
    # Not on the object itself, which every test of this process shares.
    User.objects.filter(pk=at.analyst.pk).update(is_active=False)
    args = {"pk": at.deal.pk}
    assert ask(worlds.opened, Role.ANALYST, "diligence:deal_detail", args).status == "login"
    assert ask(worlds.opened, Role.ANALYST, "diligence-api:deal", args).status == "401"


def test_no_other_method_does_anything(worlds: Worlds, at: Assessed) -> None:
    browser = signed_in(worlds.opened.people[Role.ADMIN])
    for row in TABLE:
        address = reverse(row.name, kwargs=row.args(at))
        for method in ("put", "patch", "delete"):
            status = getattr(browser, method)(address).status_code
            assert status in {401, 403, 404, 405}, f"{method} {address}"


def views(resolver: URLResolver) -> Iterator[URLPattern]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield entry
        elif str(entry.pattern) not in NOT_OURS:
            yield from views(entry)


def test_only_the_api_takes_posts_without_a_token_of_the_form(worlds: Worlds) -> None:
    exempt = {
        entry.name
        for entry in views(get_resolver())
        if getattr(entry.callback, "csrf_exempt", False)
    }
    in_api = {row.name.partition(":")[2] for row in TABLE if "-api:" in row.name}
    # The page that verifies a file counts its askers first, and asks for the token within.
    assert exempt == in_api | {"api-schema", "verify"}
    forged = Client(enforce_csrf_checks=True).post(reverse("rubrics:verify"), {"sha256": "0" * 64})
    assert forged.status_code == 403


def test_a_post_without_that_token_is_refused(worlds: Worlds, at: Assessed) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.cookies.load(dict(worlds.opened.sessions[Role.ANALYST]))
    address = reverse("diligence:note_write", args=[at.deal.pk])
    assert browser.post(address, {"body": "Forged."}).status_code == 403
    assert not at.deal.notes.filter(body="Forged.").exists()

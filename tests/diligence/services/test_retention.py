"""What a startup handed in goes after the firm's term: announced, certified, all of it."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.core.exceptions import PermissionDenied
from django.core.files.storage import storages

from audits.models import Repository
from audits.services.execution import execute_run
from audits.services.repositories import add_repository_file, add_repository_url
from audits.services.runs import request_run
from diligence.lib.trail_marks import canonical
from diligence.models import (
    Deal,
    DealRetention,
    Deletion,
    EvidenceItem,
    EvidenceVersion,
    OutboundMail,
    RetentionRule,
    Stage,
    TrailKey,
)
from diligence.selectors.pages import LongList
from diligence.selectors.retention import NOTICE, Plan, closed_with_files, plan_of, plans_of
from diligence.services import retention
from diligence.services.errors import Refused
from diligence.services.retention import keep_terms, set_for_deal, set_term
from diligence.services.room_exports import request_export, write_export
from diligence.services.verification import verify_blobs
from tests.cast import Cast, a_deal, signed_in, some_evidence

DAY = timedelta(days=1)
TODAY = date(2026, 11, 29)
LOG = b"prediction,label\n1,0\n"


@pytest.fixture
def item(cast: Cast) -> EvidenceItem:
    return some_evidence(cast.deal, by=cast.founder, filename="log.csv", content=LOG)


def close(deal: Deal, days_ago: int) -> None:
    """The deal went to a closing stage so many days before today."""
    stage = Stage.objects.filter(outcome=Stage.Outcome.LOST)[0]
    at = datetime(2026, 11, 29, 12, tzinfo=UTC) - days_ago * DAY
    Deal.objects.filter(pk=deal.pk).update(stage=stage, stage_entered_at=at)
    deal.refresh_from_db()


def hold(cast: Cast, because: str) -> None:
    set_for_deal(actor=cast.partner, deal=cast.deal, days=None, because="", held_because=because)


def mails() -> list[str]:
    rows = OutboundMail.objects.filter(subject__contains="is deleted on").order_by("to")
    return [f"{row.to}: {row.subject}" for row in rows]


def is_stored(item: EvidenceItem) -> bool:
    return bool(storages["default"].exists(item.versions.get().blob.path))


def gone(cast: Cast) -> Deletion:
    """The deletion of the deal's files, announced in time."""
    set_term(actor=cast.admin, days=30)
    close(cast.deal, 40)
    assert keep_terms(TODAY) == []
    (done,) = keep_terms(TODAY + NOTICE)
    return done


# What must not go -----------------------------------------------------------------------------


def test_without_a_term_nothing_ever_goes(cast: Cast, item: EvidenceItem) -> None:
    close(cast.deal, 5000)
    assert keep_terms(TODAY) == keep_terms(TODAY + 5000 * DAY) == []
    assert (mails(), is_stored(item)) == ([], True)


def test_a_deal_that_is_not_closed_keeps_its_files(cast: Cast, item: EvidenceItem) -> None:
    set_term(actor=cast.admin, days=1)
    assert keep_terms(TODAY + 5000 * DAY) == []
    assert (mails(), is_stored(item)) == ([], True)


def test_nothing_goes_before_it_was_announced_for_two_weeks(cast: Cast, item: EvidenceItem) -> None:
    set_term(actor=cast.admin, days=30)
    close(cast.deal, 400)
    assert keep_terms(TODAY) == []
    assert mails() == [
        "admin@firm.example: Northwind Vision: what was handed in is deleted on 13 December 2026",
        "analyst@firm.example: Northwind Vision: what was handed in is deleted on 13 December 2026",
    ]
    assert keep_terms(TODAY + NOTICE - DAY) == []
    assert len(mails()) == 2
    assert is_stored(item)


def test_a_hold_stops_it_until_it_is_taken_off(cast: Cast, item: EvidenceItem) -> None:
    set_term(actor=cast.admin, days=30)
    close(cast.deal, 40)
    keep_terms(TODAY)
    hold(cast, "A dispute with the founders.")
    assert keep_terms(TODAY + NOTICE) == []
    assert is_stored(item)
    hold(cast, "")
    assert len(keep_terms(TODAY + NOTICE)) == 1
    assert not is_stored(item)


def test_a_deal_that_was_taken_up_again_keeps_its_files(cast: Cast, item: EvidenceItem) -> None:
    set_term(actor=cast.admin, days=30)
    close(cast.deal, 40)
    keep_terms(TODAY)
    Deal.objects.update(stage=Stage.objects.filter(outcome=Stage.Outcome.OPEN)[0])
    assert keep_terms(TODAY + NOTICE) == []
    assert is_stored(item)


def test_a_new_term_is_announced_anew(cast: Cast, item: EvidenceItem) -> None:
    set_term(actor=cast.admin, days=30)
    close(cast.deal, 40)
    keep_terms(TODAY)
    set_term(actor=cast.admin, days=35)
    assert keep_terms(TODAY + NOTICE) == []
    assert len(mails()) == 4
    assert is_stored(item)


def test_a_term_of_its_own_needs_a_reason_and_holds_before_the_firms(cast: Cast) -> None:
    set_term(actor=cast.admin, days=30)
    close(cast.deal, 40)
    with pytest.raises(Refused, match="Say why"):
        set_for_deal(actor=cast.partner, deal=cast.deal, days=900, because=" ", held_because="")
    set_for_deal(actor=cast.partner, deal=cast.deal, days=900, because="Regulator", held_because="")
    plan = plan_of(cast.deal)
    assert plan.rule == "900 days after closing, as set for this deal: Regulator"
    assert plan.due_on == TODAY - 40 * DAY + 900 * DAY


def test_only_those_who_may_set_terms_and_holds(cast: Cast) -> None:
    with pytest.raises(PermissionDenied):
        set_term(actor=cast.partner, days=1)
    with pytest.raises(PermissionDenied):
        set_for_deal(
            actor=cast.analyst, deal=cast.deal, days=None, because="", held_because="Wait."
        )


def test_bytes_that_another_deal_handed_in_too_stay_for_that_deal(
    cast: Cast, item: EvidenceItem
) -> None:
    other = some_evidence(cast.other_deal, by=cast.other_founder, content=LOG)
    done = gone(cast)
    assert is_stored(other)
    (file,) = json.loads(done.certificate)["files"]
    assert file["also_held_for_another_deal"] is True
    page = signed_in(cast.outsider).get(f"/evidence/{other.versions.get().pk}/download/")
    assert b"".join(page.streaming_content) == LOG  # type: ignore[attr-defined] # the test client's answer has no such type
    refused = signed_in(cast.analyst).get(f"/evidence/{item.versions.get().pk}/download/")
    assert refused.status_code == 302


# What goes ------------------------------------------------------------------------------------


def test_files_pictures_archives_and_tokens_go_and_the_certificate_names_them(
    cast: Cast, item: EvidenceItem
) -> None:
    add_repository_url(
        actor=cast.analyst, deal=cast.deal, url="https://git.example.com/a/b", token="glpat-xyz"
    )
    export = request_export(actor=cast.analyst, deal=cast.deal)
    write_export(export.pk)
    done = gone(cast)
    stored = storages["default"]
    assert not is_stored(item)
    assert stored.listdir("exports")[1] == []
    assert Repository.objects.get().token is None
    version = item.versions.get()
    assert version.blob.gone_at is not None
    assert (done.files, done.bytes) == (1, len(LOG))
    told = json.loads(done.certificate)
    assert told["files"][0]["sha256"] == version.blob_id
    assert told["rule"] == "30 days after closing, the firm's term"
    assert told["rule_set_by"] == str(cast.admin)
    signature = bytes.fromhex(told.pop("signature"))
    public = bytes.fromhex(TrailKey.objects.get().public)
    Ed25519PublicKey.from_public_bytes(public).verify(signature, canonical(told))


def test_pages_say_when_it_was_deleted_instead_of_leading_nowhere(
    cast: Cast, item: EvidenceItem
) -> None:
    done = gone(cast)
    version = item.versions.get()
    said = f"Deleted on {done.at:%-d %B %Y} under the firm\N{RIGHT SINGLE QUOTATION MARK}s term"
    for person, place in ((cast.analyst, "deals"), (cast.founder, "room")):
        browser = signed_in(person)
        address = f"/{place}/{cast.deal.pk}/evidence/{item.pk}/"
        page = browser.get(address).content.decode()
        assert said in page
        assert f"/evidence/{version.pk}/download/" not in page
        assert said in browser.get(f"/evidence/{version.pk}/preview/").content.decode()
        for headers in ({}, {"Range": "bytes=0-3"}):
            lost = browser.get(f"/evidence/{version.pk}/download/", headers=headers, follow=True)
            assert "was deleted on" in lost.content.decode()
    page = signed_in(cast.analyst).get(f"/deals/{cast.deal.pk}/retention/").content.decode()
    assert "Nothing is stored." in page
    certificate = signed_in(cast.analyst).get(f"/deals/{cast.deal.pk}/retention/{done.pk}/")
    assert certificate.content.decode() == done.certificate


def test_everything_that_read_the_files_says_so_and_goes_on(cast: Cast, item: EvidenceItem) -> None:
    repository = add_repository_file(actor=cast.analyst, deal=cast.deal, item=item)
    gone(cast)
    assert list(verify_blobs(lambda _: None)) == []
    run = request_run(actor=cast.analyst, repository=repository)
    execute_run(run.pk)
    run.refresh_from_db()
    assert (run.state, "log.csv was deleted on" in run.failure) == ("failed", True)
    export = request_export(actor=cast.analyst, deal=cast.deal)
    write_export(export.pk)
    export.refresh_from_db()
    assert export.state == "ready"


def test_the_same_bytes_handed_in_again_are_kept_again(cast: Cast, item: EvidenceItem) -> None:
    gone(cast)
    again = some_evidence(cast.other_deal, by=cast.other_founder, content=LOG)
    assert is_stored(again)
    assert again.versions.get().blob.gone_at is None
    assert list(verify_blobs(lambda _: None)) == []
    assert EvidenceVersion.objects.get(item=item).deletion is not None


def test_what_a_crash_left_over_is_erased_by_the_next_look(
    cast: Cast, item: EvidenceItem, monkeypatch: pytest.MonkeyPatch
) -> None:
    def power_cut(_: Deletion) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(retention, "erase", power_cut)
    with pytest.raises(KeyboardInterrupt):
        gone(cast)
    monkeypatch.undo()
    assert is_stored(item)
    keep_terms(TODAY + NOTICE)
    assert not is_stored(item)
    assert Deletion.objects.get().erased_at is not None


def test_closed_deals_come_in_pages_soonest_first_and_held_ones_last(
    cast: Cast, item: EvidenceItem, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_term(actor=cast.admin, days=100)
    close(cast.deal, 90)
    hold(cast, "A lawsuit.")
    others = [a_deal(cast.partner, startup=f"Startup {n}") for n in range(3)]
    for n, deal in enumerate(others):
        some_evidence(deal, by=cast.partner, filename="a.csv", content=b"%d" % n)
        some_evidence(deal, by=cast.partner, filename="b.csv", content=b"%d%d" % (n, n))
        close(deal, 50 + n)
    own = DealRetention.objects.create(deal=others[0], days=1, because="Asked for.")
    assert [plan.deal for plan in plans()] == [others[0], others[2], others[1], cast.deal]
    assert [(plan.files, plan.bytes) for plan in plans()][:2] == [(2, 3), (2, 3)]
    DealRetention.objects.filter(pk=own.pk).delete()
    RetentionRule.objects.create(days=None, set_by=cast.admin)
    assert plans()[-1].deal == cast.deal
    monkeypatch.setattr(LongList.__init__, "__defaults__", (3,))
    page = signed_in(cast.admin).get("/retention/", {"page": "2"}).content.decode()
    assert (page.count('<th scope="row">'), "of 4</span>" in page) == (1, True)


def plans() -> tuple[Plan, ...]:
    return plans_of(closed_with_files(Deal.objects.all()))


def test_the_page_of_terms_shows_what_goes_when(cast: Cast, item: EvidenceItem) -> None:
    close(cast.deal, 40)
    browser = signed_in(cast.admin)
    assert browser.post("/retention/", {"days": "3650"}).status_code == 302
    page = browser.get("/retention/").content.decode()
    due = TODAY + (3650 - 40) * DAY
    assert f'Deleted on <time datetime="{due}">' in page
    assert "Northwind Vision" in page

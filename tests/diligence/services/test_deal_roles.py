"""Roles of deals: what they allow and refuse, who defines them, and that nobody gives too much."""

from threading import Event, Thread

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connections, transaction
from django.utils import timezone

from diligence.models import (
    Activity,
    Deal,
    DealMember,
    DealRole,
    DealVerb,
    EvidenceVersion,
    FirmRole,
    RoomExport,
    User,
)
from diligence.policies import deal_verbs, may
from diligence.services.barriers import raise_barrier
from diligence.services.deal_roles import change_role, define_role, give_role, retire_role
from diligence.services.deals import add_member, edit_note, remove_member, write_note
from diligence.services.errors import Refused
from diligence.services.room_exports import request_export, write_export
from diligence.web.forms.deal_roles import GROUPS
from tests.cast import Cast, person, signed_in, some_evidence, whole_cast


def role(cast: Cast, *verbs: str, name: str = "Keeper") -> DealRole:
    return define_role(actor=cast.admin, name=name, verbs=verbs)


def on_deal(cast: Cast, user: User) -> DealMember:
    return add_member(actor=cast.partner, deal=cast.deal, user=user)


def given(cast: Cast, user: User, *verbs: str) -> DealMember:
    member = on_deal(cast, user)
    return give_role(actor=cast.partner, member=member, role=role(cast, *verbs))


def about(cast: Cast, verb: str) -> Deal | EvidenceVersion:
    """What the verb is done to: the deal, but for a marked document."""
    if verb != DealVerb.TAKE_OUT:
        return cast.deal
    Deal.objects.filter(pk=cast.deal.pk).update(watermark=True)
    item = some_evidence(cast.deal, by=cast.analyst, filename="deck.pdf", content=b"%PDF-1.7 x")
    version = item.versions.select_related("item__deal").get()
    EvidenceVersion.objects.filter(pk=version.pk).update(media_type="application/pdf")
    version.refresh_from_db()
    version.item.deal.refresh_from_db()
    return version


WITH_AN_ITEM = {DealVerb.WITHDRAW}


@pytest.mark.parametrize("verb", [verb for verb in DealVerb if verb not in WITH_AN_ITEM])
def test_a_role_allows_what_it_holds_and_refuses_all_else(cast: Cast, verb: DealVerb) -> None:
    """To a reviewer, who may do little, and to an analyst, who may do all of it at the firm."""
    thing = about(cast, verb)
    second = person("second-analyst", FirmRole.ANALYST)
    given(cast, cast.reviewer, verb)
    others = set(DealVerb.values) - {verb}
    give_role(
        actor=cast.partner, member=on_deal(cast, second), role=role(cast, *others, name="Rest")
    )
    assert may(cast.reviewer, verb, thing)
    assert deal_verbs(cast.reviewer, cast.deal) == {verb}
    refused = may(second, verb, thing)
    assert not refused
    assert "Rest, does not include" in getattr(refused, "reason", "") or verb == DealVerb.TAKE_OUT


def test_a_role_withdraws_what_the_firm_added_and_nothing_of_the_startup(cast: Cast) -> None:
    given(cast, cast.reviewer, DealVerb.WITHDRAW)
    assert may(cast.reviewer, "evidence.withdraw", some_evidence(cast.deal, by=cast.analyst))
    theirs = some_evidence(cast.deal, by=cast.founder, filename="a.csv", content=b"a\n")
    assert not may(cast.reviewer, "evidence.withdraw", theirs)


def test_no_role_of_a_deal_decides_signs_or_opens_another_deal(cast: Cast) -> None:
    given(cast, cast.reviewer, *DealVerb.values)
    decisions = (
        "knock-out.decide", "knock-out.waive", "deal.restrict", "deal.sign-off", "level.close",
        "barrier.raise", "barrier.lift", "role.define", "deal.create",
    )  # fmt: skip
    for verb in decisions:
        assert not may(cast.reviewer, verb, cast.deal), verb
        assert verb not in DealVerb.values
    assert not may(cast.reviewer, "deal.edit", cast.other_deal)


def test_a_role_does_nothing_behind_a_barrier_nor_after_one_was_taken_off(cast: Cast) -> None:
    member = given(cast, cast.reviewer, *DealVerb.values)
    raise_barrier(actor=cast.admin, deal=cast.deal, user=cast.reviewer, reason="Shares.")
    assert not may(cast.reviewer, "note.write", cast.deal)
    assert deal_verbs(cast.reviewer, cast.deal) == set()
    cast.deal.barriers.all().delete()
    assert may(cast.reviewer, "note.write", cast.deal)
    DealMember.objects.filter(pk=member.pk).update(removed_at=member.added_at)
    assert not may(cast.reviewer, "note.write", cast.deal)


def test_what_is_asked_at_once_is_what_each_verb_answers(cast: Cast) -> None:
    second = person("second-analyst", FirmRole.ANALYST)
    given(cast, second, DealVerb.NOTE, DealVerb.TRIAGE)
    verbs = [verb for verb in DealVerb if verb not in (DealVerb.TAKE_OUT, DealVerb.WITHDRAW)]
    for user in (cast.admin, cast.partner, cast.analyst, cast.reviewer, cast.outsider, second):
        one_by_one = {verb for verb in verbs if may(user, verb, cast.deal)}
        assert deal_verbs(user, cast.deal) & set(verbs) == one_by_one, user


def test_nobody_gives_what_they_may_not_do_themselves(cast: Cast) -> None:
    given(cast, cast.reviewer, DealVerb.STAFF, DealVerb.NOTE)
    member = on_deal(cast, person("second-analyst", FirmRole.ANALYST))
    with pytest.raises(Refused, match="may not do yourself: triage findings"):
        give_role(
            actor=cast.reviewer, member=member,
            role=role(cast, DealVerb.NOTE, DealVerb.TRIAGE, name="Triage"),
        )  # fmt: skip
    with pytest.raises(Refused, match="without a role of their own"):
        give_role(actor=cast.reviewer, member=member, role=None)
    with pytest.raises(Refused, match="Somebody else says"):
        give_role(actor=cast.reviewer, member=cast.deal.members.get(user=cast.reviewer), role=None)
    give_role(actor=cast.reviewer, member=member, role=DealRole.objects.get(name="Keeper"))
    assert member.user not in (cast.reviewer, cast.analyst)


def test_owners_partners_and_administrators_keep_their_office(cast: Cast) -> None:
    reading = role(cast)
    for user in (cast.analyst, cast.partner, cast.admin):
        with pytest.raises(Refused, match=r"keeps the rights|Somebody else"):
            give_role(actor=cast.partner, member=on_deal(cast, user), role=reading)


def test_only_administrators_define_roles_and_only_from_the_list(cast: Cast) -> None:
    for actor in (cast.partner, cast.analyst, cast.reviewer, cast.founder):
        with pytest.raises(PermissionDenied):
            define_role(actor=actor, name="Mine", verbs=[])
    with pytest.raises(Refused, match="from the list"):
        role(cast, "knock-out.waive")
    role(cast)
    with pytest.raises(Refused, match="already a role called keeper"):
        role(cast, name="keeper")


def test_a_change_holds_at_once_and_is_in_the_trail_with_before_and_after(cast: Cast) -> None:
    given(cast, cast.reviewer, DealVerb.NOTE)
    keeper = DealRole.objects.get()
    change_role(actor=cast.admin, role=keeper, name="Keeper", verbs=[DealVerb.TRIAGE])
    assert not may(cast.reviewer, "note.write", cast.deal)
    assert may(cast.reviewer, "finding.triage", cast.deal)
    line = Activity.objects.get(verb="role.change")
    assert (line.before or {})["verbs"] == ["note.write"]
    assert (line.after or {})["verbs"] == ["finding.triage"]


def test_a_role_that_somebody_has_is_not_retired(cast: Cast) -> None:
    member = given(cast, cast.reviewer)
    keeper = DealRole.objects.get()
    with pytest.raises(Refused, match="give them another role first"):
        retire_role(actor=cast.admin, role=keeper)
    give_role(actor=cast.partner, member=member, role=None)
    retire_role(actor=cast.admin, role=keeper)
    keeper.refresh_from_db()
    with pytest.raises(Refused, match="retired"):
        give_role(actor=cast.partner, member=member, role=keeper)
    assert role(cast, name="Keeper") != keeper


def test_ones_own_note_stays_ones_own(cast: Cast) -> None:
    note = write_note(actor=cast.reviewer, deal=cast.deal, body="Mine.")
    given(cast, cast.reviewer)
    edit_note(actor=cast.reviewer, note=note, body="Still mine.")


def test_every_verb_stands_in_one_group_of_the_page() -> None:
    grouped = [verb for _, verbs in GROUPS.values() for verb in verbs]
    assert sorted(grouped) == sorted(DealVerb)


def test_roles_are_defined_changed_and_given_in_the_browser(cast: Cast) -> None:
    admin, partner = signed_in(cast.admin), signed_in(cast.partner)
    assert "No roles yet" in admin.get("/roles/").content.decode()
    assert admin.post("/roles/", {"name": " "}).status_code == 422
    admin.post("/roles/", {"name": "Triage", "audit": ["finding.triage"], "deal": ["note.write"]})
    triage = DealRole.objects.get()
    assert triage.verbs == ["note.write", "finding.triage"]
    refused = admin.post("/roles/", {"name": "Other", "deal": ["knock-out.waive"]})
    assert refused.status_code == 422
    member = cast.deal.members.get(user=cast.reviewer)
    address = f"/deals/{cast.deal.pk}/"
    partner.post(f"{address}team/{member.pk}/role/", {"role": triage.pk})
    assert may(cast.reviewer, "finding.triage", cast.deal)
    assert "Triage" in partner.get(address).content.decode()
    assert "Role on this deal" not in signed_in(cast.reviewer).get(address).content.decode()
    admin.post(f"/roles/{triage.pk}/", {"name": "Reads"})
    assert not may(cast.reviewer, "finding.triage", cast.deal)
    assert "Add note" not in signed_in(cast.reviewer).get(address).content.decode()


def test_nobody_loses_a_role_by_being_taken_off_and_put_on_again(cast: Cast) -> None:
    member = given(cast, cast.outsider, DealVerb.NOTE)
    remove_member(actor=cast.analyst, member=member)
    again = add_member(actor=cast.analyst, deal=cast.deal, user=cast.outsider)
    assert again.role == member.role
    assert deal_verbs(cast.outsider, cast.deal) == {DealVerb.NOTE}
    line = Activity.objects.filter(verb="deal.staff").latest("pk")
    assert (line.before, line.after) == (
        {"on_the_deal": False}, {"on_the_deal": True, "role": "Keeper"}
    )  # fmt: skip


def test_a_retired_role_comes_back_with_nobody(cast: Cast) -> None:
    """Without it an analyst could do more: only an administrator, who sees it, brings them back."""
    remove_member(actor=cast.analyst, member=given(cast, cast.outsider, DealVerb.NOTE))
    retire_role(actor=cast.admin, role=DealRole.objects.get())
    form, address = {"user": cast.outsider.pk}, f"/deals/{cast.deal.pk}/team/"
    for user in (cast.analyst, cast.partner):
        page = signed_in(user).post(address, form, follow=True).content.decode()
        assert "was Keeper on this deal, a role that is retired; ask an administrator" in page
    assert not cast.deal.members.filter(user=cast.outsider, removed_at=None).exists()
    browser, reads = signed_in(cast.admin), role(cast, name="Reads")
    page = browser.post(address, form, follow=True).content.decode()
    assert "is on the deal: Analyst, as at the firm." in page
    line = Activity.objects.filter(verb="deal.staff").latest("pk")
    assert (line.after or {})["role"] == ""
    member = cast.deal.members.get(user=cast.outsider, removed_at=None)
    browser.post(f"{address}{member.pk}/role/", {"role": reads.pk})
    assert deal_verbs(cast.outsider, cast.deal) == set()


def test_who_has_a_role_puts_nobody_on_the_deal_who_could_do_more(cast: Cast) -> None:
    given(cast, cast.reviewer, DealVerb.STAFF)
    second = person("second-analyst", FirmRole.ANALYST)
    for user in (cast.outsider, second):
        with pytest.raises(Refused, match="could do more on this deal than you"):
            add_member(actor=cast.reviewer, deal=cast.deal, user=user)
        assert not cast.deal.members.filter(user=user).exists()
    expert = person("expert", FirmRole.REVIEWER)
    assert add_member(actor=cast.reviewer, deal=cast.deal, user=expert).role is None
    assert add_member(actor=cast.analyst, deal=cast.deal, user=second).role is None


def test_an_archive_of_somebody_else_is_no_way_around_the_names_on_pages(cast: Cast) -> None:
    """Who may ask for archives and not take marked documents out downloads their own alone."""
    Deal.objects.filter(pk=cast.deal.pk).update(watermark=True)
    cast.deal.refresh_from_db()
    given(cast, cast.reviewer, DealVerb.ROOM_EXPORT)
    full = request_export(actor=cast.analyst, deal=cast.deal)
    RoomExport.objects.update(state=RoomExport.State.READY, finished_at=timezone.now())
    own = request_export(actor=cast.reviewer, deal=cast.deal)
    write_export(own.pk)
    own.refresh_from_db()
    assert not may(cast.reviewer, "evidence.take-out", full)
    assert may(cast.analyst, "evidence.take-out", full)
    assert may(cast.reviewer, "evidence.take-out", own)
    assert not may(cast.partner, "evidence.take-out", own)
    browser = signed_in(cast.reviewer)
    assert browser.get(f"/archives/{full.pk}/download/").status_code == 403


@pytest.mark.django_db(transaction=True)
def test_a_role_that_is_retired_at_the_same_moment_is_given_to_nobody() -> None:
    cast = whole_cast()
    keeper, member = role(cast, DealVerb.NOTE), on_deal(cast, cast.reviewer)
    began, said = Event(), list[str]()

    def give() -> None:
        began.set()
        try:
            give_role(actor=cast.partner, member=member, role=keeper)
        except Refused as refused:
            said.append(str(refused))
        connections.close_all()

    giving = Thread(target=give)
    with transaction.atomic():
        retire_role(actor=cast.admin, role=keeper)
        giving.start()
        assert began.wait(10)
        giving.join(0.5)
        assert giving.is_alive(), "it did not wait for whoever retires the role"
    giving.join()
    assert said == ["Keeper is retired; choose another role."]
    member.refresh_from_db()
    assert member.role is None

"""Deals: who opens, edits, moves and staffs them, and what two at once are told."""

from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied

from diligence.models import Activity, Deal, Note, Pipeline, Stage
from diligence.services.activity import record
from diligence.services.deals import (
    DealDetails,
    StartupDetails,
    add_member,
    create_deal,
    create_startup,
    edit_deal,
    edit_note,
    edit_startup,
    move_deal,
    remove_member,
    write_note,
)
from diligence.services.errors import Conflict, Refused
from tests.cast import Cast, a_deal

DETAILS = DealDetails(name="Seed 2026", round="seed", archetypes=["clf"])


def test_reviewers_founders_and_outsiders_change_no_deal(cast: Cast) -> None:
    other = Stage.objects.exclude(pk=cast.deal.stage_id)[0]
    for actor in (cast.reviewer, cast.founder, cast.outsider):
        with pytest.raises(PermissionDenied):
            edit_deal(actor=actor, deal=cast.deal, details=DETAILS, revision=1)
        with pytest.raises(PermissionDenied):
            move_deal(actor=actor, deal=cast.deal, stage=other)
        with pytest.raises(PermissionDenied):
            add_member(actor=actor, deal=cast.deal, user=cast.outsider)
    for actor in (cast.reviewer, cast.founder):
        with pytest.raises(PermissionDenied):
            create_deal(actor=actor, startup=cast.deal.startup, details=DETAILS)
        with pytest.raises(PermissionDenied):
            create_startup(actor=actor, details=StartupDetails(name="New"))


def test_names_are_taken_once(cast: Cast) -> None:
    with pytest.raises(Refused, match="already a startup called northwind VISION"):
        create_startup(actor=cast.analyst, details=StartupDetails(name="northwind VISION"))
    with pytest.raises(Refused, match="already has a deal called Seed 2026"):
        create_deal(actor=cast.analyst, startup=cast.deal.startup, details=DETAILS)
    with pytest.raises(Refused, match="already a startup called Contoso Copilot"):
        edit_startup(
            actor=cast.analyst, startup=cast.deal.startup, deal=cast.deal,
            details=StartupDetails(name="Contoso Copilot"),
        )  # fmt: skip


def test_an_edit_to_a_name_that_is_taken_is_refused(cast: Cast) -> None:
    second = create_deal(
        actor=cast.analyst, startup=cast.deal.startup, details=replace(DETAILS, name="Series A")
    )
    with pytest.raises(Refused, match="already has a deal called Seed 2026"):
        edit_deal(actor=cast.analyst, deal=second, details=DETAILS, revision=second.revision)
    second.refresh_from_db()
    assert (second.name, second.revision) == ("Series A", 1)


def test_what_the_database_keeps_on_a_deal_is_not_told_of_it(cast: Cast) -> None:
    """Python holds defaults of those columns on a new deal, and repetitions on an edited one."""
    new = create_deal(
        actor=cast.analyst, startup=cast.deal.startup, details=replace(DETAILS, name="Series A")
    )
    edit_deal(
        actor=cast.analyst, deal=new, details=replace(DETAILS, name="Series B"),
        revision=new.revision,
    )  # fmt: skip
    made, edited = Activity.objects.filter(object_id=str(new.pk)).order_by("pk")
    assert (edited.before or {}).keys() == {"name", "revision"}
    assert (made.after or {})["name"] == "Series A"
    assert not Deal.kept_by_database & (made.after or {}).keys()
    assert Deal.kept_by_database <= {column.name for column in Deal._meta.concrete_fields}


def test_the_second_of_two_who_edit_at_once_is_told(cast: Cast) -> None:
    edited = edit_deal(
        actor=cast.analyst, deal=cast.deal, details=replace(DETAILS, thesis="First."), revision=1
    )
    assert edited.revision == 2
    with pytest.raises(Conflict, match="Someone else changed this deal"):
        edit_deal(actor=cast.partner, deal=cast.deal, details=DETAILS, revision=1)
    assert Deal.objects.get(pk=cast.deal.pk).thesis == "First."


def test_a_deal_stays_in_its_pipeline(cast: Cast) -> None:
    other = Pipeline.objects.create(name="Funds", position=9)
    foreign = Stage.objects.create(pipeline=other, name="New", position=0)
    with pytest.raises(Refused, match="belongs to another pipeline"):
        move_deal(actor=cast.analyst, deal=cast.deal, stage=foreign)


def test_a_move_is_told_once_and_dated(cast: Cast) -> None:
    before = cast.deal.stage_entered_at
    stage = Stage.objects.filter(pipeline=cast.deal.stage.pipeline).order_by("position")[1]
    moved = move_deal(actor=cast.analyst, deal=cast.deal, stage=stage)
    move_deal(actor=cast.analyst, deal=moved, stage=stage)
    assert moved.stage_entered_at > before
    assert Activity.objects.filter(verb="deal.move").count() == 1


def test_only_people_of_the_firm_are_put_on_a_deal(cast: Cast) -> None:
    with pytest.raises(Refused, match="founders are invited to the room"):
        add_member(actor=cast.analyst, deal=cast.deal, user=cast.founder)
    first = add_member(actor=cast.analyst, deal=cast.deal, user=cast.outsider)
    assert add_member(actor=cast.analyst, deal=cast.deal, user=cast.outsider) == first
    assert cast.deal in Deal.objects.visible_to(cast.outsider)
    remove_member(actor=cast.analyst, member=first)
    assert cast.deal not in Deal.objects.visible_to(cast.outsider)


def test_the_owner_stays_on_the_deal(cast: Cast) -> None:
    with pytest.raises(Refused, match="The owner of a deal stays on it"):
        remove_member(actor=cast.partner, member=cast.deal.members.get(user=cast.analyst))


def test_only_its_author_changes_a_note(cast: Cast) -> None:
    note = write_note(actor=cast.reviewer, deal=cast.deal, body="First.")
    for actor in (cast.analyst, cast.admin, cast.founder):
        with pytest.raises(PermissionDenied):
            edit_note(actor=actor, note=note, body="Other.")
    with pytest.raises(PermissionDenied):
        write_note(actor=cast.founder, deal=cast.deal, body="Ours.")
    edited = edit_note(actor=cast.reviewer, note=note, body="Second.")
    assert edited.edited_at is not None
    assert Note.objects.get().body == "Second."


def test_a_restricted_deal_is_seen_by_its_team_alone(cast: Cast) -> None:
    restricted = replace(DETAILS, restricted=True)
    with pytest.raises(PermissionDenied):
        edit_deal(actor=cast.analyst, deal=cast.deal, details=restricted, revision=1)
    edit_deal(actor=cast.partner, deal=cast.deal, details=restricted, revision=1)
    assert cast.deal not in Deal.objects.visible_to(cast.partner)
    assert cast.deal in Deal.objects.visible_to(cast.analyst)
    assert cast.deal in Deal.objects.visible_to(cast.admin)


def test_a_long_line_of_the_trail_is_cut(cast: Cast) -> None:
    line = record(actor=None, verb="x", text="long " * 300, deal=cast.deal, about=cast.deal)
    assert len(line.text) == 500
    assert line.object_id == str(cast.deal.pk)


def test_a_new_deal_begins_in_the_first_stage(cast: Cast) -> None:
    deal = a_deal(cast.analyst, startup="Third")
    assert deal.stage == Stage.objects.order_by("pipeline__position", "position")[0]
    assert deal.members.get().user == cast.analyst

"""Ids of another deal in addresses and forms lead nowhere, even for those who see both deals.

Whoever asks here may see both deals, so that only the nesting can say no.
"""

from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import get_resolver

from audits.models import Repository
from diligence.models import Deal, EvidenceItem, FirmRole, Pipeline, Stage
from diligence.services.errors import Refused
from diligence.services.evidence import share_evidence
from diligence.services.questionnaires import attach_evidence
from rubrics.models import Citation
from tests.assessed import Assessed
from tests.cast import a_founder, person
from tests.house.test_access import ROWS, TABLE, Row, addresses
from tests.house.worlds import Role, World, Worlds, ask, send, world_of

NOWHERE = {"404", "405", "401"}
NESTED = {name for name, pattern in addresses(get_resolver()) if pattern.count("<uuid:") > 1}


@pytest.fixture
def db(in_world: None) -> None:
    """In place of a transaction per test."""


@pytest.fixture
def both(worlds: Worlds) -> World:
    """An administrator, and a founder who is in the rooms of both deals."""
    here, there = worlds.opened.at.deal, worlds.restricted.at.deal
    founder = a_founder(here, "both@startups.example")
    a_founder(there, founder.email)
    people = {Role.ADMIN: worlds.opened.people[Role.ADMIN], Role.FOUNDER: founder}
    return world_of(people, worlds.opened.at)


pytestmark = pytest.mark.usefixtures("db")


# Addresses ------------------------------------------------------------------------------------


def mixed(row: Row, here: Assessed, there: Assessed) -> list[dict[str, Any]]:
    """The arguments of an address with one id at a time taken from the other deal."""
    ours, theirs = row.args(here), row.args(there)
    return [{**ours, name: theirs[name]} for name, value in ours.items() if isinstance(value, UUID)]


@pytest.mark.parametrize("name", [row.name for row in TABLE if row.name in NESTED])
def test_what_belongs_to_another_deal_is_not_found_under_this_one(
    worlds: Worlds, both: World, name: str
) -> None:
    row, here = ROWS[name], worlds.opened.at
    for args in mixed(row, here, worlds.restricted.at):
        for role in both.people:
            assert ask(both, role, name, args).status in NOWHERE
            assert ask(both, role, name, args, row.form(here)).status in NOWHERE


# Fields of forms ------------------------------------------------------------------------------


def test_evidence_of_another_deal_becomes_no_repository(worlds: Worlds, both: World) -> None:
    item = worlds.restricted.at.founder_evidence
    args = {"pk": both.at.deal.pk}
    assert send(both, Role.ADMIN, "audits:repository_file", args, {"item": item.pk}).status == "422"
    assert not Repository.objects.filter(evidence=item).exists()


def attach(world: World, item: EvidenceItem) -> bool:
    """Whether the founder gets this attached to an answer."""
    answering = world.at.answering
    args = {"deal": world.at.deal.pk, "pk": answering.pk, "question": "main-model"}
    form = {"main-model.attach": str(item.pk), "main-model.revision": "1"}
    send(world, Role.FOUNDER, "diligence:answer_evidence", args, form)
    return answering.answers.filter(question="main-model", evidence=item).exists()


def test_a_founder_attaches_only_what_is_in_this_room(worlds: Worlds, both: World) -> None:
    assert attach(both, both.at.founder_evidence)
    assert not attach(both, worlds.restricted.at.founder_evidence)
    assert not attach(both, both.at.firm_evidence)
    share_evidence(actor=both.at.analyst, item=both.at.firm_evidence, shared=True)
    assert attach(both, both.at.firm_evidence)


def test_the_service_attaches_nothing_of_another_deal_either(worlds: Worlds, both: World) -> None:
    with pytest.raises(Refused):
        attach_evidence(
            actor=both.at.founder, questionnaire=both.at.answering, question_id="main-model",
            item=worlds.restricted.at.founder_evidence,
        )  # fmt: skip


def test_a_score_cites_nothing_of_another_deal(worlds: Worlds) -> None:
    here, there = worlds.opened.at, worlds.restricted.at
    answers = {at: at.submitted.answers.get(question="trains").pk for at in (here, there)}
    form = {
        "choice": "1", "grade": "E3", "rationale": "Seen.", "revision": "1",
        "cite-practice": [here.practice.pk, there.practice.pk],
        "cite-answer": [answers[here], answers[there]],
        "cite-evidence": [here.founder_evidence.pk, there.founder_evidence.pk, "no-id"],
    }  # fmt: skip
    args = {"pk": here.deal.pk, "criterion": "data-versioning"}
    send(worlds.opened, Role.REVIEWER, "rubrics:criterion_score", args, form)
    cited = Citation.objects.filter(score__scorecard=here.scorecard)
    assert {c.practice_id or c.answer_id or c.evidence_id for c in cited} == {
        here.practice.pk, answers[here], here.founder_evidence.pk,
    }  # fmt: skip


def test_a_run_of_another_deal_is_not_compared_with(worlds: Worlds, both: World) -> None:
    browser = Client()
    browser.cookies.load(dict(both.sessions[Role.ADMIN]))
    there = worlds.restricted.at
    page = browser.get(f"/audits/{both.at.run.pk}/compare/?with={there.run.pk}").content.decode()
    assert there.repository.name not in page


def test_a_deal_does_not_move_into_another_pipeline(both: World) -> None:
    elsewhere = Stage.objects.create(
        pipeline=Pipeline.objects.create(name="Funds"), name="Screening", position=1
    )
    before = both.at.deal.stage_id
    args = {"pk": both.at.deal.pk}
    send(both, Role.ADMIN, "diligence:deal_move", args, {"stage": elsewhere.pk})
    assert Deal.objects.get(pk=both.at.deal.pk).stage_id == before


def test_a_founder_is_not_put_on_the_team(both: World) -> None:
    founder = both.at.founder
    send(both, Role.ADMIN, "diligence:member_add", {"pk": both.at.deal.pk}, {"user": founder.pk})
    assert not both.at.deal.members.filter(user=founder).exists()


def test_a_deal_is_not_opened_for_a_startup_that_one_does_not_see(worlds: Worlds) -> None:
    startup = worlds.restricted.at.deal.startup
    form = {"startup": startup.name, "name": "Mine", "round": "seed", "currency": "EUR"}
    stranger = world_of({Role.ANALYST_OFF: person("curious", FirmRole.ANALYST)}, worlds.opened.at)
    assert send(stranger, Role.ANALYST_OFF, "diligence:deal_create", {}, form).status == "422"
    assert startup.deals.count() == 1


def test_the_word_on_where_to_go_next_names_a_criterion_or_nothing(worlds: Worlds) -> None:
    args = {"pk": worlds.opened.at.deal.pk, "criterion": "data-versioning"}
    form = {**ROWS["rubrics:criterion_score"].form(worlds.opened.at), "then": "no criterion /"}
    assert send(worlds.opened, Role.REVIEWER, "rubrics:criterion_score", args, form).status == "ok"

"""Long lists are served by indexes, and what the indexes hold cannot drift from what it repeats."""

from uuid import uuid4

import pytest
from django.core.paginator import Paginator
from django.db import connection
from django.test.utils import CaptureQueriesContext

from diligence.models import Deal, FirmRole, Stage, Startup, User
from diligence.selectors import pages
from diligence.selectors.deals import SORTS, DealQuery, deals_found, pages_of
from diligence.selectors.pages import LongList
from tests.cast import a_deal, person


@pytest.fixture
def partner(db: None) -> User:
    return person("partner", FirmRole.PARTNER)


def listed(deal: Deal) -> tuple[str, str, int, str]:
    return Deal.objects.values_list("startup_name", "words", "stage_position", "owner_name").get(
        pk=deal.pk
    )


def said(deal: Deal) -> tuple[str, str, int, str]:
    """What the columns of a deal have to say, from what they repeat."""
    deal = Deal.objects.select_related("startup").get(pk=deal.pk)
    startup = deal.startup
    words = "\n".join((startup.name, deal.name, deal.thesis, startup.summary)).lower()
    return startup.name, words, deal.stage.position, deal.owner.name


def test_what_lists_sort_by_follows_every_way_of_writing(partner: User) -> None:
    deal = a_deal(partner, startup="Northwind Vision")
    stale = Deal.objects.get(pk=deal.pk)
    assert listed(deal) == said(deal)
    Startup.objects.filter(pk=deal.startup_id).update(name="Southwind", summary="Reads SCANS.")
    assert listed(deal) == said(deal)
    assert listed(deal)[0] == "Southwind"
    stale.thesis = "They sort scans."
    stale.save()  # with the name that it was read with
    assert listed(deal) == said(deal)
    other = Startup.objects.create(name="Eastwind")
    Deal.objects.filter(pk=deal.pk).update(startup=other)
    assert listed(deal) == said(deal)
    User.objects.filter(pk=partner.pk).update(name="Renamed")
    assert listed(deal)[3] == "Renamed"
    Stage.objects.filter(pk=deal.stage_id).update(position=77)
    assert listed(deal)[2] == 77
    stage = Stage.objects.exclude(pk=deal.stage_id)[0]
    owner = person("analyst", FirmRole.ANALYST, name="Ana Analyst")
    Deal.objects.filter(pk=deal.pk).update(stage=stage, owner=owner)
    assert listed(deal) == said(deal)


def test_a_stage_and_an_owner_that_come_after_their_deal_are_listed(partner: User) -> None:
    """As a restored backup has it: pointers are looked at when the transaction ends."""
    deal = a_deal(partner, startup="Northwind Vision")
    stage = Stage(pk=uuid4(), pipeline=deal.stage.pipeline, name="Last", position=77)
    owner = User(pk=uuid4(), email="later@firm.example", name="Lea Later")
    Deal.objects.filter(pk=deal.pk).update(stage=stage.pk, owner=owner.pk)
    assert listed(deal)[2:] == (0, "")
    stage.save(force_insert=True)
    owner.save(force_insert=True)
    assert listed(deal)[2:] == (77, "Lea Later")


def test_what_lists_sort_by_cannot_be_written_otherwise(partner: User) -> None:
    deal = a_deal(partner, startup="Northwind Vision")
    Deal.objects.filter(pk=deal.pk).update(
        startup_name="Another", words="", stage_position=99, owner_name="Nobody"
    )
    with connection.cursor() as cursor:
        cursor.execute("update diligence_deal set words = 'nothing'")
    assert listed(deal) == said(deal)


def test_signs_of_a_pattern_are_letters_like_others(partner: User) -> None:
    found = a_deal(partner, startup="100% Vision_1")
    a_deal(partner, startup="100 Visions 1")
    for words in ("100%", "vision_1", "VISION_1 100%"):
        assert list(deals_found(partner, DealQuery(words=words))) == [found]


@pytest.mark.parametrize("sort", SORTS)
def test_every_page_holds_what_it_would_hold_read_from_the_start(partner: User, sort: str) -> None:
    for n in range(7):
        a_deal(partner, startup=f"Startup {n % 3}{n}")
    for each in (sort, f"-{sort}"):
        found = deals_found(partner, DealQuery(sort=each))
        usual, ours = Paginator(found, 2), LongList(found, 2)
        read = [[list(p.page(n)) for n in usual.page_range] for p in (usual, ours)]
        assert read[0] == read[1]
    assert list(ours.get_page("9999")) == read[0][-1]
    assert list(ours.get_page("no number")) == read[0][0]


@pytest.mark.parametrize("sort", SORTS)
def test_a_page_from_the_middle_holds_what_it_would_hold_read_from_the_start(
    partner: User, sort: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(7):
        a_deal(partner, startup=f"Startup {n % 3}{n}")
    monkeypatch.setattr(pages, "DEEP", 0)
    for each in (sort, f"-{sort}"):
        query = DealQuery(sort=each, words="startup")
        usual, ours = Paginator(deals_found(partner, query), 2), pages_of(partner, query)
        ours.per_page = 2
        for number in usual.page_range:
            with CaptureQueriesContext(connection) as asked:
                assert list(ours.page(number)) == list(usual.page(number))
            assert ("CASE WHEN" in asked.captured_queries[0]["sql"]) == (number > 1)


def test_a_list_of_nothing_has_one_empty_page(partner: User) -> None:
    assert list(LongList(deals_found(partner, DealQuery()), 2).get_page(1)) == []

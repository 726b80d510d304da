"""Fields that offer names: a few, of what one sees, and a name that is typed is enough."""

import pytest

from diligence.models import Deal, Startup
from diligence.selectors.choices import MOST, deal_choices, startup_choices
from diligence.selectors.trail import TrailQuery, trail_for
from tests.cast import Cast, a_deal, signed_in

NEW = {"name": "Series A", "round": "series-a", "currency": "EUR"}


def opened(cast: Cast, startup: str) -> int:
    form = {**NEW, "startup": startup}
    return signed_in(cast.partner).post("/deals/new/", form).status_code


# Must not -----------------------------------------------------------------------------------------


def test_nothing_is_offered_that_one_does_not_see(cast: Cast) -> None:
    name = cast.deal.startup.name
    assert deal_choices(cast.partner, name) == (str(cast.deal),)
    assert deal_choices(cast.outsider, name) == ()
    assert startup_choices(cast.outsider, name) == ()
    Deal.objects.filter(pk=cast.deal.pk).update(restricted=True)
    assert startup_choices(cast.partner, name) == ()
    assert opened(cast, name) == 422
    assert cast.deal.startup.deals.count() == 1


def test_a_name_that_is_none_opens_nothing_and_says_what_to_do(cast: Cast) -> None:
    page = signed_in(cast.partner).post("/deals/new/", {**NEW, "startup": "No such"})
    assert "You see no startup called No such" in page.content.decode()
    assert not Startup.objects.filter(name="No such").exists()


def test_of_two_startups_of_one_name_none_is_taken_by_the_name_alone(cast: Cast) -> None:
    name = cast.deal.startup.name
    twin = Startup.objects.create(name=name.upper(), country="Norway")
    Startup.objects.filter(pk=cast.deal.startup_id).update(country="Chile")
    page = signed_in(cast.partner).post("/deals/new/", {**NEW, "startup": name}).content.decode()
    assert f"Write which one you mean: {name} · Chile or {twin.name} · Norway." in page
    assert opened(cast, f"{name} · Peru") == 422


@pytest.mark.parametrize("text", ["%", "_", "100%", "\\\\", "' or 1=1"])
def test_what_is_typed_is_no_pattern(cast: Cast, text: str) -> None:
    assert startup_choices(cast.partner, text) == ()
    assert deal_choices(cast.partner, text) == ()


def test_of_two_of_one_name_one_that_is_not_seen_is_not_told_of(cast: Cast) -> None:
    name = cast.deal.startup.name
    twin = a_deal(cast.admin, startup="Twin")
    Deal.objects.filter(pk=twin.pk).update(restricted=True)
    Startup.objects.filter(pk=twin.startup_id).update(name=name)
    assert startup_choices(cast.partner, name) == (name,)
    assert len(startup_choices(cast.admin, name)) == 2
    assert opened(cast, name) == 302
    assert twin.startup.deals.count() == 1


# Must ---------------------------------------------------------------------------------------------


def test_a_few_letters_find_a_few(cast: Cast) -> None:
    for n in range(MOST + 2):
        a_deal(cast.partner, startup=f"Vision {n:02}")
    assert len(startup_choices(cast.partner, "vision")) == MOST
    assert startup_choices(cast.partner, "ision 03") == ("Vision 03",)
    assert deal_choices(cast.partner, "vision 11 · se") == ("Vision 11 · Seed 2026",)
    assert deal_choices(cast.partner, "") == deal_choices(cast.partner, "  ")
    page = signed_in(cast.partner).get("/deals/choices/", {"deal": "VISION 04"}).content.decode()
    assert '<option value="Vision 04 · Seed 2026"></option>' in page


TOLD = [
    ({"website": "https://www.one.example/a"}, {"website": "https://two.example"}, "one.example"),
    ({"website": "https://one.example", "country": "Chile"}, {"country": "Peru"}, "Chile"),
    ({"country": "Chile", "founded": 2019}, {"country": "Chile", "founded": 2020}, "founded 2019"),
]


@pytest.mark.parametrize(("ours", "theirs", "mark"), TOLD)
def test_two_of_one_name_are_offered_with_what_differs_and_chosen_by_it(
    cast: Cast, ours: dict[str, object], theirs: dict[str, object], mark: str
) -> None:
    name = cast.deal.startup.name
    blank = {"website": "", "country": "", "founded": None}
    Startup.objects.filter(pk=cast.deal.startup_id).update(**blank | ours)
    twin = Startup.objects.create(name=name, **theirs)
    offers = startup_choices(cast.partner, name)
    assert len(offers) == 2
    assert f"{name} · {mark}" in offers
    assert opened(cast, f"{name} · {mark}") == 302
    assert (cast.deal.startup.deals.count(), twin.deals.count()) == (2, 0)


def test_two_that_differ_in_nothing_are_told_apart_all_the_same(cast: Cast) -> None:
    twins = [Startup.objects.create(name="Twin") for _ in range(2)]
    offers = startup_choices(cast.partner, "twin")
    assert len(set(offers)) == 2
    assert [opened(cast, offer) for offer in offers] == [302, 302]
    assert [twin.deals.count() for twin in twins] == [1, 1]


def test_a_name_that_was_typed_is_enough(cast: Cast) -> None:
    assert opened(cast, cast.deal.startup.name.lower()) == 302
    assert cast.deal.startup.deals.count() == 2


def test_the_field_asks_for_what_fits_and_has_a_list_to_put_it_in(cast: Cast) -> None:
    page = signed_in(cast.partner).get("/deals/new/").content.decode()
    for part in (
        'list="startup-offers"',
        'hx-get="/startups/choices/"',
        '<datalist id="startup-offers">',
    ):
        assert part in page
    assert cast.deal.startup.name not in page


@pytest.mark.parametrize("called", ["northwind", "Northwind Vision · Seed"])
def test_the_trail_is_narrowed_by_the_name_of_a_deal(cast: Cast, called: str) -> None:
    rows = trail_for(cast.admin, TrailQuery(called=called))
    assert {row.deal for row in rows} == {cast.deal}
    page = signed_in(cast.admin).get("/trail/", {"deal": called}).content.decode()
    assert str(cast.other_deal) not in page

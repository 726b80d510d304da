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


def test_of_two_startups_of_one_name_none_is_taken(cast: Cast) -> None:
    Startup.objects.create(name=cast.deal.startup.name.upper())
    page = signed_in(cast.partner).post("/deals/new/", {**NEW, "startup": cast.deal.startup.name})
    assert "There are 2 startups called" in page.content.decode()


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

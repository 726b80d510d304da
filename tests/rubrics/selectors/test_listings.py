"""The portfolio's orders come from an index, whose rows cannot drift from what they repeat."""

import pytest
from django.db import connection, transaction
from django.utils import timezone

from diligence.models import Deal, FirmRole, Startup, User
from rubrics.models import Assessment, Listing, Standing
from rubrics.models.listing import LENSES
from rubrics.selectors.assessments import rubric_of
from rubrics.selectors.portfolio import PortfolioQuery, portfolio_of
from tests.cast import a_deal, person
from tests.rubrics.building import the_rubric

KNOWN = {"score": 2.5, "low": 2, "high": 3, "applies": True}
SCORES = {"data": KNOWN, "delivery": KNOWN | {"score": None, "low": 0, "high": 4}}


@pytest.fixture
def partner(db: None) -> User:
    return person("pia", FirmRole.PARTNER)


@pytest.fixture
def standing(partner: User) -> Standing:
    assessment = Assessment.objects.create(
        deal=a_deal(partner, startup="Northwind"), rubric=the_rubric(), stage="seed",
        opened_by=partner,
    )  # fmt: skip
    return Standing.objects.create(assessment=assessment, band="C", lens_scores=SCORES)


def listed() -> tuple[str, str | None, dict[str, float]]:
    return Listing.objects.values_list("name", "band", "figures").get()


def test_nothing_blind_and_nothing_unrated_is_listed(standing: Standing) -> None:
    assessments = Assessment.objects.filter(pk=standing.pk)
    assessments.update(mode=Assessment.Mode.BLIND)
    assert listed() == ("Northwind", None, {})
    assessments.update(unblinded_at=timezone.now())
    assert listed() == ("Northwind", "C", {"data": 2.5})
    for unrated in ("NR", ""):
        Standing.objects.update(band=unrated)
        assert listed() == ("Northwind", None, {})


def test_every_deal_is_listed_from_its_first_moment_to_its_last(standing: Standing) -> None:
    assert listed() == ("Northwind", "C", {"data": 2.5})
    assert not Listing.objects.filter(is_final=True).exists()
    Standing.objects.update(is_final=True)
    assert Listing.objects.filter(is_final=True).exists()
    standing.delete()
    assert not Listing.objects.filter(is_final=True).exists()
    assert listed() == ("Northwind", None, {})
    Startup.objects.update(name="Southwind")
    assert listed() == ("Southwind", None, {})
    Assessment.objects.all().delete()
    assert listed() == ("Southwind", None, {})
    a_deal(person("ada", FirmRole.ANALYST), startup="Eastwind")
    assert Listing.objects.count() == Deal.objects.count() == 2


def test_a_figure_that_is_written_over_comes_back_with_the_next_standing(
    standing: Standing,
) -> None:
    Standing.objects.update(lens_scores={"data": {"score": 1}, "of-the-firm": {"score": 3}})
    assert listed() == ("Northwind", "C", {"data": 1, "of-the-firm": 3})
    Standing.objects.update(band="A-B")
    assert listed()[1] == "A-B"


def test_the_lenses_with_an_index_are_those_of_the_method(db: None) -> None:
    assert tuple(lens.id for lens in rubric_of(the_rubric()).lenses) == LENSES


@pytest.mark.parametrize("sort", ["score", "-score", "startup", *LENSES, "-data", "-substance"])
def test_every_order_is_read_from_an_index(standing: Standing, partner: User, sort: str) -> None:
    found = portfolio_of(partner, PortfolioQuery(sort=sort)).page.paginator.rows
    with transaction.atomic(), connection.cursor() as cursor:
        for other in ("seqscan", "bitmapscan", "sort", "hashjoin", "mergejoin"):
            cursor.execute(f"set local enable_{other} = off")
        plan = found[:25].explain()
    direction = "down" if sort.startswith("-") != (sort.removeprefix("-") == "score") else "up"
    name = {"score": "band"}.get(sort.removeprefix("-"), sort.removeprefix("-"))
    index = "deal_by_startup" if name == "startup" else f"listing_{name}_{direction}"
    assert f"using {index} on" in plan, plan

"""The portfolio: a page at a time, sorted and filtered by what one may see, and deals beside it."""

import pytest

from diligence.models import Deal, FirmRole, Stage, User
from diligence.selectors import pages
from diligence.selectors.deals import MOST_CARDS, board_columns, board_deals, pipelines
from diligence.selectors.pages import LONG, LongList
from diligence.services.deals import add_member
from rubrics.models import Assessment, Standing, StandingPoint
from rubrics.selectors.comparing import ENOUGH, among_the_firm, side_by_side
from rubrics.selectors.pipeline import stage_times
from rubrics.selectors.portfolio import Portfolio, PortfolioQuery, portfolio_of
from rubrics.selectors.prices import prices_of
from rubrics.services.knock_outs import suspect_knock_out
from tests.cast import Cast, a_deal, person
from tests.rubrics.building import a_scorecard, an_assessment, the_rubric


@pytest.fixture
def partner(db: None) -> User:
    return person("pia", FirmRole.PARTNER)


def scored(owner: User, startup: str, headline: float | None, **more: object) -> Deal:
    """A deal whose standing is given, written at once."""
    more = {"band": "C"} | more
    deal = a_deal(owner, startup=startup)
    assessment = Assessment.objects.create(
        deal=deal, rubric=the_rubric(), stage="seed", opened_by=owner
    )
    Standing.objects.create(assessment=assessment, headline=headline, **more)
    return deal


def names(found: Portfolio) -> list[str]:
    return [row.deal.startup.name for row in found.rows]


# Must not ----------------------------------------------------------------------------------------


def test_what_one_may_not_see_neither_shows_nor_sorts_nor_fits_a_filter(cast: Cast) -> None:
    hidden = an_assessment(cast.deal, mode=Assessment.Mode.BLIND)
    a_scorecard(hidden, cast.reviewer, level=4, locked=True)
    Standing.objects.filter(pk=hidden.pk).update(headline=99, band="A")
    scored(cast.partner, "Aaa Startup", 1.0, band="D")
    found = portfolio_of(cast.partner, PortfolioQuery())
    assert names(found)[0] == "Aaa Startup"
    row = next(row for row in found.rows if row.deal == cast.deal)
    assert row.standing is None
    assert {cell.score for cell in row.cells} == {None}
    assert cast.deal.startup.name not in names(portfolio_of(cast.partner, PortfolioQuery(band="A")))
    assert among_the_firm(cast.partner, hidden.standing) is None
    assert side_by_side(cast.partner, [cast.deal.pk]).unseen == (cast.deal,)


@pytest.mark.parametrize("who", ["partner", "reviewer"])
@pytest.mark.parametrize("sort", ["score", "-score", "data", "-data", "startup", "-startup"])
def test_a_page_from_the_middle_holds_what_it_would_hold_read_from_the_start(
    cast: Cast, who: str, sort: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(7):
        lens = {"data": {"score": n % 3, "low": 0, "high": 4, "applies": True}}
        deal = scored(cast.partner, f"Startup {n}", n, band="ABC"[n % 3], lens_scores=lens)
        if n % 2:
            add_member(actor=cast.partner, deal=deal, user=cast.reviewer)
    user, query = getattr(cast, who), PortfolioQuery(sort=sort)
    whole = names(portfolio_of(user, query))
    monkeypatch.setattr(pages, "DEEP", 0)
    monkeypatch.setattr(LongList.__init__, "__defaults__", (2,))
    found = [portfolio_of(user, query, page=f"{n}") for n in range(1, len(whole) // 2 + 2)]
    read = [name for each in found for name in names(each)]
    assert read[: len(whole)] == whole
    assert len(whole) > 3


def test_a_practice_case_is_none_of_the_firms_deals(partner: User) -> None:
    deal = scored(partner, "Practice", 50.0)
    Assessment.objects.update(practice=Assessment.Practice.SHARED)
    assert names(portfolio_of(partner, PortfolioQuery())) == []
    assert all(time.deals == 0 for time in stage_times(partner))
    assert side_by_side(partner, [deal.pk]).standings == ()


def test_what_is_not_rateable_leads_no_list_and_no_drawing(partner: User) -> None:
    blank = scored(partner, "Hardly examined", 100.0, band="NR", is_final=True)
    scored(partner, "Sufficiently examined", 40.0, is_final=True)
    Deal.objects.update(valuation=1_000_000)
    for sort in ("score", "-score"):
        assert names(portfolio_of(partner, PortfolioQuery(sort=sort)))[-1] == "Hardly examined"
    assert blank not in [row.deal for row in prices_of(partner).priced]


def test_a_percentile_of_few_is_not_said(partner: User) -> None:
    deal = scored(partner, "One", 50.0, is_final=True)
    scored(partner, "Two", 40.0, is_final=True)
    among = among_the_firm(partner, deal.assessment.standing)
    assert among is not None
    assert (among.rated, among.is_enough) == (1, False)


def test_a_draft_and_a_deal_that_is_not_rateable_have_no_percentile(partner: User) -> None:
    for name, final, band in (("Draft", False, "C"), ("NR", True, "NR")):
        deal = scored(partner, name, 50.0, is_final=final, band=band)
        assert among_the_firm(partner, deal.assessment.standing) is None


# The page ----------------------------------------------------------------------------------------


def test_a_page_holds_twenty_five_and_the_next_goes_on(partner: User) -> None:
    for n in range(LONG + 2):
        a_deal(partner, startup=f"Startup {n:03}")
    by_name = PortfolioQuery(sort="startup")
    first = portfolio_of(partner, by_name)
    assert (len(first.rows), first.count) == (LONG, LONG + 2)
    assert names(portfolio_of(partner, by_name, page="2")) == ["Startup 025", "Startup 026"]


def test_unknown_comes_last_both_ways_and_by_a_lens(partner: User) -> None:
    for name, score, band in (("Low", 10.0, "D"), ("High", 90.0, "A"), ("Unknown", None, "C")):
        lens = {"data": {"score": score and score / 25, "low": 0, "high": 4, "applies": True}}
        scored(partner, name, score, lens_scores=lens, band=band if score else "NR")
    for field in ("score", "data"):
        up = names(portfolio_of(partner, PortfolioQuery(sort=field)))
        down = names(portfolio_of(partner, PortfolioQuery(sort=f"-{field}")))
        assert (up, down) == (["Low", "High", "Unknown"], ["High", "Low", "Unknown"])


def test_inside_one_band_deals_are_in_the_order_of_their_names(partner: User) -> None:
    for name, score in (("Zebra", 57.0), ("Aardvark", 38.0)):
        scored(partner, name, score)
    assert names(portfolio_of(partner, PortfolioQuery())) == ["Aardvark", "Zebra"]


def test_it_is_filtered_by_band_by_words_and_by_knock_outs(cast: Cast) -> None:
    scored(cast.partner, "Between", 55.0, band="B-C")
    scored(cast.partner, "Blank", None, band="NR")
    knocked = an_assessment(cast.deal)
    suspect_knock_out(actor=cast.analyst, assessment=knocked, code="K2", because="No contract.")
    for query, expected in (
        (PortfolioQuery(band="C"), {"Between"}),
        (PortfolioQuery(words="betw"), {"Between"}),
        (PortfolioQuery(knocked_out=True), {cast.deal.startup.name}),
    ):
        assert set(names(portfolio_of(cast.partner, query))) == expected
    assert "Blank" in names(portfolio_of(cast.partner, PortfolioQuery(band="NR")))


# Beside it ---------------------------------------------------------------------------------------


def test_deals_stand_side_by_side_by_criterion_and_far_apart_is_marked(cast: Cast) -> None:
    there = cast.other_deal
    for deal, level in ((cast.deal, 1), (there, 3)):
        a_scorecard(an_assessment(deal), cast.admin, level=level, locked=True)
    found = side_by_side(cast.admin, [there.pk, cast.deal.pk, there.pk])
    assert [deal for deal, _ in found.standings] == [there, cast.deal]
    rows = [row for lens in found.lenses for row in lens.criteria]
    both = next(row for row in rows if {level.level for level in row.levels} == {1, 3})
    assert both.is_far_apart
    assert found.is_one_rubric


def test_the_percentile_counts_the_others_and_equals_by_half(partner: User) -> None:
    deal = scored(partner, "This", 50.0, is_final=True)
    scored(partner, "Equal", 50.0, is_final=True)
    for n in range(ENOUGH):
        scored(partner, f"Other {n}", 10.0 * n, is_final=True)
    among = among_the_firm(partner, deal.assessment.standing)
    assert among is not None
    assert (among.rated, among.below, among.equal) == (11, 5, 2)
    assert among.percent == round(100 * 6 / 11)


def test_a_standing_leaves_one_point_a_day(cast: Cast) -> None:
    assessment = an_assessment(cast.deal)
    a_scorecard(assessment, cast.analyst, level=1)
    point = StandingPoint.objects.get(assessment=assessment)
    assert point.headline == Standing.objects.get(pk=assessment.pk).headline


def test_prices_are_of_one_currency_and_say_what_is_left_out(partner: User) -> None:
    for name, currency, price in (
        ("A", "EUR", 5),
        ("B", "EUR", 9),
        ("C", "USD", 7),
        ("D", "EUR", None),
    ):
        deal = scored(partner, name, 50.0, is_final=True)
        Deal.objects.filter(pk=deal.pk).update(currency=currency, valuation=price)
    draft = scored(partner, "Draft", 50.0)
    Deal.objects.filter(pk=draft.pk).update(currency="EUR", valuation=3)
    found = prices_of(partner)
    assert (found.currency, found.currencies, found.without) == ("EUR", ("EUR", "USD"), 1)
    assert [row.deal.startup.name for row in found.priced] == ["B", "A"]
    assert [row.deal.startup.name for row in prices_of(partner, "USD").priced] == ["C"]
    assert prices_of(partner, "<b>").currency == "EUR"


def test_deals_by_price_come_in_pages_that_leave_none_out(
    partner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(7):
        deal = scored(partner, f"Startup {n}", 50.0, is_final=True)
        Deal.objects.filter(pk=deal.pk).update(valuation=10 + n)
    monkeypatch.setattr(LongList.__init__, "__defaults__", (2,))
    for deep in (500, 0):
        monkeypatch.setattr(pages, "DEEP", deep)
        found = [prices_of(partner, page=f"{n}") for n in range(1, 5)]
        assert [row.price for each in found for row in each.priced] == [16, 15, 14, 13, 12, 11, 10]
        assert found[0].page.paginator.count == 7


def test_the_board_has_some_cards_of_a_stage_and_counts_the_others(partner: User) -> None:
    for n in range(MOST_CARDS + 3):
        a_deal(partner, startup=f"Startup {n:03}")
    (pipeline,) = pipelines()
    first = board_columns(partner, pipeline)[0]
    assert (len(first.deals), first.count, first.beyond) == (MOST_CARDS, MOST_CARDS + 3, 3)
    assert {deal.pk for deal in first.deals} == set(board_deals(partner))


def test_time_in_stage_is_that_of_the_middle_and_the_first(partner: User) -> None:
    a_deal(partner)
    time = stage_times(partner)[0]
    assert (time.deals, time.median_days, time.longest_days) == (1, 0, 0)
    assert stage_times(partner)[1].median_days is None
    assert len(stage_times(partner)) == Stage.objects.count()

"""Charts of what selectors find over deals and days: which of its figures each drawing shows."""

from collections.abc import Iterable
from datetime import date

from rubrics.charts.risk_price import PricePoint, RiskPrice
from rubrics.charts.trend import Trend, TrendPoint
from rubrics.models import StandingPoint
from rubrics.selectors.prices import Prices


def risk_price(ident: str, prices: Prices) -> RiskPrice | None:
    """The deals of a currency; None where none has both a score and a price."""
    points = tuple(
        PricePoint(p.deal.startup_name, p.price, p.headline, p.low, p.high)
        for p in prices.priced
        if p.headline is not None
    )
    return RiskPrice(ident, "Risk against price", prices.currency, points) if points else None


def trend(ident: str, points: Iterable[StandingPoint], closed: date | None) -> Trend | None:
    """The headline over time; None where one day alone is known, which is no trend."""
    drawn = tuple(TrendPoint(p.day, p.headline, p.low, p.high, p.notation) for p in points)
    return Trend(ident, "Headline over time", drawn, closed) if len(drawn) > 1 else None

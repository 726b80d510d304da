"""One believable example of each chart, and the snapshot it is compared with.

`UPDATE_SNAPSHOTS=1 pytest tests/rubrics/charts` writes the snapshots anew; look at the diff.
"""

import os
from datetime import date
from pathlib import Path

from audits.charts.by_group import ByGroup, GroupRow
from audits.charts.by_period import ByPeriod, PeriodPoint
from audits.charts.claim_bar import ClaimBar
from diligence.lib.drawing.palette import Palette
from diligence.lib.drawing.svg import Chart
from rubrics.charts.coverage_bar import CoverageBar
from rubrics.charts.heat_map import HeatCell, HeatMap, HeatRow
from rubrics.charts.lens_bars import LensBar, LensBars
from rubrics.charts.maturity import MaturityChart, MaturityRow
from rubrics.charts.risk_price import PricePoint, RiskPrice
from rubrics.charts.score_bar import ScoreBar
from rubrics.charts.trend import Trend, TrendPoint

SNAPSHOTS = Path(__file__).parent / "snapshots"

SCORE = ScoreBar("score", "Headline score", 52.4, 41.0, 60.3, "B-C/M/X(K7)")
LENSES = LensBars(
    "lenses",
    "Scores by lens",
    (
        LensBar("Data lineage and versioning", 2.4, 1.8, 3.1, 2.4),
        LensBar("Governance and security", None, 0.0, 4.0, 2.3),
        LensBar("AI substance: claims, moat, economics", 1.5, 1.5, 1.5, 2.2),
        LensBar("A lens that does not apply", None, None, None),
    ),
)
DEALS = HeatMap(
    "deals",
    "Deals by lens",
    "Deal",
    ("Data", "Governance"),
    (
        HeatRow("Gridwatt", (HeatCell(3.4, "scored"), HeatCell(0.2, "scored"))),
        HeatRow("Churnly", (HeatCell(None, "unknown"), HeatCell(None, "not-applicable"))),
        HeatRow("Acme & Söhne <GmbH>", (HeatCell(1.5, "scored"), HeatCell(0.8, "plain"))),
    ),
)
COVERAGE = CoverageBar("coverage", "Evidence coverage", 60, 12, 23)

MATURITY = MaturityChart(
    "maturity",
    "Stated against proven maturity",
    (
        MaturityRow("Deployment and monitoring", 2.4, 1.0, 1),
        MaturityRow("Governance & <security>", 2.0, None, 3),
    ),
)
CLAIM = ClaimBar("claim", "Said and measured", 0.93, 0.8668, 0.8606, 0.8728)
PERIODS = ByPeriod(
    "period",
    "Accuracy by week",
    "Accuracy",
    (
        PeriodPoint("2026-03-02", 412, 0.91, 0.88, 0.935),
        PeriodPoint("2026-03-09", 398, 0.88, 0.844, 0.908),
        PeriodPoint("2026-03-16", 0),
    ),
    claimed=0.93,
)
GROUPS = ByGroup(
    "group",
    "Accuracy by region",
    "Accuracy",
    (GroupRow("A & <B>", 8200, 0.889, 0.882, 0.896), GroupRow("B", 3800, 0.814, 0.801, 0.826)),
)

PRICES = RiskPrice(
    "prices",
    "Risk against price",
    "EUR",
    (
        PricePoint("Gridwatt", 4_000_000, 61.5, 52.0, 70.1),
        PricePoint("Acme & Söhne <GmbH>", 38_000_000, 37.5, None, None),
    ),
)
TREND = Trend(
    "trend",
    "Headline over time",
    (
        TrendPoint(date(2026, 3, 2), None, 0.0, 100.0, "NR/L/-"),
        TrendPoint(date(2026, 3, 20), 52.4, 41.0, 60.3, "B-C/M/X(K7)"),
        TrendPoint(date(2026, 9, 1), 61.0, 58.0, 64.0, "B/H/-"),
    ),
    date(2026, 4, 15),
)

EXAMPLES: dict[str, Chart] = {
    "maturity": MATURITY,
    "claim_bar": CLAIM,
    "by_period": PERIODS,
    "by_group": GROUPS,
    "score_bar": SCORE,
    "lens_bars": LENSES,
    "heat_map": DEALS,
    "coverage_bar": COVERAGE,
    "risk_price": PRICES,
    "trend": TREND,
}


def assert_matches_snapshot(name: str, chart: Chart) -> None:
    """Compares the screen drawing with its file."""
    drawn = chart.svg(Palette.screen()).replace("><", ">\n<") + "\n"
    file = SNAPSHOTS / f"{name}.svg"
    if os.environ.get("UPDATE_SNAPSHOTS") == "1":
        file.write_text(drawn, encoding="utf-8")
    assert drawn == file.read_text(encoding="utf-8")

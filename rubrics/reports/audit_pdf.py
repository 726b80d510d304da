"""Draws the report of one audit as a PDF, without a deal, a database or a server.

It has the look of the diligence report and says what an audit alone can say: verdicts with their
places, findings, what the rubric proposes before any reviewer, and what was not examined.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.template import Context, Engine

from audits.engine.documents import contract
from audits.engine.inventory import Inventory, digest_of
from audits.engine.report import ENGINE_VERSION, AuditReport, PracticeResult
from audits.engine.types import Lens, Verdict
from audits.facts.methods import METHODS
from rubrics.charts.lens_bars import LensBar, LensBars
from rubrics.charts.score_bar import ScoreBar
from rubrics.reports.printing import Attached, Sheet, print_sheet
from rubrics.scoring.suggest import AuditScores
from rubrics.scoring.types import NOT_RATEABLE

ROOT = Path(__file__).resolve().parents[2]
MOST_FINDINGS, MOST_SKIPPED, MOST_ROWS = 150, 150, 60
LONGEST_NAME = 60
_LIBRARIES = {
    "charts": "diligence.templatetags.charts",
    "humanize": "django.contrib.humanize.templatetags.humanize",
}


@dataclass(frozen=True)
class Cut:
    """The first of many, and how many more there are."""

    shown: Sequence[object]
    more: int


@dataclass(frozen=True)
class LensChapter:
    """A lens with its verdicts."""

    title: str
    counts: str
    practices: tuple[PracticeResult, ...]


def audit_html(report: AuditReport, scores: AuditScores, titles: Mapping[str, str]) -> str:
    """The document as HTML; every text in it is escaped by the template."""
    engine = Engine(dirs=[str(ROOT / "templates")], libraries=_LIBRARIES)
    template = engine.get_template("rubrics/report/audit.html")
    return str(template.render(Context(_context(report, scores, titles))))


def draw_audit(
    report: AuditReport, scores: AuditScores, titles: Mapping[str, str], published: str = ""
) -> bytes:
    """The finished PDF, with the audit's JSON attached."""
    style = (ROOT / "static" / "rubrics" / "report.css").read_text("utf-8")
    content = published or json.dumps(contract(report), sort_keys=True, ensure_ascii=True)
    attached = Attached("audit.json", content, "The audit as data")
    return print_sheet(Sheet(audit_html(report, scores, titles), style, attachments=[attached])).pdf


def _context(
    report: AuditReport, scores: AuditScores, titles: Mapping[str, str]
) -> dict[str, object]:
    name = report.inventory.name or report.source.location.rstrip("/").rpartition("/")[2]
    rateable = scores.band != NOT_RATEABLE
    bars = tuple(
        LensBar(titles.get(each.lens, each.lens.capitalize()), each.score, each.low, each.high)
        for each in scores.lenses
    )
    return {
        "report": report,
        "name": (name or "Repository")[:LONGEST_NAME],
        "scores": scores,
        "rateable": rateable,
        "bar": ScoreBar(
            "headline", "Proposed headline score", scores.headline, scores.low, scores.high,
            scores.band,
        ),
        "lens_chart": LensBars("lenses", "Proposed scores by lens", bars),
        "what": next((p for p in report.practices if p.id == "ml-kind"), None),
        "chapters": tuple(_chapters(report, titles)),
        "severities": Counter(f.severity.value for f in report.findings).items(),
        "findings": _cut(report.findings, MOST_FINDINGS),
        "skipped": _cut(report.skipped, MOST_SKIPPED),
        "artifacts": _cut(report.artifacts, MOST_ROWS),
        "methods": METHODS if any(a.facts for a in report.artifacts) else (),
        "stock": _stock(report.inventory),
        "tree_sha256": digest_of(report.files) if report.files else "",
        "engine": ENGINE_VERSION,
    }  # fmt: skip


def _cut(rows: Sequence[object], most: int) -> Cut:
    return Cut(rows[:most], max(0, len(rows) - most))


def _chapters(report: AuditReport, titles: Mapping[str, str]) -> list[LensChapter]:
    chapters = []
    for lens in Lens:
        rows = tuple(p for p in report.practices if p.lens is lens)
        counts = Counter(p.verdict for p in rows)
        told = ", ".join(f"{counts[v]} {v.value}" for v in Verdict if counts[v])
        if rows:
            title = titles.get(lens.value, lens.value.capitalize())
            chapters.append(LensChapter(title, told, rows))
    return chapters


def _stock(inventory: Inventory) -> tuple[tuple[str, Cut], ...]:
    """Models and data, each once, with the places where they were seen."""
    models: dict[str, list[str]] = {}
    for model in inventory.models:
        name = f"{model.name} ({model.hub})"
        models.setdefault(name, []).append(f"{model.path}:{model.line}")
    hosted: dict[str, list[str]] = {}
    for each in inventory.hosted:
        name = f"{each.provider}: {each.name or 'which model the code does not say'}"
        hosted.setdefault(name, []).append(f"{each.path}:{each.line}")
    data: dict[str, list[str]] = {}
    for row in inventory.datasets:
        data.setdefault(f"{row.name} ({row.source})", []).append(f"{row.path}:{row.line}")
    weights = {f"{w.name or w.form}": [w.path] for w in inventory.weights}
    groups = (
        ("Models fetched by name", models),
        ("Models hosted by others", hosted),
        ("Weights in the tree", weights),
        ("Data loaded by name or pinned", data),
    )
    return tuple((title, _cut(list(rows.items()), MOST_ROWS)) for title, rows in groups if rows)

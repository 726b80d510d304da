"""Draws a report's PDF from its frozen data and nothing else."""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

from audits.engine.types import Verdict
from rubrics.charts.lens_bars import LensBar, LensBars
from rubrics.charts.score_bar import ScoreBar
from rubrics.reports.printing import Attached, Sheet, print_sheet
from rubrics.services.reports import Drawn


def report_html(data: Mapping[str, Any]) -> str:
    """The document as HTML; every text in it is escaped by the template."""
    return render_to_string("rubrics/report/report.html", report_context(data))


def report_context(data: Mapping[str, Any]) -> dict[str, Any]:
    """The data with its charts and what the brief picks out of it."""
    rollup = data["rollup"]
    head = rollup["headline"]
    lenses = tuple(
        LensBar(each["title"], each["score"], each["low"], each["high"], each["target"])
        for each in data["lenses"]
    )
    criteria = [c for each in data["lenses"] for c in each["criteria"]]
    gaps = sorted(
        (c for c in criteria if c["gap"]), key=lambda c: (not c["keystone"], -c["gap"], c["title"])
    )
    return {
        "report": data,
        "bar": ScoreBar(
            "headline", "Headline score", head["score"], head["low"], head["high"],
            rollup["notation"],
        ),
        "lens_chart": LensBars("lenses", "Scores by lens", lenses),
        "gaps": gaps,
        "unknowns": [c for c in criteria if c["outcome"] == "unknown"],
        "standing": [k for k in data["knock_outs"] if k["stands"]],
        "decided": Counter(c["outcome"].replace("-", "_") for c in criteria),
        "verdicts": [_counted(audit) for audit in data["audits"]],
        "against": [c for c in data["claims"] if c.get("verdict") == "contradicted"],
        "rebutted": [c for c in data["claims"] if c.get("rebuttal")],
        "worst_findings": [f for f in data["findings"] if not _is_dismissed(f)][:5],
    }  # fmt: skip


def _counted(audit: Mapping[str, Any]) -> str:
    """How many verdicts of each kind, in words."""
    counts = Counter(p["verdict"] for p in audit["practices"])
    return ", ".join(f"{counts[v.value]} {v.value}" for v in Verdict if counts[v.value])


def _is_dismissed(finding: Mapping[str, Any]) -> bool:
    triage = finding.get("triage")
    return triage is not None and triage["verdict"] == "False alarm"


def _style_sheet() -> str:
    path = finders.find("rubrics/report.css")
    if path is None:
        raise FileNotFoundError("rubrics/report.css is not among the static files")
    with open(str(path), encoding="utf-8") as file:  # noqa: PTH123 - a path from the finder
        return file.read()


def draw(data: Mapping[str, Any]) -> Drawn:
    """The finished PDF, with the machine-readable data attached."""
    attached = Attached(
        "report.json",
        json.dumps(data, sort_keys=True, ensure_ascii=False, indent=1),
        "The data from which this report was drawn",
    )
    printed = print_sheet(Sheet(report_html(data), _style_sheet(), attachments=[attached]))
    return Drawn(pdf=printed.pdf, pages=printed.pages)

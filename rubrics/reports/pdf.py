"""Draws a report's PDF from its frozen data and nothing else."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from django.template.loader import render_to_string

from audits.engine.types import Verdict
from rubrics.charts.lens_bars import LensBar, LensBars
from rubrics.charts.score_bar import ScoreBar
from rubrics.reports.look import look_of
from rubrics.reports.plan import grouped, is_dismissed, plan_of
from rubrics.reports.printing import Attached, Sheet, print_sheet
from rubrics.reports.rich_text import rich
from rubrics.services.drawing import Drawn


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
    standing = [k for k in data["knock_outs"] if k["stands"]]
    against = [c for c in data["claims"] if c.get("verdict") == "contradicted"]
    unknowns = [c for c in criteria if c["outcome"] == "unknown"]
    decision = next(iter(data.get("sign_offs", ())), None)
    tight = _is_full(standing, against, decision)
    most = 3 if tight else 5
    return {
        "report": data,
        "tight": tight,
        "most": f":{most}",
        "more_gaps": max(0, len(gaps) - most),
        "more_unknowns": max(0, len(unknowns) - most),
        "bar": ScoreBar(
            "headline", "Headline score", head["score"], head["low"], head["high"],
            rollup["notation"],
        ),
        "lens_chart": LensBars("lenses", "Scores by lens", lenses),
        "gaps": gaps,
        "unknowns": unknowns,
        "standing": standing,
        "decided": Counter(c["outcome"].replace("-", "_") for c in criteria),
        "examined": [(audit, _counted(audit)) for audit in data["audits"]],
        "against": against,
        "rebutted": [c for c in data["claims"] if c.get("rebuttal")],
        "plan": plan_of(data),
        "groups": grouped(data["findings"]),
        "decision": decision,
        "introduction": rich((data.get("letterhead") or {}).get("introduction", "")),
        "disclaimer": rich((data.get("letterhead") or {}).get("disclaimer", "")),
        "worst": grouped(f for f in data["findings"] if not is_dismissed(f))[:5],
    }  # fmt: skip


def _counted(audit: Mapping[str, Any]) -> str:
    """How many verdicts of each kind, in words."""
    counts = Counter(p["verdict"] for p in audit["practices"])
    return ", ".join(f"{counts[v.value]} {v.value}" for v in Verdict if counts[v.value])


def _is_full(
    standing: Sequence[object], against: Sequence[object], decision: Mapping[str, Any] | None
) -> bool:
    """Whether the brief has to be short in each of its parts to stay on two pages."""
    said = decision["because"].split() if decision else ()
    conditions = decision["conditions"] if decision else ()
    return len(standing) > 2 or len(against) > 2 or len(said) > 60 or len(conditions) > 3


def report_sheet(data: Mapping[str, Any], *, reader: str = "") -> Sheet:
    """The whole report, with its machine-readable data attached; `reader` stands on every page."""
    attached = Attached(
        "report.json",
        json.dumps(data, sort_keys=True, ensure_ascii=False, indent=1),
        "The data from which this report was drawn",
    )
    look = look_of(data, reader=reader)
    return Sheet(
        html=report_html(data), style=look.style, pictures=look.pictures, attachments=[attached],
        to_sign=True,
    )  # fmt: skip


def draw(data: Mapping[str, Any]) -> Drawn:
    """The finished PDF before it is signed."""
    printed = print_sheet(report_sheet(data))
    return Drawn(pdf=printed.pdf, pages=printed.pages)

"""The one-page brief and the letter to the founders, from the same frozen data as the report."""

from collections.abc import Mapping
from typing import Any

from django.template.loader import render_to_string

from rubrics.models import ReportCopy
from rubrics.reports.look import look_of
from rubrics.reports.pdf import report_context, report_sheet
from rubrics.reports.plan import plan_of
from rubrics.reports.printing import Sheet

Data = Mapping[str, Any]


def sheet_of(form: str, data: Data, reader: str) -> Sheet:
    """The sheet of a form of `ReportCopy`."""
    if form == ReportCopy.Form.BRIEF:
        return brief_sheet(data)
    if form == ReportCopy.Form.LETTER:
        return letter_sheet(data)
    return report_sheet(data, reader=reader)


def brief_sheet(data: Data) -> Sheet:
    """One page for the table of a committee; long texts are cut, and the report is named."""
    html = render_to_string("rubrics/report/one_page.html", report_context(data))
    return _sheet(html, data)


def letter_sheet(data: Data) -> Sheet:
    """What to mend and how. No score, no level, no knock-out, no claim, nobody's name but ours."""
    html = render_to_string("rubrics/report/letter.html", letter_context(data))
    return _sheet(html, data)


def letter_context(data: Data) -> dict[str, Any]:
    """Only what a founder may read: the template gets nothing else, so it can let slip nothing."""
    return {
        "startup": data["deal"]["startup"],
        "date": data["issued_at"][:10],
        "from": data["issued_by"],
        "firm": (data.get("letterhead") or {}).get("firm", ""),
        "has_logo": bool((data.get("letterhead") or {}).get("logo_png")),
        "repositories": [
            {"name": a["repository"], "commit": a["commit"]} for a in data["audits"]
        ],
        "plan": plan_of(data),
        "practices": [
            c["title"] for lens in data["lenses"] for c in lens["criteria"]
            if c["outcome"] == "unknown"
        ],
    }  # fmt: skip


def _sheet(html: str, data: Data) -> Sheet:
    look = look_of(data)
    return Sheet(html=html, style=look.style, pictures=look.pictures, to_sign=True)

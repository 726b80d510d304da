"""From frozen data to the file that is given out: drawn, then signed."""

from collections.abc import Mapping
from typing import Any

from rubrics.models import ReportCopy
from rubrics.reports.pdf import report_sheet
from rubrics.reports.printing import Sheet, print_sheet
from rubrics.reports.short_forms import sheet_of
from rubrics.reports.signature import signed
from rubrics.services.drawing import Drawn
from rubrics.services.signing import signing_identity


def draw_issued(data: Mapping[str, Any]) -> Drawn:
    """The report."""
    return _drawn(report_sheet(data), data, "")


def draw_copied(copy: ReportCopy) -> Drawn:
    """A further file from the same data."""
    data = copy.report.data
    return _drawn(sheet_of(copy.form, data, copy.reader), data, copy.get_form_display().lower())


def _drawn(sheet: Sheet, data: Mapping[str, Any], form: str) -> Drawn:
    # Whoever cannot sign should not draw for half a minute first.
    identity = signing_identity()
    printed = print_sheet(sheet)
    name = data.get("mark") or f"report {data['number']}"
    reason = f"Issued as {name}" + (f", {form}" if form else "")
    return Drawn(signed(printed.pdf, by=identity, reason=reason), printed.pages)

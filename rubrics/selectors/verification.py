"""Whether a file that somebody holds is one of ours, told without telling anything else.

Whoever knows the hash holds the file: 256 bits are not guessed. The answer names neither the
startup nor the deal, and a file that was changed by one byte is simply not known.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from rubrics.models import Report, ReportCopy

SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Known:
    """What is said of a file that is ours."""

    mark: str
    form: str
    issued_at: datetime
    firm: str


def hash_in(text: str) -> str | None:
    """The SHA-256 in what somebody pasted, or None where there is none."""
    cleaned = re.sub(r"[\s:]", "", text).lower().removeprefix("sha256")
    return cleaned if SHA256.fullmatch(cleaned) else None


def known_file(sha256: str) -> Known | None:
    """What this hash belongs to, or None. A file of no report is never found by a blank hash."""
    if not SHA256.fullmatch(sha256):
        return None
    report = Report.objects.filter(pdf_sha256=sha256, state=Report.State.READY).first()
    if report is not None:
        return _known(report, "the report")
    copies = ReportCopy.objects.select_related("report")
    copy = copies.filter(pdf_sha256=sha256, state=ReportCopy.State.READY).first()
    return _known(copy.report, copy.get_form_display().lower()) if copy else None


def _known(report: Report, form: str) -> Known:
    firm = (report.data.get("letterhead") or {}).get("firm", "")
    return Known(report.mark, form, report.issued_at, firm)

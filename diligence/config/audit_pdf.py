"""The PDF of one audit from the command line: Django's templates alone, with the least settings."""

from pathlib import Path

from audits.engine.documents import contract, dumped
from audits.engine.report import AuditReport
from audits.sources.snapshot import SourceError
from diligence.config.proposing import RUBRIC, as_document, newest_rubric
from rubrics.scoring.suggest import AuditScores

NOT_WRITTEN = "The PDF {} cannot be written ({}); choose another place."
NO_LIBRARIES = (
    "The PDF needs the Pango library, which this machine does not have; "
    "install it (on Debian: libpango-1.0-0 libpangoft2-1.0-0) and try again."
)


def write_pdf(report: AuditReport, scores: AuditScores, path: Path) -> None:
    """Draws the report of an audit. Raises SourceError where it cannot be drawn or written."""
    from django.conf import settings

    if not settings.configured:
        settings.configure(USE_I18N=False, USE_TZ=True)
    from rubrics.reports.audit_pdf import draw_audit

    rubric = newest_rubric(RUBRIC)
    titles = {lens.id: lens.title for lens in rubric.lenses}
    published = dumped(contract(report, as_document(scores)))
    try:
        pdf = draw_audit(report, scores, titles, published)
    except OSError:
        raise SourceError(NO_LIBRARIES) from None
    try:
        path.write_bytes(pdf)
    except OSError as error:
        raise SourceError(NOT_WRITTEN.format(path, error.strerror)) from None

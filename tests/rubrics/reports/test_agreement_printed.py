"""What two reviewers leave behind: agreement, a decision between them, and dissent, all printed."""

from datetime import UTC, datetime

import pytest

from diligence.models import Deal
from rubrics.reports.pdf import report_html
from rubrics.selectors.reports import report_data
from rubrics.services.reviewing import assign
from rubrics.services.settling import Decided, adjudicate, dissent
from tests.cast import Cast, some_evidence
from tests.rubrics.building import scored_blind
from tests.rubrics.reports.test_pdf import HOSTILE

WIDE = "label-quality"


@pytest.mark.django_db
def test_agreement_the_third_persons_lines_and_dissent_stand_in_the_report(cast: Cast) -> None:
    varied = {"data-versioning": 1, "rollback": 3, "experiment-tracking": 0}
    assessment = scored_blind(
        cast.deal, (cast.reviewer, {**varied, WIDE: 2}), (cast.outsider, {**varied, WIDE: 0})
    )
    assign(actor=cast.analyst, assessment=assessment, user=cast.partner, role="third")
    evidence = some_evidence(cast.deal, by=cast.founder)
    lines = "The guide is dated.\nNo second labeller appears."
    decided = adjudicate(
        actor=cast.partner, assessment=assessment, criterion_id=WIDE, no_conflict=True,
        given=Decided(1, lines, evidence=(evidence.pk,)),
    )  # fmt: skip
    dissent(actor=cast.reviewer, adjudication=decided, words=HOSTILE)
    data = report_data(
        Deal.objects.get(pk=cast.deal.pk), number=1, issued_by=cast.analyst,
        issued_at=datetime(2026, 11, 28, tzinfo=UTC),
    )  # fmt: skip
    assert data is not None
    found = data["agreement"]
    assert found["reviewers"] == [str(cast.reviewer), str(cast.outsider)]
    (difference,) = found["differences"]
    assert [each["level"] for each in difference["levels"]] == [2, 0]
    assert (difference["level"], difference["how"]) == (1, "Decided by a third person")
    assert difference["decision"]["dissent"] == [{"by": str(cast.reviewer), "words": HOSTILE}]
    overall = found["overall"]
    assert overall["low"] <= overall["alpha"] <= overall["high"]
    html = report_html(data)
    assert "No second labeller appears." in html
    assert f"{overall['alpha']:.2f}" in html
    assert "<img" not in html
    assert html.count("</style>") == 0

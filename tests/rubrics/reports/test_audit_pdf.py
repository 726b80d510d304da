"""The PDF of one audit: what it says, and that nothing in a repository becomes markup."""

import io
import json

import pypdf
from msgspec.structs import replace

from audits.engine.inventory import HostedModel, Inventory, NamedModel, Weights
from audits.engine.report import AuditReport
from audits.engine.types import Evidence, Finding, Severity, Skipped
from audits.facts.tree import File
from diligence.config.proposing import proposed_scores
from rubrics.reports.audit_pdf import MOST_FINDINGS, audit_html, draw_audit
from rubrics.scoring.suggest import AuditScores, Pointer, Suspicion
from tests.audits.literal import DRIFT, KEY, REPORT

HOSTILE = "<img src=file:///etc/passwd><script>alert(1)</script>\"&'</style>{{ x }}{% y %}"
TITLES = {"operations": "Deployment and monitoring"}
STOCK = Inventory(
    models=(NamedModel("huggingface", "org/base", "src/app.py", 9),),
    hosted=(HostedModel("OpenAI", "gpt-4o", "src/app.py", 5),),
    weights=(Weights("m/a.gguf", "GGUF", 1),),
    name="northwind",
)
FULL = replace(REPORT, inventory=STOCK, files=(File("a", 1, "f" * 40),))


def text_of(report: AuditReport, scores: AuditScores | None = None) -> str:
    pdf = draw_audit(report, scores or proposed_scores(report), TITLES, '{"a": 1}')
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_it_says_what_the_audit_says() -> None:
    text = text_of(FULL)
    for words in (
        "northwind", "Not rateable", "Deployment and monitoring", "drift-detection",
        "requirements.txt:4", "An AWS key is committed", "Revoke it and take it out",
        "org/base (huggingface)", "OpenAI: gpt-4o", "big.csv", "larger than the limit of 2 MB",
        "a" * 40, "before any reviewer", "What was not examined",
    ):  # fmt: skip
        assert words in text, words


def test_a_suspected_knock_out_stands_on_the_first_page() -> None:
    suspicion = Suspicion("K2", "No right to the data", "It says so.", (Pointer("a.md", 3, ""),))
    scores = replace(proposed_scores(REPORT), knock_outs=(suspicion,))
    pdf = draw_audit(REPORT, scores, TITLES)
    first = " ".join(pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text().split())
    assert "K2 · No right to the data" in first
    assert "a.md:3" in first


def test_the_data_is_attached() -> None:
    pdf = draw_audit(REPORT, proposed_scores(REPORT), TITLES)
    attached = pypdf.PdfReader(io.BytesIO(pdf)).attachments["audit.json"]
    assert json.loads(attached[0])["schema"] == "proofroom/audit/1"


def test_nothing_in_a_repository_becomes_markup() -> None:
    hostile = replace(
        FULL,
        source=replace(REPORT.source, location=f"/x/{HOSTILE}"),
        practices=(replace(DRIFT, because=HOSTILE, evidence=(Evidence(HOSTILE, 1, HOSTILE),)),),
        findings=(Finding(HOSTILE, Severity.HIGH, HOSTILE, HOSTILE, 1, HOSTILE),),
        skipped=(Skipped(HOSTILE, HOSTILE),),
        inventory=replace(STOCK, name=HOSTILE),
    )
    html = audit_html(hostile, proposed_scores(hostile), TITLES)
    assert "<script" not in html
    assert "<img" not in html
    assert "{{ x }}" in html
    assert "alert(1)" in text_of(hostile)


def test_long_lists_are_cut_and_counted() -> None:
    many = tuple(replace(KEY, line=n) for n in range(1, MOST_FINDINGS + 8))
    assert "And 7 more, in the attached data." in audit_html(
        replace(REPORT, findings=many), proposed_scores(REPORT), TITLES
    )


def test_an_audit_without_anything_still_gives_a_report() -> None:
    empty = AuditReport(REPORT.source, (), ())
    text = text_of(empty)
    assert "The audit raised no finding." in text
    assert "Everything was read." in text

"""The PDF: what it says, what it refuses, and that nothing that people write becomes markup."""

import io
import json
import re
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pdfua import validate

from diligence.models import Deal, Startup
from diligence.services.questionnaires import submit_questionnaire
from rubrics.models import Assessment
from rubrics.reports.pdf import draw, report_html
from rubrics.selectors.reports import report_data
from rubrics.services.assessments import refresh_suggestions
from rubrics.services.knock_outs import suspect_knock_out
from rubrics.services.scorecards import GivenScore, submit_score
from tests.audits.building import Place, a_finding, a_finished_run, a_report, a_repository
from tests.cast import Cast, answer_all
from tests.rubrics.building import a_scorecard, an_assessment, give, settled

HOSTILE = "<img src=file:///etc/passwd><script>alert(1)</script>\"&'</style></title>{{ x }}{% y %}"
Data = Mapping[str, Any]


@pytest.fixture
def assessment(cast: Cast) -> Assessment:
    places = {"ci-present": [Place(".github/workflows/ci.yml", 4, "run: pytest", 4)]}
    report = a_report(
        {"ci-present": "yes", "drift-detection": "no", "secrets-committed": "yes"},
        evidence=places,
        because={"secrets-committed": "1 credential that looks real"},
        findings=[
            a_finding(severity="critical"),
            a_finding("A pickle", check="governance/pickles"),
        ],
    )
    run = a_finished_run(a_repository(cast.deal, cast.analyst), report)
    answer_all(cast.questionnaire, by=cast.founder)
    submit_questionnaire(actor=cast.founder, questionnaire=cast.questionnaire)
    assessment = an_assessment(cast.deal)
    refresh_suggestions(assessment=assessment, run=run)
    return assessment


def data_of(cast: Cast) -> dict[str, Any]:
    moment = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
    data = report_data(
        Deal.objects.get(pk=cast.deal.pk), number=1, issued_by=cast.analyst, issued_at=moment
    )
    assert data is not None
    # JSON has no type; it is what went in.
    return json.loads(json.dumps(data))  # type: ignore[no-any-return]


def pages_of(data: Data) -> list[str]:
    """The text of each page, with single blanks."""
    return text_by_page(draw(data).pdf)


def text_by_page(content: bytes) -> list[str]:
    said = subprocess.run(["pdftotext", "-", "-"], input=content, capture_output=True, check=True)
    return [" ".join(page.split()) for page in said.stdout.decode().split("\f")[:-1]]


def text_of(data: Data) -> str:
    return " ".join(pages_of(data))


def squeezed(text: str) -> str:
    """Without blanks, because lines may break anywhere."""
    return re.sub(r"\s", "", text)


def test_the_brief_says_what_the_dashboard_says(cast: Cast, assessment: Assessment) -> None:
    a_scorecard(assessment, cast.reviewer, levels={"drift-detection": None}, locked=True)
    data = data_of(cast)
    first, *_ = pages = pages_of(data)
    head = data["rollup"]["headline"]
    assert f"{head['score']:.1f}" in first
    assert "of 100" in first
    assert data["rollup"]["notation"] in first
    assert f"Interval {head['low']:.1f} to {head['high']:.1f}" in first
    assert "Northwind Vision" in first
    assert "K7 · " in first
    assert "1 credential that looks real. Whether it is live" in first
    assert "Draft" not in first
    text = " ".join(pages)
    assert "Seen in the code." in text
    assert "Drift detection" in text
    assert ".github/workflows/ci.yml:4" in text
    assert data["assessment"]["rubric_sha256"] in squeezed(text)
    for item in data["evidence"]:
        assert item["sha256"] in squeezed(text)
    assert f"{len(pages)} / {len(pages)}" in pages[-1]


def test_a_scorecard_that_is_not_submitted_makes_a_draft(
    cast: Cast, assessment: Assessment
) -> None:
    give(a_scorecard(assessment, cast.reviewer), "drift-detection", 1)
    assert "Draft: the scorecard" in pages_of(data_of(cast))[0]


def test_without_audit_answers_or_scores_there_is_a_report_all_the_same(cast: Cast) -> None:
    an_assessment(cast.deal)
    text = text_of(data_of(cast))
    assert "No repository was examined" in text
    assert "Not rateable." in text
    assert "None is suspected or confirmed." in text
    assert "Nothing was handed in." in text


def test_the_worst_findings_of_one_kind_stand_in_one_line_and_name_no_commit_of_a_folder(
    cast: Cast, assessment: Assessment
) -> None:
    data = data_of(cast)
    finding = data["findings"][0] | {"commit": "", "repository": "folder"}
    data["findings"] = [finding | {"line": number} for number in (4, 8, 15)]
    text = text_of(data)
    assert f"{finding['title']}: 3 places {finding['path']}:4" in text
    assert f"{finding['path']}:4, 8, 15 folder " in text
    assert "folder at" not in text


def test_the_profile_is_printed_in_the_words_of_its_rubric(
    cast: Cast, assessment: Assessment
) -> None:
    data = data_of(cast)
    words = data["assessment"]["profile"]
    assert f"Profile {words['stage']}; {', '.join(words['archetypes'])}" in text_of(data)
    assert words["archetypes"] != data["rollup"]["archetypes"]


def test_the_contents_name_the_right_pages(cast: Cast, assessment: Assessment) -> None:
    a_scorecard(assessment, cast.reviewer, locked=True)
    pages = pages_of(data_of(cast))
    contents = next(i for i, page in enumerate(pages) if "Contents Decision brief" in page)
    entries = re.findall(r"([A-Z][A-Za-z0-9/:, ]+?) ?\.{3,} ?(\d+)", pages[contents])
    assert len(entries) == 14
    for title, number in entries[1:]:
        assert title in pages[int(number) - 1], title
        running = pages[int(number) - 1].removeprefix("Northwind Vision ")
        assert title in running


def test_what_people_decided_is_printed_in_their_words(cast: Cast, assessment: Assessment) -> None:
    raised = assessment.knock_outs.get()
    settled(cast, raised, "cleared", "Revoked on Monday.")
    suspect_knock_out(
        actor=cast.reviewer, assessment=assessment, code="K1", because="The deck says otherwise."
    )
    data = data_of(cast)
    pages = pages_of(data)
    assert "K7" not in pages[0].partition("Furthest below")[0]
    text = " ".join(pages)
    assert "by Pia Partner: Revoked on Monday." in text
    assert "The deck says otherwise." in pages[0]


def test_citations_are_in_words(cast: Cast, assessment: Assessment) -> None:
    scorecard = a_scorecard(assessment, cast.reviewer)
    answered = cast.questionnaire.answers.get(question="trains")
    given = GivenScore(
        outcome="scored", level=1, grade="E1", rationale="x", revision=1, answers=(answered.pk,)
    )
    submit_score(
        actor=cast.reviewer, scorecard=scorecard, criterion_id="drift-detection", given=given
    )
    cited = [
        c for lens in data_of(cast)["lenses"] for row in lens["criteria"] for c in row["citations"]
    ]
    (citation,) = cited
    assert citation["kind"] == "answer"
    assert citation["text"] != "trains"
    assert citation["text"].endswith("?")


def hostile(cast: Cast, assessment: Assessment) -> dict[str, Any]:
    """Every text that anybody may write, hostile."""
    a_scorecard(assessment, cast.reviewer, why=HOSTILE)
    suspect_knock_out(actor=cast.reviewer, assessment=assessment, code="K1", because=HOSTILE)
    Startup.objects.filter(deals=cast.deal).update(name=HOSTILE[:200])
    Deal.objects.filter(pk=cast.deal.pk).update(name=HOSTILE[:120], thesis=HOSTILE)
    data = data_of(cast)
    data["claims"] = [{"kind": "metric", "text": HOSTILE}]
    data["evidence"] = [
        {**item, "title": HOSTILE, "filename": HOSTILE} for item in data["evidence"]
    ]
    for finding in data["findings"]:
        finding |= {"title": HOSTILE, "path": HOSTILE, "fix": HOSTILE}
    for audit in data["audits"]:
        audit |= {"repository": HOSTILE, "commit": HOSTILE}
        for practice in audit["practices"]:
            practice |= {"because": HOSTILE, "value": HOSTILE, "places": [HOSTILE]}
    return data


def test_nothing_that_people_write_becomes_markup(cast: Cast, assessment: Assessment) -> None:
    data = hostile(cast, assessment)
    html = report_html(data)
    assert "<img" not in html
    assert "<script" not in html
    assert html.count("</style>") == 0
    assert html.count("</title>") - html.count("<title") == 0
    text = squeezed(text_of(data))
    assert text.count(squeezed("<img src=file:///etc/passwd>")) > 20
    assert "root:x:0" not in text
    assert "{{x}}{%y%}" in text


PAGE_WIDTH, MARGIN = 210 / 25.4 * 72, 20 / 25.4 * 72


def test_long_names_and_many_findings_stay_on_the_page(cast: Cast, assessment: Assessment) -> None:
    a_scorecard(
        assessment, cast.reviewer, levels={"drift-detection": None}, locked=True,
        why="Very_long_word_without_a_blank" * 9,
    )  # fmt: skip
    Startup.objects.filter(deals=cast.deal).update(name="Donaudampfschifffahrt" * 9)
    data = data_of(cast)
    finding = data["findings"][0]
    data["findings"] = [
        {**finding, "title": f"Finding number {n} {'x' * 260}", "path": f"src/{'deep/' * 40}{n}.py"}
        for n in range(300)
    ]
    data["evidence"] = [{**e, "filename": "y" * 255} for e in data["evidence"]]
    pdf_bytes = draw(data).pdf
    text = squeezed(" ".join(text_by_page(pdf_bytes)))
    for n in (0, 150, 299):
        assert f"Findingnumber{n}xxx" in text
    assert "Very_long_word_without_a_blank" * 9 in text
    boxes = subprocess.run(
        ["pdftotext", "-bbox", "-", "-"], input=pdf_bytes, capture_output=True, check=True
    )
    ends = [float(x) for x in re.findall(rb'<word [^>]*xMax="([\d.]+)"', boxes.stdout)]
    assert len(ends) > 3000
    assert max(ends) <= PAGE_WIDTH - MARGIN + 1


def test_the_pdf_is_tagged_titled_and_carries_its_data(cast: Cast, assessment: Assessment) -> None:
    data = data_of(cast)
    with pikepdf.open(io.BytesIO(draw(data).pdf)) as document:
        assert document.Root.MarkInfo.Marked
        assert str(document.Root.Lang) == "en"
        assert str(document.docinfo["/Title"]) == data["deal"]["startup"] + (
            " · Seed 2026 · diligence report 1"
        )
        assert str(document.docinfo["/Author"]) == "Ada Analyst"
        assert document.open_metadata()["pdfuaid:part"] == "1"
        attached = document.attachments["report.json"].get_file().read_bytes()
        with document.open_outline() as outline:
            titles = [entry.title for entry in outline.root]
    assert json.loads(attached) == data
    assert titles[1:] == [lens["title"] for lens in data["lenses"]] + [
        "Claims ledger", "Findings and remedies", "Remediation: 30, 60 and 100 days",
        "From findings to terms", "Verdicts of the audit", "Method and limits",
        "Evidence and its hashes",
    ]  # fmt: skip


@pytest.mark.parametrize("paper", ["A4", "letter"])
def test_a_checker_of_accessible_files_finds_nothing_in_a_report(
    cast: Cast, assessment: Assessment, tmp_path: Path, paper: str
) -> None:
    a_scorecard(assessment, cast.reviewer, levels={"drift-detection": None}, locked=True)
    path = tmp_path / "report.pdf"
    path.write_bytes(draw(data_of(cast) | {"letterhead": {"paper": paper}}).pdf)
    assert [f"{f.rule_id} {f.message}" for f in validate(str(path)).findings] == []


def test_the_same_data_gives_the_same_pages(cast: Cast, assessment: Assessment) -> None:
    data = data_of(cast)
    assert pages_of(data) == pages_of(data)


def test_the_brief_stays_on_two_pages_however_much_there_is_to_say(
    cast: Cast, assessment: Assessment
) -> None:
    a_scorecard(assessment, cast.reviewer, levels={"drift-detection": None}, locked=True)
    data = data_of(cast)
    words = "Nobody could show a contract, an invoice or a mail that says otherwise to any of us. "
    (raised,) = data["knock_outs"]
    data["knock_outs"] = [
        {**raised, "code": code, "stands": True, "because": words * 4}
        for code in ("K1", "K2", "K4", "K5", "K7")
    ]
    claim: dict[str, Any] = {
        "id": "1", "verdict": "contradicted", "verdict_title": "Contradicted", "text": words,
        "because": words * 3, "where": "Deck", "places": [], "rebuttal": None, "lens_title": "Data",
        "claimed": None, "measured": None, "interval": None, "fields": {}, "wanted": "",
        "grade": "",
    }  # fmt: skip
    data["claims"] = [claim] * 8
    data["sign_offs"] = [{
        "decision": "go-with-conditions", "decision_title": "Go, with conditions", "by": "Pia",
        "at": "2026-11-28", "notation": "C/M/-", "because": words * 6, "figures_hold": True,
        "conditions": [{"text": words, "due_on": "2027-01-31"}] * 9, "revisit_on": None,
    }]  # fmt: skip
    for lens in data["lenses"]:
        for criterion in lens["criteria"][:3]:
            criterion |= {"gap": 2}
        for criterion in lens["criteria"][3:]:
            criterion |= {"outcome": "unknown", "level": None, "gap": None}
    pages = pages_of(data)
    assert "Contents Decision brief" in pages[2]
    assert "And 2 more. In full" in " ".join(pages[:2])
    assert "And 5 more conditions" in pages[0]
    assert "8 claims are contradicted" in pages[1]
    decisions = squeezed(" ".join(pages[3:]))
    assert squeezed(words * 6) in decisions

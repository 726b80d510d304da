"""Short forms, Markdown and Excel: the same figures, and no text that becomes anything else."""

import io
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from rubrics.reports.look import look_of
from rubrics.reports.markdown import report_markdown
from rubrics.reports.plan import grouped, plan_of
from rubrics.reports.printing import Sheet, print_sheet
from rubrics.reports.rich_text import rich
from rubrics.reports.short_forms import brief_sheet, letter_context, letter_sheet, sheet_of
from rubrics.reports.workbook import report_workbook
from tests.rubrics.reports.test_pdf import text_by_page


def a_criterion(title: str, gap: int | None = 0, **more: Any) -> dict[str, Any]:
    return {
        "title": title, "outcome": "scored", "level": 1, "target": 1 + (gap or 0), "gap": gap,
        "keystone": False, "next_anchor": f"Step for {title}", "grade": "E3", "rationale": "Seen.",
        "reason": "", **more,
    }  # fmt: skip


def a_finding(title: str = "A key", severity: str = "high", **more: Any) -> dict[str, Any]:
    return {
        "severity": severity, "title": title, "path": "settings.py", "line": 3, "fix": "Revoke.",
        "effort": "low", "repository": "vision", "commit": "f" * 40, "triage": None,
        "check": f"x/{title}", **more,
    }  # fmt: skip


def frozen(**more: Any) -> dict[str, Any]:
    """Report data without a database."""
    lens = {
        "id": "data", "title": "Data lineage", "score": 1.83, "low": 1.5, "high": 2.25,
        "target": 1.3, "coverage": 0.96,
        "criteria": [
            a_criterion("Narrow gap", 1),
            a_criterion("Wide gap", 2, keystone=True),
            a_criterion("Nobody knows", outcome="unknown", level=None, gap=None, next_anchor=""),
        ],
    }  # fmt: skip
    return {
        "number": 1, "mark": "PR-00001", "issued_at": "2026-11-28T10:00:00+00:00",
        "issued_by": "Ada Analyst",
        "deal": {"startup": "Northwind", "name": "Seed", "round": "Seed", "amount": None,
                 "valuation": None, "ai_share": None, "currency": "EUR"},
        "assessment": {"final": True},
        "rollup": {
            "headline": {"score": 49.3, "low": 47.0, "high": 50.9}, "notation": "C/M/X(K7)",
            "confidence_word": "medium", "confidence": 0.53, "coverage": 0.96, "rateable": True,
        },
        "knock_outs": [{"code": "K7", "title": "Exposed key", "state": "Suspected", "stands": True,
                        "because": "It may be live."}],
        "sign_offs": [], "lenses": [lens],
        "claims": [{"text": "97 % accuracy", "where": "Deck, page 4", "verdict": "contradicted",
                    "verdict_title": "Contradicted", "because": "Measured 91 %.", "claimed": 0.97,
                    "measured": 0.91, "rebuttal": None}],
        "audits": [{"repository": "vision", "commit": "f" * 40, "practices": []}],
        "findings": [a_finding()], "evidence": [], **more,
    }  # fmt: skip


def test_what_is_urgent_or_small_comes_first_and_false_alarms_never() -> None:
    alarm = {"verdict": "False alarm", "reason": "A sample.", "by": "Ada"}
    findings = [
        a_finding("Hard but critical", "critical", effort="high"), a_finding("Hard", effort="high"),
        a_finding("Middling", effort="medium"), a_finding("Of another tool", effort="?"),
        a_finding("No finding at all", triage=alarm), a_finding(), a_finding(line=9),
    ]  # fmt: skip
    plan = plan_of(frozen(findings=findings))
    told = {h.days: ([f.title for f in h.findings], [g.title for g in h.gaps]) for h in plan}
    assert told == {
        30: (["Hard but critical", "A key: 2 places"], []),
        60: (["Middling", "Of another tool"], ["Narrow gap"]),
        100: (["Hard"], ["Wide gap"]),
    }
    assert plan[0].findings[1].places == ("settings.py:3", "settings.py:9")


def test_one_remedy_is_printed_once_for_all_that_it_mends() -> None:
    names = ("Key ending in a", "Key ending in b")
    found = [a_finding(name, check="governance/secrets-committed") for name in names]
    other = a_finding("Key ending in c", "critical", check="governance/secrets-committed")
    one, two = grouped([other, *found])
    assert (one.title, one.severity, len(one.findings)) == ("Key ending in c", "critical", 1)
    assert (two.title, two.fix) == ("Secrets committed: 2 places", "Revoke.")
    assert [f["title"] for f in two.findings] == list(names)


def test_lines_of_one_file_stand_behind_its_path_once() -> None:
    risk = {"verdict": "Accepted risk", "reason": "A demo.", "by": "Ada"}
    found = [a_finding(line=3), a_finding(line=9), a_finding(line=12, triage=risk),
             a_finding(line=3, path="src/" + "deep/" * 20 + "keys.py"),
             a_finding(line=30, repository="other")]  # fmt: skip
    (group,) = grouped(found)
    told = [(place.path[:11], place.lines, place.about["repository"]) for place in group.places]
    assert told == [
        ("settings.py", (3, 9), "vision"), ("settings.py", (12,), "vision"),
        ("src/deep/de", (3,), "vision"), ("settings.py", (30,), "other"),
    ]  # fmt: skip
    assert group.places[1].about["triage"] == risk
    assert group.first == "settings.py:3"
    (deep,) = grouped(found[3:4])
    assert deep.first == "…/" + "deep/" * 6 + "keys.py:3"


def test_the_letter_holds_remedies_and_nothing_of_the_judgement() -> None:
    data = frozen()
    printed = print_sheet(letter_sheet(data))
    text = " ".join(text_by_page(printed.pdf))
    for words in ("A key", "Revoke.", "settings.py:3", "Step for Narrow gap", "Nobody knows"):
        assert words in text
    for secret in ("49.3", "C/M", "K7", "Exposed", "97 %", "Contradicted", "level", "Level",
                   "of 100", "confidence", "critical", "high"):  # fmt: skip
        assert secret not in text, secret
    assert set(letter_context(data)) == {
        "startup", "date", "from", "firm", "has_logo", "repositories", "plan", "practices",
    }  # fmt: skip


def test_the_letter_carries_no_data() -> None:
    assert letter_sheet(frozen()).attachments == ()
    assert brief_sheet(frozen()).attachments == ()


@pytest.mark.parametrize(("long", "paper"), [(False, "A4"), (True, "A4"), (True, "letter")])
def test_the_brief_is_one_page_whatever_is_on_it(*, long: bool, paper: str) -> None:
    data = frozen(letterhead={"paper": paper})
    if long:
        words = "Donaudampfschifffahrtsgesellschaft " * 12
        data["deal"] |= {"startup": "Donaudampfschifffahrt" * 9, "name": words[:120]}
        data["knock_outs"] *= 9
        data["claims"] = [c | {"text": words, "because": words} for c in data["claims"] * 9]
        data["knock_outs"] = [k | {"because": words, "title": words} for k in data["knock_outs"]]
        criteria = [a_criterion(words, 2) for _ in range(9)]
        criteria += [a_criterion(words, outcome="unknown", gap=None) for _ in range(9)]
        data["lenses"] = [data["lenses"][0] | {"criteria": criteria}] * 6
        data["sign_offs"] = [{
            "decision_title": "Go, with conditions", "by": words, "at": "2026-11-28",
            "because": words,
            "conditions": [{"text": words, "due_on": None}] * 12,
        }]  # fmt: skip
    printed = print_sheet(brief_sheet(data))
    (text,) = text_by_page(printed.pdf)
    assert printed.pages == 1
    assert "49.3" in text
    assert "C/M/X(K7)" in text


def test_the_brief_names_every_knock_out_that_stands() -> None:
    data = frozen()
    codes = [f"K{number}" for number in range(1, 10)]
    data["knock_outs"] = [data["knock_outs"][0] | {"code": code} for code in codes]
    (text,) = text_by_page(print_sheet(brief_sheet(data)).pdf)
    assert "and K4, K5, K6, K7, K8, K9, in the report" in text
    assert all(code in text for code in codes)


def test_the_name_of_a_reader_stands_on_every_page_and_not_in_the_report() -> None:
    data = frozen()
    assert "proofroom:reader" not in look_of(data).style
    marked = look_of(data, reader="Pia <b>Partner</b>")
    assert b"Pia &lt;b&gt;Partner&lt;/b&gt;" in marked.pictures["reader"]
    html = "<html lang=en><title>x</title><p style='break-after: page'>1<p>2</html>"
    pages = text_by_page(print_sheet(Sheet(html, marked.style, marked.pictures)).pdf)
    assert all("Partner" in page for page in pages)
    assert len(pages) == 2
    assert sheet_of("letter", data, "Pia").pictures == {}


def test_colours_of_another_hand_do_not_become_style() -> None:
    data = frozen(letterhead={"colour": "red} * {display:none", "paper": "x } @import 'y'"})
    style = look_of(data).style
    assert "display:none" not in style
    assert "@import" not in style
    assert "--brand: #155464" in style
    assert "size: letter" in look_of(frozen(letterhead={"paper": "letter"})).style


HOSTILE = '=HYPERLINK("http://x","y") <img src=http://x> [a](javascript:x) @everyone `c` |'


def test_no_cell_of_the_workbook_is_a_formula() -> None:
    data = frozen(findings=[a_finding(t) for t in (HOSTILE, "+1", "-1", "@SUM(A1)", "\x00\x07a")])
    data["claims"][0] |= {"text": "=1+1", "because": HOSTILE}
    book = openpyxl.load_workbook(io.BytesIO(report_workbook(data)))
    assert book.sheetnames == ["Scores", "Findings", "Claims", "Frame"]
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert kinds <= {"s", "n", "inlineStr"}
    assert [row[1].value for row in book["Findings"].iter_rows(min_row=2)] == [
        HOSTILE, "+1", "-1", "@SUM(A1)", "  a",
    ]  # fmt: skip
    assert book["Claims"]["A2"].value == "=1+1"
    assert [c.value for c in book["Scores"][2]][:6] == [
        "Data lineage", "Narrow gap", "scored", 1, 2, 1,
    ]  # fmt: skip


DISPUTED = {
    "dispute": {"by": "Fay Founder", "at": "2026-11-27T09:00:00+00:00", "words": "=Each | push."},
    "scored_again": [{
        "by": "Rae Reviewer", "at": "2026-11-28T09:00:00+00:00", "before": "level 1",
        "after": "level 2", "before_rationale": "=No <b>log</b>.", "because": "The log shows it.",
    }],
}  # fmt: skip


def with_a_dispute() -> dict[str, Any]:
    """A report in which the first criterion was disputed and scored again."""
    data = frozen()
    data["lenses"][0]["criteria"][0] |= DISPUTED | {"level": 2, "rationale": "The log shows it."}
    return data


def test_markdown_tells_each_criterion_its_dispute_and_what_it_was_before() -> None:
    html = MarkdownIt().render(report_markdown(with_a_dispute()))
    told = html[html.index("<h3>Data lineage") : html.index("<h2>Claims")]
    for words in (
        "<strong>Narrow gap</strong>: level 2, 2 expected, evidence E3. The log shows it.",
        "<strong>Nobody knows</strong>: level unknown",
        "By Fay Founder, with new evidence, not closed yet: “=Each | push.”",
        "By Rae Reviewer on 2026-11-28 after the startup's dispute, level 1 before, now level 2.",
        "The reason before: “=No &lt;b&gt;log&lt;/b&gt;.”",
    ):
        assert words in told, words
    assert told.count("Scored again.") == 1


def test_excel_tells_the_dispute_and_what_the_level_was_before() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(report_workbook(with_a_dispute())))["Scores"]
    head, first, second, _ = sheet.iter_rows()
    told = {h.value: cell.value for h, cell in zip(head, first, strict=True)}
    assert str(told["Disputed"]).endswith("“=Each | push.”")
    assert "level 1 before, now level 2. The reason before: “=No <b>log</b>.”" in str(
        told["Scored again"]
    )
    assert not [cell.value for cell in second[8:] if cell.value]


def everywhere(value: Any, text: str) -> Any:
    """The same data with this text in the place of every other."""
    if isinstance(value, dict):
        return {name: everywhere(each, text) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [everywhere(each, text) for each in value]
    return text if isinstance(value, str) else value


FRAME = {
    "rubric_title": "MLOps diligence", "rubric_version": 1, "rubric_sha256": "a" * 64,
    "stage": "seed", "archetypes": ["clf"], "flags": [],
    "words": {"stage": "Seed", "archetypes": ["Trains its own models"], "flags": []},
}  # fmt: skip
CHANGED = {
    "by": "Ada Analyst", "at": "2026-11-28T10:15:00+00:00",
    "because": "=They sell. [Here](https://evil.example) <b>now</b>",
    "differences": ["stage: Seed → Control deal or M&A"], "before": FRAME,
    # The frame is a dictionary of values of several kinds.
    "after": FRAME | {"words": FRAME["words"] | {"stage": "Control deal or M&A"}},  # type: ignore[operator]
}  # fmt: skip
FROZEN_LATE = {"evidence_first_opened_at": "2026-11-20T09:00:00+00:00", "before_evidence": False}


def with_everything() -> dict[str, Any]:
    """A report that has a row of every kind."""
    decision = {
        "decision_title": "Go", "by": "Pia", "at": "2026-11-28", "because": "It holds.",
        "conditions": [{"text": "Rotate.", "due_on": "2027-01-31"}],
    }  # fmt: skip
    data = frozen(
        sign_offs=[decision], findings=[a_finding(effort="low")], frame_changes=[CHANGED],
        freezing=FROZEN_LATE,
    )  # fmt: skip
    data["claims"][0]["rebuttal"] = {"text": "No."}
    data["lenses"][0]["criteria"][0] |= DISPUTED
    data["evidence"] = [{"title": "Card", "version": 1, "sha256": "0" * 64}]
    return data


SIGNS = "=+-@ \t\n<>[](){}!`*_#|\\~:/.&;$%^'\"x1"


@settings(max_examples=60)
@given(st.sampled_from([HOSTILE, "\n\n# two", "www.evil.test"]) | st.text(SIGNS, max_size=40))
def test_no_text_of_a_report_is_more_than_text_in_markdown_or_excel(text: str) -> None:
    data = everywhere(with_everything(), text)
    reader = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    tokens = reader.parse(report_markdown(data))
    inline = {child.type for token in tokens for child in token.children or ()}
    assert inline <= {"text", "strong_open", "strong_close", "code_inline", "softbreak"}
    assert "html_block" not in {token.type for token in tokens}
    assert 7 <= len([token for token in tokens if token.type == "heading_open"]) <= 11
    book = openpyxl.load_workbook(io.BytesIO(report_workbook(data)))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "inlineStr"}
    assert not [cell for cell in cells if cell.hyperlink]


def test_foreign_text_in_markdown_stays_text() -> None:
    data = frozen(findings=[a_finding(HOSTILE, path="a`b`|c", fix=HOSTILE)])
    html = MarkdownIt("commonmark", {"html": True}).enable("table").render(report_markdown(data))
    assert "<img" not in html
    assert "<a " not in html
    assert "49.3 of 100" in html
    assert "<td>Data lineage</td>" in html


@pytest.mark.parametrize(
    ("written", "made"),
    [
        ("**a** and *b*", "<p><strong>a</strong> and <em>b</em></p>\n"),
        ("# Title", "<h2>Title</h2>\n"),
        ("#### Small", "<h2>Small</h2>\n"),
        ("<script>x</script>", "<p>&lt;script&gt;x&lt;/script&gt;</p>\n"),
        ('<img src="file:///etc/passwd">', "<p>&lt;img src=&quot;file:///etc/passwd&quot;&gt;</p>\n"),
        ("![a](http://x/y.png)", '<p>!<a href="http://x/y.png">a</a></p>\n'),
        ("[a](javascript:alert(1))", "<p>[a](javascript:alert(1))</p>\n"),
        ("[a](file:///etc/passwd)", "<p>[a](file:///etc/passwd)</p>\n"),
        ('[a](https://x "q\\" on=1")', '<p><a href="https://x" title="q&quot; on=1">a</a></p>\n'),
    ],
)  # fmt: skip
def test_the_firms_own_words_hold_text_lists_emphasis_and_links_only(
    written: str, made: str
) -> None:
    assert rich(written) == made


def test_a_report_from_before_frames_were_printed_still_takes_both_forms() -> None:
    assert "Nothing of it was changed since." in report_markdown(frozen())
    book = openpyxl.load_workbook(io.BytesIO(report_workbook(frozen())))
    assert [row[0].value for row in book["Frame"]] == ["No."]


def test_changes_of_the_frame_are_told_whole_in_markdown_and_stay_text() -> None:
    text = report_markdown(frozen(frame_changes=[CHANGED], freezing=FROZEN_LATE))
    assert "first opened the startup's evidence on 2026-11-20, before it was frozen" in text
    html = MarkdownIt().render(text)
    told = html[html.index("Rubric and profile") : html.index("<h2>Evidence")]
    for words in ("stage: Seed → Control deal", "2026-11-28 10:15 UTC", "Ada Analyst: =They sell.",
                  "Before: MLOps diligence, version 1", "stage Seed; made of Trains",
                  "After: MLOps diligence, version 1", "stage Control deal or"):  # fmt: skip
        assert words in told, words
    assert "<a " not in told
    assert "<b>" not in told


def test_changes_of_the_frame_are_told_whole_in_excel_and_no_cell_is_a_formula() -> None:
    data = frozen(frame_changes=[CHANGED, CHANGED], freezing=FROZEN_LATE)
    sheet = openpyxl.load_workbook(io.BytesIO(report_workbook(data)))["Frame"]
    head, late, first, second = sheet.iter_rows()
    assert str(late[3].value).startswith("The firm first opened")
    assert [first[0].value, second[0].value] == [1, 2]
    told = {h.value: cell.value for h, cell in zip(head, first, strict=True)}
    assert (told["Who"], told["When"]) == ("Ada Analyst", "2026-11-28 10:15 UTC")
    assert told["Why"] == CHANGED["because"]
    assert "stage Seed" in str(told["Before"])
    assert "stage Control deal or M&A" in str(told["After"])
    kinds = {cell.data_type for row in sheet.iter_rows() for cell in row}
    assert kinds <= {"s", "n", "inlineStr"}

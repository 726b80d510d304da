"""The report as Markdown; foreign text cannot break out of its cell."""

import re
from html import unescape

import pytest
from markdown_it import MarkdownIt
from msgspec.structs import replace

from audits.engine.documents import harmless
from audits.engine.markdown import MOST_FINDINGS, code, markdown, plain
from tests.audits.literal import KEY, REPORT


def test_it_reads_as_expected() -> None:
    assert markdown(REPORT, "not rateable") == "\n".join(
        [
            "# Proofroom audit",
            "",
            "`x.bundle`, commit `aaaaaaaaaaaa` of 2026-01-02: 12 files, 3,456 bytes.",
            "",
            "**Findings:** 1 critical, 1 low. **Practices:** 1 partly.",
            "**Proposed:** not rateable",
            "",
            "## Findings",
            "",
            "| Severity | Finding | Where | What to do |",
            "| --- | --- | --- | --- |",
            (
                "| **critical** | An AWS key is committed | `src/sp ace\\|.py:7` "
                "| Revoke it and take it out of the history. |"
            ),
            "| **low** | A model is loaded with pickle | `load.py:3` | Use safetensors. |",
            "",
            "<details><summary><b>Operations</b>: 1 partly</summary>",
            "",
            "| Practice | Verdict | Grade | Because | Seen at |",
            "| --- | --- | --- | --- | --- |",
            (
                "| drift-detection | **partly** | E1 | a library is declared \\| and unused "
                "| `requirements.txt:4` |"
            ),
            "",
            "</details>",
            "",
            "<details><summary><b>Governance</b>: 1 yes</summary>",
            "",
            "| Practice | Verdict | Grade | Because | Seen at |",
            "| --- | --- | --- | --- | --- |",
            "| secrets-committed | **yes** | E2 | a key is in the code | `src/sp ace\\|.py:7` |",
            "",
            "</details>",
            "",
            "## Not examined (1)",
            "",
            "- `big.csv`: larger than the limit of 2 MB",
        ]
    )


def test_a_clean_report_says_so() -> None:
    clean = markdown(replace(REPORT, findings=(), skipped=()))
    assert "**Findings:** none." in clean
    assert "## Findings\n\nNone." in clean
    assert "Not examined" not in clean


def test_more_findings_than_anybody_reads_are_counted() -> None:
    many = markdown(replace(REPORT, findings=(KEY,) * (MOST_FINDINGS + 3)))
    assert many.count("| **critical** |") == MOST_FINDINGS
    assert "And 3 more." in many


ATTACKS = [
    "<img src=x onerror=alert(1)>", "<!-- hidden", "</details><h1>Fine", "[ok](https://evil.test)",
    "![x](https://evil.test/x.png)", "https://evil.test", "www.evil.test", "mail me@evil.test",
    "cc @octocat", "see #123, !45, GH-6, acme/app#7", "~bug %v1 $9 &5", "&lt;b&gt; &#60;i&#62;",
    "a | b", "`| a", "``` `` `", "**fine** __x__ ~~y~~", "# heading", "- item", "\n\n# two", "\\",
    "a\u202eb\x1b[31m\x07", "[x]: https://evil.test", "| --- |", "<https://evil.test>", "`",
]  # fmt: skip


def links_of(html: str) -> list[str]:
    """What a browser would fetch or follow, and what is marked up at all."""
    return re.findall(r"<(a|img|h1|h2|strong|s|em|b|i|script|details)\b", html)


@pytest.mark.parametrize("text", ATTACKS)
def test_foreign_text_stays_text(text: str) -> None:
    """As a forge renders it, HTML let through."""
    renderer = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    html = renderer.render(f"| a | b |\n| --- | --- |\n| {plain(text)} | {code(text)} |\n")
    assert links_of(html) == []
    assert html.count("<td>") == 2
    assert "\x1b" not in html
    shown = unescape(re.sub(r"<[^>]+>", "", html.split("<td>")[1])).replace("\u200b", "")
    assert shown.strip() == harmless(" ".join(text.split()))


@pytest.mark.parametrize(
    "text",
    ["@octocat", "#123", "acme/app#7", "!45", "GH-6", "~bug", "&5", "me@evil.test", "HTTPS://evil",
     "www.evil.test"],
)  # fmt: skip
def test_nobody_is_called_and_nothing_is_referred_to(text: str) -> None:
    """Forges look for these in the rendered text, where no backslash is left."""
    html = MarkdownIt("commonmark").render(plain(text))
    shown = unescape(re.sub(r"<[^>]+>", "", html))
    assert not re.search(r"(?i)[@#!~&]\w|GH-\d|https?:|www\.", shown)


def test_a_bar_in_a_path_ends_a_cell_only_in_a_table() -> None:
    assert (code("a|b"), code("a|b", in_table=False)) == ("`a\\|b`", "`a|b`")
    assert code("a`b") == "`` a`b ``"

"""The report as Markdown; foreign text cannot break out of its cell."""

from dataclasses import replace

from audits.engine.markdown import MOST_FINDINGS, code, markdown, plain
from tests.audits.literal import KEY, REPORT


def test_it_reads_as_expected() -> None:
    assert markdown(REPORT, "not rateable") == "\n".join(
        [
            "# Proofroom audit",
            "",
            "x.bundle, commit `aaaaaaaaaaaa` of 2026-01-02: 12 files, 3,456 bytes.",
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


def test_foreign_text_stays_text() -> None:
    assert plain("<img src=x>\n# a | b") == "\\<img src=x\\> \\# a \\| b"
    assert code("a`b") == "`` a`b ``"

"""The report as Markdown; foreign text cannot break out of its cell."""

from audits.engine.markdown import code, markdown, plain
from tests.audits.literal import REPORT


def test_it_reads_as_expected() -> None:
    assert markdown(REPORT) == "\n".join(
        [
            "# Proofroom audit",
            "",
            "x.bundle, commit `aaaaaaaaaaaa` of 2026-01-02: 12 files, 3,456 bytes.",
            "",
            "## Operations",
            "",
            "| Practice | Verdict | Grade | Because | Seen at |",
            "| --- | --- | --- | --- | --- |",
            (
                "| drift-detection | **partly** | E1 | a library is declared \\| and unused "
                "| `requirements.txt:4` |"
            ),
            "",
            "## Governance",
            "",
            "| Practice | Verdict | Grade | Because | Seen at |",
            "| --- | --- | --- | --- | --- |",
            "| secrets-committed | **yes** | E2 | a key is in the code | `src/sp ace\\|.py:7` |",
            "",
            "## Findings",
            "",
            (
                "- **critical** An AWS key is committed at `src/sp ace\\|.py:7`. "
                "Revoke it and take it out of the history."
            ),
            "- **low** A model is loaded with pickle at `load.py:3`. Use safetensors.",
            "",
            "## Not examined (1)",
            "",
            "- `big.csv`: larger than the limit of 2 MB",
        ]
    )


def test_foreign_text_stays_text() -> None:
    assert plain("<img src=x>\n# a | b") == "\\<img src=x\\> \\# a \\| b"
    assert code("a`b") == "`` a`b ``"

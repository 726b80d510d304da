"""The published JSON and the stored one."""

import json

from msgspec.structs import replace

from audits.engine.documents import contract, dumped, stored
from audits.engine.types import Evidence
from tests.audits.literal import DRIFT, REPORT


def test_the_published_form_holds_no_line_of_source() -> None:
    text = dumped(contract(REPORT))
    assert "excerpt" not in text
    assert "snippet" not in text
    assert "AKIA" not in text


def test_the_published_form_has_the_keys_of_the_contract() -> None:
    document = contract(REPORT, {"headline": 41})
    assert list(document) == [
        "schema", "source", "practices", "findings", "artifacts", "claims", "scores", "skipped",
        "timings",
    ]  # fmt: skip
    assert document["schema"] == "proofroom/audit/1"
    assert document["practices"][0] == {
        "id": "drift-detection",
        "lens": "operations",
        "verdict": "partly",
        "grade": "E1",
        "value": None,
        "because": "a library is declared | and unused",
        "evidence": [{"path": "requirements.txt", "line": 4, "note": "declares `evidently`"}],
    }
    assert document["claims"][0]["verdict"] == "untestable"
    assert document["scores"] == {"headline": 41}
    assert document["timings"] == {"open": 0.012}


def test_the_stored_form_adds_the_cited_lines() -> None:
    document = stored(REPORT)
    (place,) = document["practices"][0]["evidence"]
    assert place["excerpt"] == {"first_line": 3, "text": "a\nevidently"}
    assert document["findings"][0]["excerpt"] == {"first_line": 1, "text": ""}
    assert document["findings"][0]["snippet"] == "AKIA****"
    assert document["engine"]


def test_half_a_surrogate_pair_does_not_break_the_output() -> None:
    odd = replace(DRIFT, because="\ud800", evidence=(Evidence("a", 1, "\udfff"),))
    text = dumped(contract(replace(REPORT, practices=(odd,))))
    assert json.loads(text.encode())["practices"][0]["because"] == "?"

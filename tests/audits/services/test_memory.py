"""The memory of an examination does not grow with the tree: all processes stay below a bound."""

import json
from pathlib import Path

from audits.collectors.holding import TOO_MUCH
from tests.benchmarks.audits import audited, synthetic

FILES = 120_000
MOST_BYTES = 600_000_000
"""What the issue of the engine allows for all processes together."""


def test_a_tree_of_120_000_files_is_examined_within_the_bound(tmp_path: Path) -> None:
    """Every fourth is a module, which is more than there is room for: what is left out is said."""
    repository, output = synthetic(tmp_path / "large", FILES, 4), tmp_path / "out.json"
    run = audited(repository, output)
    report = json.loads(output.read_text())
    assert report["source"]["files"] == FILES
    assert 0 < run.memory < MOST_BYTES
    left_out = [s["path"] for s in report["skipped"] if s["reason"] == TOO_MUCH]
    assert len(left_out) > 1_000
    assert report["scores"]["confidence"] < 0.5
    assert all(p["verdict"] != "no" for p in report["practices"] if p["id"] == "model-monitoring")

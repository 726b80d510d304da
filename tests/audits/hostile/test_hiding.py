"""Who hides code behind a limit gains nothing: no "no" over it, and less confidence."""

from pathlib import Path
from typing import Any

import pytest

from tests.audits.hostile.attacking import Ending, audited
from tests.make import Files, make_repo, write_files

TRAINS = (
    "import torch\nmodel = torch.nn.Linear(1, 1)\n"
    "optimizer = torch.optim.SGD(model.parameters())\n"
    "for x, y in data:\n    loss = (model(x) - y).sum()\n    loss.backward()\n"
    "    optimizer.step()\n"
)
WORKFLOW = "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: pytest\n"
SEEN: dict[str, str | bytes] = {"train.py": TRAINS, ".github/workflows/ci.yml": WORKFLOW}
HUGE = "import evidently\n" + "# padding\n" * 250_000
BROKEN = "x = " + "-" * 100_000 + "1\n"


def verdicts(got: Ending) -> dict[str, str]:
    return {p["id"]: p["verdict"] for p in got.document["practices"]}


def because(got: Ending, practice: str) -> str:
    return next(str(p["because"]) for p in got.document["practices"] if p["id"] == practice)


def confidence(got: Ending) -> float:
    return float(got.document["scores"]["confidence"])


@pytest.mark.parametrize("hidden", [HUGE, BROKEN], ids=["beyond the limit", "beyond the parser"])
def test_code_that_was_not_read_is_not_judged_absent(tmp_path: Path, hidden: str) -> None:
    clear = audited(write_files(tmp_path / "clear", SEEN))
    blind = audited(write_files(tmp_path / "blind", {**SEEN, "monitor.py": hidden}))
    assert verdicts(clear)["drift-detection"] == "no"
    assert verdicts(blind)["drift-detection"] == "unknown"
    assert because(blind, "drift-detection").startswith("cannot be told: 1 of ")
    assert "monitor.py: " in because(blind, "drift-detection")
    assert verdicts(blind)["ci-present"] == verdicts(clear)["ci-present"] == "yes"
    assert 0 < confidence(blind) < confidence(clear)


def test_a_repository_whose_code_was_not_read_is_not_called_free_of_learning(
    tmp_path: Path,
) -> None:
    got = audited(write_files(tmp_path / "x", {"model.py": HUGE, "README.md": "A tool.\n"}))
    assert verdicts(got)["has-ml"] == "unknown"
    assert "n/a" not in {verdicts(got)["drift-detection"], verdicts(got)["experiment-tracking"]}


def test_what_the_number_of_files_cut_off_is_not_judged_absent(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {**SEEN, **{f"z/{n}.txt": "" for n in range(20)}}
    got = audited(write_files(tmp_path / "x", files), PROOFROOM_AUDIT_FILES="2")
    assert verdicts(got)["drift-detection"] == "unknown"
    assert "further files: only the first 2 are examined" in because(got, "drift-detection")
    assert confidence(got) < confidence(audited(tmp_path / "x"))


def without(got: Ending) -> dict[str, Any]:
    document = dict(got.document)
    for part in ("timings", "skipped", "source"):
        document.pop(part)
    return document


@pytest.mark.parametrize(
    "more",
    [
        {"tests/test_monitor.py": BROKEN},
        {"docs/conf.py": HUGE},
        {"package-lock.json": "["},
    ],
    ids=lambda files: next(iter(files)),
)
def test_what_shows_no_practice_hides_none(tmp_path: Path, more: Files) -> None:
    clear = audited(write_files(tmp_path / "clear", SEEN))
    got = audited(write_files(tmp_path / "blind", {**SEEN, **more}))
    assert got.skipped
    assert verdicts(got)["drift-detection"] == "no"
    assert verdicts(got) == verdicts(clear)


def test_a_link_hides_nothing(tmp_path: Path) -> None:
    repo = make_repo(tmp_path, SEEN)
    (repo / "link.py").symlink_to("train.py")
    folder = write_files(tmp_path / "folder", SEEN)
    (folder / "link.py").symlink_to("train.py")
    assert audited(folder).skipped
    assert verdicts(audited(folder))["drift-detection"] == "no"

"""Who hides code behind a limit gains nothing: no "no" over it, and less confidence."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from audits.collectors.gathering import gather, stock
from audits.facts.code import Code
from audits.sources.paths import Listing
from audits.sources.snapshot import Limits, silent
from tests.audits.gathered import source_of
from tests.audits.hostile.attacking import Ending, audited
from tests.make import Files, git, make_repo, write_files

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


def with_submodules(folder: Path, *paths: str) -> Path:
    """A repository that names commits of other repositories at these paths."""
    repo = make_repo(folder, SEEN)
    for path in paths:
        git(repo, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},{path}")
    git(repo, "commit", "-q", "--allow-empty", "-m", "Submodules")
    return repo


def test_a_submodule_costs_confidence_and_three_of_them_every_no(tmp_path: Path) -> None:
    clear = audited(with_submodules(tmp_path / "none"))
    one = audited(with_submodules(tmp_path / "one", "core"))
    three = audited(with_submodules(tmp_path / "three", "core", "models", "serving"))
    assert verdicts(one) == verdicts(clear)
    assert 0 < confidence(three) < confidence(one) < confidence(clear)
    assert verdicts(three)["drift-detection"] == "unknown"
    assert because(three, "drift-detection") == (
        "cannot be told: what core holds is not here "
        "(a submodule; its files lie in another repository)"
    )


def test_a_submodule_among_what_others_wrote_hides_nothing(tmp_path: Path) -> None:
    clear = audited(with_submodules(tmp_path / "none"))
    got = audited(with_submodules(tmp_path / "vendored", "third_party/a", "vendor/b", "docs/theme"))
    assert len(got.skipped) == 3
    assert verdicts(got) == verdicts(clear)
    assert confidence(got) == confidence(clear)


def test_a_folder_that_cannot_be_opened_may_hold_as_much_as_all_that_was_seen() -> None:
    closed = Listing(Limits())
    closed.skip_folder("src", "could not be read: Permission denied")
    found = gather(
        replace(source_of(SEEN), skipped=closed.closed()[1]), stock(), file_bytes=1 << 20,
        notice=silent,
    )  # fmt: skip
    sight = found.sights.of([Code])
    assert (sight.share, sight.is_blind) == (0.5, True)
    assert sight.sentence == (
        "cannot be told: what src holds is not here (could not be read: Permission denied)"
    )

"""Whether a credential was removed from the files and left in the history. No key ever worked."""

from pathlib import Path

import pytest

from audits.engine.report import PracticeResult
from audits.facts.past_secrets import PastSecrets
from audits.services.allowances import Resources
from audits.services.examine import examine
from audits.sources.snapshot import Limits
from tests.audits.histories import judged_with
from tests.make import Change, git, make_repo

PRACTICE = "secrets-in-history"
TOKEN = "gh" + "p_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
WITH = f"import os\ntoken = '{TOKEN}'\n"
WITHOUT = "import os\ntoken = os.environ['TOKEN']\n"


def result(folder: Path, first: Change, *further: Change) -> PracticeResult:
    """The verdict on a repository with these commits."""
    files = {p: t for p, t in first.items() if t is not None}
    repo = make_repo(folder, files, commits=further)
    return examine(str(repo)).practice(PRACTICE)


def test_without_a_history_it_is_unknown() -> None:
    past = PastSecrets(missing="only the files were handed in")
    assert judged_with(PRACTICE, {"a.py": ""}, past).verdict.value == "unknown"


@pytest.mark.parametrize(
    "commits",
    [
        ({"a.py": WITHOUT}, {"a.py": "x = 1\n"}),
        ({"a.py": WITHOUT}, {"a.py": WITH}),
        ({"a.py": WITH}, {"a.py": WITH + "x = 1\n"}),
        ({"a.py": WITH}, {"a.py": WITHOUT, "b.py": WITH}),
        ({"tests/test_a.py": WITH}, {"tests/test_a.py": WITHOUT}),
        ({"a.py": "password = 'changeme'\n"}, {"a.py": WITHOUT}),
        ({"poetry.lock": WITH}, {"poetry.lock": ""}),
    ],
    ids=["never", "still-there", "still-there-changed", "moved", "fixture", "default", "lock"],
)
def test_what_never_left_or_never_was_one_is_a_no(
    tmp_path: Path, commits: tuple[Change, ...]
) -> None:
    assert result(tmp_path, *commits).verdict.value == "no"


def test_a_key_taken_out_of_a_file_is_a_yes_with_both_commits(tmp_path: Path) -> None:
    found = result(tmp_path, {"a.py": WITHOUT}, {"a.py": WITH}, {"a.py": WITHOUT}, {"b.py": "1\n"})
    commits = git(tmp_path / "repo", "log", "--format=%h", "--abbrev=12").split()
    assert found.verdict.value == "yes"
    assert (found.evidence[0].path, found.evidence[0].line) == ("a.py", 1)
    assert f"from commit {commits[2]} (2023-11-15) to {commits[1]}" in found.evidence[0].note


def test_a_key_in_a_file_that_is_gone_is_told_beside_where_it_stood(tmp_path: Path) -> None:
    found = result(
        tmp_path, {"conf/prod.env": WITH, "conf/a.py": "x = 1\n"}, {"conf/prod.env": None}
    )
    assert found.verdict.value == "yes"
    assert found.evidence[0].path == "conf/a.py"
    assert "beside it, in conf/prod.env, stood" in found.evidence[0].note


def test_the_finding_names_the_old_place_and_never_the_value(tmp_path: Path) -> None:
    repo = make_repo(tmp_path, {"a.py": WITH}, commits=[{"a.py": WITHOUT}])
    report = examine(str(repo))
    (finding,) = [f for f in report.findings if f.check.endswith(PRACTICE)]
    assert (finding.path, finding.line, finding.severity.value) == ("a.py", 2, "critical")
    assert TOKEN[:-4] not in repr(report)


def test_a_key_brought_in_by_a_merged_branch_is_seen(tmp_path: Path) -> None:
    repo = make_repo(tmp_path, {"a.py": WITHOUT})
    git(repo, "checkout", "-q", "-b", "side")
    (repo / "a.py").write_text(WITH)
    git(repo, "commit", "-qam", "side")
    git(repo, "checkout", "-q", "main")
    git(repo, "merge", "-q", "--no-ff", "-s", "ours", "-m", "merge", "side")
    assert examine(str(repo)).practice(PRACTICE).verdict.value == "yes"


def test_what_was_not_searched_makes_it_unknown_and_is_listed(tmp_path: Path) -> None:
    repo = make_repo(tmp_path, {"a.py": "x" * 900}, commits=[{"a.py": "1"}, {"a.py": "2"}])
    report = examine(str(repo), limits=Limits(history_bytes=100))
    found = report.practice(PRACTICE)
    assert found.verdict.value == "unknown"
    assert found.because == (
        "none in the newest 1 versions, but 1 older versions of files were not searched: "
        "together they exceed 100 bytes"
    )
    assert "(the history)" in {s.path for s in report.skipped}


def test_what_was_kept_from_the_first_audit_gives_the_same_answer(tmp_path: Path) -> None:
    repo = make_repo(tmp_path, {"a.py": WITH}, commits=[{"a.py": WITHOUT}])
    means = Resources(cache=tmp_path / "cache")
    first, second = (examine(str(repo), resources=means) for _ in range(2))
    assert first.practice(PRACTICE) == second.practice(PRACTICE)
    assert first.practice(PRACTICE).verdict.value == "yes"

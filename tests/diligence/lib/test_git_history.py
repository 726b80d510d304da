"""A described history becomes the same repository on every machine."""

import subprocess
from pathlib import Path

import pytest

from diligence.lib.git_history import HistoryError, build_repository, write_bundle

HISTORY = """\
fragments: {KEY: [ab, cd]}
commits:
  - date: 2026-01-05T09:00:00+01:00
    author: {name: Ada Example, email: ada@example.com}
    message: Start
    folder: "01"
  - date: 2026-02-05T09:00:00+01:00
    author: {name: Ben Example, email: ben@example.com}
    message: Replace the plan
    folder: "02"
    delete: [old.md]
"""


@pytest.fixture
def described(tmp_path: Path) -> Path:
    folder = tmp_path / "described"
    for name, content in {
        "commits/01/old.md.txt": "old\n",
        "commits/01/.github/workflows/ci.yml.txt": "on: push\n",
        "commits/02/src/key.py.txt": 'KEY = "@@KEY@@"\n',
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    (folder / "history.yaml").write_text(HISTORY)
    return folder


def git(repo: Path, *arguments: str) -> str:
    return subprocess.run(
        ["git", *arguments], cwd=repo, check=True, capture_output=True, text=True
    ).stdout


def test_two_builds_give_the_same_commit_whatever_the_machine_is_set_to(
    described: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = build_repository(described, tmp_path / "first")
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Somebody Else")
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "user.email")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "else@example.com")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    assert build_repository(described, tmp_path / "second") == first


def test_the_history_is_as_described(described: Path, tmp_path: Path) -> None:
    repo = tmp_path / "repo"
    commit = build_repository(described, repo)
    assert git(repo, "log", "--format=%an %cI %s") == (
        "Ben Example 2026-02-05T09:00:00+01:00 Replace the plan\n"
        "Ada Example 2026-01-05T09:00:00+01:00 Start\n"
    )
    listed = git(repo, "ls-tree", "-r", "--name-only", commit).split()
    assert listed == [".github/workflows/ci.yml", "src/key.py"]
    assert git(repo, "show", "HEAD:src/key.py") == 'KEY = "abcd"\n'


def test_a_bundle_holds_the_whole_history(described: Path, tmp_path: Path) -> None:
    commit = build_repository(described, tmp_path / "repo")
    write_bundle(tmp_path / "repo", tmp_path / "out" / "repo.bundle")
    git(tmp_path, "clone", "--quiet", "out/repo.bundle", "clone")
    assert git(tmp_path / "clone", "rev-parse", "HEAD").strip() == commit


def test_a_folder_in_use_is_left_alone(described: Path, tmp_path: Path) -> None:
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / "mine.txt").write_text("mine")
    with pytest.raises(HistoryError, match="is not empty"):
        build_repository(described, tmp_path / "used")
    assert [path.name for path in (tmp_path / "used").iterdir()] == ["mine.txt"]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("commits: [", "does not describe a history"),
        ("commits: [{date: 2026-01-05}]", "does not describe a history"),
        (HISTORY.replace("+01:00", ""), "has no offset"),
        (HISTORY.replace('"02"', '"03"'), "there is no folder"),
    ],
)
def test_a_description_that_cannot_be_read_says_so(
    described: Path, tmp_path: Path, text: str, part: str
) -> None:
    (described / "history.yaml").write_text(text)
    with pytest.raises(HistoryError, match=part):
        build_repository(described, tmp_path / "repo")

"""Looking back with what is known from before gives what looking back for the first time gives."""

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from audits.collectors.entries import NAME
from audits.engine.documents import stored
from audits.services import past
from audits.services.examine import Resources, examine
from audits.sources import git_listing, history
from audits.sources.git_process import Git
from audits.sources.snapshot import LIMITS
from tests.make import MOMENT, copied, git, make_repo

DAY = 86_400
KEY = "AKIA" + "QYLPMN5HHHFPZAM2"
OTHER = "AKIA" + "ZXCVBN5HJKFPWAM7"


def verdicts(repo: Path, cache: Path | None) -> dict[str, Any]:
    document = stored(examine(str(repo), resources=Resources(cache=cache)))
    del document["timings"]
    return document


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """Two keys were taken out again: one before and one after the first audit."""
    made = make_repo(
        tmp_path,
        {"one.py": f"key = '{KEY}'\n", "two.py": "x = 1\n"},
        commits=[{"one.py": "key = ''\n"}, {"two.py": f"key = '{OTHER}'\n"}],
    )
    verdicts(made, tmp_path / "cache")
    (made / "two.py").write_text("key = ''\n")
    git(made, "commit", "-qam", "x", moment=MOMENT + 9 * DAY)
    return made


def scanned(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of the versions that are searched from now on."""
    seen: list[str] = []
    real = past._scanned

    def watched(snapshot: Any, files: Any, processes: int) -> Any:
        seen.extend(f.path.partition("/")[2] for f in files)
        return real(snapshot, files, processes)

    monkeypatch.setattr(past, "_scanned", watched)
    return seen


def test_a_second_audit_searches_only_what_is_new(
    repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh = verdicts(repo, None)
    seen = scanned(monkeypatch)
    assert verdicts(repo, tmp_path / "cache") == fresh
    assert seen == ["two.py"]
    assert verdicts(repo, tmp_path / "cache") == fresh
    assert seen == ["two.py"]
    told = [f["path"] for f in fresh["findings"] if "history" in f["check"]]
    assert sorted(told) == ["one.py", "two.py"]


def test_git_is_asked_for_no_size_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even for those of versions that are too large, or beyond what is searched."""
    large = "x = 1\n" * 400_000
    repo = make_repo(
        tmp_path,
        {"old.py": f"key = '{KEY}'\n", "large.py": large},
        commits=[{"old.py": "", "large.py": "", "new.py": "x = 1\n" * 9}, {"new.py": ""}],
    )
    limits = replace(LIMITS, history_bytes=60)
    resources = Resources(cache=tmp_path / "cache")
    asked: list[int] = []
    real = git_listing.sizes_of

    def counted(reader: Git, blobs: Iterable[str]) -> dict[str, int]:
        some = [*blobs]
        asked.append(len(some))
        return real(reader, some)

    monkeypatch.setattr(history, "sizes_of", counted)
    first = examine(str(repo), limits=limits, resources=resources)
    assert any("older versions of files were not searched" in s.reason for s in first.skipped)
    assert asked == [3]
    again = examine(str(repo), limits=limits, resources=resources)
    assert again.skipped == first.skipped
    whole = examine(str(repo), resources=resources)
    assert asked == [3]
    assert whole.findings == examine(str(repo)).findings


def test_another_folder_with_the_same_commits_is_searched_anew(
    repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = copied(repo, tmp_path / "other")
    seen = scanned(monkeypatch)
    assert verdicts(other, tmp_path / "cache")["findings"] == verdicts(other, None)["findings"]
    half = len(seen) // 2
    assert sorted(seen[:half]) == sorted(seen[half:]) == ["one.py", "two.py", "two.py"]


@pytest.mark.parametrize("damage", [b"", b"x" * 40])
def test_damaged_entries_are_as_good_as_none(repo: Path, tmp_path: Path, damage: bytes) -> None:
    fresh = verdicts(repo, None)
    with sqlite3.connect(tmp_path / "cache" / NAME) as database:
        database.execute("update facts set data = ?", (damage,))
    assert verdicts(repo, tmp_path / "cache") == fresh


def test_what_a_folder_holds_is_never_taken_for_what_git_checked(
    repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = tmp_path / "x.bundle"
    git(repo, "bundle", "create", "-q", str(bundle), "HEAD")
    seen = scanned(monkeypatch)
    verdicts(bundle, tmp_path / "cache")
    assert sorted(set(seen)) == ["one.py", "two.py"]

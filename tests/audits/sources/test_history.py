"""What is read of a history, within which limits, and what a hostile one can not do."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from audits.engine.types import Skipped
from audits.facts.history import Change, History
from audits.sources.history import NO_HISTORY, SHALLOW, SQUASHED, UNREADABLE, history_of
from audits.sources.opening import open_source
from audits.sources.snapshot import LIMITS, Limits
from tests.make import MOMENT, git, make_bare, make_bundle, make_repo, make_zip, remove_object

DAY = 86_400
ENDINGS = (".py",)


def read(source: Path, limits: Limits = LIMITS) -> tuple[History, tuple[Skipped, ...]]:
    with open_source(str(source)) as snapshot:
        return history_of(snapshot, limits, ENDINGS)


@contextmanager
def written_at(repo: Path, moment: int) -> Iterator[None]:
    yield
    git(repo, "add", "-A")
    git(repo, "commit", "-q", "-m", "x", moment=moment)


def test_a_folder_and_an_archive_have_none(tmp_path: Path) -> None:
    folder = tmp_path / "plain"
    folder.mkdir()
    (folder / "a.py").write_text("1\n")
    archive = make_zip(tmp_path / "a.zip", {"a.py": "1\n"})
    assert [read(source)[0].missing for source in (folder, archive)] == [NO_HISTORY] * 2


def test_a_shallow_clone_is_told_as_that(tmp_path: Path) -> None:
    repo = make_repo(tmp_path, {"a.py": "1\n"}, commits=[{"a.py": "2\n"}, {"a.py": "3\n"}])
    git(repo, "clone", "-q", "--depth=2", f"file://{repo}", str(tmp_path / "shallow"))
    history, skipped = read(tmp_path / "shallow")
    assert (history.missing, history.commits, skipped) == (SHALLOW, (), ())


def test_a_single_commit_tells_nothing(tmp_path: Path) -> None:
    assert read(make_repo(tmp_path, {"a.py": "1\n"}))[0].missing == SQUASHED


def test_a_damaged_history_is_listed_and_not_fatal(tmp_path: Path) -> None:
    repo = make_repo(tmp_path, {"a.py": "1\n"}, commits=[{"a.py": "2\n"}, {"a.py": "3\n"}])
    remove_object(repo, "HEAD~2^{commit}")
    history, skipped = read(repo)
    assert history.missing == UNREADABLE
    assert skipped == (Skipped("(the history)", UNREADABLE),)


def test_missing_content_of_old_versions_does_no_harm(tmp_path: Path) -> None:
    repo = make_repo(tmp_path, {"a.py": "1\n"}, commits=[{"a.py": "2\n"}])
    remove_object(repo, "HEAD~1:a.py")
    assert len(read(repo)[0].commits) == 2


@pytest.mark.parametrize("form", ["work tree", "bare", "bundle"])
def test_commits_come_newest_first_with_their_changes(tmp_path: Path, form: str) -> None:
    odd = "a :1 \x01ü.py"
    repo = make_repo(tmp_path, {odd: "1\n", "b.py": "2\n"}, commits=[{odd: "3\n", "b.py": None}])
    source = {
        "work tree": lambda: repo,
        "bare": lambda: make_bare(repo, tmp_path / "bare.git"),
        "bundle": lambda: make_bundle(repo, tmp_path / "x.bundle"),
    }[form]()
    history, skipped = read(source)
    newest, oldest = history.commits
    before, after, gone = (
        git(repo, "rev-parse", spec) for spec in (f"HEAD~1:{odd}", f"HEAD:{odd}", "HEAD~1:b.py")
    )
    assert newest.changes == (Change(odd, before, after), Change("b.py", gone, ""))
    assert (newest.name, newest.address, newest.committed) == (
        "Ada", "ada@example.com", MOMENT + DAY,
    )  # fmt: skip
    assert newest.parents == (oldest.id,)
    assert oldest.parents == ()
    assert skipped == ()


def test_links_and_submodules_are_no_files(tmp_path: Path) -> None:
    repo = make_repo(tmp_path, {"a.py": "1\n"})
    with written_at(repo, MOMENT + DAY):
        (repo / "link.py").symlink_to("a.py")
    git(repo, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},sub")
    git(repo, "commit", "-q", "-m", "sub")
    assert [c.changes for c in read(repo)[0].commits][:2] == [(), ()]


def test_the_mailmap_of_the_examined_commit_names_people(tmp_path: Path) -> None:
    repo = make_repo(
        tmp_path, {"a.py": "1\n"},
        commits=[{".mailmap": "Ada Byron <ada@acme.ai> <ada@example.com>\n"}],
    )  # fmt: skip
    history, _ = read(repo)
    assert {(c.name, c.address) for c in history.commits} == {("Ada Byron", "ada@acme.ai")}


def test_only_as_many_commits_as_allowed_are_looked_at(tmp_path: Path) -> None:
    repo = make_repo(tmp_path, {"a.py": "0\n"}, commits=[{"a.py": f"{n}\n"} for n in (1, 2, 3)])
    history, skipped = read(repo, Limits(history_commits=2))
    assert len(history.commits) == 2
    assert skipped == (Skipped("(the history)", "only the newest 2 commits were looked at"),)
    assert read(repo, Limits(history_commits=4))[0].cut == ""


def test_a_log_that_never_ends_is_cut_off(tmp_path: Path) -> None:
    repo = make_repo(tmp_path, {"a.py": "0\n"}, commits=[{"a.py": f"{n}\n"} for n in (1, 2, 3)])
    history, skipped = read(repo, Limits(history_log_bytes=700))
    assert len(history.commits) == 2
    assert skipped[0].reason == "only the newest commits were looked at: the log exceeds 700 bytes"


def test_lines_of_the_last_thirty_days_are_counted(tmp_path: Path) -> None:
    repo = make_repo(tmp_path, {"old.py": "a\nb\n" * 9, "gone.py": "z\n"})
    with written_at(repo, MOMENT + 90 * DAY):
        (repo / "old.py").write_text("a\nb\n" * 9 + "c\n")
        (repo / "notes.md").write_text("n\n" * 50)
    with written_at(repo, MOMENT + 100 * DAY):
        (repo / "src").mkdir()
        (repo / "old.py").rename(repo / "src" / "new.py")
    recent = read(repo)[0].recent
    assert recent is not None
    assert recent.since == git(repo, "rev-parse", "HEAD~2")
    assert recent.added == {"src/new.py": 1}


def test_a_young_history_has_nothing_to_compare_with(tmp_path: Path) -> None:
    recent = read(make_repo(tmp_path, {"a.py": "1\n"}, commits=[{"a.py": "2\n"}]))[0].recent
    assert recent is not None
    assert recent.since == ""

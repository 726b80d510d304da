"""A log that is continued from what is known gives what the whole log gives, or is read whole."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from msgspec.structs import replace

from audits.facts.history import History
from audits.sources import git_log
from audits.sources.git_log import Known
from audits.sources.history import UNREADABLE, history_of
from audits.sources.opening import open_source
from audits.sources.snapshot import LIMITS, Limits
from tests.make import MOMENT, git, make_repo, remove_object

DAY = 86_400


@dataclass
class Kept:
    """Keeps logs in memory and notes which commit each reading began from."""

    logs: dict[str, Known] = field(default_factory=dict)
    began: list[str] = field(default_factory=list)

    def known_of(self, commits: Sequence[str]) -> tuple[str, Known]:
        base = next((c for c in commits if c in self.logs), "")
        self.began.append(base)
        known = self.logs.get(base, Known({}))
        return base, replace(known, told=dict(known.told))

    def keep(self, commit: str, known: Known) -> None:
        self.logs[commit] = replace(known, told=dict(known.told))


def read(
    repo: Path, rev: str = "HEAD", limits: Limits = LIMITS, memory: Kept | None = None
) -> History:
    with open_source(str(repo), rev=rev) as snapshot:
        return history_of(snapshot, limits, (".py",), memory)[0]


@pytest.fixture(scope="module")
def branched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`old` has three commits; HEAD merges a side branch that left before it and is dated oddly."""
    repo = make_repo(
        tmp_path_factory.mktemp("branched"),
        {"a.py": "1\n", "ü.py": "1\n"},
        commits=[{"a.py": "2\n"}, {"b.py": "3\n", "ü.py": None}],
    )
    git(repo, "tag", "old")
    git(repo, "checkout", "-q", "-b", "side", "HEAD~1")
    commit(repo, "side.py", moment=MOMENT + DAY // 2)
    commit(repo, "side.py", moment=MOMENT + 9 * DAY)
    git(repo, "checkout", "-q", "-")
    commit(repo, "a.py", moment=MOMENT + 3 * DAY)
    git(repo, "merge", "-q", "--no-ff", "-m", "join", "side", moment=MOMENT + 10 * DAY)
    commit(repo, ".mailmap", moment=MOMENT + 11 * DAY, text="Augusta <ada@example.com>\n")
    return repo


def commit(repo: Path, path: str, *, moment: int, text: str = "") -> None:
    (repo / path).write_text(text or f"at {moment}\n")
    git(repo, "add", "-A")
    git(repo, "commit", "-q", "-m", "x", moment=moment)


def continued(repo: Path, before: Limits, limits: Limits) -> tuple[History, Kept]:
    """The history as it is read by whoever knows that of `old`."""
    kept = Kept()
    read(repo, "old", before, kept)
    return read(repo, "HEAD", limits, kept), kept


def test_a_later_commit_continues_and_gives_what_the_whole_log_gives(branched: Path) -> None:
    history, kept = continued(branched, LIMITS, LIMITS)
    assert history == read(branched)
    assert len(history.commits) == 8
    assert {c.name for c in history.commits} == {"Augusta"}
    assert kept.began[-1] == git(branched, "rev-parse", "old")


def test_the_same_commit_asks_git_for_no_change(branched: Path) -> None:
    kept = Kept()
    first = read(branched, memory=kept)
    assert read(branched, memory=kept) == first
    assert kept.began == ["", first.commits[0].id]


@pytest.fixture(scope="module")
def straight(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Seven commits in one line, dated oddly; `old` is the third."""
    repo = make_repo(tmp_path_factory.mktemp("straight"), {"a.py": "1\n"})
    for day in (9, 4):
        commit(repo, "a.py", moment=MOMENT + day * DAY)
    git(repo, "tag", "old")
    for day in (2, 12, 1, 5):
        commit(repo, "ü.py", moment=MOMENT + day * DAY)
    return repo


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many heads git is asked for, each time."""
    most: list[int] = []
    heads = git_log._Reader.heads

    def noted(reader: git_log._Reader, some: int = sys.maxsize) -> list[list[bytes]]:
        most.append(some)
        return heads(reader, some)

    monkeypatch.setattr(git_log._Reader, "heads", noted)
    return most


def test_of_a_line_git_is_asked_for_the_newest_heads_alone(
    straight: Path, asked: list[int]
) -> None:
    history, kept = continued(straight, LIMITS, LIMITS)
    assert asked == [git_log._NEWEST] * 2
    assert history == read(straight)
    assert kept.logs[history.commits[0].id].heads.count(b"\x01") == 7


@pytest.mark.parametrize("newest", [1, 2, 4, 5, 7])
def test_a_base_that_lies_further_back_is_found_as_well(
    straight: Path, asked: list[int], monkeypatch: pytest.MonkeyPatch, newest: int
) -> None:
    monkeypatch.setattr(git_log, "_NEWEST", newest)
    assert continued(straight, LIMITS, LIMITS)[0] == read(straight)
    assert (sys.maxsize in asked) is (newest < 5)


@pytest.mark.parametrize("before", [300, LIMITS.history_log_bytes])
def test_limits_cut_a_line_at_the_same_byte(straight: Path, before: int) -> None:
    old = Kept()
    read(straight, "old", replace(LIMITS, history_log_bytes=before), old)
    for most in range(60, 1_500, 90):
        limits = replace(LIMITS, history_log_bytes=most)
        assert read(straight, "HEAD", limits, Kept({**old.logs})) == read(straight, limits=limits)


@pytest.mark.parametrize("most", [1, 3, 4, 6, 7])
def test_no_more_commits_of_a_line_than_of_the_whole_log(straight: Path, most: int) -> None:
    limits = replace(LIMITS, history_commits=most)
    assert continued(straight, limits, limits)[0] == read(straight, limits=limits)
    assert continued(straight, LIMITS, limits)[0] == read(straight, limits=limits)
    assert continued(straight, limits, LIMITS)[0] == read(straight)


def test_whoever_is_named_anew_is_so_in_all_of_a_line(tmp_path: Path, asked: list[int]) -> None:
    repo = make_repo(tmp_path, {"a.py": "1\n"}, commits=[{"a.py": "2\n"}])
    git(repo, "tag", "old")
    commit(repo, ".mailmap", moment=MOMENT + 11 * DAY, text="Augusta <ada@example.com>\n")
    history, _ = continued(repo, LIMITS, LIMITS)
    assert history == read(repo)
    assert {c.name for c in history.commits} == {"Augusta"}


def test_what_was_continued_is_kept_whole(branched: Path) -> None:
    history, kept = continued(branched, LIMITS, LIMITS)
    assert kept.logs[history.commits[0].id].told.keys() == {c.id for c in history.commits}


def test_a_log_is_kept_anew_once_a_twentieth_of_it_is_new(tmp_path: Path) -> None:
    repo = make_repo(tmp_path, {f"m{n}.py": "1\n" for n in range(50)})
    kept = Kept()
    read(repo, memory=kept)
    first = git(repo, "rev-parse", "HEAD")
    commit(repo, "m0.py", moment=MOMENT + DAY)
    assert read(repo, memory=kept) == read(repo)
    assert list(kept.logs) == [first]
    commit(repo, "m1.py", moment=MOMENT + 2 * DAY)
    assert read(repo, memory=kept) == read(repo)
    for number in range(2, 6):
        commit(repo, f"m{number}.py", moment=MOMENT + number * DAY)
    assert read(repo, memory=kept) == read(repo)
    assert list(kept.logs) == [first, git(repo, "rev-parse", "HEAD")]
    assert kept.began == ["", first, first, first]


@pytest.mark.parametrize("before", [300, 700, LIMITS.history_log_bytes])
def test_limits_cut_at_the_same_byte_as_in_the_whole_log(branched: Path, before: int) -> None:
    old = Kept()
    read(branched, "old", replace(LIMITS, history_log_bytes=before), old)
    cuts = set()
    for most in range(60, 2_100, 170):
        limits = replace(LIMITS, history_log_bytes=most)
        assert read(branched, "HEAD", limits, Kept({**old.logs})) == read(branched, limits=limits)
        cuts.add(len(read(branched, limits=limits).commits))
    assert len(cuts) >= 7


@pytest.mark.parametrize("most", [1, 4, 7, 8])
def test_no_more_commits_than_of_the_whole_log(branched: Path, most: int) -> None:
    limits = replace(LIMITS, history_commits=most)
    assert continued(branched, limits, limits)[0] == read(branched, limits=limits)


def test_what_is_not_known_after_all_is_read_whole(branched: Path) -> None:
    kept = Kept({git(branched, "rev-parse", "old"): Known({})})
    assert read(branched, memory=kept) == read(branched)
    assert len(kept.logs[git(branched, "rev-parse", "HEAD")].told) == 8


def test_a_damaged_history_is_never_kept(tmp_path: Path) -> None:
    repo = make_repo(tmp_path, {"a.py": "1\n"}, commits=[{"a.py": "2\n"}, {"a.py": "3\n"}])
    remove_object(repo, "HEAD~2^{commit}")
    kept = Kept()
    assert read(repo, memory=kept).missing == UNREADABLE
    assert kept.logs == {}

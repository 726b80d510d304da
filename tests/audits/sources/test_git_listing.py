"""A listing that is continued from one of before is the whole listing, or git lists the whole."""

import subprocess
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from msgspec.structs import replace

from audits.engine.types import Skipped
from audits.facts.tree import Tree
from audits.sources import git_listing
from audits.sources.opening import open_source
from audits.sources.snapshot import LIMITS, Limits
from tests.make import copied, git, make_bundle, make_repo, remove_object

FILE, PROGRAM, LINK, SUBMODULE = "100644", "100755", "120000", "160000"
SOMEWHERE = "1" * 40
Content = Mapping[str, tuple[str, str]]
"""The mode of each path and what it holds (of a submodule, the commit)."""


@dataclass
class Kept:
    """Keeps listings, and counts how many were kept and found."""

    entries: dict[bytes, bytes] = field(default_factory=dict)
    found: int = 0

    def first_of(self, names: Sequence[bytes]) -> tuple[bytes, bytes] | None:
        name = next((name for name in names if name in self.entries), None)
        self.found += name is not None
        return None if name is None else (name, self.entries[name])

    def remember(self, entries: Iterable[tuple[bytes, bytes]]) -> None:
        self.entries.update(entries)


@pytest.fixture(autouse=True)
def small_trees_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tree of any size is kept, and continued however much of it changed."""
    monkeypatch.setattr(git_listing, "WORTH_KEEPING", 1)
    monkeypatch.setattr(git_listing, "_ANEW", 1)


@pytest.fixture
def whole(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The commits that are listed whole from now on."""
    seen: list[str] = []
    real = git_listing._whole

    def watched(git: object, commit: str, limits: Limits) -> object:
        seen.append(commit)
        return real(git, commit, limits)  # type: ignore[arg-type] # handed on as it came

    monkeypatch.setattr(git_listing, "_whole", watched)
    return seen


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository without commits, for trees that no work tree need hold."""
    made = tmp_path_factory.mktemp("made")
    git(made, "init", "-q", "-b", "main")
    return made


def committed(repo: Path, content: Content, *parents: str) -> str:
    """A commit of exactly these paths."""
    rows = []
    for path, (mode, holds) in content.items():
        oid = holds if mode == SUBMODULE else blob(repo, holds)
        rows.append(f"{mode} {oid}\t{path}\0")
    git(repo, "read-tree", "--empty")
    subprocess.run(
        ["git", "update-index", "-z", "--index-info"], cwd=repo, check=True,
        input="".join(rows).encode(),
    )  # fmt: skip
    return of_tree(repo, git(repo, "write-tree"), *parents)


def of_tree(repo: Path, tree: str, *parents: str) -> str:
    before = [word for parent in parents for word in ("-p", parent)]
    return git(repo, "commit-tree", tree, *before, "-m", "x")


def blob(repo: Path, holds: str) -> str:
    (repo / "holds").write_text(holds)
    return git(repo, "hash-object", "-w", "holds")


def crafted(repo: Path, *entries: tuple[str, str, str]) -> str:
    """A tree as git would never write it: mode, name and id of each entry, in this order."""
    rows = (f"{mode} {name}".encode() + b"\0" + bytes.fromhex(oid) for mode, name, oid in entries)
    (repo / "crafted").write_bytes(b"".join(rows))
    return git(repo, "hash-object", "-w", "-t", "tree", "--literally", "crafted")


def listing(
    repo: Path, rev: str, memory: Kept | None = None, limits: Limits = LIMITS
) -> tuple[Tree, tuple[Skipped, ...]]:
    with open_source(str(repo), rev=rev, memory=memory, limits=limits) as snapshot:
        return snapshot.tree, snapshot.skipped


def told(tree: Tree) -> list[tuple[object, ...]]:
    """All that is told of the files, what follows from a path included."""
    return [(f.path, f.size, f.blob, f.name, f.suffix, f.role) for f in tree]


def continued(repo: Path, before: str, after: str, limits: Limits = LIMITS) -> Kept:
    """Holds that whoever knows the listing of a commit sees in a later one what anybody sees."""
    kept = Kept()
    listing(repo, before, kept, limits)
    known, plain = listing(repo, after, kept, limits), listing(repo, after, None, limits)
    assert told(known[0]) == told(plain[0])
    assert known == plain
    return kept


SAME: Content = {f"same/{n}.py": (FILE, "same\n") for n in range(20)}
BEFORE: Content = {
    **SAME,
    "a.py": (FILE, "1\n"),
    "gone/b.py": (FILE, "2\n"),
    "run.sh": (FILE, "3\n"),
    "to_folder": (FILE, "4\n"),
    "to_file/x.MD": (FILE, "5\n"),
    "link": (LINK, "a.py"),
    "link_too": (LINK, "a.py"),
    "linked": (FILE, "6\n"),
    "lib": (SUBMODULE, SOMEWHERE),
    "lib_too": (SUBMODULE, SOMEWHERE),
    "tests/test_ü name\n.py": (FILE, "7\n"),
}
AFTER: Content = {
    **SAME,
    "a.py": (FILE, "1, and longer\n"),
    "run.sh": (PROGRAM, "3\n"),
    "to_folder/new.ipynb": (FILE, "{}"),
    "to_file": (FILE, "5\n"),
    "link": (FILE, "no link any more\n"),
    "link_too": (LINK, "run.sh"),
    "linked": (LINK, "a.py"),
    "lib_too": (SUBMODULE, "2" * 40),
    "vendored/c.js": (FILE, "8\n"),
    "tests/test_ü name\n.py": (FILE, "7\n"),
}


def test_what_differs_is_all_that_git_is_asked(repo: Path, whole: list[str]) -> None:
    before = committed(repo, BEFORE)
    between = committed(repo, {**BEFORE, "other.py": (FILE, "1\n")}, before)
    after = committed(repo, AFTER, between)
    kept = continued(repo, before, after)
    assert kept.found == 1
    assert whole == [before, after]  # the second time by who knows nothing
    assert len(kept.entries) == 1


def test_the_same_commit_is_not_compared(repo: Path, whole: list[str]) -> None:
    commit = committed(repo, BEFORE)
    continued(repo, commit, commit)
    assert whole == [commit, commit]


PATHS = some.sampled_from(["a", "b.py", "a/b", "a/c.md", "d/e/f", "d/e", "link"])
CONTENTS = some.dictionaries(
    PATHS,
    some.tuples(some.sampled_from([FILE, PROGRAM, LINK]), some.sampled_from(["", "1", "22"])),
    max_size=6,
)


@settings(max_examples=20)
@given(before=CONTENTS, after=CONTENTS)
def test_any_two_trees(repo: Path, before: Content, after: Content) -> None:
    first = committed(repo, {**SAME, **before})
    assert continued(repo, first, committed(repo, {**SAME, **after}, first)).found == 1


def test_what_changed_too_much_is_listed_whole_and_kept(
    repo: Path, whole: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(git_listing, "_ANEW", 20)
    before = committed(repo, BEFORE)
    after = committed(repo, AFTER, before)
    kept = continued(repo, before, after)
    assert whole == [before, after, after]
    assert len(kept.entries) == 2


def test_small_trees_are_not_kept(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(git_listing, "WORTH_KEEPING", 100)
    commit = committed(repo, BEFORE)
    assert not continued(repo, commit, commit).entries


@pytest.mark.parametrize(
    "limits",
    [replace(LIMITS, files=8), replace(LIMITS, path_bytes=20), replace(LIMITS, depth=1)],
    ids=["files", "path_bytes", "depth"],
)
def test_limits_cut_off_the_same(repo: Path, limits: Limits) -> None:
    before = committed(repo, {f"{n}.py": (FILE, "1\n") for n in range(7)})
    more = {"deep/er/8.py": (FILE, "1\n"), f"{'9' * 30}.py": (FILE, "1\n")}
    after = committed(repo, {f"{n}.py": (FILE, "1\n") for n in range(7)} | more, before)
    continued(repo, before, after, limits)
    continued(repo, after, before, limits)


def test_other_limits_find_no_listing(repo: Path) -> None:
    commit, kept = committed(repo, BEFORE), Kept()
    listing(repo, commit, kept)
    assert listing(repo, commit, kept, replace(LIMITS, files=3)) == listing(
        repo, commit, None, replace(LIMITS, files=3)
    )
    assert kept.found == 0


def test_paths_that_mislead_are_left_out_the_same(repo: Path) -> None:
    before = committed(repo, BEFORE)
    oid = blob(repo, "1\n")
    odd = crafted(
        repo, (FILE, "..", oid), (FILE, ".git", oid), (FILE, "C:", oid), (FILE, "a.py", oid)
    )
    after = of_tree(repo, odd, before)
    continued(repo, before, after)
    assert continued(repo, after, before).found == 0  # such a listing is not kept


def test_a_path_that_stands_twice_is_told_the_same(repo: Path) -> None:
    one, two = blob(repo, "1\n"), blob(repo, "2\n")
    plain = of_tree(repo, crafted(repo, (FILE, "a", one), (FILE, "b", one)))
    twice = of_tree(
        repo, crafted(repo, (FILE, "a", one), (FILE, "a", two), (FILE, "b", one)), plain
    )
    unsorted = of_tree(repo, crafted(repo, (FILE, "b", two), (FILE, "a", one)), twice)
    for before, after in ((plain, twice), (twice, unsorted), (plain, unsorted)):
        continued(repo, before, after)


def test_a_tree_without_end_is_not_compared_to_its_end(repo: Path) -> None:
    """A hundred folders in each of a hundred in each of a hundred…, in a few objects."""
    before = committed(repo, BEFORE)
    tree = crafted(repo, *((FILE, f"{n:03}", blob(repo, "1\n")) for n in range(2)))
    for _ in range(12):
        tree = crafted(repo, *(("40000", f"{n:03}", tree) for n in range(100)))
    after, kept = of_tree(repo, tree, before), Kept()
    limits = replace(LIMITS, files=50, seconds=30)
    listing(repo, before, kept, limits)
    assert listing(repo, after, kept, limits) == listing(repo, after, None, limits)
    assert kept.found == 1


@pytest.mark.parametrize("damage", [b"", b"x" * 40, b"\x28\xb5\x2f\xfd\x04\x00\x01\x00\x00"])
def test_a_listing_that_is_no_good_is_as_good_as_none(repo: Path, damage: bytes) -> None:
    commit, kept = committed(repo, BEFORE), Kept()
    listing(repo, commit, kept)
    kept.entries = dict.fromkeys(kept.entries, damage)
    assert listing(repo, commit, kept) == listing(repo, commit)


def test_missing_objects_are_told_the_same(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "-b", "main")
    before = committed(tmp_path, {**SAME, "a.py": (FILE, "1\n"), "b/c.py": (FILE, "2\n")})
    same: Content = {**SAME, "a.py": (FILE, "1\n")}
    missing = committed(tmp_path, {**same, "b/c.py": (FILE, "new\n")}, before)
    cut = committed(tmp_path, {**same, "b/c.py": (FILE, "newer\n")}, before)
    remove_object(tmp_path, f"{missing}:b/c.py")
    remove_object(tmp_path, f"{cut}:b")
    assert continued(tmp_path, before, missing).found == 1
    assert continued(tmp_path, before, cut).found == 1
    assert not continued(tmp_path, missing, missing).entries  # a size may be told another day
    assert not continued(tmp_path, cut, cut).entries


def test_what_a_folder_holds_is_never_taken_for_what_git_checked(
    repo: Path, tmp_path: Path
) -> None:
    commit, kept = committed(repo, BEFORE), Kept()
    git(repo, "branch", "-f", "main", commit)
    listing(repo, "main", kept)
    listing(make_bundle(repo, tmp_path / "x.bundle", "main"), "main", kept)
    assert kept.found == 0
    assert len(kept.entries) == 2


def test_a_folder_with_forged_objects_does_not_speak_for_another(tmp_path: Path) -> None:
    """The same commit, but of one folder a tree leaves a file out; git does not look at its id."""
    honest = make_repo(tmp_path, {"src/kept.py": "1\n", "src/left_out.py": "2\n"})
    forged = copied(honest, tmp_path / "forged")
    tree = git(honest, "rev-parse", "HEAD:src")
    body = b"100644 kept.py\0" + bytes.fromhex(git(honest, "rev-parse", "HEAD:src/kept.py"))
    loose = forged / ".git" / "objects" / tree[:2] / tree[2:]
    loose.chmod(0o644)
    loose.write_bytes(zlib.compress(b"tree %d\0" % len(body) + body))
    kept = Kept()
    assert [f.path for f in listing(forged, "HEAD", kept)[0]] == ["src/kept.py"]
    seen = [f.path for f in listing(honest, "HEAD", kept)[0]]
    assert seen == ["src/kept.py", "src/left_out.py"]
    assert kept.found == 0

"""The same tree comes out of every kind of source, and nothing is written to where it lies."""

import hashlib
import os
from pathlib import Path

import pytest

from audits.sources.opening import open_source
from audits.sources.snapshot import Limits
from tests.audits.sources.reading import seen
from tests.make import (
    MOMENT,
    git,
    make_bare,
    make_bundle,
    make_repo,
    make_tar,
    make_zip,
    remove_object,
    write_files,
)

FILES: dict[str, str | bytes] = {
    "README.md": "# Churn\n",
    "src/train.py": "model.fit(x)\n",
    "src/empty.py": "",
    "data/ünïcode name.csv": "a,b\n1,2\n",
    "blob.bin": bytes(range(256)),
}
CONTENTS = {k: v.encode() if isinstance(v, str) else v for k, v in FILES.items()}


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return make_repo(tmp_path, {"old.py": "1\n"}, commits=[{"old.py": None, **FILES}])


def state(folder: Path) -> dict[str, tuple[int, int]]:
    """Everything below a folder with its time and size."""
    return {
        str(p.relative_to(folder)): (p.lstat().st_mtime_ns, p.lstat().st_size)
        for p in folder.rglob("*")
    }


def test_reading_a_work_tree_writes_nothing_to_it(repo: Path) -> None:
    before = state(repo)
    got = seen(repo)
    assert state(repo) == before
    assert got.contents == CONTENTS
    assert got.commit == git(repo, "rev-parse", "HEAD")
    assert got.committed_at == "2023-11-15T22:13:20Z"


def test_a_read_only_repository_of_another_owner_can_be_read(repo: Path) -> None:
    if os.geteuid() == 0:
        os.chown(repo / ".git", 12345, 12345)
    assert seen(repo).contents == CONTENTS


def test_what_is_not_committed_does_not_count(repo: Path) -> None:
    write_files(repo, {"draft.py": "x\n", "README.md": "changed\n"})
    assert seen(repo).contents == CONTENTS


def test_a_revision_may_be_a_branch_a_tag_or_a_short_id(repo: Path) -> None:
    git(repo, "tag", "-a", "v1", "-m", "one", "HEAD~1")
    first = git(repo, "rev-parse", "HEAD~1")
    for rev in ("v1", first, first[:9], "main~1", "refs/tags/v1"):
        got = seen(repo, rev=rev)
        assert (got.commit, got.contents) == (first, {"old.py": b"1\n"})


def test_bare_directory_and_bundle_give_the_same(repo: Path, tmp_path: Path) -> None:
    bare = make_bare(repo, tmp_path / "bare.git")
    git(bare, "gc", "-q")
    bundle = make_bundle(repo, tmp_path / "x.bundle")
    nameless = bundle.rename(tmp_path / "0f3c")
    for source in (bare, nameless):
        got = seen(source)
        assert (got.contents, got.tree) == (CONTENTS, seen(repo).tree)


def test_a_bundle_of_one_branch_needs_no_revision(repo: Path, tmp_path: Path) -> None:
    assert seen(make_bundle(repo, tmp_path / "x.bundle", "main")).contents == CONTENTS


def test_a_bundle_in_the_newer_format_can_be_read(repo: Path, tmp_path: Path) -> None:
    path = tmp_path / "x.bundle"
    git(repo, "bundle", "create", "-q", "--version=3", str(path), "--all")
    assert seen(path).contents == CONTENTS


def test_a_repository_with_sha256_ids_can_be_read(tmp_path: Path) -> None:
    repo = tmp_path / "new"
    repo.mkdir()
    git(repo, "init", "-q", "--object-format=sha256", "-b", "main")
    write_files(repo, FILES)
    git(repo, "add", "-A")
    git(repo, "commit", "-q", "-m", "x")
    for source in (repo, make_bundle(repo, tmp_path / "x.bundle")):
        got = seen(source)
        assert got.contents == CONTENTS
        assert len(got.commit or "") == 64


def test_a_linked_work_tree_can_be_read(repo: Path, tmp_path: Path) -> None:
    git(repo, "worktree", "add", "-q", str(tmp_path / "linked"), "HEAD~1")
    assert seen(tmp_path / "linked").contents == {"old.py": b"1\n"}


def test_a_shallow_clone_can_be_read(repo: Path, tmp_path: Path) -> None:
    git(repo, "clone", "-q", "--depth=1", f"file://{repo}", str(tmp_path / "shallow"))
    assert seen(tmp_path / "shallow").contents == CONTENTS


@pytest.mark.parametrize("name", ["x.zip", "x.tar", "x.tar.gz", "x.tar.zst", "no-ending"])
@pytest.mark.parametrize("top", ["", "churn-main/"])
def test_archives_give_the_same_without_the_folder_around(
    tmp_path: Path, name: str, top: str
) -> None:
    make = make_zip if name == "x.zip" else make_tar
    got = seen(make(tmp_path / name, {top + k: v for k, v in FILES.items()}))
    assert got.contents == CONTENTS
    assert got.commit is None
    assert got.tree.get("blob.bin") is not None


def test_a_plain_folder_gives_the_same_with_content_hashes(tmp_path: Path) -> None:
    got = seen(write_files(tmp_path / "plain", FILES))
    assert (got.contents, got.commit) == (CONTENTS, None)
    file = got.tree.get("README.md")
    assert file is not None
    assert file.blob == hashlib.sha256(b"# Churn\n").hexdigest()


def test_a_git_folder_inside_a_folder_or_archive_is_left_alone(tmp_path: Path) -> None:
    files = {"a.py": "1\n", "sub/.git/config": "[core]\n", ".git/hooks/x": "#!/bin/sh\n"}
    assert set(seen(make_zip(tmp_path / "x.zip", files)).contents) == {"a.py"}
    assert set(seen(make_tar(tmp_path / "x.tar", files)).contents) == {"a.py"}
    below = write_files(tmp_path / "p", {"a.py": "1\n", "sub/.git/config": "[core]\n"})
    assert set(seen(below).contents) == {"a.py"}


def test_links_and_submodules_are_skipped_with_their_reason(repo: Path, tmp_path: Path) -> None:
    (repo / "link").symlink_to("/etc/passwd")
    git(repo, "add", "-A")
    oid = git(repo, "rev-parse", "HEAD")
    git(repo, "update-index", "--add", "--cacheinfo", f"160000,{oid},vendor/sub")
    git(repo, "commit", "-q", "-m", "x")
    assert seen(repo).skipped == {
        "link": "a symbolic link; links are not followed",
        "vendor/sub": "a submodule; its files lie in another repository",
    }
    plain = write_files(tmp_path / "plain", {"a.py": "1\n"})
    (plain / "loop").symlink_to(plain)
    os.mkfifo(plain / "pipe")
    assert seen(plain).skipped == {
        "loop": "a symbolic link; links are not followed",
        "pipe": "neither a file nor a folder (a device, a pipe or a socket)",
    }


def test_a_missing_object_is_skipped_with_its_reason(repo: Path) -> None:
    remove_object(repo, "HEAD:src/train.py")
    got = seen(repo)
    assert got.skipped == {"src/train.py": "its content is not in this copy of the repository"}
    assert set(got.contents) == set(CONTENTS) - {"src/train.py"}


def test_a_damaged_object_is_skipped_with_its_reason(repo: Path) -> None:
    oid = git(repo, "rev-parse", "HEAD:src/train.py")
    path = repo / ".git/objects" / oid[:2] / oid[2:]
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:12] + b"garbage")
    got = seen(repo)
    assert set(got.skipped) == {"src/train.py"}
    assert set(got.contents) == set(CONTENTS) - {"src/train.py"}


def test_a_damaged_pack_still_gives_what_is_whole(repo: Path) -> None:
    noise = {f"n{i}.bin": os.urandom(4000) for i in range(10)}
    write_files(repo, noise)
    git(repo, "add", "-A")
    git(repo, "commit", "-q", "-m", "x")
    git(repo, "repack", "-a", "-d", "-q")
    (pack,) = (repo / ".git/objects/pack").glob("*.pack")
    pack.chmod(0o644)
    content = bytearray(pack.read_bytes())
    at = content.index(noise["n5.bin"][100:120])
    content[at : at + 20] = b"\0" * 20
    pack.write_bytes(content)
    got = seen(repo)
    assert got.skipped == {"n5.bin": "its content in the repository is damaged"}
    assert set(got.contents) == {*CONTENTS, *noise} - {"n5.bin"}


def test_a_missing_folder_object_is_said(repo: Path) -> None:
    remove_object(repo, "HEAD:src")
    got = seen(repo)
    assert got.skipped["."].startswith("part of the file tree could not be read")
    assert "README.md" in got.contents


def test_names_that_are_not_utf8_are_printable_and_read(tmp_path: Path) -> None:
    repo = make_repo(tmp_path, {"a.py": ""})
    raw = os.fsencode(repo) + b"/caf\xe9.py"
    Path(os.fsdecode(raw)).write_bytes(b"x\n")
    git(repo, "add", "-A")
    git(repo, "commit", "-q", "-m", "x")
    assert seen(repo).contents["caf\\xe9.py"] == b"x\n"
    (tmp_path / "plain").mkdir()
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/plain/\xff.py")).write_bytes(b"y\n")
    assert seen(tmp_path / "plain").contents == {"\\xff.py": b"y\n"}


def test_replacement_objects_are_not_honoured(repo: Path) -> None:
    fake = make_repo(repo.parent, {"fake.py": ""}, name="fake")
    git(repo, "fetch", "-q", str(fake), "main:fake")
    git(repo, "replace", "HEAD", "fake")
    assert seen(repo).contents == CONTENTS


def test_files_beyond_the_limits_are_said(tmp_path: Path) -> None:
    deep = "/".join(["d"] * 30) + "/x.py"
    files = {**{f"f{n}.py": "" for n in range(9)}, deep: ""}
    repo = make_repo(tmp_path, files)
    got = seen(repo, limits=Limits(files=5, depth=20))
    assert len(got.contents) == 5
    assert got.skipped[deep] == "it lies more than 20 folders deep"
    assert got.skipped["…"] == "4 further files: only the first 5 are examined"
    plain = seen(write_files(tmp_path / "p", files), limits=Limits(files=5, depth=20))
    assert plain.skipped == got.skipped


def test_a_file_beyond_the_limit_stays_in_the_tree_unread(tmp_path: Path) -> None:
    files = {"big.csv": "x" * 5000, "a.py": "1\n"}
    limits = Limits(file_bytes=1000)
    plain = write_files(tmp_path / "p", files)
    for source in (plain, make_zip(tmp_path / "x.zip", files), make_tar(tmp_path / "x.tar", files)):
        with open_source(str(source), limits=limits) as snapshot:
            file = snapshot.tree.get("big.csv")
            assert file is not None
            assert (file.size, file.blob) == (5000, "")


def test_the_temporary_folder_is_gone_afterwards(
    repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    seen(make_bundle(repo, tmp_path / "x.bundle"))
    assert list(scratch.iterdir()) == []


def test_a_clock_beyond_reason_gives_no_time(tmp_path: Path) -> None:
    repo = make_repo(tmp_path, {"a.py": ""})
    assert seen(repo).committed_at == "2023-11-14T22:13:20Z"
    assert MOMENT == 1_700_000_000
    tree = git(repo, "rev-parse", "HEAD^{tree}")
    commit = f"tree {tree}\nauthor A <a@b.c> 0 +0000\ncommitter A <a@b.c> 99999999999999 +0000\n\nx"
    (repo / "c").write_text(commit)
    oid = git(repo, "hash-object", "-t", "commit", "-w", "--literally", "c")
    assert seen(repo, rev=oid).committed_at is None

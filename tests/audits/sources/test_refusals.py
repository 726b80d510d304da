"""Every source that cannot be used is refused in one sentence that says why and what to do."""

import os
import struct
from pathlib import Path

import pytest

from tests.audits.sources.reading import refusal
from tests.make import git, make_bundle, make_repo, make_tar, make_zip, packed, write_files

BUNDLE_HINT = "make it again with `git bundle create repository.bundle --all`."


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return make_repo(tmp_path, {"a.py": "x = 1\n"}, commits=[{"b.py": "y = 2\n" * 500}])


def test_a_path_where_nothing_is(tmp_path: Path) -> None:
    expected = "There is nothing at this path; check its spelling."
    assert refusal(tmp_path / "no") == expected
    assert refusal("x" * 5000) == expected
    assert refusal("nul\0byte") == expected


def test_an_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "repo.bundle"
    path.touch()
    assert refusal(path) == (
        "This file is empty (0 bytes); make the bundle or archive again and hand it in."
    )


def test_a_file_named_zip_that_is_none(tmp_path: Path) -> None:
    path = tmp_path / "code.zip"
    path.write_text("<html>please log in</html>")
    assert refusal(path) == (
        "This file is named .zip but is not a zip archive; make it again, or hand in a git bundle."
    )


@pytest.mark.parametrize("content", [b"%PDF-1.7\n", b"\x1f", b"Rar!\x1a\x07\x01\x00" + b"x" * 600])
def test_a_file_of_another_kind(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "deck.pdf"
    path.write_bytes(content)
    assert refusal(path) == (
        "This file is neither a git bundle nor a .zip, .tar, .tar.gz or .tar.zst archive; make a "
        "bundle with `git bundle create repository.bundle --all`."
    )


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    assert refusal(path) == (
        "This is neither a file nor a folder; name a repository, a bundle, an archive or a folder."
    )


def test_an_empty_folder(tmp_path: Path) -> None:
    assert refusal(tmp_path) == (
        "This folder has no files in it; name the folder that holds the code."
    )


@pytest.mark.parametrize("rev", ["nowhere", "0" * 40, "main~99", "v1.0"])
def test_an_unknown_revision_names_the_known_ones(repo: Path, rev: str) -> None:
    assert refusal(repo, rev=rev) == (
        f"The revision '{rev}' is not in this repository (known branches: main); "
        "give a branch, a tag or a commit id that it holds."
    )


@pytest.mark.parametrize("rev", ["--all", "-h", "--output=/tmp/x", "", " ", "a\nb"])
def test_a_revision_that_is_an_option_or_nothing(repo: Path, rev: str) -> None:
    assert refusal(repo, rev=rev) == (
        f"The revision {rev!r} cannot be one; give a branch, a tag or a commit id."
    )


def test_a_revision_that_names_a_file_and_no_commit(repo: Path) -> None:
    assert "is not in this repository" in refusal(repo, rev="HEAD:a.py")


def test_a_repository_without_commits(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    folder.mkdir()
    git(folder, "init", "-q")
    assert refusal(folder) == (
        "This repository has no commits yet; "
        "commit the code, or hand in the folder without its .git."
    )


def test_a_head_that_names_no_commit(repo: Path) -> None:
    git(repo, "symbolic-ref", "HEAD", "refs/heads/gone")
    assert refusal(repo) == (
        "HEAD of this repository names no commit (known branches: main); "
        "say with --rev which one to examine."
    )


def test_a_git_folder_without_a_head(tmp_path: Path) -> None:
    write_files(tmp_path, {".git/config": "", "a.py": ""})
    assert refusal(tmp_path) == (
        "This git repository is damaged or incomplete; check it with `git fsck` "
        "and hand in a fresh clone or a bundle."
    )


def test_a_commit_whose_tree_is_missing(repo: Path) -> None:
    for file in (repo / ".git" / "objects").rglob("*"):
        if file.is_file():
            file.unlink()
    assert refusal(repo) == (
        "This git repository is damaged or incomplete; check it with `git fsck` "
        "and hand in a fresh clone or a bundle."
    )


def test_objects_borrowed_from_the_host(repo: Path, tmp_path: Path) -> None:
    other = make_repo(tmp_path, {"c.py": ""}, name="other")
    (repo / ".git/objects/info/alternates").write_text(f"{other / '.git/objects'}\n")
    assert refusal(repo) == (
        "This repository borrows objects from another one outside its own folder; run "
        "`git repack -a -d` in it and remove objects/info/alternates, or hand in a bundle."
    )


def test_an_objects_folder_that_is_a_link_to_the_host(repo: Path, tmp_path: Path) -> None:
    (repo / ".git/objects").rename(tmp_path / "elsewhere")
    (repo / ".git/objects").symlink_to(tmp_path / "elsewhere")
    assert "borrows objects" in refusal(repo)


def test_references_in_a_format_that_is_not_read(repo: Path) -> None:
    (repo / ".git/reftable").mkdir()
    assert refusal(repo).startswith("This repository keeps its references in the reftable format")


@pytest.mark.parametrize("keep", [20, 60, 150, -10])
def test_a_bundle_cut_short(repo: Path, tmp_path: Path, keep: int) -> None:
    path = make_bundle(repo, tmp_path / "x.bundle")
    path.write_bytes(path.read_bytes()[:keep])
    assert refusal(path) == f"This git bundle is damaged or was cut short; {BUNDLE_HINT}"


def test_a_bundle_with_a_changed_byte(repo: Path, tmp_path: Path) -> None:
    path = make_bundle(repo, tmp_path / "x.bundle")
    content = bytearray(path.read_bytes())
    content[-60] ^= 0xFF
    path.write_bytes(content)
    assert refusal(path) == f"This git bundle is damaged or was cut short; {BUNDLE_HINT}"


def test_a_bundle_that_builds_on_other_commits(repo: Path, tmp_path: Path) -> None:
    path = make_bundle(repo, tmp_path / "x.bundle", "HEAD~1..main")
    assert refusal(path) == (
        "This git bundle builds on commits that are not in it; "
        "make a whole one with `git bundle create repository.bundle --all`."
    )


def test_a_bundle_that_names_no_main_branch(repo: Path, tmp_path: Path) -> None:
    git(repo, "branch", "-m", "main", "one")
    git(repo, "branch", "two")
    path = make_bundle(repo, tmp_path / "x.bundle", "one", "two")
    assert refusal(path) == (
        "This bundle does not say which branch is the main one; say with --rev which of: one, two."
    )


@pytest.mark.parametrize("suffix", [".tar.gz", ".tar.zst", ".tar"])
def test_a_tar_archive_cut_short(tmp_path: Path, suffix: str) -> None:
    noise = {f"{n}.bin": os.urandom(3000) for n in range(9)}
    path = make_tar(tmp_path / f"code{suffix}", noise)
    path.write_bytes(path.read_bytes()[:15_000])
    assert refusal(path) == (
        "This archive is damaged or was cut short; make it again, or hand in a git bundle."
    )


def test_a_zip_archive_cut_short(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "code.zip", {"a.py": "x = 1\n"})
    path.write_bytes(path.read_bytes()[:40])
    assert refusal(path) == (
        "This archive is damaged or was cut short; make it again, or hand in a git bundle."
    )


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_a_compressed_file_that_is_no_archive(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"notes{suffix}"
    path.write_bytes(packed(b"only some notes\n" * 100, suffix))
    assert refusal(path) == (
        "This file is compressed but holds no tar archive; "
        "hand in a git bundle, or a .zip, .tar, .tar.gz or .tar.zst of the folder with the code."
    )


def test_a_zip_with_a_password(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "code.zip", {"a.py": "x = 1\n"})
    content = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.index(signature) + offset
        (flags,) = struct.unpack_from("<H", content, at)
        struct.pack_into("<H", content, at, flags | 1)
    path.write_bytes(content)
    assert refusal(path) == (
        "This zip archive is protected by a password; make it again without one."
    )


def test_an_archive_without_files(tmp_path: Path) -> None:
    expected = "This archive has no files in it; make it again from the folder with the code."
    assert refusal(make_zip(tmp_path / "code.zip", {})) == expected
    assert refusal(make_tar(tmp_path / "code.tar", {".git/HEAD": "ref: x\n"})) == expected


def test_a_revision_of_what_has_none(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "code.zip", {"a.py": "x = 1\n"})
    ending = "leave the revision out, or hand in a git bundle."
    opening = "A revision can only be chosen in a git repository, and this is"
    assert refusal(path, rev="main") == f"{opening} an archive; {ending}"
    assert refusal(tmp_path, rev="main") == f"{opening} a plain folder; {ending}"

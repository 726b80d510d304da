"""Sources built to run code, to fill the disk or to reach files of the host."""

import stat
import tarfile
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from audits.sources.snapshot import MEBI, Limits
from tests.audits.sources.reading import refusal, seen
from tests.make import git, make_repo, packed, remove_object, write_files

BOMB = (
    "This archive unpacks to more than 8,192 MB or to more than 200 times its size and was "
    "refused; hand in the code without data."
)


@pytest.fixture
def mark(tmp_path: Path) -> Path:
    """A file that appears where foreign code runs."""
    return tmp_path / "ran"


def test_nothing_that_a_repository_configures_is_run(tmp_path: Path, mark: Path) -> None:
    repo = make_repo(tmp_path, {"a.py": "1\n", ".gitattributes": "* filter=evil diff=evil\n"})
    order = f"touch {mark}"
    for key in (
        "core.fsmonitor", "core.sshCommand", "core.pager", "core.editor", "core.askPass",
        "core.alternateRefsCommand", "filter.evil.smudge", "filter.evil.clean", "diff.external",
        "diff.evil.textconv", "diff.evil.command", "alias.ls-tree", "alias.cat-file",
        "credential.helper", "uploadpack.packObjectsHook",
    ):  # fmt: skip
        git(repo, "config", key, f"!{order}" if "alias" in key else order)
    git(repo, "config", "include.path", "/etc/passwd")
    for hook in ("post-checkout", "post-index-change", "reference-transaction"):
        path = repo / ".git/hooks" / hook
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\n{order}\n")
        path.chmod(0o755)
    assert set(seen(repo).contents) == {"a.py", ".gitattributes"}
    assert not mark.exists()


def test_a_missing_object_is_not_fetched_from_where_the_repository_says(
    tmp_path: Path, mark: Path
) -> None:
    repo = make_repo(tmp_path, {"a.py": "1\n", "b.py": "2\n"})
    remove_object(repo, "HEAD:b.py")
    git(repo, "config", "core.repositoryformatversion", "1")
    git(repo, "config", "extensions.partialClone", "origin")
    git(repo, "config", "remote.origin.promisor", "true")
    git(repo, "config", "remote.origin.url", f"ext::sh -c 'touch {mark}'")
    git(repo, "config", "protocol.ext.allow", "always")
    got = seen(repo)
    assert got.skipped == {"b.py": "its content is not in this copy of the repository"}
    assert not mark.exists()


def test_references_are_not_followed_out_of_the_repository(tmp_path: Path) -> None:
    repo = make_repo(tmp_path, {"a.py": "1\n"})
    other = make_repo(tmp_path, {"secret.py": "2\n"}, name="other")
    (repo / ".git/refs/heads/evil").symlink_to(other / ".git/refs/heads/main")
    assert "is not in this repository" in refusal(repo, rev="evil")
    (repo / ".git/HEAD").write_text("ref: ../../../other/.git/refs/heads/main\n")
    assert "damaged" in refusal(repo)


@pytest.mark.parametrize(
    "name", ["../up.py", "/etc/cron.d/x", "a/../../up.py", "..", "./../x", "//x"]
)
@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_members_that_lead_out_are_skipped(tmp_path: Path, name: str, kind: str) -> None:
    path = tmp_path / f"x.{kind}"
    if kind == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("a.py", "1\n")
            archive.writestr(zipfile.ZipInfo(name), "evil\n")
    else:
        _tar(path, [_entry("a.py", b"1\n"), _entry(name, b"evil\n")])
    got = seen(path)
    assert got.contents == {"a.py": b"1\n"}
    assert list(got.skipped.values()) == ["its path leads out of the archive"]


def test_links_and_devices_in_archives_are_skipped(tmp_path: Path) -> None:
    link, hard, device = (tarfile.TarInfo(n) for n in ("link", "hard", "device"))
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    hard.type, hard.linkname = tarfile.LNKTYPE, "/etc/passwd"
    device.type = tarfile.CHRTYPE
    _tar(tmp_path / "x.tar", [_entry("a.py", b"1\n"), *((e, b"") for e in (link, hard, device))])
    assert seen(tmp_path / "x.tar").skipped == {
        "link": "a symbolic link; links are not followed",
        "hard": "a hard link within the archive; links are not followed",
        "device": "neither a file nor a folder (a device, a pipe or a socket)",
    }
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("a.py", "1\n")
        entry = zipfile.ZipInfo("link")
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(entry, "/etc/passwd")
    assert seen(tmp_path / "x.zip").skipped == {"link": "a symbolic link; links are not followed"}


def test_a_path_that_comes_twice_counts_once(tmp_path: Path) -> None:
    _tar(tmp_path / "x.tar", [_entry("a.py", b"good\n"), _entry("a.py", b"evil\n")])
    got = seen(tmp_path / "x.tar")
    assert got.contents == {"a.py": b"good\n"}
    assert got.skipped == {"a.py": "a file with the same path came before it"}


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_a_tar_bomb_is_refused(tmp_path: Path, suffix: str) -> None:
    plain = BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as archive:
        for number in range(3):
            entry, content = _entry(f"{number}.csv", bytes(30 * MEBI))
            archive.addfile(entry, BytesIO(content))
    path = tmp_path / f"x.tar{suffix}"
    path.write_bytes(packed(plain.getvalue(), suffix))
    assert refusal(path) == BOMB


def test_a_zip_bomb_is_refused_before_anything_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(3):
            archive.writestr(f"{number}.csv", bytes(30 * MEBI))
    assert refusal(path) == BOMB


def test_a_small_archive_may_be_packed_ever_so_well(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("log.csv", bytes(5 * MEBI))
    assert len(seen(path).contents["log.csv"]) == 5 * MEBI


def test_a_name_of_many_megabytes_is_refused(tmp_path: Path) -> None:
    long = tarfile.TarInfo("././@LongLink")
    long.type, long.size = tarfile.GNUTYPE_LONGNAME, 20 * MEBI
    path = tmp_path / "x.tar"
    path.write_bytes(long.tobuf() + b"a" * (20 * MEBI) + bytes(1024))
    assert refusal(path) == (
        "This archive is damaged or was cut short; make it again, or hand in a git bundle."
    )


def test_an_archive_of_very_many_members_is_refused(tmp_path: Path) -> None:
    _tar(tmp_path / "x.tar", [_entry(f"{n}.py", b"") for n in range(30)])
    assert refusal(tmp_path / "x.tar", limits=Limits(files=10)) == (
        "This archive has more than 20 members; hand in a git bundle instead."
    )


def test_a_member_with_a_wrong_checksum_is_skipped(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.py", "good = 1\n")
        archive.writestr("b.py", "good = 2\n")
    path.write_bytes(path.read_bytes().replace(b"good = 2", b"evil = 2"))
    got = seen(path)
    assert got.contents == {"a.py": b"good = 1\n"}
    assert got.skipped == {"b.py": "its content in the archive is damaged"}


def test_a_folder_with_a_path_that_cannot_be_opened_goes_on(tmp_path: Path) -> None:
    plain = write_files(tmp_path / "p", {"a.py": "1\n", "locked/b.py": "2\n"})
    assert seen(plain, limits=Limits(path_bytes=6)).skipped == {
        "locked/b.py": "its path is longer than 6 bytes"
    }


def _entry(name: str, content: bytes) -> tuple[tarfile.TarInfo, bytes]:
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    return entry, content


def _tar(path: Path, entries: list[tuple[tarfile.TarInfo, bytes]]) -> None:
    with tarfile.open(path, "w") as archive:
        for entry, content in entries:
            archive.addfile(entry, BytesIO(content))

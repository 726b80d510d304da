"""The form of a backup: what is damaged, cut off or hostile is refused before it is used."""

import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from diligence.config.safekeeping.archive import (
    MANIFEST,
    ArchiveError,
    Header,
    Rows,
    Writer,
    examined,
    members,
    reopened,
)

HEADER = Header("1.2.0", "2026-11-29T01:00:00+00:00", "18.6", {"diligence": ["0001_initial"]})
FILES = {"blobs/ab/abc": b"evidence " * 5000, "reports/one.pdf": b"%PDF-1.7"}
Change = Callable[[tarfile.TarInfo, bytes], tuple[tarfile.TarInfo, bytes]]


def made(folder: Path) -> tuple[Path, str]:
    """A small archive and its SHA-256."""
    path = folder / "backup.tar"
    with path.open("wb") as out:
        writer = Writer(out, HEADER)
        writer.add_table("diligence_user", Rows(2, ["id", "email"]), io.BytesIO(b"packed rows"))
        for name, content in FILES.items():
            writer.add_file(name, len(content), io.BytesIO(content))
        writer.manifest.sequences = {"diligence_user_id_seq": (2, True)}
        sha256 = writer.finish()
    return path, sha256


def accept(_: Header) -> None:
    """Nothing is refused by its header."""


def rewritten(path: Path, change: Change, *, more: tarfile.TarInfo | None = None) -> Path:
    """The archive with members changed, or with one more before its sums."""
    target = path.with_name("changed.tar")
    with tarfile.open(path) as old, tarfile.open(target, "w", format=tarfile.PAX_FORMAT) as new:
        for member in old:
            stream = old.extractfile(member)
            assert stream is not None
            if more is not None and member.name == "SHA256SUMS":
                new.addfile(more, io.BytesIO(b"x" * more.size))
            info, content = change(member, stream.read())
            info.size = len(content)
            new.addfile(info, io.BytesIO(content))
    return target


def same(member: tarfile.TarInfo, content: bytes) -> tuple[tarfile.TarInfo, bytes]:
    return member, content


def refusal(path: Path, sha256: str = "") -> str:
    with pytest.raises(ArchiveError) as refused:
        examined(path, accept, sha256)
    return str(refused.value)


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    path, sha256 = made(tmp_path)
    manifest = examined(path, accept, sha256.upper())
    assert manifest.header == HEADER
    assert manifest.tables == {"diligence_user": Rows(2, ["id", "email"])}
    assert manifest.sequences == {"diligence_user_id_seq": (2, True)}
    assert (manifest.files, manifest.bytes) == (2, 45_008)
    with reopened(path) as tar:
        assert {name: stream.read() for name, stream in members(tar, "files")} == FILES
    assert examined(rewritten(path, same), accept) == manifest


def test_the_header_is_heard_before_the_rest_is_read(tmp_path: Path) -> None:
    path, _ = made(tmp_path)
    path.write_bytes(path.read_bytes()[:4096])

    def too_new(header: Header) -> None:
        raise ArchiveError(f"newer: {header.version}")

    with pytest.raises(ArchiveError, match=r"newer: 1\.2\.0"):
        examined(path, too_new)


def test_an_archive_that_ends_early_is_refused_wherever_it_ends(tmp_path: Path) -> None:
    path, _ = made(tmp_path)
    whole = path.read_bytes()
    end = whole.index(b"manifest.json")
    for size in (0, 1, 511, 512, 700, 5000, 30_000, end, end + 600):
        path.write_bytes(whole[:size])
        assert "is damaged or no backup" in refusal(path), size


def test_one_flipped_byte_is_refused_wherever_it_is(tmp_path: Path) -> None:
    path, _ = made(tmp_path)
    whole = path.read_bytes()
    with tarfile.open(path) as tar:
        places = [member.offset_data + member.size // 2 for member in tar]
    assert len(places) == 6
    for place in places:
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert "is damaged or no backup" in refusal(path), place


def test_another_archive_than_the_one_that_was_meant_is_refused(tmp_path: Path) -> None:
    path, sha256 = made(tmp_path)
    assert refusal(path, "0" * 64) == f"backup.tar is another archive: its SHA-256 is {sha256}."


def test_a_manifest_that_was_rewritten_does_not_fit_the_header(tmp_path: Path) -> None:
    def older(member: tarfile.TarInfo, content: bytes) -> tuple[tarfile.TarInfo, bytes]:
        if member.name != MANIFEST:
            return member, content
        said = json.loads(content)
        said["header"]["version"] = "0.0.1"
        return member, json.dumps(said).encode()

    path, _ = made(tmp_path)
    assert "a hash in it is not that of its content" in refusal(rewritten(path, older))


@pytest.mark.parametrize(
    "name",
    [
        "../outside",
        "files/../../outside",
        "/etc/passwd",
        "files/.hidden",
        "files/a\\b",
        "elsewhere",
    ],
)
def test_a_name_that_leads_out_is_refused(tmp_path: Path, name: str) -> None:
    path, _ = made(tmp_path)
    assert "which no backup has" in refusal(rewritten(path, same, more=tarfile.TarInfo(name)))


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE]
)
def test_links_devices_and_folders_are_refused(tmp_path: Path, kind: bytes) -> None:
    path, _ = made(tmp_path)
    info = tarfile.TarInfo("files/blobs/link")
    info.type, info.linkname = kind, "/etc/passwd"
    assert "which no backup has" in refusal(rewritten(path, same, more=info))


def test_a_file_that_no_sum_speaks_of_is_refused(tmp_path: Path) -> None:
    path, _ = made(tmp_path)
    info = tarfile.TarInfo("files/blobs/more")
    info.size = 10
    assert "a hash in it is not" in refusal(rewritten(path, same, more=info))


def test_something_else_than_a_backup_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "photos.tar"
    with tarfile.open(other, "w") as tar:
        tar.addfile(tarfile.TarInfo("files/cat.jpg"))
    assert refusal(other) == (
        "photos.tar is damaged or no backup: it does not begin with a header."
    )
    assert "cannot be read: No such file" in refusal(tmp_path / "nothing.tar")

"""Archives built to fill the disk, to lie about themselves or to reach files of the host."""

import io
import stat
import struct
import tarfile
import time
import zipfile
import zlib
from pathlib import Path

import pytest

from tests.audits.hostile.attacking import audited
from tests.make import make_tar, make_zip, packed

MEBI = 1024 * 1024
BOMB = (
    "This archive unpacks to more than 8,192 MB or to more than 200 times its size and was "
    "refused; hand in the code without data."
)
DAMAGED = "This archive is damaged or was cut short; make it again, or hand in a git bundle."
OUTSIDE = "its path leads out of the archive"
LINK = "a symbolic link; links are not followed"


def refused(path: Path) -> str:
    return audited(path).refusal.removeprefix(f"proofroom: {path}: ")


def zeros(path: Path, megabytes: int, members: int) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(members):
            archive.writestr(f"{number}.csv", bytes(megabytes * MEBI))
    return path


@pytest.mark.parametrize("suffix", [".zip", ".tar.gz", ".tar.zst"])
def test_a_bomb_by_ratio_is_refused(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"x{suffix}"
    if suffix == ".zip":
        zeros(path, 40, 2)
    else:
        make_tar(path, {f"{n}.csv": bytes(40 * MEBI) for n in range(2)})
    assert refused(path) == BOMB


def test_a_bomb_within_bombs_stays_folded(tmp_path: Path) -> None:
    inner = zeros(tmp_path / "inner.zip", 20, 3).read_bytes()
    layer = make_zip(tmp_path / "layer.zip", {f"{n}.zip": inner for n in range(16)}).read_bytes()
    path = make_zip(tmp_path / "x.zip", {"a.py": "1\n", **{f"{n}.zip": layer for n in range(16)}})
    got = audited(path)
    assert (got.files, got.skipped) == (17, {})


def overlapping(path: Path, copies: int, size: int) -> Path:
    """A zip whose central directory names one and the same body many times."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    plain = bytes(size)
    body = packer.compress(plain) + packer.flush()
    crc, out = zlib.crc32(plain), io.BytesIO()
    local = struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, 8, 0, 33, crc, len(body), size, 5, 0)
    out.write(local + b"a.csv" + body)
    start = out.tell()
    for number in range(copies):
        name = f"{number:05}.csv".encode()
        head = struct.pack(
            "<4s6H3I5H2I", b"PK\1\2", 20, 20, 0, 8, 0, 33, crc, len(body), size, len(name),
            0, 0, 0, 0, 0, 0,
        )  # fmt: skip
        out.write(head + name)
    end = out.tell()
    out.write(struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, copies, copies, end - start, start, 0))
    path.write_bytes(out.getvalue())
    return path


def test_a_bomb_of_overlapping_members_is_refused(tmp_path: Path) -> None:
    assert refused(overlapping(tmp_path / "x.zip", 4000, 4 * MEBI)) == BOMB


def lying(path: Path, *, said: int, real: int) -> Path:
    """A zip member that says it is smaller than what it unfolds to."""
    make_zip(path, {"a.py": "1\n", "b.csv": bytes(real)})
    content = path.read_bytes()
    path.write_bytes(content.replace(struct.pack("<I", real), struct.pack("<I", said)))
    return path


def test_a_member_that_lies_about_its_size_is_skipped(tmp_path: Path) -> None:
    got = audited(lying(tmp_path / "x.zip", said=100, real=200 * MEBI))
    assert got.skipped == {"b.csv": "its content in the archive is damaged"}
    assert got.files == 1


def test_a_directory_of_very_many_members_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(1000):
            archive.writestr(f"{number}.py", "")
    content = path.read_bytes()
    start = content.index(b"PK\1\2")
    end = content.index(b"PK\5\6")
    directory = content[start:end] * 450
    (tmp_path / "y.zip").write_bytes(
        content[:start] + directory + zip64_end(450_000, len(directory), start)
    )
    assert refused(tmp_path / "y.zip") == (
        "This archive has more than 400,000 members; hand in a git bundle instead."
    )


def zip64_end(count: int, size: int, start: int) -> bytes:
    record = struct.pack("<4sQ2H2I4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, size, start)
    locator = struct.pack("<4sIQI", b"PK\6\7", 0, start + size, 1)
    tail = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return record + locator + tail


NAMES = ("../up.py", "/etc/cron.d/x", "a/../../up.py", "C:/windows/y.py", "..", "//host/x.py")
WINDOWS = ("..\\..\\up.py", "C:\\windows\\x.py", "\\\\host\\share\\x.py")


@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_names_that_lead_out_are_skipped(tmp_path: Path, kind: str) -> None:
    names = NAMES + (WINDOWS if kind == "zip" else ())
    files = {"keep/a.py": "1\n", **dict.fromkeys(names, "evil\n")}
    got = audited((make_zip if kind == "zip" else make_tar)(tmp_path / f"x.{kind}", files))
    assert got.files == 1
    assert got.skipped == {name.replace("\\", "/"): OUTSIDE for name in names}
    assert not (tmp_path.parent / "up.py").exists()


def test_backslashes_in_a_zip_are_folders(tmp_path: Path) -> None:
    files = {"src\\train.py": "import torch\n", "src\\": "", "README.md": "# Model\n"}
    got = audited(make_zip(tmp_path / "x.zip", files))
    assert (got.files, got.skipped) == (2, {})


def test_of_names_that_come_twice_the_first_counts(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.py", "import torch\n")
        archive.writestr("./a.py", "import os\n")
        archive.writestr(".//a.py", "import os\n")
    got = audited(path)
    assert (got.files, got.skipped) == (1, {"a.py": "a file with the same path came before it"})


def test_links_and_devices_in_a_tar_are_skipped(tmp_path: Path) -> None:
    kinds = {
        "absolute": (tarfile.SYMTYPE, "/etc/passwd"),
        "up": (tarfile.SYMTYPE, "../../../../etc/passwd"),
        "loop": (tarfile.SYMTYPE, "loop"),
        "hard": (tarfile.LNKTYPE, "/etc/passwd"),
        "char": (tarfile.CHRTYPE, ""),
        "block": (tarfile.BLKTYPE, ""),
        "fifo": (tarfile.FIFOTYPE, ""),
    }
    with tarfile.open(tmp_path / "x.tar", "w") as archive:
        for name, (kind, target) in kinds.items():
            entry = tarfile.TarInfo(name)
            entry.type, entry.linkname = kind, target
            archive.addfile(entry)
        # A folder that is a link first, and a file "inside" it: the classic way out.
        for name, kind, target in (("out", tarfile.SYMTYPE, str(tmp_path)), ("out/x.py", b"0", "")):
            entry = tarfile.TarInfo(name)
            entry.type, entry.linkname = kind, target
            archive.addfile(entry)
    got = audited(tmp_path / "x.tar")
    device = "neither a file nor a folder (a device, a pipe or a socket)"
    assert got.skipped == {
        **dict.fromkeys(("absolute", "up", "loop", "out"), LINK),
        **dict.fromkeys(("char", "block", "fifo"), device),
        "hard": "a hard link within the archive; links are not followed",
    }
    assert not (tmp_path / "x.py").exists()


def test_links_and_devices_in_a_zip_are_skipped(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    modes = {"link": stat.S_IFLNK, "fifo": stat.S_IFIFO, "char": stat.S_IFCHR}
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.py", "1\n")
        for name, mode in modes.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = (mode | 0o777) << 16
            archive.writestr(entry, "/etc/passwd")
    assert set(audited(path).skipped) == set(modes)


def test_a_sparse_file_of_terabytes_is_skipped(tmp_path: Path) -> None:
    entry = tarfile.TarInfo("big.csv")
    entry.type = tarfile.GNUTYPE_SPARSE
    header = bytearray(entry.tobuf())
    header[386:398] = b"00000000000\0"
    header[398:410] = b"00000000000\0"
    header[483:495] = b"77777777777\0"
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    path = tmp_path / "x.tar"
    plain = make_tar(tmp_path / "y.tar", {"a.py": "1\n"}).read_bytes()
    path.write_bytes(bytes(header) + plain)
    assert audited(path).skipped == {"big.csv": "a sparse file; its size cannot be trusted"}


def with_extended_header(path: Path, records: bytes) -> Path:
    entry = tarfile.TarInfo("x")
    entry.type, entry.size = tarfile.XHDTYPE, len(records)
    plain = make_tar(path.with_suffix(".plain"), {"keep/a.py": "1\n"}).read_bytes()
    path.write_bytes(entry.tobuf() + records.ljust(512, b"\0") + plain)
    return path


@pytest.mark.parametrize(
    "records", [b"999999999 size=1\n", b"13 size=-100\n", b"16 size=1e999999\n"]
)
def test_extended_headers_with_impossible_sizes_are_refused(tmp_path: Path, records: bytes) -> None:
    assert refused(with_extended_header(tmp_path / "x.tar", records)) == DAMAGED


def test_a_member_that_claims_terabytes_is_refused_at_once(tmp_path: Path) -> None:
    path = with_extended_header(tmp_path / "x.tar", b"22 size=9999999999999\n")
    assert refused(path) == BOMB


@pytest.mark.parametrize(
    "records", [b"%d path=" + b"a" * 100, b"30 GNU.sparse.major=x\n30 mtime=y\n", b"\0" * 40]
)
def test_extended_headers_that_make_no_sense_change_nothing(tmp_path: Path, records: bytes) -> None:
    assert audited(with_extended_header(tmp_path / "x.tar", records)).files == 1


@pytest.mark.parametrize("records", [b"25 path=../../../a/b/c.py\n", b"19 path=/etc/passwd\n"])
def test_a_path_that_leads_out_in_an_extended_header(tmp_path: Path, records: bytes) -> None:
    assert refused(with_extended_header(tmp_path / "x.tar", records)) == (
        "This archive has no files in it; make it again from the folder with the code."
    )


def test_a_name_of_many_megabytes_is_refused(tmp_path: Path) -> None:
    long = tarfile.TarInfo("././@LongLink")
    long.type, long.size = tarfile.GNUTYPE_LONGNAME, 20 * MEBI
    path = tmp_path / "x.tar"
    path.write_bytes(long.tobuf() + b"a" * (20 * MEBI) + bytes(1024))
    assert refused(path) == DAMAGED


def test_headers_upon_headers_are_refused(tmp_path: Path) -> None:
    long = tarfile.TarInfo("././@LongLink")
    long.type, long.size = tarfile.GNUTYPE_LONGNAME, 4
    path = tmp_path / "x.tar"
    path.write_bytes((long.tobuf() + b"abc\0".ljust(512, b"\0")) * 20_000)
    assert refused(path) == DAMAGED


def test_a_window_of_two_gigabytes_is_refused(tmp_path: Path) -> None:
    frame = bytearray(packed(b"x" * 100, ".zst"))
    # Frame header: no single segment, no content size, a window of 2 GiB.
    frame[4:6] = bytes([0b00000000, (31 - 10) << 3])
    (tmp_path / "x.tar.zst").write_bytes(frame)
    assert refused(tmp_path / "x.tar.zst") in (DAMAGED, refusal_of_no_tar())


def refusal_of_no_tar() -> str:
    return (
        "This file is compressed but holds no tar archive; "
        "hand in a git bundle, or a .zip, .tar, .tar.gz or .tar.zst of the folder with the code."
    )


def test_a_locked_zip_is_refused(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "x.zip", {"a.py": "1\n"})
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\1\2") + 8] |= 1
    path.write_bytes(content)
    assert refused(path) == (
        "This zip archive is protected by a password; make it again without one."
    )


def test_a_method_that_is_not_known_is_skipped(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "x.zip", {"a.py": "1\n", "b.py": "2\n"})
    content = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\3\4", 8), (b"PK\1\2", 10)):
        content[content.rindex(mark) + offset] = 97
    path.write_bytes(content)
    assert audited(path).skipped == {"b.py": "its content in the archive is damaged"}


def test_names_that_differ_only_in_case_are_different_files(tmp_path: Path) -> None:
    got = audited(make_zip(tmp_path / "x.zip", {"a.py": "1\n", "A.py": "2\n", "A.PY": "3\n"}))
    assert (got.files, got.skipped) == (3, {})


def test_a_git_folder_in_an_archive_is_left_alone(tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    evil = {".git/config": f"[core]\n\tfsmonitor = touch {mark}\n", ".GIT/config": "x", "a.py": ""}
    got = audited(make_zip(tmp_path / "x.zip", evil))
    assert not mark.exists()
    assert got.files == 2


def test_nothing_is_left_behind(tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    began = time.monotonic()
    audited(zeros(tmp_path / "x.zip", 60, 1), TMPDIR=str(scratch))
    assert list(scratch.iterdir()) == []
    assert time.monotonic() - began < 60

"""Folders built to trap, to exhaust or to mislead whoever walks them or reads their names."""

import os
import socket
from contextlib import chdir
from pathlib import Path

import pytest

from audits.sources.folder import kind_of
from tests.audits.hostile.attacking import audited, steers
from tests.make import git, make_repo, make_zip, write_files

LINK = "a symbolic link; links are not followed"
NO_SOURCE = (
    "This is neither a file nor a folder; name a repository, a bundle, an archive or a folder."
)
SPECIAL = "neither a file nor a folder (a device, a pipe or a socket)"
ODD = {
    "escape": "\x1b[2J\x1b]0;owned\x07\x1b[31mred.py",
    "breaks": "one\ntwo\r\x0bthree.py",
    "bidi": "gnp.\u202eyp.py",
    "isolate": "\u2066a\u2069.py",
    "c1": "\x9b31mx.py",
    "zero": "a\u200bb\ufeff.py",
    "markup": "[red]x[red]<script>|`$(id)`.py",
    "surrogate": "\udc80\udcff.py",
    "dash": "--upload-pack=x.py",
    "spaces": "  .py",
    "private": "\ue000.py",
}


def test_links_loops_and_devices_are_skipped(tmp_path: Path) -> None:
    folder = write_files(tmp_path / "x", {"a.py": "1\n", "deep/b.py": "2\n"})
    targets = {
        "absolute": "/etc/passwd", "up": "../../../../etc", "self": "self", "loop": ".",
        "deep/back": "..", "dangling": "nowhere", "proc": "/proc/self/root", "null": "/dev/zero",
    }  # fmt: skip
    for name, target in targets.items():
        (folder / name).symlink_to(target)
    os.mkfifo(folder / "pipe.py")
    with socket.socket(socket.AF_UNIX) as server:
        with chdir(folder):  # the whole path may be too long for a socket
            server.bind("socket.py")
        got = audited(folder)
    assert got.files == 2
    assert got.skipped == {
        **dict.fromkeys(targets, LINK), "pipe.py": SPECIAL, "socket.py": SPECIAL,
    }  # fmt: skip


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may make a device")
def test_a_device_is_skipped() -> None:
    """Told by the machine's own, since not everybody may make one."""
    with os.scandir(b"/dev") as entries:
        kinds = {entry.name: kind_of(entry) for entry in entries if entry.name == b"zero"}
    assert kinds == {b"zero": SPECIAL}
    assert audited("/dev/zero").refusal.endswith(NO_SOURCE)


def test_links_and_loops_in_a_git_tree_are_skipped(tmp_path: Path) -> None:
    repo = make_repo(tmp_path, {"a.py": "1\n"})
    for name, target in {"abs": "/etc/passwd", "loop": "loop", "up": "../../x", "d": "."}.items():
        (repo / name).symlink_to(target)
    git(repo, "add", "-A")
    git(repo, "commit", "-q", "-m", "x")
    assert audited(repo).skipped == dict.fromkeys(("abs", "loop", "up", "d"), LINK)


def test_the_source_itself_may_be_a_link(tmp_path: Path) -> None:
    write_files(tmp_path / "x", {"a.py": "1\n"})
    (tmp_path / "link").symlink_to("x")
    assert audited(tmp_path / "link").files == 1
    (tmp_path / "loop").symlink_to("loop")
    assert "There is nothing at this path" in audited(tmp_path / "loop").refusal


def test_a_hundred_thousand_files_in_one_folder(tmp_path: Path) -> None:
    folder = tmp_path / "x"
    folder.mkdir()
    for number in range(100_000):
        os.close(os.open(f"{folder}/{number:06}.txt", os.O_CREAT | os.O_WRONLY))
    (folder / "train.py").write_text("import torch\n")
    assert audited(folder).files == 100_001


def test_more_files_than_the_limit_are_said(tmp_path: Path) -> None:
    files = {f"{n:06}.x": "" for n in range(200_100)}
    got = audited(make_zip(tmp_path / "x.zip", files))
    assert got.files == 200_000
    assert got.skipped == {"…": "100 further files: only the first 200,000 are examined"}


@pytest.mark.parametrize("kind", ["zip", "folder", "git"])
def test_paths_of_thousands_of_bytes_and_hundreds_of_folders(tmp_path: Path, kind: str) -> None:
    long = "/".join(["d" * 200] * 30) + "/x.py"
    deep = "/".join(["e"] * 300) + "/x.py"
    root = tmp_path / "x"
    if kind == "zip":
        source = make_zip(tmp_path / "x.zip", {"a.py": "1\n", long: "", deep: ""})
    elif kind == "folder":
        source = write_files(root, {"a.py": "1\n"})
        _nested(source, long)
        _nested(source, deep)
    else:
        source = make_repo(tmp_path, {"a.py": "1\n"})
        blob = git(source, "rev-parse", "HEAD:a.py")
        for path in (long, deep):
            git(source, "update-index", "--add", "--cacheinfo", f"100644,{blob},{path}")
        git(source, "commit", "-q", "-m", "x")
    got = audited(source)
    assert got.files == 1
    too_long = "its path is longer than 4,096 bytes"
    if kind == "folder":  # the system itself does not open what lies below
        too_long = "could not be read: File name too long"
    assert set(got.skipped.values()) == {too_long, "it lies more than 100 folders deep"}


def _nested(root: Path, path: str) -> None:
    """A file at a path too long to be named in one call."""
    *folders, name = path.split("/")
    here = os.open(root, os.O_RDONLY)
    for folder in folders:
        os.mkdir(folder, dir_fd=here)
        below = os.open(folder, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(os.open(name, os.O_CREAT | os.O_WRONLY, dir_fd=here))
    os.close(here)


def odd_folder(root: Path) -> Path:
    root.mkdir()
    for name in ODD.values():
        path = os.fsencode(root) + b"/" + os.fsencode(name)
        with open(path, "wb") as stream:  # noqa: PTH123 - the name is bytes on purpose
            stream.write(b"import pickle\nimport torch\nmodel = torch.load('m.pt')\n")
            stream.write(b"key = 'AKIAQYLPMN5HHHFPZAM2'\n")
    return root


@pytest.mark.parametrize("style", ["text", "json", "sarif", "markdown"])
def test_names_cannot_steer_a_terminal(tmp_path: Path, style: str) -> None:
    got = audited(odd_folder(tmp_path / "x"), style=style)
    assert (got.status, got.err) == (0, "")
    assert steers(got.out) == set(), sorted(map(ascii, steers(got.out)))


def test_names_in_an_archive_cannot_steer_a_terminal(tmp_path: Path) -> None:
    names = [n for k, n in ODD.items() if k != "surrogate"]
    path = make_zip(tmp_path / "x.zip", dict.fromkeys(names, "import torch\ntorch.load('m')\n"))
    for style in ("text", "markdown"):
        assert steers(audited(path, style=style).out) == set()


def test_a_location_or_revision_cannot_steer_a_terminal(tmp_path: Path) -> None:
    repo = make_repo(tmp_path, {"a.py": "1\n"}, name="\x1b[31mred\u202e")
    assert steers(audited(repo, style="text").out) == set()
    for rev in ("\x1b[2J", "a\u202eb", "x\x9b31m"):
        assert audited(repo, "--rev", rev).refusal.endswith(
            " cannot be one; give a branch, a tag or a commit id."
        )
    nothing = audited(tmp_path / "\x1b[2Jnothing").refusal
    assert nothing.endswith("There is nothing at this path; check its spelling.")


def test_branches_with_odd_names_cannot_steer_a_terminal(tmp_path: Path) -> None:
    repo = make_repo(tmp_path, {"a.py": "1\n"})
    oid = git(repo, "rev-parse", "HEAD")
    with (repo / ".git/packed-refs").open("w") as refs:
        refs.write(f"{oid} refs/heads/\u202eevil\n{oid} refs/heads/--upload-pack=touch\n")
        refs.write(f"{oid} refs/heads/\x9b31mred\n")
    assert audited(repo, "--rev", "nowhere").refusal.endswith(
        "give a branch, a tag or a commit id that it holds."
    )
    option = audited(repo, "--rev", "--upload-pack=touch")
    assert (option.status, option.err) == (
        2, "proofroom audit: argument --rev: expected one argument; see proofroom audit --help\n"
    )  # fmt: skip


def test_names_that_differ_in_case_or_form_are_different_files(tmp_path: Path) -> None:
    names = ("a.py", "A.py", "e\u0301.py", "\u00e9.py")
    repo = make_repo(tmp_path, dict.fromkeys(names, "1\n"))
    assert audited(repo).files == 4


def test_a_file_of_gigabytes_is_not_read(tmp_path: Path) -> None:
    folder = write_files(tmp_path / "x", {"a.py": "1\n"})
    sizes = {"big.py": 4, "model.pkl": 8, "n.ipynb": 2, "w.yml": 3, "package.json": 5}
    for name, size in sizes.items():
        with (folder / name).open("wb") as stream:
            stream.truncate(size * 1024**3)
    got = audited(folder)
    assert got.files == 6
    for name in ("big.py", "n.ipynb", "w.yml", "package.json"):
        assert got.skipped[name].startswith("larger than the limit of ")


def test_one_line_of_a_hundred_megabytes_is_not_read(tmp_path: Path) -> None:
    line = "x = '" + "a" * 100_000_000 + "'\n"
    repo = make_repo(tmp_path, {"a.py": line, "b.js": line, "c.yaml": line, "README.md": line})
    got = audited(repo)
    assert set(got.skipped) == {"a.py", "b.js", "c.yaml", "README.md"}
    assert all(r.startswith("larger than the limit of ") for r in got.skipped.values())


def test_one_line_just_below_the_limit_is_read_in_time(tmp_path: Path) -> None:
    long = 2 * 1024 * 1024 - 100
    files = {
        "a.yml": "x: " + "a" * (500 * 1024), "b.js": "(" * 1_000_000, "c.md": "#" * long,
        "d.sh": "'" * (500 * 1024), "e.r": '"' * 1_000_000, "Dockerfile": "RUN " + "\\" * 500_000,
        "f.ts": "import {" + "a," * 500_000, "g.sh": "$(" * 250_000, "h.sh": "`" * 500_000,
        "i.env": "password=" * 200_000, "j.txt": "-" * long, "k.go": "import (" * 100_000,
        "requirements.txt": "a" * 2_000_000, "l.md": "[" * long, "m.md": "|" * long,
        "n.sh": "<<" * 250_000, "Makefile": "a:" * 250_000, "o.rst": "=" * long,
    }  # fmt: skip
    assert audited(write_files(tmp_path / "x", files)).files == len(files)

"""Tiny repositories, bundles and archives for tests, the same bytes every time."""

import os
import shutil
import subprocess
import tarfile
import zipfile
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path

import zstandard

Text = str | bytes
Files = Mapping[str, Text]
Change = Mapping[str, Text | None]
"""What a further commit writes; None takes a file away."""

MOMENT = 1_700_000_000
"""The first commit's time, 2023-11-14; each further commit is a day later."""


def git(repo: Path, *arguments: str, moment: int = MOMENT) -> str:
    """Runs git in a repository with a fixed author and clock; its output, stripped."""
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(repo),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_AUTHOR_DATE": f"{moment} +0000",
        "GIT_COMMITTER_DATE": f"{moment} +0000",
    }
    for who in ("AUTHOR", "COMMITTER"):
        env |= {f"GIT_{who}_NAME": "Ada", f"GIT_{who}_EMAIL": "ada@example.com"}
    done = subprocess.run(
        ["git", *arguments], cwd=repo, env=env, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def write_files(folder: Path, files: Change) -> Path:
    """Writes files below a folder; None takes one away."""
    for name, content in files.items():
        path = folder / name
        if content is None:
            path.unlink()
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def make_repo(
    folder: Path, files: Files, *, commits: Sequence[Change] = (), name: str = "repo"
) -> Path:
    """A git work tree `folder/name` with these files in a first commit, then further commits."""
    repo = folder / name
    repo.mkdir(parents=True)
    git(repo, "init", "-q", "-b", "main")
    for number, change in enumerate((files, *commits)):
        write_files(repo, change)
        moment = MOMENT + number * 86_400
        git(repo, "add", "-A")
        git(repo, "commit", "-q", "--allow-empty", "-m", f"Commit {number + 1}", moment=moment)
    return repo


def make_bundle(repo: Path, path: Path, *revisions: str) -> Path:
    """A bundle of a repository: everything unless revisions are named."""
    git(repo, "bundle", "create", "-q", str(path), *(revisions or ("--all",)))
    return path


def make_bare(repo: Path, path: Path) -> Path:
    """A bare copy that shares nothing with the repository."""
    git(repo, "clone", "-q", "--bare", "--no-local", f"file://{repo}", str(path))
    return path


def make_zip(path: Path, files: Files) -> Path:
    """A zip archive with a fixed clock."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            data = content.encode() if isinstance(content, str) else content
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return path


def make_tar(path: Path, files: Files) -> Path:
    """A tar archive, packed as the name of the path says (.tar, .tar.gz or .tar.zst)."""
    plain = BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as archive:
        for name, content in files.items():
            data = content.encode() if isinstance(content, str) else content
            entry = tarfile.TarInfo(name)
            entry.size, entry.mtime = len(data), MOMENT
            archive.addfile(entry, BytesIO(data))
    path.write_bytes(packed(plain.getvalue(), path.suffix))
    return path


def packed(data: bytes, suffix: str) -> bytes:
    """The bytes compressed as a suffix says."""
    if suffix == ".gz":
        import gzip

        return gzip.compress(data, mtime=0)
    return zstandard.ZstdCompressor().compress(data) if suffix == ".zst" else data


def remove_object(repo: Path, spec: str) -> None:
    """Takes an object out of a repository with loose objects."""
    oid = git(repo, "rev-parse", spec)
    (repo / ".git" / "objects" / oid[:2] / oid[2:]).unlink()


def copied(folder: Path, target: Path) -> Path:
    """A copy of a folder as it lies there."""
    return Path(shutil.copytree(folder, target, symlinks=True))

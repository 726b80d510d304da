"""Builds a git repository from a described history, the same to the last bit each time.

Format: `history.yaml` beside the folder `commits/`. Each commit names an overlay folder under it,
whose files are laid over what is there; every stored name ends in `.txt` (taken off here), so that
nothing of it is linted, imported or collected as code of this project. Names, dates and the
configuration come from the description alone, never from the machine, so the commit id is fixed.

A string that must look like a credential stands in pieces under `fragments` and is put together
here: no scanner of this project's own repository then has to be told to look away.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

STORED_SUFFIX = ".txt"
BRANCH = "main"
_CONFIG = (
    "core.autocrlf=false",
    "core.fileMode=false",
    "core.hooksPath=/dev/null",
    "commit.gpgSign=false",
    "gc.auto=0",
    "pack.threads=1",
)


class HistoryError(RuntimeError):
    """A history that cannot be built; one sentence that says what to do."""


@dataclass(frozen=True)
class Commit:
    """One commit as described: who, when, why, which overlay, and what it takes away."""

    date: datetime
    author_name: str
    author_email: str
    message: str
    folder: Path
    delete: tuple[str, ...]


@dataclass(frozen=True)
class History:
    """A described history: commits from first to last, and strings that are stored in pieces."""

    commits: tuple[Commit, ...]
    fragments: Mapping[str, str]


def read_history(folder: Path) -> History:
    """The history described in this folder."""
    path = folder / "history.yaml"
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
        commits = tuple(_commit(folder, entry) for entry in raw["commits"])
        pieces = raw.get("fragments") or {}
        fragments = {f"@@{name}@@": "".join(parts) for name, parts in pieces.items()}
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise HistoryError(f"{path} does not describe a history ({error}): correct it.") from error
    return History(commits, fragments)


def build_repository(folder: Path, into: Path) -> str:
    """Build the described repository at `into`, which must not exist or be empty.

    1. Make an empty repository without templates, hooks or configuration of the machine.
    2. Per commit: lay its overlay over the tree, take away what it deletes, commit.
    3. Return the id of the last commit.
    """
    history = read_history(folder)
    if into.exists() and any(into.iterdir()):
        raise HistoryError(f"{into} is not empty: name a folder that does not exist yet.")
    into.mkdir(parents=True, exist_ok=True)
    _git(into, "init", "--quiet", f"--initial-branch={BRANCH}", "--template=")
    for commit in history.commits:
        _lay_over(commit.folder, into, history.fragments)
        for name in commit.delete:
            (into / name).unlink()
        _git(into, "add", "--all", "--force", ".")
        _git(into, "commit", "--quiet", "--message", commit.message, commit=commit)
    return _git(into, "rev-parse", "HEAD").strip()


def write_bundle(repo: Path, path: Path) -> None:
    """Write the whole repository into one bundle file, as a founder would hand it over."""
    path.parent.mkdir(parents=True, exist_ok=True)
    _git(repo, "bundle", "create", "--quiet", str(path.resolve()), "HEAD", BRANCH)


def _commit(folder: Path, entry: Mapping[str, Any]) -> Commit:
    date = datetime.fromisoformat(str(entry["date"]))
    if date.tzinfo is None:
        raise ValueError(f"the date {entry['date']} has no offset")
    overlay = folder / "commits" / str(entry["folder"])
    if not overlay.is_dir():
        raise ValueError(f"there is no folder {overlay}")
    author = entry["author"]
    return Commit(
        date=date,
        author_name=author["name"],
        author_email=author["email"],
        message=entry["message"],
        folder=overlay,
        delete=tuple(entry.get("delete", ())),
    )


def _lay_over(overlay: Path, into: Path, fragments: Mapping[str, str]) -> None:
    for stored in sorted(overlay.rglob("*")):
        if stored.is_dir():
            continue
        if stored.suffix != STORED_SUFFIX:
            raise HistoryError(f"{stored} does not end in {STORED_SUFFIX}: rename it.")
        target = into / stored.relative_to(overlay).with_suffix("")
        target.parent.mkdir(parents=True, exist_ok=True)
        content = stored.read_bytes()
        for mark, text in fragments.items():
            content = content.replace(mark.encode(), text.encode())
        target.write_bytes(content)


def _git(repo: Path, *arguments: str, commit: Commit | None = None) -> str:
    git = shutil.which("git")
    if git is None:
        raise HistoryError("git is not installed: install it and try again.")
    settings = [part for setting in _CONFIG for part in ("-c", setting)]
    with tempfile.TemporaryDirectory() as home:
        result = subprocess.run(  # noqa: S603 - a fixed program and our own arguments
            [git, *settings, *arguments],
            cwd=repo,
            env=_environment(home, commit),
            capture_output=True,
            text=True,
            check=False,
        )
    if result.returncode != 0:
        raise HistoryError(f"git {arguments[0]} failed in {repo}: {result.stderr.strip()}")
    return result.stdout


def _environment(home: str, commit: Commit | None) -> dict[str, str]:
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": home,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
    }
    if commit is not None:
        for side in ("AUTHOR", "COMMITTER"):
            environment[f"GIT_{side}_NAME"] = commit.author_name
            environment[f"GIT_{side}_EMAIL"] = commit.author_email
            environment[f"GIT_{side}_DATE"] = commit.date.isoformat()
    return environment

"""`make install` where something is missing: one sentence that says what to do."""

import os
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.faults

ROOT = Path(__file__).resolve().parents[2]


def install(venv: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [ROOT / ".ci/install"],
        env={**os.environ, "VENV": str(venv), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def fake_python(folder: Path, version: str) -> Path:
    """A program that answers like a Python of another version."""
    program = folder / "python-fake"
    program.write_text(
        f'#!/bin/sh\n[ "$1" = --version ] && echo Python {version} && exit 0\nexit 1\n'
    )
    program.chmod(0o755)
    return program


def test_a_wrong_python_is_one_sentence(tmp_path: Path) -> None:
    done = install(tmp_path / "venv", PYTHON=str(fake_python(tmp_path, "3.9.2")))
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "needs Python 3.11, 3.12 or 3.13" in done.stderr
    assert "is Python 3.9.2" in done.stderr
    assert not (tmp_path / "venv").exists()


def test_a_python_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    done = install(tmp_path / "venv", PYTHON="python-of-nowhere")
    assert done.returncode == 1
    assert "python-of-nowhere is missing" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_no_network_is_one_sentence(tmp_path: Path) -> None:
    offline = {
        "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
        "PIP_EXTRA_INDEX_URL": "",
        "PIP_FIND_LINKS": "",
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_RETRIES": "0",
        "PIP_TIMEOUT": "1",
        "PIP_NO_CACHE_DIR": "1",
    }
    done = install(tmp_path / "venv", **offline)
    assert done.returncode == 1
    assert done.stderr.startswith("The Python packages could not be fetched: connect this machine")
    assert len(done.stderr.splitlines()) == 1

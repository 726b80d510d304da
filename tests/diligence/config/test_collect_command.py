"""`proofroom collect`: a bundle, a digest to read out, and one line for whatever goes wrong."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from audits.services.collection import invitation_of, key_of_invitation, public_hex, unpacked
from diligence.config.cli import main
from tests.make import make_repo

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return make_repo(tmp_path, {"train.py": "model.fit(x)\n"})


@pytest.fixture
def run(capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    def call(*arguments: object) -> tuple[int, str, str]:
        try:
            status = main(["collect", *map(str, arguments)])
        except SystemExit as left:
            status = int(left.code or 0)
        out, err = capfdbinary.readouterr()
        return status, out.decode(), err.decode()

    return call


def test_it_writes_a_bundle_and_says_its_digest(run: Run, repo: Path, tmp_path: Path) -> None:
    target = tmp_path / "northwind.collection"
    status, out, err = run(repo, "--output", target)
    assert (status, err) == (0, "")
    found = unpacked(target.read_bytes())
    assert found.digest in out
    assert found.manifest.name == "repo"
    assert "no line of source" in out


def test_each_bundle_has_a_key_of_its_own(run: Run, repo: Path, tmp_path: Path) -> None:
    keys = set()
    for name in ("one", "two"):
        run(repo, "--output", tmp_path / name)
        keys.add(unpacked((tmp_path / name).read_bytes()).public_key)
    assert len(keys) == 2


def test_an_invitation_gives_the_key(run: Run, repo: Path, tmp_path: Path) -> None:
    code = invitation_of(bytes(range(32)))
    status, out, _ = run(repo, "--output", tmp_path / "x", "--invitation", code)
    assert status == 0
    assert "needs no digest" in out
    key = unpacked((tmp_path / "x").read_bytes()).public_key
    assert key == public_hex(key_of_invitation(code))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "required"),
        (["{repo}"], "--output"),
        (["{repo}", "--output", "{repo}/no/x"], "cannot be written"),
        (["{repo}", "--output", "{tmp}/x", "--invitation", "PR1XYZ"], "not an invitation code"),
        (["{tmp}/nothing", "--output", "{tmp}/x"], "There is nothing at this path"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_status_2(
    run: Run, repo: Path, tmp_path: Path, arguments: list[str], words: str
) -> None:
    given = [each.format(repo=repo, tmp=tmp_path) for each in arguments]
    status, out, err = run(*given)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert words in err


def test_the_bundle_never_replaces_the_source(run: Run, tmp_path: Path) -> None:
    source = tmp_path / "x.zip"
    source.write_bytes(b"PK\x03\x04")
    status, _, err = run(source, "--output", source)
    assert (status, source.read_bytes()) == (2, b"PK\x03\x04")
    assert "would replace the source" in err


def test_neither_django_nor_a_server_is_needed(repo: Path, tmp_path: Path) -> None:
    code = (
        "import sys; from diligence.config.cli import main;"
        f"status = main(['collect', {str(repo)!r}, '--output', {str(tmp_path / 'c')!r}]);"
        "heavy = {'django', 'celery', 'rest_framework', 'psycopg', 'redis', 'weasyprint'};"
        "sys.exit(status or bool(heavy & set(sys.modules)))"
    )
    environment = {"PATH": os.environ["PATH"]}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")

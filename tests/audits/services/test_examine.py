"""An examination from a location to a report, and the child process that a worker talks to."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from audits.engine.documents import contract, dumped, stored
from audits.engine.registry import catalogue
from audits.services.examine import examine
from audits.sources.snapshot import Limits, SourceError
from tests.make import make_bundle, make_repo, make_zip

FILES = {
    "train.py": "from sklearn.linear_model import LogisticRegression\n"
    "model = LogisticRegression()\nmodel.fit(X, y)\n",
    ".github/workflows/ci.yml": "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n"
    "    steps:\n      - run: pytest\n",
    "broken.yml": "a: [\n",
    "broken.ipynb": "{",
    "broken.py": "def (:\n",
}


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return make_repo(tmp_path, FILES)


def without_timings(location: Path) -> str:
    document = contract(examine(str(location)))
    document.pop("timings")
    return dumped(document)


def test_broken_files_are_never_fatal(repo: Path) -> None:
    report = examine(str(repo))
    assert {s.path for s in report.skipped} <= set(FILES)
    assert not [p for p in report.practices if p.because.startswith("this check failed")]


def test_there_is_a_result_for_every_practice_of_the_catalogue(repo: Path) -> None:
    report = examine(str(repo))
    assert [p.id for p in report.practices] == [c.practice for c in catalogue()]
    assert report.practice("ci-present").verdict in ("yes", "partly")
    assert report.source.files == len(FILES)


def test_the_same_source_gives_the_same_bytes(repo: Path) -> None:
    assert without_timings(repo) == without_timings(repo)


def test_work_tree_and_bundle_get_the_same_verdicts(repo: Path, tmp_path: Path) -> None:
    bundle = make_bundle(repo, tmp_path / "x.bundle")
    assert examine(str(repo)).practices == examine(str(bundle)).practices
    archive = make_zip(tmp_path / "x.zip", {f"top/{k}": v for k, v in FILES.items()})
    inside, packed = examine(str(repo)), examine(str(archive))
    assert [p.verdict for p in inside.practices] == [p.verdict for p in packed.practices]


def test_every_cited_place_exists_and_comes_with_its_lines(repo: Path) -> None:
    report = examine(str(repo))
    cited = [e for p in report.practices for e in p.evidence]
    assert cited
    for place in cited:
        lines = FILES[place.path].splitlines()
        assert 1 <= place.line <= len(lines)
        excerpt = report.excerpts[(place.path, place.line)]
        assert lines[place.line - 1] in excerpt.text.splitlines()


def test_excerpts_can_be_left_out(repo: Path) -> None:
    assert examine(str(repo), excerpts=False).excerpts == {}


def test_progress_moves_to_the_end(repo: Path) -> None:
    heard: list[tuple[str, int, int]] = []
    examine(str(repo), progress=lambda *news: heard.append(news))
    assert [stage for stage, _, _ in heard][:2] == ["Opening the source", "Reading files"]
    read = [(done, total) for stage, done, total in heard if stage == "Reading files"]
    assert read[-1][0] == read[-1][1]


def test_limits_reach_the_source(repo: Path) -> None:
    report = examine(str(repo), limits=Limits(files=2))
    assert report.source.files == 2
    assert "…" in {s.path for s in report.skipped}


def test_an_unusable_source_raises_its_sentence(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="There is nothing at this path"):
        examine(str(tmp_path / "no"))


def child(request: dict[str, Any] | str) -> tuple[int, list[dict[str, Any]], str]:
    """Status, lines and errors of the child process for a request."""
    text = request if isinstance(request, str) else json.dumps(request)
    with started_child() as process:
        assert process.stdin
        process.stdin.write(f"{text}\n")
        process.stdin.flush()
        assert process.stdout
        assert process.stderr
        said, errors = process.stdout.read(), process.stderr.read()
    return process.returncode, [json.loads(line) for line in said.splitlines()], errors


def started_child() -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "audits.services.examine"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        # The child is given a string.
        env={"PATH": os.environ["PATH"], "PYTHONPATH": os.getcwd()},  # noqa: PTH109
        start_new_session=True,
    )  # fmt: skip


def test_the_child_ends_with_whoever_started_it(repo: Path) -> None:
    with started_child() as process:
        assert process.stdin
        process.stdin.write(f"{json.dumps({'location': str(repo)})}\n")
        process.stdin.close()
        assert process.stdout
        assert '"report"' not in process.stdout.read()
    assert process.returncode == -signal.SIGKILL


def test_the_child_reports_progress_and_the_stored_report(repo: Path) -> None:
    status, lines, errors = child({"location": str(repo), "rev": None, "token": None})
    assert (status, errors) == (0, "")
    assert all(set(line) == {"progress"} for line in lines[:-1])
    expected = stored(examine(str(repo)))
    report = lines[-1]["report"]
    assert {**report, "timings": {}} == {**expected, "timings": {}}


def test_the_child_says_why_a_source_cannot_be_used(tmp_path: Path) -> None:
    path = tmp_path / "empty"
    path.touch()
    status, lines, errors = child({"location": str(path)})
    assert (status, errors) == (2, "")
    assert lines[-1] == {
        "error": "This file is empty (0 bytes); make the bundle or archive again and hand it in."
    }


def test_the_child_says_in_a_sentence_that_it_failed() -> None:
    status, lines, errors = child("not json")
    assert (status, errors) == (3, "")
    assert lines == [
        {
            "error": "Proofroom failed on this source (JSONDecodeError); "
            "tell whoever runs this server."
        }
    ]

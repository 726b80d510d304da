"""`proofroom audit`: exit statuses, formats, and one line for whatever goes wrong."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from msgspec.structs import replace

from audits.engine.documents import shown
from audits.engine.types import Evidence, Finding, Severity
from diligence.config import audit_command
from diligence.config.audit_text import rendered
from diligence.config.cli import main
from tests.audits.literal import REPORT
from tests.make import make_repo

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return make_repo(tmp_path, {"train.py": "model.fit(x)\n", "config.yml": "a: 1\n"})


@pytest.fixture
def run(capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    def call(*arguments: object) -> tuple[int, str, str]:
        try:
            status = main(["audit", *map(str, arguments)])
        except SystemExit as left:
            status = int(left.code or 0)
        out, err = capfdbinary.readouterr()
        return status, out.decode(), err.decode()

    return call


def test_an_unusable_source_is_one_line_and_status_2(run: Run, tmp_path: Path) -> None:
    status, out, err = run(tmp_path / "no")
    assert (status, out) == (2, "")
    assert err == (
        f"proofroom: {tmp_path / 'no'}: There is nothing at this path; check its spelling.\n"
    )


@pytest.mark.parametrize(
    "arguments",
    [[], ["x", "--format", "xml"], ["x", "--fail-on", "bad"], ["x", "--no-such"], ["x", "--rev"]],
)
def test_a_wrong_command_line_is_one_line_and_status_2(run: Run, arguments: list[str]) -> None:
    status, out, err = run(*arguments)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("proofroom audit: ")
    assert err.endswith("see proofroom audit --help\n")


def test_a_fault_is_one_line_and_status_3(
    run: Run, repo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("oh\nno")

    monkeypatch.setattr(audit_command, "examine", fail)
    status, _, err = run(repo)
    assert status == 3
    assert err == (
        "proofroom: failed on this source (ZeroDivisionError: oh no); "
        "PROOFROOM_TRACEBACK=1 shows where\n"
    )
    monkeypatch.setenv("PROOFROOM_TRACEBACK", "1")
    assert "Traceback" in run(repo)[2]


def test_json_is_the_contract_and_deterministic(run: Run, repo: Path) -> None:
    documents = []
    for _ in range(2):
        status, out, err = run(repo, "--format", "json")
        assert (status, err) == (0, "")
        documents.append(json.loads(out))
    first, second = documents
    assert first.pop("timings").keys() == second.pop("timings").keys()
    assert json.dumps(first) == json.dumps(second)
    assert first["schema"] == "proofroom/audit/1"
    assert {lens["lens"] for lens in first["scores"]["lenses"]} >= {"data", "operations"}
    assert set(first["scores"]) == {
        "lenses", "headline", "low", "high", "band", "confidence", "knock_outs",
    }  # fmt: skip


@pytest.mark.parametrize("form", audit_command.FORMATS)
def test_every_format_can_go_to_a_file(run: Run, repo: Path, tmp_path: Path, form: str) -> None:
    target = tmp_path / "report"
    assert run(repo, "--format", form, "--output", target) == (0, "", "")
    assert target.read_text().endswith("\n")


def test_the_output_never_replaces_the_source(run: Run, tmp_path: Path) -> None:
    source = tmp_path / "x.zip"
    source.write_bytes(b"PK\x03\x04")
    status, _, err = run(source, "--output", source)
    assert status == 2
    assert "The output file would replace the source" in err
    assert source.read_bytes() == b"PK\x03\x04"


def test_an_output_that_cannot_be_written(run: Run, repo: Path, tmp_path: Path) -> None:
    status, _, err = run(repo, "--output", tmp_path / "no" / "x")
    assert status == 2
    assert err.endswith("cannot be written (No such file or directory); choose another place.\n")


def test_the_pdf_never_replaces_the_source_or_the_other_output(
    run: Run, repo: Path, tmp_path: Path
) -> None:
    source, same = tmp_path / "x.zip", tmp_path / "same"
    source.write_bytes(b"PK\x03\x04")
    assert "would replace the source" in run(source, "--pdf", source)[2]
    assert "name the same file" in run(repo, "--pdf", same, "--output", same)[2]
    status, _, err = run(repo, "--pdf", tmp_path / "no" / "x.pdf")
    assert (status, err.count("\n")) == (2, 1)
    assert "choose another place" in err


def test_the_pdf_needs_neither_server_nor_settings(repo: Path, tmp_path: Path) -> None:
    target = tmp_path / "audit.pdf"
    code = (
        "import sys; from diligence.config.cli import main;"
        f"status = main(['audit', {str(repo)!r}, '--pdf', {str(target)!r}]);"
        "heavy = {'celery', 'rest_framework', 'psycopg', 'redis'};"
        "sys.exit(status or bool(heavy & set(sys.modules)))"
    )
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")
    assert target.read_bytes().startswith(b"%PDF-")
    assert b"Proofroom audit of" in done.stdout


def test_sarif_and_the_bill_of_materials_are_the_same_every_time(run: Run, repo: Path) -> None:
    for form in ("sarif", "cyclonedx"):
        first, second = (run(repo, "--format", form) for _ in range(2))
        assert first == second


def test_a_committed_key_is_masked_in_every_format(run: Run, tmp_path: Path) -> None:
    key = "AKIA" + "Q7ZT5WMX2NVBK4PD"
    secret = "wJ4rXUtn8EMI/K7MDENG" + "/bPxRfiCYz1QmT5vKLa"
    files = {"app.py": f'AWS_KEY = "{key}"\nAWS_SECRET_ACCESS_KEY = "{secret}"\n'}
    repo = make_repo(tmp_path, files, name="leaky")
    for form in audit_command.FORMATS:
        status, out, _ = run(repo, "--format", form)
        assert status == 0
        assert key not in out
        assert secret not in out
    assert run(repo, "--fail-on", "high")[0] == 1


def test_the_program_ends_with_all_that_it_said(run: Run, repo: Path, tmp_path: Path) -> None:
    (tmp_path / "hostile").mkdir()
    key = "AKIA" + "Q7ZT5WMX2NVBK4PD"
    leaky = make_repo(tmp_path / "hostile", {"config.py": f'AWS_KEY = "{key}"\n'})
    command = [sys.executable, "-m", "diligence.config.cli", "audit"]
    for arguments, status in (
        ([repo, "--format", "markdown"], 0),
        ([leaky, "--format", "markdown", "--fail-on", "critical"], 1),
        ([tmp_path / "no"], 2),
    ):
        done = subprocess.run([*command, *map(str, arguments)], capture_output=True)
        assert done.returncode == status
        assert (done.returncode, done.stdout.decode(), done.stderr.decode()) == run(*arguments)


@pytest.mark.parametrize(
    ("severity", "status"), [("critical", 0), ("high", 1), ("medium", 1), ("info", 1)]
)
def test_fail_on_looks_at_that_severity_and_above(
    run: Run, repo: Path, monkeypatch: pytest.MonkeyPatch, severity: str, status: int
) -> None:
    finding = Finding("a/b", Severity.HIGH, "T", "x.py", 1, "F")
    found = REPORT.__class__(REPORT.source, (), (finding,))
    monkeypatch.setattr(audit_command, "examine", lambda *_, **__: found)
    assert run(repo, "--fail-on", severity)[0] == status


def test_claims_and_room_stand_in_the_json(run: Run, repo: Path, tmp_path: Path) -> None:
    claims, room = tmp_path / "claims.yaml", tmp_path / "room"
    room.mkdir()
    (room / "log.csv").write_text("a\n")
    kinds = {"acc": "metric", "team": "statement", "ci": "practice"}
    entries = [{"id": i, "kind": kind, "practice": "ci-present"} for i, kind in kinds.items()]
    claims.write_text(yaml.safe_dump({"claims": entries}))
    status, out, _ = run(repo, "--claims", claims, "--room", room, "--format", "json")
    document = json.loads(out)
    assert status == 0
    assert {c["id"]: c["verdict"] for c in document["claims"]} == {
        "acc": "unsupported", "team": "untestable", "ci": "unsupported",
    }  # fmt: skip
    assert [a["path"] for a in document["artifacts"]] == ["log.csv"]


def test_a_token_reaches_git_through_the_environment_only(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: dict[str, object] = {}

    def listen(*_: object, **given: object) -> object:
        heard.update(given)
        return REPORT

    monkeypatch.setattr(audit_command, "examine", listen)
    monkeypatch.setenv("PROOFROOM_GIT_TOKEN", "t0ken")
    status, out, err = run("https://example.com/a/b", "--format", "json")
    assert (status, heard["token"]) == (0, "t0ken")
    assert "t0ken" not in out + err


def test_neither_django_nor_a_server_nor_pydantic_is_needed(repo: Path) -> None:
    code = (
        "import sys; from diligence.config.cli import main;"
        f"status = main(['audit', {str(repo)!r}, '--format', 'json']);"
        "heavy = {'django', 'celery', 'rest_framework', 'psycopg', 'redis', 'weasyprint'};"
        "sys.exit(status or bool((heavy | {'pydantic'}) & set(sys.modules)))"
    )
    environment = {"PATH": os.environ["PATH"]}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")


def test_the_text_can_be_read_in_a_minute() -> None:
    text = rendered(REPORT, None, width=100, colour=False)
    assert text == "\n".join(
        [
            "Proofroom audit of x.bundle",
            "commit aaaaaaaaaaaa of 2026-01-02, 12 files, 3,456 bytes",
            "",
            "Operations",
            "partly    drift-detection                  a library is declared | and unused",
            "                                           requirements.txt:4",
            "",
            "Governance",
            "yes       secrets-committed                a key is in the code",
            "                                           src/sp ace|.py:7",
            "",
            "Findings: 1 critical, 1 low",
            "critical  src/sp ace|.py:7                 An AWS key is committed",
            "                                           Revoke it and take it out of the history.",
            "low       load.py:3                        A model is loaded with pickle",
            "                                           Use safetensors.",
            "",
            "Data room",
            "document            log.csv",
            "",
            "Claims",
            "untestable    team                         An opinion.",
            "",
            "Not examined: 1 file",
            "big.csv: larger than the limit of 2 MB",
            "",
        ]
    )


def test_foreign_text_cannot_steer_the_terminal() -> None:
    assert shown("\x1b]0;x\x07a\u202eb\n[bold]c") == "\ufffd]0;x\ufffda\ufffdb [bold]c"
    odd = Evidence("\x1b[2J[red].py", 1, "")
    practice = replace(REPORT.practices[0], evidence=(odd,), because="\x1b[2J")
    report = REPORT.__class__(REPORT.source, (practice,), ())
    assert "\x1b" not in rendered(report, None, width=100, colour=False)

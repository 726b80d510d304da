"""docker-compose.yml and the Dockerfile say what `proofroom up` does.

No engine runs them here, so they are compared with the list of processes that is really started.
"""

import io
import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from dockerfile_parse import DockerfileParser

from diligence.config.processes import Process, preparation, processes
from diligence.config.up import Place, environment_of
from diligence.lib.libraries import PACKAGES

ROOT = Path(__file__).resolve().parents[2]
PROCESSES = processes("0.0.0.0:8000")
# What only one machine needs: an own folder, plain static files, mails on a page.
ONE_MACHINE = {"PROOFROOM_HOME", "PROOFROOM_PLAIN_STATIC", "PROOFROOM_MAILBOX"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
    return loaded


@pytest.fixture(scope="module")
def dockerfile() -> list[dict[str, Any]]:
    text = (ROOT / "Dockerfile").read_bytes()
    parser = DockerfileParser(fileobj=io.BytesIO(text))
    steps: list[dict[str, Any]] = parser.structure
    return steps


def test_compose_has_no_service_that_up_does_not_start(compose: dict[str, Any]) -> None:
    servers = {"postgres", "redis", "prepare"}
    assert set(compose["services"]) - servers == {process.name for process in PROCESSES}


@pytest.mark.parametrize("process", PROCESSES, ids=lambda process: process.name)
def test_service_runs_the_command_that_up_runs(compose: dict[str, Any], process: Process) -> None:
    service = compose["services"][process.name]
    assert service["command"] == ["python", "-m", *process.module]


@pytest.mark.parametrize("process", PROCESSES, ids=lambda process: process.name)
def test_service_is_asked_for_its_health_as_up_asks(
    compose: dict[str, Any], process: Process
) -> None:
    assert compose["services"][process.name]["healthcheck"]["test"] == [
        *("CMD", "python", "-m"),
        *process.probe,
    ]


@pytest.mark.parametrize("process", PROCESSES, ids=lambda process: process.name)
def test_service_waits_for_servers_and_preparation(
    compose: dict[str, Any], process: Process
) -> None:
    assert compose["services"][process.name]["depends_on"] == {
        "postgres": {"condition": "service_healthy"},
        "redis": {"condition": "service_healthy"},
        "prepare": {"condition": "service_completed_successfully"},
    }


def test_preparation_is_the_one_of_up(compose: dict[str, Any]) -> None:
    assert compose["services"]["prepare"]["command"] == ["python", "-m", *preparation()]


def test_services_get_every_variable_that_up_sets(
    compose: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in set(_names_in_settings()) | {"DJANGO_SETTINGS_MODULE"}:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATABASE_URL", "postgresql://a@b/c")
    monkeypatch.setenv("REDIS_URL", "redis://b/0")
    before = set(os.environ) - {"DATABASE_URL", "REDIS_URL"}
    given = set(environment_of(Place(tmp_path, "127.0.0.1", 8000), own=None)) - before
    for process in PROCESSES:
        assert given - ONE_MACHINE <= set(compose["services"][process.name]["environment"])


def test_services_get_no_variable_that_nothing_reads(compose: dict[str, Any]) -> None:
    known = {*_names_in_settings(), "DJANGO_SETTINGS_MODULE"}
    assert set(compose["services"]["web"]["environment"]) <= known


def test_evidence_lies_on_a_named_volume_in_every_process(compose: dict[str, Any]) -> None:
    for process in PROCESSES:
        service = compose["services"][process.name]
        assert service["volumes"] == ["evidence:/evidence"]
        assert service["environment"]["PROOFROOM_DATA_DIR"] == "/evidence"
    assert "evidence" in compose["volumes"]


def test_servers_have_health_checks(compose: dict[str, Any]) -> None:
    assert compose["services"]["postgres"]["healthcheck"]["test"][1] == "pg_isready"
    assert compose["services"]["redis"]["healthcheck"]["test"][1:] == ["redis-cli", "ping"]


def test_image_has_the_system_packages_that_the_product_names(
    dockerfile: list[dict[str, Any]],
) -> None:
    installs = " ".join(step["value"] for step in dockerfile if step["instruction"] == "RUN")
    for package in (*PACKAGES, "git"):
        assert re.search(rf"(?<!\S){re.escape(package)}(?!\S)", installs), package


def test_image_installs_the_locked_requirements_and_is_not_root(
    dockerfile: list[dict[str, Any]],
) -> None:
    runs = [step["value"] for step in dockerfile if step["instruction"] == "RUN"]
    assert any("--require-hashes" in run and "requirements.lock" in run for run in runs)
    assert [step["value"] for step in dockerfile if step["instruction"] == "USER"] == ["proofroom"]


def test_image_starts_the_web_process_when_nothing_else_is_said(
    dockerfile: list[dict[str, Any]],
) -> None:
    (command,) = [step["value"] for step in dockerfile if step["instruction"] == "CMD"]
    assert json.loads(command) == ["python", "-m", *PROCESSES[0].module]


def test_image_copies_only_what_is_there(dockerfile: list[dict[str, Any]]) -> None:
    for step in dockerfile:
        if step["instruction"] == "COPY":
            for source in step["value"].split()[:-1]:
                assert (ROOT / source).exists(), source


def _names_in_settings() -> list[str]:
    text = (ROOT / "diligence/config/settings.py").read_text("utf-8")
    names = re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', text)
    assert len(names) > 10
    return names

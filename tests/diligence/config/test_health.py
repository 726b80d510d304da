"""The health page answers for the parts, and the probes of the containers read it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from diligence.config import health, heartbeats, probe
from diligence.config.celery import app

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_signs(settings: Settings, servers: None) -> Iterator[None]:
    address = settings.REDIS_URL
    heartbeats.forget(address)
    yield
    heartbeats.forget(address)


def parts(client: Client) -> tuple[int, dict[str, Any]]:
    response = client.get("/healthz")
    return response.status_code, response.json()["parts"]


def test_without_workers_the_page_says_which_are_silent(client: Client) -> None:
    status, found = parts(client)
    assert status == 503
    assert found == {
        "database": True,
        "redis": True,
        "worker-short": False,
        "worker-long": False,
        "beat": False,
    }


def test_with_all_signs_of_life_the_page_is_well(client: Client, settings: Settings) -> None:
    for part in heartbeats.PARTS:
        heartbeats.note(settings.REDIS_URL, part)
    status, found = parts(client)
    assert status == 200
    assert all(found.values())


def test_a_redis_that_is_away_is_said_and_breaks_nothing(
    client: Client, settings: Settings
) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    status, found = parts(client)
    assert status == 503
    assert found["database"] is True
    assert found["redis"] is False
    heartbeats.note(settings.REDIS_URL, "beat")  # a worker must survive that


def test_a_database_that_is_away_is_said(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "database_answers", lambda: False)
    status, found = parts(client)
    assert status == 503
    assert found["database"] is False


def test_the_page_cannot_be_written_to_and_is_not_cached(client: Client) -> None:
    assert client.post("/healthz").status_code == 405
    assert "no-store" in client.get("/healthz")["Cache-Control"]


def test_a_probe_fails_for_a_silent_worker_and_passes_for_a_live_one(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PROOFROOM_PROBE_URL", "http://127.0.0.1:1")
    assert probe.main(["worker-long"]) == 1
    assert capsys.readouterr().err == "No answer from: worker-long\n"
    heartbeats.note(settings.REDIS_URL, "worker-long")
    assert probe.main(["worker-long"]) == 0
    assert probe.main(["database", "worker-long"]) == 1


def test_heavy_work_and_quick_work_take_different_queues() -> None:
    router = app.amqp.router
    queue = {
        name: router.route({}, name)["queue"].name
        for name in (
            "audits.tasks.run_audit",
            "audits.tasks.sweep_runs",
            "rubrics.tasks.render_report",
            "rubrics.tasks.sweep_reports",
            "diligence.tasks.send_queued_mail",
        )
    }
    assert queue == {
        "audits.tasks.run_audit": "long",
        "audits.tasks.sweep_runs": "short",
        "rubrics.tasks.render_report": "long",
        "rubrics.tasks.sweep_reports": "short",
        "diligence.tasks.send_queued_mail": "short",
    }


def test_every_scheduled_task_exists() -> None:
    app.loader.import_default_modules()
    scheduled = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert scheduled - set(app.tasks) == set()

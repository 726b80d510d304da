"""Secrets are planted wherever one is kept, every kind of task runs, and nobody repeats them.

Neither a message to a worker nor a line of the log, nor a column of the database, nor a page. And
what runs in a worker connects to nothing but the mail server that the operator named, and to the
webhook that an administrator did.
"""

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from socket import gethostname
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from celery import Task
from celery.signals import before_task_publish
from django.conf import settings as house
from django.db import connection
from django.test import Client
from django.urls import reverse
from gunicorn.config import Config  # type: ignore[import-untyped] # it has no types
from psycopg import sql
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from audits.models import AuditRun, Repository, RoomRun
from audits.services.artifacts import request_measurement
from audits.services.repositories import add_repository_url
from audits.services.runs import request_run
from audits.tasks import ring_for, ring_for_room
from diligence.config import log_lines
from diligence.config.celery import app
from diligence.config.processes import processes
from diligence.config.safekeeping.tables import columns_by_table
from diligence.config.web_log import WebLog
from diligence.models import (
    IncomingUpload,
    OutboundMail,
    Preview,
    RoomExport,
    User,
    WebhookDelivery,
)
from diligence.services.mail import queue_mail
from diligence.services.previews import queue_preview
from diligence.services.room_exports import request_export
from diligence.services.tokens import create_token
from diligence.services.uploads import path_of
from diligence.services.webhooks import add_endpoint
from diligence.tasks import ring_for_export, ring_for_preview, ring_for_upload
from rubrics.models import Report, ReportCopy
from rubrics.services.reports import issue_report, order_copy
from rubrics.tasks import ring_for as ring_for_drawing
from tests.assessed import Assessed
from tests.faults.workers import forget_bells
from tests.forge import Forge, make_certificate, serving
from tests.house.test_no_egress import watched
from tests.house.worlds import Role, Worlds

REPOSITORY, PASSWORD, MAIL = "glpat-planted-4711", "planted-password-4711", "planted-mail-4711"
AWAY = "away.invalid"
OURS = ("audits.tasks.", "diligence.tasks.", "rubrics.tasks.")


@pytest.fixture
def db(in_world: None) -> None:
    """In place of a transaction per test."""


@pytest.fixture
def forge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Forge]:
    """A server of the startup's that refuses the token, whatever it is."""
    certificate = make_certificate(tmp_path / "both.pem")
    monkeypatch.setenv("GIT_SSL_CAINFO", str(certificate))
    monkeypatch.setenv("PROOFROOM_PRIVATE_HOSTS", "localhost 127.0.0.1")
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    with serving(tmp_path, certificate) as made:
        made.token = "another"
        yield made


@pytest.fixture
def messages() -> Iterator[list[str]]:
    """What is given to the broker, headers and all."""
    found: list[str] = []

    def hear(body: Any = None, headers: Any = None, **_: Any) -> None:
        found.append(json.dumps([body, headers], default=str))

    before_task_publish.connect(hear)
    yield found
    before_task_publish.disconnect(hear)
    forget_bells()


def rows_of_tasks(at: Assessed, forge: Forge) -> dict[str, Any]:
    """For each task that is about one row, a row that waits for it; each rings its bell."""
    queue_preview(at.deck.versions.get().blob)
    path_of(at.upload).write_bytes(b"x" * at.upload.size)
    IncomingUpload.objects.filter(pk=at.upload.pk).update(state=IncomingUpload.State.WHOLE)
    repository = add_repository_url(actor=at.analyst, deal=at.deal, url=forge.url, token=REPOSITORY)
    run = request_run(actor=at.analyst, repository=repository)
    room = request_measurement(actor=at.analyst, deal=at.deal)
    preview = Preview.objects.get(blob=at.deck.versions.get().blob)
    export = request_export(actor=at.analyst, deal=at.deal)
    report = issue_report(actor=at.analyst, deal=at.deal)
    copy = order_copy(actor=at.analyst, report=at.report, form="copy", reader="Pia")
    ring_for(run)
    ring_for_room(room)
    ring_for_preview(preview)
    ring_for_upload(at.upload)
    ring_for_export(export)
    ring_for_drawing(report)
    ring_for_drawing(copy)
    return {
        "audits.tasks.run_audit": run, "audits.tasks.work_room": room,
        "diligence.tasks.keep_preview": preview, "diligence.tasks.keep_upload": at.upload,
        "diligence.tasks.keep_export": export,
        "rubrics.tasks.render_report": report, "rubrics.tasks.render_copy": copy,
    }  # fmt: skip


def tasks() -> dict[str, "Task[..., None]"]:
    app.loader.import_default_modules()
    return {name: task for name, task in app.tasks.items() if name.startswith(OURS)}


def tables_that_hold(planted: str) -> list[str]:
    """Where a row has it in any column, as it reads or as bytes."""
    found = []
    with connection.cursor() as cursor:
        for table in columns_by_table():
            name = sql.Identifier(table)
            query = "SELECT count(*) FROM {} AS r WHERE r::text LIKE %s OR r::text LIKE %s"
            bytes_of_it = planted.encode().hex()
            cursor.execute(sql.SQL(query).format(name), [f"%{planted}%", f"%{bytes_of_it}%"])
            if (cursor.fetchone() or (0,))[0]:
                found.append(table)
    return found


def plant(at: Assessed, settings: Settings) -> dict[str, str]:
    """One of each kind of secret."""
    settings.EMAIL_URL = f"smtp://mailer:{MAIL}@127.0.0.1:1"
    at.analyst.set_password(PASSWORD)
    at.analyst.save()
    totp = generate_totp_secret()
    TOTP.activate(at.analyst, totp)
    assert Authenticator.objects.filter(user=at.analyst).exists()
    return {
        "repository": REPOSITORY, "password": PASSWORD, "mail": MAIL, "app": totp,
        "token": create_token(actor=at.analyst, name="Sheet")[1],
        "webhook": add_endpoint(
            actor=User.objects.filter(firm_role="admin")[0], name="Sheet",
            address=f"https://{AWAY}/", events=["report.issue"],
        )[1].removeprefix("whsec_"),
        "secret key": house.SECRET_KEY, "field key": house.PROOFROOM_FIELD_KEYS[0],
    }  # fmt: skip


@pytest.mark.usefixtures("db")
def test_no_task_repeats_a_secret_or_asks_anybody_who_was_not_named(
    worlds: Worlds, settings: Settings, forge: Forge, messages: list[str],
    caplog: pytest.LogCaptureFixture,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:  # fmt: skip
    at = worlds.opened.at
    planted = plant(at, settings)
    caplog.set_level(logging.DEBUG)
    with django_capture_on_commit_callbacks(execute=True):
        rows = rows_of_tasks(at, forge)
        letter = queue_mail(to="freya@northwind.example", subject="Room", body="Come in.")
    assert len(messages) == len(rows)
    with watched() as asked:
        for name, task in sorted(tasks().items()):
            task.apply((str(rows[name].pk),) if name in rows else (), throw=True)
    assert set(rows) == {n for n, task in tasks().items() if task.run.__code__.co_argcount}

    # It did run: the fetch was refused, mail server and webhook are away, the rest is done.
    run = AuditRun.objects.get(pk=rows["audits.tasks.run_audit"].pk)
    assert (run.state, "needs a login" in run.failure) == (AuditRun.State.FAILED, True)
    assert RoomRun.objects.get(pk=rows["audits.tasks.work_room"].pk).state == "succeeded"
    assert RoomExport.objects.get(pk=rows["diligence.tasks.keep_export"].pk).state == "ready"
    assert Report.objects.get(pk=rows["rubrics.tasks.render_report"].pk).state == "ready"
    assert ReportCopy.objects.get(pk=rows["rubrics.tasks.render_copy"].pk).state == "ready"
    assert OutboundMail.objects.get(pk=letter.pk).error
    assert WebhookDelivery.objects.get().error
    # A client of mail says from which machine it comes; the webhook is told where it was named.
    named = ("127.0.0.1", gethostname(), AWAY)
    assert {each for each in asked if not any(name in each for name in named)} == set()
    assert {each.rpartition(" ")[2] for each in asked if "connect" in each} == {"1)"}

    said = "\n".join(messages) + "\n".join(log_lines.Line().format(r) for r in caplog.records)
    assert len(said) > 1000
    for what, secret in planted.items():
        assert secret not in said, what
        assert tables_that_hold(secret) == [], what
    Repository.objects.filter(token__isnull=False).update(token=REPOSITORY.encode())
    assert tables_that_hold(REPOSITORY) == ["audits_repository"]


@pytest.mark.usefixtures("db")
def test_no_page_shows_a_secret_that_was_typed_into_it(
    worlds: Worlds, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    at = worlds.opened.at
    client.cookies.load(dict(worlds.opened.sessions[Role.ANALYST]))
    address = reverse("audits:repository_url", kwargs={"pk": at.deal.pk})
    for url in ("not an address", "https://127.0.0.1/x.git", f"https://x:{REPOSITORY}@x.example/y"):
        page = client.post(address, {"url": url, "token": REPOSITORY}, follow=True)
        assert REPOSITORY not in page.content.decode().replace(url, "")
    login = Client().post("/account/login/", {"login": at.analyst.email, "password": PASSWORD})
    assert login.status_code == 200
    assert PASSWORD not in login.content.decode()
    lines = "\n".join(log_lines.Line().format(record) for record in caplog.records)
    assert PASSWORD not in lines
    assert REPOSITORY not in lines


SECRETS_OF_PEOPLE = (
    "Forbidden: /invitation/{0}/", "GET /account/password/reset/key/1-{0}/", "Bearer: prf_{0}",
    "cannot connect to redis://me:{0}@cache:6379/0", "Authorization: Basic {0}",
)  # fmt: skip


@pytest.mark.parametrize("words", SECRETS_OF_PEOPLE)
def test_a_line_of_the_log_opens_no_door(words: str) -> None:
    secret = "qL3vX0m8-planted_4711wZk2"
    record = logging.makeLogRecord({"msg": words.format(secret), "levelname": "WARNING"})
    line = log_lines.Line("%(levelname)s %(message)s").format(record)
    assert secret not in line
    assert log_lines.TAKEN_OUT in line


def test_a_traceback_is_looked_through_as_well() -> None:
    try:
        raise ValueError(f"no such key: {house.PROOFROOM_FIELD_KEYS[0]}, {house.SECRET_KEY}")
    except ValueError as error:
        record = logging.makeLogRecord({"msg": "broke", "exc_info": (ValueError, error, None)})
    line = log_lines.Line("%(message)s").format(record)
    assert "ValueError: no such key: (taken out), (taken out)" in line


def test_the_web_server_writes_its_log_with_it(capsys: pytest.CaptureFixture[str]) -> None:
    config = Config()
    config.set("errorlog", "-")
    log = WebLog(config)
    log.error("Error handling request /invitation/%s/", "qL3vX0m8-planted_4711wZk2")
    assert "Error handling request /invitation/(taken out)/" in capsys.readouterr().err
    web = next(each for each in processes("127.0.0.1:1") if each.name == "web")
    assert "diligence.config.web_log.WebLog" in web.module


def test_the_log_of_the_house_is_written_by_it() -> None:
    logging_of_the_house: Any = house.LOGGING
    assert logging_of_the_house["formatters"]["line"]["()"] == "diligence.config.log_lines.Line"
    assert {each["formatter"] for each in logging_of_the_house["handlers"].values()} == {"line"}

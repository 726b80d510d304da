"""Mail waits in rows: kept without a server, retried with patience, never in another's way."""

from datetime import timedelta
from smtplib import SMTPServerDisconnected
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection
from django.utils import timezone
from pytest_django import Settings

from diligence.models import OutboundMail
from diligence.services import mail
from diligence.services.mail import (
    MAX_ATTEMPTS,
    OutboxBackend,
    queue_mail,
    send_mail,
    waiting_mail,
)
from diligence.tasks import send_queued_mail


class Server:
    """What stands in for a mail server: keeps what it gets, or fails with what it is given."""

    def __init__(self, error: BaseException | None = None) -> None:
        self.error = error
        self.got: list[Any] = []

    def send_messages(self, messages: list[Any]) -> int:
        if self.error is not None:
            raise self.error
        self.got += messages
        return len(messages)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Server:
    settings.EMAIL_URL = "smtp://mail.example:587?tls=1"
    found = Server()
    monkeypatch.setattr(mail, "_server", lambda: found)
    return found


def a_mail(to: str = "freya@northwind.example") -> OutboundMail:
    return queue_mail(to=to, subject="Your\nroom", body="Come in.")


def make_due(row: OutboundMail) -> None:
    OutboundMail.objects.filter(pk=row.pk).update(not_before=timezone.now())


def test_without_a_server_a_mail_is_kept_and_not_sent(db: None, settings: Settings) -> None:
    settings.EMAIL_URL = ""
    row = a_mail()
    send_mail(row.pk)
    row.refresh_from_db()
    assert (row.state, row.attempts, row.subject) == ("kept", 0, "Your room")
    assert waiting_mail() == []


def test_a_mail_is_sent_once(db: None, server: Server) -> None:
    row = a_mail("a@x.example, b@x.example")
    send_mail(row.pk)
    send_mail(row.pk)
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("sent", 1)
    assert [m.to for m in server.got] == [["a@x.example", "b@x.example"]]


def test_a_server_that_is_away_is_tried_again_later_each_time(db: None, server: Server) -> None:
    server.error = SMTPServerDisconnected("away")
    row, waits = a_mail(), []
    for _ in range(MAX_ATTEMPTS):
        make_due(row)
        send_mail(row.pk)
        row.refresh_from_db()
        waits.append(row.not_before - timezone.now())
    assert (row.state, row.attempts, row.error) == ("failed", MAX_ATTEMPTS, "away")
    assert waits == sorted(waits)
    assert waits[0] > timedelta(minutes=1)


def test_a_mail_that_is_not_due_waits(db: None, server: Server) -> None:
    server.error = OSError("no route")
    row = a_mail()
    send_mail(row.pk)
    assert waiting_mail() == []
    server.error = None
    send_mail(row.pk)
    assert server.got == []


def test_a_mail_whose_worker_dies_each_time_is_set_aside(db: None, server: Server) -> None:
    server.error = KeyboardInterrupt()
    row = a_mail()
    for _ in range(MAX_ATTEMPTS):
        make_due(row)
        with pytest.raises(KeyboardInterrupt):
            send_mail(row.pk)
    server.error = None
    make_due(row)
    send_mail(row.pk)
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("failed", MAX_ATTEMPTS)
    assert row.error == "Sending it stopped without a word each time."
    assert server.got == []


def test_a_mail_that_waits_for_a_time_before_the_clock_was_set_back_is_sent(
    db: None, server: Server
) -> None:
    row = a_mail()
    OutboundMail.objects.filter(pk=row.pk).update(not_before=timezone.now() + timedelta(days=9))
    assert waiting_mail() == [row.pk]
    send_mail(row.pk)
    assert len(server.got) == 1


def test_a_mail_that_cannot_be_made_does_not_hold_up_the_next(
    db: None, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    settings.EMAIL_URL = "smtp://mail.example"
    memory = get_connection("django.core.mail.backends.locmem.EmailBackend")
    monkeypatch.setattr(mail, "_server", lambda: memory)
    broken, good = a_mail("Fre\nya@northwind.example"), a_mail()
    send_queued_mail()
    broken.refresh_from_db()
    good.refresh_from_db()
    assert (broken.state, broken.attempts, good.state) == ("queued", 1, "sent")
    assert broken.error


def test_what_libraries_send_goes_into_the_same_queue(db: None) -> None:
    message = EmailMultiAlternatives("Code", "1234", "room@firm.example", ["a@x.example"])
    message.attach_alternative("<p>1234</p>", "text/html")
    assert OutboxBackend().send_messages([message]) == 1
    row = OutboundMail.objects.get()
    assert (row.to, row.subject, row.body, row.html) == (
        "a@x.example", "Code", "1234", "<p>1234</p>"
    )  # fmt: skip


def test_the_address_of_the_server_is_read_whole(settings: Settings) -> None:
    settings.EMAIL_URL = "smtp://us%40er:p%2Fw@mail.example:587?tls=1"
    server = mail._server()
    assert (server.host, server.port, server.username, server.password) == (
        "mail.example", 587, "us@er", "p/w"
    )  # fmt: skip
    assert server.use_tls
    assert not server.use_ssl

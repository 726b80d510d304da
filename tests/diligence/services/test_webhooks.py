"""Other systems are told what happened: signed, at least once, with patience, and only ids."""

import json
import logging
import socket
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.utils import timezone

from diligence.models import (
    Activity,
    Event,
    OutboundMail,
    Stage,
    WebhookDelivery,
    WebhookEndpoint,
)
from diligence.services import telling
from diligence.services.deals import move_deal
from diligence.services.errors import Refused
from diligence.services.evidence import Upload, add_evidence
from diligence.services.telling import (
    KEPT,
    MAX_ATTEMPTS,
    SET_ASIDE,
    WAITS,
    forget_deliveries,
    send_delivery,
    send_waiting,
)
from diligence.services.webhooks import (
    FAILING_FOR,
    FAILURES,
    add_endpoint,
    pause_endpoint,
    remove_endpoint,
    renew_secret,
    resume_endpoint,
    send_again,
    try_endpoint,
)
from diligence.tasks import send_webhooks
from tests.cast import Cast, whole_cast
from tests.forge import make_certificate
from tests.house.test_trail import recorded
from tests.receiver import Receiver, receiving


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("tls") / "both.pem")


@pytest.fixture
def receiver(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """A receiver in the network of the firm, let in by its name as an operator would."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    monkeypatch.setenv("PROOFROOM_PRIVATE_HOSTS", "localhost")
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    with receiving(certificate) as made:
        yield made


def an_endpoint(
    cast: Cast, address: str, events: tuple[str, ...] = (Event.STAGE, Event.EVIDENCE)
) -> tuple[WebhookEndpoint, str]:
    return add_endpoint(actor=cast.admin, name="Warehouse", address=address, events=events)


def move(cast: Cast) -> None:
    cast.deal.refresh_from_db()
    stages = Stage.objects.filter(pipeline=cast.deal.stage.pipeline).exclude(pk=cast.deal.stage_id)
    move_deal(actor=cast.analyst, deal=cast.deal, stage=stages[0])


def make_due() -> None:
    WebhookDelivery.objects.update(not_before=timezone.now() - timedelta(seconds=1))


# What is told ---------------------------------------------------------------------------------


def test_every_event_is_a_verb_of_the_trail() -> None:
    assert set(Event.values) <= {verb for _, verb, _ in recorded()}


def test_an_event_arrives_signed_and_with_ids_only(cast: Cast, receiver: Receiver) -> None:
    _, secret = an_endpoint(cast, receiver.address)
    item = add_evidence(
        actor=cast.founder, deal=cast.deal,
        upload=Upload("northwind-figures.csv", [b"a,b\n1,2\n"]),
    )  # fmt: skip
    send_webhooks()
    (told,) = receiver.verified(secret)
    line = Activity.objects.get(verb="evidence.add")
    assert told == {
        "id": str(WebhookDelivery.objects.get().pk),
        "type": "evidence.add",
        "timestamp": line.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "data": {
            "deal": str(cast.deal.pk), "kind": "diligence.evidenceitem", "object": str(item.pk),
            "link": f"http://127.0.0.1:8000/deals/{cast.deal.pk}/",
        },
    }  # fmt: skip
    everything = json.dumps([(dict(h), b.decode()) for h, b in receiver.told]).lower()
    for name in ("northwind", "freya", "founder@", cast.deal.name.lower(), "figures"):
        assert name not in everything
    row = WebhookDelivery.objects.get()
    assert (row.state, row.status, row.attempts, row.error) == ("sent", 204, 1, "")
    send_webhooks()
    assert len(receiver.told) == 1


def test_what_is_rolled_back_is_told_to_nobody(cast: Cast, receiver: Receiver) -> None:
    an_endpoint(cast, receiver.address)
    with transaction.atomic():
        move(cast)
        assert WebhookDelivery.objects.count() == 1
        transaction.set_rollback(True)
    assert not WebhookDelivery.objects.exists()


def test_an_endpoint_is_told_what_it_asked_for(cast: Cast, receiver: Receiver) -> None:
    an_endpoint(cast, receiver.address, (Event.REPORT,))
    move(cast)
    assert not WebhookDelivery.objects.exists()


def test_a_new_secret_signs_what_is_still_to_come(cast: Cast, receiver: Receiver) -> None:
    endpoint, old = an_endpoint(cast, receiver.address)
    move(cast)
    new = renew_secret(actor=cast.admin, endpoint=endpoint)
    send_webhooks()
    assert len(receiver.verified(new)) == 1
    with pytest.raises(AssertionError):
        receiver.verified(old)


# When it does not arrive ----------------------------------------------------------------------


def test_a_receiver_that_refuses_is_tried_for_a_day_under_the_same_id(
    cast: Cast, receiver: Receiver
) -> None:
    receiver.status, receiver.says = 503, b"\x00" + b"busy " * 1000
    _, secret = an_endpoint(cast, receiver.address)
    move(cast)
    row, waits = WebhookDelivery.objects.get(), []
    for number in range(1, MAX_ATTEMPTS + 1):
        assert row.state == "queued"
        make_due()
        send_webhooks()
        row.refresh_from_db()
        assert row.attempts == number
        waits.append(round((row.not_before - timezone.now()) / timedelta(minutes=1)))
    assert waits == [1, 5, 15, 60, 180, 360, 720, 720]
    assert timedelta(hours=20) < sum(WAITS, timedelta()) < timedelta(days=1)
    assert (row.state, row.status, len(row.error)) == ("failed", 503, 499)
    assert row.error.startswith("busy busy")
    make_due()
    send_webhooks()
    assert len(receiver.told) == MAX_ATTEMPTS
    assert {told["id"] for told in receiver.verified(secret)} == {str(row.pk)}

    receiver.status = 200
    send_again(actor=cast.admin, delivery=row)
    send_webhooks()
    row.refresh_from_db()
    assert (row.state, row.status, row.error, row.attempts) == ("sent", 200, "", 1)
    assert {told["id"] for told in receiver.verified(secret)} == {str(row.pk)}


def test_a_redirect_is_not_followed(cast: Cast, receiver: Receiver) -> None:
    receiver.status = 307
    an_endpoint(cast, receiver.address)
    move(cast)
    send_webhooks()
    row = WebhookDelivery.objects.get()
    assert (row.state, row.status, row.error) == ("queued", 307, "A redirect is not followed.")
    assert len(receiver.told) == 1


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "[::1]", "10.0.0.1", "192.168.1.1", "169.254.169.254", "[fe80::1]",
     "[::ffff:127.0.0.1]", "100.100.100.200"],
)  # fmt: skip
def test_an_address_inside_the_network_is_not_connected_to(
    cast: Cast, receiver: Receiver, host: str
) -> None:
    sentence = f"The host {host.strip('[]')} lies in a private network, which is not connected to."
    with pytest.raises(Refused) as refused:
        an_endpoint(cast, f"https://{host}:{receiver.port}/hook")
    assert str(refused.value) == sentence
    endpoint, _ = an_endpoint(cast, "https://hooks.invalid/")  # which may mean anything later
    endpoint.address = f"https://{host}:{receiver.port}/hook"
    endpoint.save()
    move(cast)
    send_webhooks()
    row = WebhookDelivery.objects.get()
    assert (row.state, row.status) == ("queued", None)
    assert row.error == sentence
    assert receiver.told == []


def test_a_name_that_means_something_else_a_moment_later_changes_nothing(
    cast: Cast, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second answer would lead to the receiver of this test; nobody asks for it."""
    answers, real = iter(["192.0.2.1", "127.0.0.1"]), socket.getaddrinfo

    def resolve(host: str, *rest: Any, **named: Any) -> Any:
        return real(next(answers) if host == "rebind.example" else host, *rest, **named)

    an_endpoint(cast, f"https://rebind.example:{receiver.port}/")
    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    move(cast)
    send_webhooks()
    assert "lies in a private network" in WebhookDelivery.objects.get().error
    assert (next(answers), receiver.told) == ("127.0.0.1", [])


@pytest.mark.parametrize("ends", ["says it slowly", "says nothing"])
def test_whoever_does_not_come_to_an_end_is_left(
    cast: Cast, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, ends: str
) -> None:
    monkeypatch.setattr(telling, "SECONDS", 1)
    receiver.crawls, receiver.slow = ends == "says it slowly", 0 if ends == "says it slowly" else 25
    an_endpoint(cast, receiver.address)
    move(cast)
    began = time.monotonic()
    send_webhooks()
    assert time.monotonic() - began < 15
    row = WebhookDelivery.objects.get()
    assert (row.state, row.status) == ("queued", None)
    assert row.error


def test_a_message_whose_worker_dies_each_time_is_set_aside(
    cast: Cast, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(_: object) -> None:
        raise KeyboardInterrupt

    an_endpoint(cast, receiver.address)
    move(cast)
    row = WebhookDelivery.objects.get()
    monkeypatch.setattr(telling, "_sent", dies)
    for _ in range(MAX_ATTEMPTS):
        make_due()
        with pytest.raises(KeyboardInterrupt):
            send_webhooks()
        send_webhooks()  # its lease holds: nobody takes it up
    monkeypatch.undo()
    make_due()
    send_webhooks()
    row.refresh_from_db()
    assert (row.state, row.attempts, row.error) == ("failed", MAX_ATTEMPTS, SET_ASIDE)
    assert receiver.told == []


def test_an_endpoint_that_is_away_is_asked_once_a_minute_and_holds_up_no_other(
    cast: Cast, receiver: Receiver
) -> None:
    away, _ = an_endpoint(cast, "https://localhost:1/")
    here, _ = an_endpoint(cast, receiver.address)
    for _ in range(3):
        move(cast)
    send_webhooks()
    assert [row.attempts for row in away.deliveries.all()].count(1) == 1
    assert {row.state for row in here.deliveries.all()} == {"sent"}
    assert len(receiver.told) == 3
    send_webhooks()
    assert sum(row.attempts for row in away.deliveries.all()) == 1


def test_an_endpoint_that_fails_for_days_is_paused_by_itself_until_somebody_resumes_it(
    cast: Cast, receiver: Receiver
) -> None:
    receiver.status = 500
    endpoint, _ = an_endpoint(cast, receiver.address)
    other, _ = an_endpoint(cast, receiver.address, (Event.REPORT,))
    for _ in range(FAILURES):
        move(cast)
        send_webhooks()
        make_due()
        endpoint.refresh_from_db()
    assert (endpoint.failures >= FAILURES, endpoint.paused_at) == (True, None)  # all of one day
    since = timezone.now() - FAILING_FOR
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(failing_since=since)
    mails = OutboundMail.objects.count()
    send_webhooks()
    send_webhooks()
    endpoint.refresh_from_db()
    other.refresh_from_db()
    assert (endpoint.paused_at is None, other.paused_at) == (False, None)
    assert f"failed since {since:%-d %B %Y}, the last with: It did not take it." in (
        endpoint.paused_because
    )
    line = Activity.objects.get(verb="webhook.pause")
    assert line.actor is None
    assert line.text == "paused the webhook Warehouse, which took nothing for 3 days"
    told = OutboundMail.objects.filter(subject__contains="Warehouse is paused")
    assert ([mail.to for mail in told], OutboundMail.objects.count()) == (
        [cast.admin.email], mails + 1,
    )  # fmt: skip
    assert "/webhooks/" in told[0].body

    receiver.status, before = 204, len(receiver.told)
    make_due()
    send_webhooks()
    assert len(receiver.told) == before
    resume_endpoint(actor=cast.admin, endpoint=endpoint)
    make_due()
    send_webhooks()
    assert len(receiver.told) > before
    endpoint.refresh_from_db()
    assert (endpoint.failures, endpoint.failing_since, endpoint.paused_because) == (0, None, "")


def test_one_message_that_arrives_ends_a_row_of_failures(cast: Cast, receiver: Receiver) -> None:
    receiver.status = 500
    endpoint, _ = an_endpoint(cast, receiver.address)
    move(cast)
    send_webhooks()
    endpoint.refresh_from_db()
    assert (endpoint.failures, endpoint.failing_since is None) == (1, False)
    WebhookEndpoint.objects.update(failures=FAILURES, failing_since=timezone.now() - FAILING_FOR)
    receiver.status = 204
    make_due()
    send_webhooks()
    endpoint.refresh_from_db()
    assert (endpoint.failures, endpoint.failing_since, endpoint.paused_at) == (0, None, None)


def test_a_paused_endpoint_is_told_nothing_and_goes_on_where_it_was(
    cast: Cast, receiver: Receiver
) -> None:
    endpoint, _ = an_endpoint(cast, receiver.address)
    move(cast)
    pause_endpoint(actor=cast.admin, endpoint=endpoint)
    move(cast)
    send_webhooks()
    assert receiver.told == []
    with pytest.raises(Refused, match="paused"):
        try_endpoint(actor=cast.admin, endpoint=endpoint)
    with pytest.raises(Refused, match="paused"):
        send_again(actor=cast.admin, delivery=WebhookDelivery.objects.get())
    resume_endpoint(actor=cast.admin, endpoint=endpoint)
    send_webhooks()
    assert len(receiver.told) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_take_a_message_once(receiver: Receiver) -> None:
    cast = whole_cast()
    receiver.slow = 0.5
    an_endpoint(cast, receiver.address)
    move(cast)
    pk = WebhookDelivery.objects.get().pk
    found: list[bool | None] = []
    start = threading.Barrier(2)

    def work() -> None:
        start.wait()
        found.append(send_delivery(pk))
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    assert sorted(found, key=str) == [None, True]
    assert len(receiver.told) == 1


def test_old_messages_are_forgotten(cast: Cast, receiver: Receiver) -> None:
    an_endpoint(cast, receiver.address)
    move(cast)
    forget_deliveries()
    assert WebhookDelivery.objects.count() == 1
    WebhookDelivery.objects.update(created_at=timezone.now() - KEPT - timedelta(minutes=1))
    forget_deliveries()
    assert not WebhookDelivery.objects.exists()


# Who keeps them -------------------------------------------------------------------------------


def test_every_write_leaves_a_line_and_no_line_holds_an_address_or_a_secret(
    cast: Cast, receiver: Receiver
) -> None:
    endpoint, first = an_endpoint(cast, f"{receiver.address}?token=of-theirs")
    second = renew_secret(actor=cast.admin, endpoint=endpoint)
    try_endpoint(actor=cast.admin, endpoint=endpoint)
    send_again(actor=cast.admin, delivery=WebhookDelivery.objects.get())
    pause_endpoint(actor=cast.admin, endpoint=endpoint)
    resume_endpoint(actor=cast.admin, endpoint=endpoint)
    remove_endpoint(actor=cast.admin, endpoint=endpoint)
    lines = Activity.objects.filter(verb__startswith="webhook.").order_by("at")
    assert [line.verb.partition(".")[2] for line in lines] == [
        "add", "secret", "test", "again", "pause", "resume", "remove",
    ]  # fmt: skip
    said = json.dumps(list(lines.values()), default=str)
    for secret in (first, second, "of-theirs"):
        assert secret not in said
    assert not WebhookDelivery.objects.exists()


def test_only_administrators_keep_endpoints(cast: Cast, receiver: Receiver) -> None:
    endpoint, _ = an_endpoint(cast, receiver.address)
    move(cast)
    delivery = WebhookDelivery.objects.get()
    for user in (cast.partner, cast.analyst, cast.reviewer, cast.founder):
        for act in (renew_secret, try_endpoint, pause_endpoint, resume_endpoint, remove_endpoint):
            with pytest.raises(PermissionDenied):
                act(actor=user, endpoint=endpoint)
        with pytest.raises(PermissionDenied):
            send_again(actor=user, delivery=delivery)
        with pytest.raises(PermissionDenied):
            add_endpoint(actor=user, name="x", address=receiver.address, events=[Event.STAGE])
    assert WebhookEndpoint.objects.count() == 1


@pytest.mark.parametrize(
    "address",
    ["http://hooks.example/", "ftp://hooks.example/", "hooks.example", "https://", "https://[",
     "https://x:y@hooks.example/", "https://hooks.example:99999/",
     "https://hooks.example/\nHost: x"],
)  # fmt: skip
def test_an_address_that_is_none_is_refused(cast: Cast, address: str) -> None:
    with pytest.raises(Refused, match=r"https://|password"):
        an_endpoint(cast, address)
    assert not WebhookEndpoint.objects.exists()


def test_nothing_that_is_written_down_holds_the_secret(
    cast: Cast, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    endpoint, secret = an_endpoint(cast, receiver.address)
    try_endpoint(actor=cast.admin, endpoint=endpoint)
    send_waiting()
    assert len(receiver.verified(secret)) == 1
    assert secret.removeprefix("whsec_") not in caplog.text
    assert secret.encode() not in bytes(endpoint.secret)

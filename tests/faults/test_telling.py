"""A worker that is killed while it tells another system: the message is made again, as the same."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import timezone

from diligence.models import Event, WebhookDelivery
from diligence.services.webhooks import add_endpoint, try_endpoint
from tests.cast import Cast, whole_cast
from tests.faults.workers import Workshop, forget_bells, wait_for
from tests.forge import make_certificate
from tests.receiver import Receiver, receiving

pytestmark = pytest.mark.faults


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return whole_cast()


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    return make_certificate(tmp_path / "both.pem")


@pytest.fixture
def receiver(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    monkeypatch.setenv("PROOFROOM_PRIVATE_HOSTS", "localhost")
    with receiving(certificate) as made:
        yield made


@pytest.fixture
def workshop(
    process_environment: dict[str, str], certificate: Path, tmp_path: Path
) -> Iterator[Workshop]:
    forget_bells()
    more = {
        "PROOFROOM_SWEEP_SECONDS": "1", "PROOFROOM_PRIVATE_HOSTS": "localhost",
        "REQUESTS_CA_BUNDLE": str(certificate),
    }  # fmt: skip
    workshop = Workshop(process_environment | more, tmp_path / "workers.log")
    yield workshop
    workshop.close()
    forget_bells()


def test_a_message_whose_worker_was_killed_is_sent_again_under_the_same_id(
    workshop: Workshop, cast: Cast, receiver: Receiver
) -> None:
    endpoint, secret = add_endpoint(
        actor=cast.admin, name="Warehouse", address=receiver.address, events=[Event.STAGE]
    )
    receiver.slow = 8
    try_endpoint(actor=cast.admin, endpoint=endpoint)
    worker = workshop.worker()
    workshop.beat()
    wait_for(lambda: len(receiver.told) == 1, "nobody is told")
    worker.kill()
    held = WebhookDelivery.objects.get()
    assert (held.state, held.attempts, held.status) == (WebhookDelivery.State.QUEUED, 1, None)
    assert held.not_before > timezone.now()

    # Its next try is a minute away.
    receiver.slow = 0
    WebhookDelivery.objects.update(not_before=timezone.now())
    workshop.worker()
    sent = WebhookDelivery.objects.filter(state=WebhookDelivery.State.SENT)
    wait_for(sent.exists, "it is not sent again")
    assert (sent.get().pk, sent.get().attempts, sent.get().status) == (held.pk, 2, 204)
    first, second = receiver.verified(secret)
    assert first == second
    assert first["id"] == str(held.pk)

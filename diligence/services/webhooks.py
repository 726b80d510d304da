"""Endpoints of the firm's other systems: added, paused, given a new secret, tried, removed."""

import base64
import os
import secrets
import uuid
from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from diligence.lib.outgoing import (
    PrivateHosts,
    PrivateNetworkError,
    UnresolvedError,
    addresses_of,
)
from diligence.lib.secrets import encrypt
from diligence.models import Event, FirmRole, User, WebhookDelivery, WebhookEndpoint
from diligence.policies import require
from diligence.services.activity import NOTHING, Change, record
from diligence.services.errors import Refused
from diligence.services.mail import queue_mail
from diligence.services.telling import tell

FAILURES = 20
"""Tries in a row that did not arrive, over at least FAILING_FOR: then an endpoint is paused."""
FAILING_FOR = timedelta(days=3)


@transaction.atomic
def add_endpoint(
    *, actor: User, name: str, address: str, events: Sequence[str]
) -> tuple[WebhookEndpoint, str]:
    """Adds an endpoint; the second value is the secret that signs, which cannot be had again.

    Where the address leads is asked now and again whenever something is sent, as a name may come to
    mean something else. Raises Refused for another scheme, for credentials within the address, for
    one that lies in a private network and for an endpoint that would be told nothing.
    """
    require(actor, "webhook.manage")
    if not events or not set(events) <= set(Event.values):
        raise Refused("Choose at least one event.")
    host = _host_of(address)
    _require_keys()
    secret = _new_secret()
    endpoint = WebhookEndpoint.objects.create(
        name=name, address=address, events=sorted(events), made_by=actor, secret=_sealed(secret)
    )
    record(
        actor=actor, verb="webhook.add", text=f"added the webhook {name} to {host}", about=endpoint,
        change=Change.of({}, {"host": host, "events": endpoint.events}),
    )  # fmt: skip
    return endpoint, secret


def _host_of(address: str) -> str:
    """Raises Refused for an address to which nothing could be sent."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port = "", None
    if not host or parts.scheme != "https" or port == 0 or not address.isprintable():
        raise Refused("Give an address that begins with https://.")
    if "@" in parts.netloc:
        raise Refused("Take name and password out of the address: the signature proves who sends.")
    _require_may_lead(host, port or 443)
    return host


def _require_may_lead(host: str, port: int) -> None:
    """As the guard says when something is sent; what does not resolve yet may do so then.

    Behind a proxy it is the proxy that resolves, and its rules that hold.
    """
    if os.environ.get("HTTPS_PROXY") or os.environ.get("https_proxy"):
        return
    try:
        addresses_of(host, port, PrivateHosts.from_environment())
    except UnresolvedError:
        return
    except PrivateNetworkError as error:
        raise Refused(str(error)) from None


def _require_keys() -> None:
    if not settings.PROOFROOM_FIELD_KEYS:
        raise Refused(
            "Secrets cannot be kept safely because PROOFROOM_FIELD_KEYS is not set; "
            "ask whoever runs this server."
        )


def _new_secret() -> str:
    return f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"


def _sealed(secret: str) -> bytes:
    return encrypt(secret, settings.PROOFROOM_FIELD_KEYS)


@transaction.atomic
def renew_secret(*, actor: User, endpoint: WebhookEndpoint) -> str:
    """A new secret in place of the old one, which signs nothing from now on."""
    require(actor, "webhook.manage")
    _require_keys()
    secret = _new_secret()
    endpoint.secret = _sealed(secret)
    endpoint.save(update_fields=["secret"])
    record(
        actor=actor, verb="webhook.secret", text=f"made a new secret for the webhook {endpoint}",
        about=endpoint, change=NOTHING,
    )  # fmt: skip
    return secret


@transaction.atomic
def pause_endpoint(*, actor: User, endpoint: WebhookEndpoint) -> None:
    """Nothing is sent any more, and what happens meanwhile is not kept for it."""
    require(actor, "webhook.manage")
    if endpoint.paused_at is not None:
        return
    endpoint.paused_at = timezone.now()
    endpoint.save(update_fields=["paused_at"])
    record(
        actor=actor, verb="webhook.pause", text=f"paused the webhook {endpoint}", about=endpoint,
        change=Change.of({"paused": False}, {"paused": True}),
    )  # fmt: skip


def pause_failing() -> None:
    """Pauses what has not taken a single message over FAILING_FOR, in FAILURES tries or more."""
    ends = timezone.now() - FAILING_FOR
    failing = WebhookEndpoint.objects.filter(
        paused_at=None, failures__gte=FAILURES, failing_since__lte=ends
    )
    for pk in failing.values_list("pk", flat=True):
        _pause_by_itself(failing, pk)


@transaction.atomic
def _pause_by_itself(failing: QuerySet[WebhookEndpoint], pk: uuid.UUID) -> None:
    """Under a lock, so that two workers say it once; and it is said to whoever can resume it."""
    endpoint = failing.select_for_update().filter(pk=pk).first()
    if endpoint is None or endpoint.failing_since is None:
        return
    last = endpoint.deliveries.exclude(error="").order_by("-not_before").first()
    endpoint.paused_at = timezone.now()
    endpoint.paused_because = (
        f"{endpoint.failures} tries in a row failed since {endpoint.failing_since:%-d %B %Y}, "
        f"the last with: {last.error if last else 'no word'}"
    )[:500]
    endpoint.save(update_fields=["paused_at", "paused_because"])
    record(
        actor=None, verb="webhook.pause", about=endpoint,
        text=f"paused the webhook {endpoint}, which took nothing for {FAILING_FOR.days} days",
        change=Change.of({"paused": False}, {"paused": True, "failures": endpoint.failures}),
    )  # fmt: skip
    subject = f"The webhook {endpoint} is paused: nothing arrived for {FAILING_FOR.days} days"
    body = (
        f"{endpoint.paused_because}\n\nNothing is sent to it any more, and what happens meanwhile "
        "is not kept for it. What waited before goes on once it is resumed:\n"
        f"{settings.PROOFROOM_URL}/webhooks/\n"
    )
    for person in User.objects.filter(firm_role=FirmRole.ADMIN, is_active=True):
        queue_mail(to=person.email, subject=subject, body=body, about=())


@transaction.atomic
def resume_endpoint(*, actor: User, endpoint: WebhookEndpoint) -> None:
    """It is told again of what happens, and what waited before the pause goes on."""
    require(actor, "webhook.manage")
    if endpoint.paused_at is None:
        return
    endpoint.paused_at, endpoint.paused_because = None, ""
    endpoint.failures, endpoint.failing_since = 0, None
    endpoint.save(update_fields=["paused_at", "paused_because", "failures", "failing_since"])
    record(
        actor=actor, verb="webhook.resume", text=f"resumed the webhook {endpoint}", about=endpoint,
        change=Change.of({"paused": True}, {"paused": False}),
    )  # fmt: skip


@transaction.atomic
def remove_endpoint(*, actor: User, endpoint: WebhookEndpoint) -> None:
    """Deletes it with its secret and with what it was or would have been sent."""
    require(actor, "webhook.manage")
    record(
        actor=actor, verb="webhook.remove", text=f"removed the webhook {endpoint}", about=endpoint,
        change=Change.of({"events": endpoint.events}, {"events": []}),
    )  # fmt: skip
    endpoint.delete()


@transaction.atomic
def try_endpoint(*, actor: User, endpoint: WebhookEndpoint) -> None:
    """Queues a message that tells of nothing. Raises Refused where it is paused."""
    require(actor, "webhook.manage")
    _require_on(endpoint)
    line = record(
        actor=actor, verb="webhook.test", text=f"sent a test to the webhook {endpoint}",
        about=endpoint, change=NOTHING,
    )  # fmt: skip
    tell(endpoint, line)


def _require_on(endpoint: WebhookEndpoint) -> None:
    if endpoint.paused_at is not None:
        raise Refused("Resume it first: while it is paused nothing is sent.")


@transaction.atomic
def send_again(*, actor: User, delivery: WebhookDelivery) -> None:
    """Queues a message once more, under the same id, with all its tries before it.

    Raises Refused where the endpoint is paused.
    """
    require(actor, "webhook.manage")
    _require_on(delivery.endpoint)
    now = timezone.now()
    delivery.state, delivery.attempts, delivery.not_before = WebhookDelivery.State.QUEUED, 0, now
    delivery.save(update_fields=["state", "attempts", "not_before"])
    record(
        actor=actor, verb="webhook.again", change=NOTHING, about=delivery,
        text=f"sent a message to the webhook {delivery.endpoint} again",
    )  # fmt: skip

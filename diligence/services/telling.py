"""Telling other systems what happened: a row in the transaction of the trail's line, sent after it.

A message holds ids and nothing that could be confidential beyond them: no name, no answer, no
score. Whoever wants to know more asks the API, as somebody who may know it. It is signed as the
Standard Webhooks specification says, so that receivers verify it with what there is.
"""

import base64
import hashlib
import hmac
import json
import uuid
from datetime import UTC, timedelta

import requests
from django.conf import settings
from django.db import models, transaction
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from diligence.lib.outgoing import SECONDS, guarded_session
from diligence.lib.secrets import decrypt
from diligence.lib.trail_marks import plain
from diligence.models import Activity, Event, WebhookDelivery, WebhookEndpoint
from diligence.services.leases import lapsed

WAITS = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 180, 360, 720))
"""Between one try and the next; all of them are a day less an hour and a half."""
MAX_ATTEMPTS = len(WAITS) + 1
SET_ASIDE = "Sending it stopped without a word each time."
KEPT = timedelta(days=30)
AT_ONCE = 100
LONGEST_ANSWER = 500
CONNECTS_WITHIN = 4
"""Seconds to connect, and again to agree on keys; the whole has SECONDS."""


# What is told ----------------------------------------------------------------------------------


def tell_endpoints(line: Activity) -> None:
    """Queues a message for each endpoint that wants to know; in the transaction of the line."""
    if line.verb not in Event.values:
        return
    for endpoint in WebhookEndpoint.objects.filter(paused_at=None, events__contains=[line.verb]):
        tell(endpoint, line)


def tell(endpoint: WebhookEndpoint, line: Activity) -> None:
    """Queues one message."""
    row = _message(endpoint, line)
    row.save(force_insert=True)


def _message(endpoint: WebhookEndpoint, line: Activity) -> WebhookDelivery:
    row = WebhookDelivery(endpoint=endpoint, event=line.verb)
    path = f"/deals/{line.deal_id}/" if line.deal_id else "/webhooks/"
    told = {
        "id": str(row.pk),
        "type": line.verb,
        "timestamp": line.at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "data": {
            "deal": str(line.deal_id) if line.deal_id else None,
            "kind": line.object_kind,
            "object": line.object_id,
            "link": f"{settings.PROOFROOM_URL}{path}",
        },
    }
    row.body = json.dumps(told, separators=(",", ":"))
    return row


# Sending ---------------------------------------------------------------------------------------


def send_waiting() -> None:
    """Sends what is due, the oldest of each endpoint first.

    Where one does not arrive, the others of this endpoint wait as well: an endpoint that is away
    takes a worker's time once a minute, however much waits for it.
    """
    for endpoint in WebhookEndpoint.objects.filter(paused_at=None):
        due = _due().filter(endpoint=endpoint).order_by("created_at")
        for pk in list(due.values_list("pk", flat=True)[:AT_ONCE]):
            if send_delivery(pk) is False:
                later = timezone.now() + WAITS[0]
                _due().filter(endpoint=endpoint).update(not_before=later)
                break


def send_delivery(pk: uuid.UUID) -> bool | None:
    """Sends one message; whether it arrived, or None where another worker has it or it is over.

    1. Take the row by putting off its next attempt, so that neither a second worker nor one that
    dies in the middle sends it again at once. 2. Sign and send. 3. Keep how it went; after
    MAX_ATTEMPTS there is no next one. A worker that dies between the answer and the row sends it
    twice, under the same id.
    """
    row = _claimed(_due().filter(pk=pk))
    if row is None:
        return None
    row.status, row.error = _sent(row)
    if not row.error:
        row.state, row.sent_at = WebhookDelivery.State.SENT, timezone.now()
    elif row.attempts >= MAX_ATTEMPTS:
        row.state = WebhookDelivery.State.FAILED
    # Neither a removed endpoint nor one that took the row over meanwhile is written over.
    WebhookDelivery.objects.filter(pk=row.pk, not_before=row.not_before).update(
        status=row.status, error=row.error, state=row.state, sent_at=row.sent_at
    )
    _count(row)
    return not row.error


def _count(row: WebhookDelivery) -> None:
    """Tries in a row that did not arrive; one that did ends the row."""
    endpoint = WebhookEndpoint.objects.filter(pk=row.endpoint_id)
    if not row.error:
        endpoint.filter(failures__gt=0).update(failures=0, failing_since=None)
        return
    since = Coalesce("failing_since", Value(timezone.now(), models.DateTimeField()))
    endpoint.update(failures=F("failures") + 1, failing_since=since)


def _due() -> QuerySet[WebhookDelivery]:
    return WebhookDelivery.objects.filter(
        lapsed(WAITS[-1], "not_before"),
        state=WebhookDelivery.State.QUEUED,
        endpoint__paused_at=None,
    )


@transaction.atomic
def _claimed(due: QuerySet[WebhookDelivery]) -> WebhookDelivery | None:
    rows = due.select_for_update(skip_locked=True, of=("self",)).select_related("endpoint")
    row = rows.first()
    if row is None:
        return None
    if row.attempts >= MAX_ATTEMPTS:
        row.state, row.error = WebhookDelivery.State.FAILED, SET_ASIDE
        row.save(update_fields=["state", "error"])
        return None
    row.attempts += 1
    row.not_before = timezone.now() + WAITS[min(row.attempts, len(WAITS)) - 1]
    row.save(update_fields=["attempts", "not_before"])
    return row


def _sent(row: WebhookDelivery) -> tuple[int | None, str]:
    """The status of the answer, and why it does not count as arrived."""
    body = row.body.encode()
    try:
        with (
            guarded_session(within=SECONDS) as session,
            session.post(
                row.endpoint.address, data=body, headers=_headers(row, body), stream=True,
                allow_redirects=False, timeout=(CONNECTS_WITHIN, SECONDS),
            ) as answer,
        ):  # fmt: skip
            arrived = 200 <= answer.status_code < 300
            return answer.status_code, "" if arrived else _reason(answer)
    except (requests.RequestException, OSError, ValueError) as error:
        return None, _as_kept(_cause(error))


def _reason(answer: requests.Response) -> str:
    """A refusal, with the beginning of what the receiver says to it."""
    if 300 <= answer.status_code < 400:
        return "A redirect is not followed."
    try:
        said = next(answer.iter_content(LONGEST_ANSWER), b"")
    except requests.RequestException:
        said = b""
    return _as_kept(said.decode("utf-8", "replace").strip() or "It did not take it.")


def _cause(error: BaseException) -> str:
    """What lies under the wrappings of the libraries, in the guard's own words where it spoke."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, OSError) and type(seen).__module__.startswith("diligence."):
            return str(seen)
        seen = seen.__cause__ or seen.__context__
    if isinstance(error, requests.exceptions.SSLError):
        return "Its certificate is not valid or not known here."
    if isinstance(error, requests.exceptions.Timeout):
        return f"It did not answer within {SECONDS} seconds."
    if isinstance(error, requests.exceptions.ConnectionError):
        return "It could not be connected to, or broke off before it had answered."
    return str(error)


def _as_kept(text: str) -> str:
    return str(plain(text))[:LONGEST_ANSWER]


def _headers(row: WebhookDelivery, body: bytes) -> dict[str, str]:
    moment = int(timezone.now().timestamp())
    secret = decrypt(bytes(row.endpoint.secret), settings.PROOFROOM_FIELD_KEYS)
    return {
        "accept-encoding": "identity",
        "content-type": "application/json",
        "user-agent": "Proofroom",
        "webhook-id": str(row.pk),
        "webhook-timestamp": str(moment),
        "webhook-signature": signature(secret, str(row.pk), moment, body),
    }


def signature(secret: str, message: str, moment: int, body: bytes) -> str:
    """What the header webhook-signature says, under a secret as it was shown."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = b".".join((message.encode(), str(moment).encode(), body))
    return f"v1,{base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()}"


def forget_deliveries() -> None:
    """Deletes what is older than KEPT, whatever became of it."""
    WebhookDelivery.objects.filter(created_at__lt=timezone.now() - KEPT).delete()

"""Everything that is encrypted in the database, under the newest field key.

1. The new key is put in front of PROOFROOM_FIELD_KEYS; it encrypts, all decrypt.
2. Here every value that the new key does not open is encrypted anew, row by row. A row that
   somebody changed meanwhile is left to the next round. To break off is harmless: what was done
   opens with the new key and is passed over the next time.
3. The older keys may be taken out once nothing needs them.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db.models import Model

from audits.models import Repository
from diligence.models import DealKey, TrailKey, WebhookEndpoint
from rubrics.models import SigningKey

FIELDS: Mapping[type[Model], str] = {
    Repository: "token",
    SigningKey: "key",
    TrailKey: "key",
    DealKey: "wrapped",
    WebhookEndpoint: "secret",
    Authenticator: "data",
}
"""Columns that hold encrypted values: as bytes, or as words within JSON. A test finds others."""
BATCH = 500
TOKEN = "gAAAA"  # noqa: S105 - how each Fernet token begins: version 0x80 and a time before 2106


@dataclass
class Rotated:
    """What became of the values of one column."""

    name: str
    renewed: int = 0
    already: int = 0
    lost: int = 0


def rotate(note: Callable[[Rotated], None]) -> Iterator[Rotated]:
    """Renews column by column; `note` hears after each batch how far it is."""
    keys = _Keys([Fernet(key) for key in settings.PROOFROOM_FIELD_KEYS])
    for model, field in FIELDS.items():
        done = Rotated(f"{model._meta.db_table}.{field}")
        rows = model._default_manager.exclude(**{field: None}).order_by("pk")
        for number, row in enumerate(rows.only("pk", field).iterator(chunk_size=BATCH), 1):
            _renew(model, row.pk, field, getattr(row, field), keys, done)
            if number % BATCH == 0:
                note(done)
        yield done


def _renew(model: type[Model], pk: Any, field: str, old: Any, keys: "_Keys", done: Rotated) -> None:
    """Writes the value anew unless the newest key opens it, or somebody was quicker."""
    try:
        new = keys.renewed(old)
    except InvalidToken:
        done.lost += 1
        return
    if new == old:
        done.already += 1
    else:
        rows = model._default_manager.filter(pk=pk, **{field: old})
        done.renewed += rows.update(**{field: new})


class _Keys:
    """The newest key, and all of them."""

    def __init__(self, keys: list[Fernet]) -> None:
        self._newest, self._all = keys[0], MultiFernet(keys)

    def renewed(self, value: Any) -> Any:
        """The value with all tokens in it under the newest key. Raises InvalidToken."""
        if isinstance(value, dict):
            return {name: self.renewed(each) for name, each in value.items()}
        if isinstance(value, str):
            return self._token(value.encode()).decode() if value.startswith(TOKEN) else value
        if isinstance(value, bytes | memoryview):
            return self._token(bytes(value))
        return value

    def _token(self, token: bytes) -> bytes:
        try:
            self._newest.decrypt(token)
        except InvalidToken:
            return self._all.rotate(token)
        return token

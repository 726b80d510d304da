"""One call of the API by someone."""

from collections.abc import Sequence
from typing import Any

from django.test import Client

from diligence.models import User
from diligence.services.tokens import create_token

BROWSER = Client()


def act(user: User, address: str, *, scopes: Sequence[str] = ("write",), **given: Any) -> Any:
    """What the address answers to a POST of this, with a token for these scopes."""
    _, secret = create_token(actor=user, name="test", scopes=scopes)
    return BROWSER.post(
        f"/api/v1/{address}", given, content_type="application/json",
        headers={"Authorization": f"Bearer {secret}"},
    )  # fmt: skip


def call(user: User, address: str, **headers: str) -> Any:
    """What the address under /api/v1/ answers to a fresh token of this person."""
    _, secret = create_token(actor=user, name="test", scopes=["read", "export"])
    return BROWSER.get(
        f"/api/v1/{address}", headers={"Authorization": f"Bearer {secret}", **headers}
    )

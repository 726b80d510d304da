"""One call of the API by someone."""

from typing import Any

from django.test import Client

from diligence.models import User
from diligence.services.tokens import create_token

BROWSER = Client()


def call(user: User, address: str, **headers: str) -> Any:
    """What the address under /api/v1/ answers to a fresh token of this person."""
    _, secret = create_token(actor=user, name="test", scopes=["read", "export"])
    return BROWSER.get(
        f"/api/v1/{address}", headers={"Authorization": f"Bearer {secret}", **headers}
    )

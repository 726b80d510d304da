"""API tokens: a hash in the database, worthless when revoked, expired or its owner is gone."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from diligence.models import ApiToken, User
from diligence.services.errors import Refused
from diligence.services.tokens import create_token, revoke_token, user_of_token
from tests.cast import Cast


def test_founders_get_none_and_nobody_revokes_anothers(cast: Cast) -> None:
    with pytest.raises(PermissionDenied):
        create_token(actor=cast.founder, name="x")
    token, _ = create_token(actor=cast.analyst, name="x")
    with pytest.raises(PermissionDenied):
        revoke_token(actor=cast.admin, token=token)


@pytest.mark.parametrize("scopes", [[], ["everything"], ["read", "admin"]])
def test_a_token_is_made_for_something_that_there_is(cast: Cast, scopes: list[str]) -> None:
    with pytest.raises(Refused, match="good for"):
        create_token(actor=cast.analyst, name="x", scopes=scopes)
    assert create_token(actor=cast.analyst, name="x")[0].scopes == ["read"]


def test_use_is_noted_once_a_minute_and_not_at_every_call(cast: Cast) -> None:
    token, secret = create_token(actor=cast.analyst, name="Sheet")
    user_of_token(secret)
    first = ApiToken.objects.get(pk=token.pk).last_used_at
    user_of_token(secret)
    assert ApiToken.objects.get(pk=token.pk).last_used_at == first
    ApiToken.objects.update(last_used_at=timezone.now() - timedelta(minutes=2))
    user_of_token(secret)
    last = ApiToken.objects.get(pk=token.pk).last_used_at
    assert first is not None
    assert last is not None
    assert last > first


def test_only_the_hash_is_kept(cast: Cast) -> None:
    token, secret = create_token(actor=cast.analyst, name="Sheet")
    row = ApiToken.objects.filter(pk=token.pk).values().get()
    assert not [name for name, value in row.items() if secret in str(value)]
    assert secret.startswith(str(row["hint"]))


def test_a_token_knows_its_owner_and_notes_its_use(cast: Cast) -> None:
    token, secret = create_token(actor=cast.analyst, name="Sheet")
    found = user_of_token(secret)
    assert found is not None
    assert found[0] == cast.analyst
    token.refresh_from_db()
    assert token.last_used_at is not None
    assert user_of_token(f"{secret}x") is None
    assert user_of_token("") is None


def test_a_revoked_or_expired_token_is_worthless(cast: Cast) -> None:
    token, secret = create_token(actor=cast.analyst, name="Sheet", days=1)
    ApiToken.objects.filter(pk=token.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert user_of_token(secret) is None
    other, kept = create_token(actor=cast.analyst, name="Other", days=None)
    assert user_of_token(kept) is not None
    revoke_token(actor=cast.analyst, token=other)
    assert user_of_token(kept) is None
    _, at_once = create_token(actor=cast.analyst, name="None", days=0)
    assert user_of_token(at_once) is None


@pytest.mark.parametrize("change", [{"is_active": False}, {"firm_role": ""}])
def test_who_left_the_firm_gets_nothing_for_it(cast: Cast, change: dict[str, object]) -> None:
    _, secret = create_token(actor=cast.analyst, name="Sheet")
    User.objects.filter(pk=cast.analyst.pk).update(**change)
    assert user_of_token(secret) is None

"""Field keys are changed under a running system: afterwards the old key opens nothing at all."""

import io
import json
from collections.abc import Iterator

import pytest
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken
from django.core.management import call_command
from django.db import connection
from psycopg import sql
from pytest_django import Settings

from audits.models import Repository
from audits.services.repositories import add_repository_url, token_of
from diligence.config.safekeeping import rotation, tables
from diligence.config.safekeeping.rotation import FIELDS, TOKEN
from diligence.lib.secrets import decrypt, encrypt
from diligence.models import TrailKey
from diligence.services.trail_keys import trail_keys
from diligence.services.webhooks import add_endpoint
from rubrics.models import SigningKey
from tests.cast import a_deal, person, some_evidence

pytestmark = pytest.mark.django_db
SECRET = "glpat-never-seen-again-4711"


@pytest.fixture
def new_key() -> str:
    return Fernet.generate_key().decode()


@pytest.fixture(autouse=True)
def encrypted(settings: Settings) -> Iterator[None]:
    """A secret in every column that holds some; and the trail's key is read anew."""
    analyst = person("analyst", "analyst")
    deal = a_deal(analyst)
    for n in range(3):
        add_repository_url(
            actor=analyst, deal=deal, url=f"https://git.example.com/a/{n}", token=SECRET
        )
    keys = settings.PROOFROOM_FIELD_KEYS
    SigningKey.objects.create(certificate=b"x", key=encrypt(SECRET, keys), sha256="0" * 64)
    data = {"secret": encrypt(SECRET, keys).decode(), "name": "phone"}
    Authenticator.objects.create(user=analyst, type="totp", data=data)
    add_endpoint(
        actor=person("admin", "admin"), name="Sheet", address="https://hooks.example/",
        events=["deal.move"],
    )  # fmt: skip
    some_evidence(deal, by=analyst)
    trail_keys.cache_clear()
    yield
    trail_keys.cache_clear()


def rotated() -> str:
    out = io.StringIO()
    call_command("rotate_keys", stdout=out)
    return out.getvalue()


def tokens_in(table: str, column: str) -> list[bytes]:
    """All that looks encrypted in a column of any type."""
    found: list[bytes] = []
    with connection.cursor() as cursor:
        names = sql.Identifier(column), sql.Identifier(table)
        cursor.execute(sql.SQL("SELECT {} FROM {}").format(*names))
        for (value,) in cursor.fetchall():
            words = json.loads(value) if isinstance(value, str) and value[:1] == "{" else value
            values = words.values() if isinstance(words, dict) else [words]
            for each in values:
                data = each.encode() if isinstance(each, str) else each
                if isinstance(data, bytes | memoryview) and bytes(data).startswith(TOKEN.encode()):
                    found.append(bytes(data))
    return found


def all_tokens() -> dict[str, list[bytes]]:
    found = {
        f"{table}.{column}": tokens_in(table, column)
        for table, columns in tables.columns_by_table().items()
        for column in columns
    }
    return {name: tokens for name, tokens in found.items() if tokens}


def test_the_columns_with_secrets_are_all_that_hold_any() -> None:
    assert set(all_tokens()) == {f"{m._meta.db_table}.{field}" for m, field in FIELDS.items()}


def test_after_a_rotation_the_old_key_opens_nothing_and_the_new_one_everything(
    settings: Settings, new_key: str
) -> None:
    old = settings.PROOFROOM_FIELD_KEYS
    public = TrailKey.objects.get().public
    settings.PROOFROOM_FIELD_KEYS = [new_key, *old]
    said = rotated()
    assert "audits_repository.token: 3 renewed, 0 already, 0 lost" in said
    assert "Only the first key" in said
    tokens = [token for each in all_tokens().values() for token in each]
    assert len(tokens) == 8
    for token in tokens:
        with pytest.raises(InvalidToken):
            Fernet(old[0]).decrypt(token)
        Fernet(new_key).decrypt(token)

    settings.PROOFROOM_FIELD_KEYS = [new_key]
    assert {token_of(row) for row in Repository.objects.all()} == {SECRET}
    assert decrypt(bytes(SigningKey.objects.get().key), [new_key]) == SECRET
    assert Authenticator.objects.get().data["name"] == "phone"
    assert trail_keys().public == public
    assert "3 already" in rotated()


def test_a_rotation_that_broke_off_goes_on_where_it_was(
    settings: Settings, new_key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PROOFROOM_FIELD_KEYS = [new_key, *settings.PROOFROOM_FIELD_KEYS]
    real = rotation._renew
    done: list[None] = []

    def broken(*arguments: object) -> None:
        if len(done) == 2:
            raise KeyboardInterrupt
        # It passes on whatever it was given.
        done.append(real(*arguments))  # type: ignore[arg-type]

    monkeypatch.setattr(rotation, "_renew", broken)
    with pytest.raises(KeyboardInterrupt):
        rotated()
    monkeypatch.undo()
    assert "audits_repository.token: 1 renewed, 2 already, 0 lost" in rotated()


def test_a_value_that_no_key_opens_is_counted_and_left_as_it_is(
    settings: Settings, new_key: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = all_tokens()
    settings.PROOFROOM_FIELD_KEYS = [new_key]
    with pytest.raises(SystemExit, match="1"):
        rotated()
    assert "8 values open with none of the keys" in capsys.readouterr().err
    assert all_tokens() == before


def test_a_value_that_changed_meanwhile_is_not_written_over(
    settings: Settings, new_key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = encrypt("entered meanwhile", settings.PROOFROOM_FIELD_KEYS)
    settings.PROOFROOM_FIELD_KEYS = [new_key, *settings.PROOFROOM_FIELD_KEYS]
    real = rotation._Keys.renewed

    def slow(keys: object, value: object) -> object:
        Repository.objects.update(token=later)
        # It passes on whatever it was given.
        return real(keys, value)  # type: ignore[arg-type]

    monkeypatch.setattr(rotation._Keys, "renewed", slow)
    assert "audits_repository.token: 0 renewed" in rotated()
    assert {token_of(row) for row in Repository.objects.all()} == {"entered meanwhile"}

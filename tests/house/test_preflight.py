"""The numbered checks: silent on a sound machine, one sentence with a remedy otherwise."""

import shutil
from pathlib import Path

import pytest
from django.core.checks import CheckMessage
from django.core.checks.registry import registry
from pytest_django import Settings

from diligence import preflight
from diligence.lib.libraries import Missing


def messages() -> list[CheckMessage]:
    """What Django would print for our checks alone: its own ones look at every URL."""
    ours = [check for check in registry.get_checks() if check.__module__ == preflight.__name__]
    assert len(ours) == 8
    return [message for check in ours for message in check(app_configs=None, databases=None)]


def found() -> list[str | None]:
    return [message.id for message in messages()]


def test_a_sound_machine_gets_no_message() -> None:
    assert found() == []


@pytest.mark.parametrize("key", ["", "short"])
def test_e001_a_missing_or_short_secret_key(settings: Settings, key: str) -> None:
    settings.SECRET_KEY = key
    assert found() == ["diligence.E001"]


@pytest.mark.parametrize("keys", [[], ["not a key"]])
def test_e002_missing_or_unusable_field_keys(settings: Settings, keys: list[str]) -> None:
    settings.PROOFROOM_FIELD_KEYS = keys
    assert found() == ["diligence.E002"]


def test_e003_an_evidence_folder_that_cannot_be_made(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    settings.PROOFROOM_DATA_DIR = tmp_path / "file" / "data"
    assert found() == ["diligence.E003"]


def test_e004_no_git(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    assert found() == ["diligence.E004"]


def test_w005_no_pango(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight, "missing_for_pdf", lambda: Missing(("Pango",)))
    (message,) = preflight.pdf_can_be_drawn()
    assert message.id == "diligence.W005"
    assert "apt-get install libpango-1.0-0" in message.msg


@pytest.mark.parametrize("address", ["https://proofroom.example", "http://127.0.0.1:8000"])
def test_w006_is_silent_on_https_and_on_this_machine(settings: Settings, address: str) -> None:
    settings.PROOFROOM_URL = address
    assert found() == []


def test_w006_plain_http_beyond_this_machine(settings: Settings) -> None:
    settings.PROOFROOM_URL = "http://proofroom.example"
    assert found() == ["diligence.W006"]


def test_e007_debug_at_a_public_address(settings: Settings) -> None:
    settings.DEBUG = True
    settings.PROOFROOM_URL = "https://proofroom.example"
    assert found() == ["diligence.E007"]


def test_every_message_says_what_to_do(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.SECRET_KEY = ""
    settings.PROOFROOM_FIELD_KEYS = []
    settings.PROOFROOM_URL = "http://proofroom.example"
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    assert len(messages()) == 4
    assert all(message.hint and message.msg.endswith(".") for message in messages())

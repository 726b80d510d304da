"""Settings come from the environment alone, and a wrong value is one sentence that names it."""

import ast
import os
import re
import runpy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from diligence.config import env

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = ROOT / "diligence/config/settings.py"
OURS = re.compile(r"PROOFROOM_|DATABASE_|REDIS_|EMAIL_")
Load = Callable[..., dict[str, Any]]


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Load:
    """Read the settings file afresh with this environment and no other variable of ours."""

    def read(**environment: str) -> dict[str, Any]:
        for name in [name for name in os.environ if OURS.match(name)]:
            monkeypatch.delenv(name)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(SETTINGS))

    return read


def test_one_file_holds_them_in_under_300_lines() -> None:
    assert len(SETTINGS.read_text("utf-8").splitlines()) < 300


def test_only_env_reads_the_environment() -> None:
    tree = ast.parse(SETTINGS.read_text("utf-8"))
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    plain = [node for node in ast.walk(tree) if isinstance(node, ast.Import)]
    assert [name.name for node in plain for name in node.names] == ["django_stubs_ext"]
    ours = {"diligence.config", "diligence.config.sign_in"}
    assert imported == {"pathlib", "typing", "urllib.parse", *ours}


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("PROOFROOM_DEBUG", "maybe", "PROOFROOM_DEBUG should be 1 or 0, not 'maybe'."),
        ("PROOFROOM_SWEEP_SECONDS", "soon", "should be a whole number, not 'soon'."),
        ("PROOFROOM_SWEEP_SECONDS", "0", "PROOFROOM_SWEEP_SECONDS should be at least 1, not 0."),
        ("PROOFROOM_URL", "proofroom.example", "should be an address such as https://"),
        ("PROOFROOM_URL", "https://a.example/path", "should be an address such as https://"),
        ("DATABASE_URL", "mysql://a/b", "should be an address such as postgresql://"),
        ("DATABASE_URL", "postgresql://a", "should be an address such as postgresql://"),
        ("REDIS_URL", "localhost:6379", "should be an address such as redis://"),
        ("PROOFROOM_SECRET_KEY_FILE", "/nowhere", "points at /nowhere, which cannot be read"),
    ],
)
def test_a_wrong_value_is_refused_at_once(load: Load, name: str, value: str, sentence: str) -> None:
    with pytest.raises(ImproperlyConfigured) as refusal:
        load(**{name: value})
    assert sentence in str(refusal.value)
    assert name.removesuffix("_FILE") in str(refusal.value)


def test_plain_http_sets_no_secure_cookies_and_https_does(load: Load) -> None:
    names = ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_HSTS_SECONDS")
    assert not any(load()[name] for name in names)
    assert all(load(PROOFROOM_URL="https://proofroom.example")[name] for name in names)


def test_the_public_host_and_no_stranger_is_allowed(load: Load) -> None:
    hosts = load(PROOFROOM_URL="https://proofroom.example")["ALLOWED_HOSTS"]
    assert hosts == ["proofroom.example", "localhost", "127.0.0.1", "[::1]"]


def test_production_serves_files_under_hashed_names(load: Load) -> None:
    assert "Manifest" in load()["STORAGES"]["staticfiles"]["BACKEND"]
    plain = load(PROOFROOM_PLAIN_STATIC="1")
    assert "Manifest" not in plain["STORAGES"]["staticfiles"]["BACKEND"]


def test_mails_are_not_shown_on_a_page_unless_asked_for(load: Load) -> None:
    assert load()["PROOFROOM_MAILBOX"] is False


def test_no_address_outside_this_site_is_in_the_content_policy(load: Load) -> None:
    policy = load()["PROOFROOM_CONTENT_POLICY"]
    assert "http" not in policy
    assert "unsafe" not in policy


def test_every_variable_is_in_the_manual() -> None:
    manual = (ROOT / "docs/configuration.md").read_text("utf-8")
    read = re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', SETTINGS.read_text("utf-8"))
    assert [name for name in read if f"`{name}`" not in manual] == []
    listed = re.findall(r"^\| `([A-Z_]+)`", manual, re.MULTILINE)
    # The examination reads its limits itself, because the command line has no settings.
    code = [*(ROOT / "audits").rglob("*.py"), *(ROOT / "diligence").rglob("*.py")]
    words = {w for f in code for w in re.findall(r'"(PROOFROOM_[A-Z_]+)"', f.read_text("utf-8"))}
    assert sorted(set(listed) - set(read) - words) == []


def test_a_secret_comes_from_a_file_or_a_variable_but_not_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "secret"
    file.write_text("from the file\n")
    monkeypatch.setenv("THING_FILE", str(file))
    assert env.secret("THING") == "from the file"
    monkeypatch.setenv("THING", "from the variable")
    with pytest.raises(ImproperlyConfigured, match="not both"):
        env.secret("THING")


def test_only_what_opens_something_is_kept_out_of_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    """An id or a word of a certificate stands in lines that are needed to find a fault."""
    monkeypatch.setattr(env, "_SECRETS", set())
    for name, value in {
        "FIELD_KEYS": "key-number-one,key-number-two", "KEY": "odd://key with words",
        "DATABASE_URL": "postgresql://proofroom:proofroom@db/proofroom",
        "REDIS_URL": "redis://me:pass%2Fword@cache/0", "EMAIL_URL": "me:no-address@mail",
        "PROOFROOM_S3_BUCKET": "evidence", "PROOFROOM_S3_ACCESS_KEY": "access-key-id",
        "PROOFROOM_S3_SECRET_KEY": "bucket-secret",
        "PROOFROOM_OIDC_ISSUER": "https://id.example", "PROOFROOM_OIDC_CLIENT_ID": "proofroom",
        "PROOFROOM_OIDC_SECRET": "client-secret",
        "PROOFROOM_SAML_ENTITY_ID": "https://saml.example/entity",
        "PROOFROOM_SAML_SSO_URL": "https://saml.example/sso",
        "PROOFROOM_SAML_CERTIFICATE": "-----BEGIN CERTIFICATE----- MIIB -----END CERTIFICATE-----",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    assert env.secret_words("FIELD_KEYS") == ["key-number-one", "key-number-two"]
    assert env.secret("KEY") == "odd://key with words"
    assert env.database("DATABASE_URL", "")["PASSWORD"] == "proofroom"
    assert env.redis("REDIS_URL", "").startswith("redis://")
    assert env.secret_address("EMAIL_URL") == "me:no-address@mail"
    assert env.bucket()["access_key"] == "access-key-id"
    assert set(env.single_sign_on()) == {"openid_connect", "saml"}
    assert env.secrets_read() == {
        "key-number-one", "key-number-two", "odd://key with words", "pass%2Fword", "pass/word",
        "me:no-address@mail", "bucket-secret", "client-secret",
    }  # fmt: skip


def test_a_database_address_may_name_a_socket_and_quoted_letters(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("THING", "postgresql://a%40b:p%2Fw@/name?host=%2Frun%2Fpg")
    assert env.database("THING", "") == {
        "NAME": "name",
        "USER": "a@b",
        "PASSWORD": "p/w",
        "HOST": "/run/pg",
        "PORT": "",
    }


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("redis://host:6379/2", "redis://host:6379/2"),
        ("unix:///run/redis.sock?db=3", "redis+socket:///run/redis.sock?virtual_host=3"),
        ("unix:///run/redis.sock", "redis+socket:///run/redis.sock?virtual_host=0"),
    ],
)
def test_celery_gets_redis_in_its_own_spelling(address: str, expected: str) -> None:
    assert env.broker(address) == expected


def test_static_files_can_be_collected_for_production(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"],
        cwd=ROOT,
        env={
            **{n: v for n, v in os.environ.items() if n != "PROOFROOM_PLAIN_STATIC"},
            "PROOFROOM_STATIC_DIR": str(tmp_path / "static"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "static/staticfiles.json").exists()

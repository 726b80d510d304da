"""Typed readers for the process environment, the only source of configuration.

Every reader fails at once, with one sentence that names the variable and what it should hold.
A secret may also come from a file: NAME_FILE holds the path, as Docker and systemd hand it over.
"""

import os
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE = frozenset({"1", "true", "yes", "on"})
FALSE = frozenset({"0", "false", "no", "off", ""})
SHORTEST = 6
"""Letters of a secret that is looked for elsewhere; shorter ones stand in every other word."""
_SECRETS: set[str] = set()


def text(name: str, default: str = "") -> str:
    """The variable as it stands, without surrounding white space."""
    return os.environ.get(name, default).strip()


def secret(name: str, default: str = "", *, noted: bool = True) -> str:
    """The variable, or the content of the file that NAME_FILE points at; no log repeats it.

    What only goes with a secret, such as an id, and may well stand in a log is not `noted`.
    """
    value = _secret_text(name, default)
    if noted:
        _SECRETS.add(value)
    return value


def secret_address(name: str) -> str:
    """The same for an address: no log repeats its password.

    Unless that is a word that the address repeats itself, such as the name of the database: it
    stands in every path, and there it tells nobody anything.
    """
    value = _secret_text(name, "")
    if "://" not in value:  # whoever reads it refuses it
        _SECRETS.add(value)
        return value
    parts = urlsplit(value)
    password = parts.password or ""
    if password not in {parts.username, parts.path.strip("/")}:
        _SECRETS.update((password, unquote(password)))
    return value


def secrets_read() -> frozenset[str]:
    """Everything that was read as a secret so far; of an address its password."""
    return frozenset(value for value in _SECRETS if len(value) >= SHORTEST)


def _secret_text(name: str, default: str) -> str:
    path = text(f"{name}_FILE")
    if not path:
        return text(name, default)
    if text(name):
        raise ImproperlyConfigured(f"Set {name} or {name}_FILE, not both.")
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        reason = error.strerror or "unknown reason"
        raise ImproperlyConfigured(
            f"{name}_FILE points at {path}, which cannot be read: {reason}."
        ) from error


def flag(name: str, *, default: bool = False) -> bool:
    """1/true/yes/on or 0/false/no/off."""
    value = text(name, "1" if default else "0").lower()
    if value in TRUE:
        return True
    if value in FALSE:
        return False
    raise ImproperlyConfigured(f"{name} should be 1 or 0, not {value!r}.")


def number(name: str, default: int, *, least: int = 0) -> int:
    """A whole number, not below `least`."""
    value = text(name) or str(default)
    try:
        parsed = int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} should be a whole number, not {value!r}.") from None
    if parsed < least:
        raise ImproperlyConfigured(f"{name} should be at least {least}, not {parsed}.")
    return parsed


def words(name: str, default: str = "") -> list[str]:
    """A list separated by commas or white space."""
    return text(name, default).replace(",", " ").split()


def networks(name: str) -> list[IPv4Network | IPv6Network]:
    """A list of addresses and networks, such as 10.0.0.7 or 10.0.0.0/24."""
    try:
        return [ip_network(word) for word in words(name)]
    except ValueError as error:
        raise ImproperlyConfigured(
            f"{name} should list addresses or networks such as 10.0.0.7 or 10.0.0.0/24: {error}."
        ) from None


def secret_words(name: str) -> list[str]:
    """A list of secrets, separated by commas or white space; no log repeats one of them."""
    found = secret(name, noted=False).replace(",", " ").split()
    _SECRETS.update(found)
    return found


def folder(name: str, default: Path) -> Path:
    """An absolute path; `~` is the home folder. It need not exist yet."""
    return Path(text(name) or default).expanduser().absolute()


def address(name: str, default: str) -> str:
    """An http(s) address without a path and without a trailing slash."""
    value = (text(name) or default).rstrip("/")
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query:
        raise ImproperlyConfigured(
            f"{name} should be an address such as https://proofroom.example, not {value!r}."
        )
    return value


def database(name: str, default: str) -> dict[str, str]:
    """The connection part of a Django DATABASES entry, from a postgresql:// address.

    A Unix socket is given as libpq does it: postgresql://user@/name?host=/folder.
    """
    value = secret_address(name) or default
    parts = urlsplit(value)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise ImproperlyConfigured(
            f"{name} should be an address such as postgresql://user:password@host:5432/proofroom."
        )
    query = dict(parse_qsl(parts.query))
    return {
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host") or parts.hostname or "",
        "PORT": query.get("port") or str(parts.port or ""),
    }


def bucket() -> dict[str, str]:
    """The options of the S3-compatible storage; empty where no bucket is named.

    Without keys the machine's own role is used, as Amazon hands it out.
    """
    name = text("PROOFROOM_S3_BUCKET")
    if not name:
        return {}
    options = {"bucket_name": name, "region_name": text("PROOFROOM_S3_REGION", "us-east-1")}
    if text("PROOFROOM_S3_ENDPOINT"):
        options["endpoint_url"] = address("PROOFROOM_S3_ENDPOINT", "")
    keys = {
        "access_key": secret("PROOFROOM_S3_ACCESS_KEY", noted=False),
        "secret_key": secret("PROOFROOM_S3_SECRET_KEY"),
    }
    if any(keys.values()) and not all(keys.values()):
        raise ImproperlyConfigured(
            "Set both PROOFROOM_S3_ACCESS_KEY and PROOFROOM_S3_SECRET_KEY, or neither."
        )
    return {**options, **keys} if all(keys.values()) else options


def domains(name: str) -> list[str]:
    """A list of the parts of addresses behind the @, such as firm.example."""
    found = [word.lower().removeprefix("@") for word in words(name)]
    for word in found:
        if "." not in word or "@" in word or "/" in word:
            raise ImproperlyConfigured(f"{name} should list domains such as firm.example.")
    return found


def single_sign_on() -> dict[str, Any]:
    """The firm's identity provider as allauth takes it, by OpenID Connect, by SAML, or neither.

    Addresses count as verified where the provider says so, or where it vouches for their domain.
    """
    vouched = domains("PROOFROOM_SSO_VOUCHES_FOR")
    found: dict[str, Any] = {}
    oidc = _all_or_none(
        "PROOFROOM_OIDC_ISSUER", "PROOFROOM_OIDC_CLIENT_ID", "PROOFROOM_OIDC_SECRET"
    )
    if oidc:
        issuer, client, client_secret = oidc
        app = {
            "provider_id": "firm", "client_id": client, "secret": client_secret,
            "name": text("PROOFROOM_OIDC_NAME", "single sign-on"),
            "settings": {
                "server_url": _https("PROOFROOM_OIDC_ISSUER", issuer), "verified_email": vouched,
                "oauth_pkce_enabled": True,
            },
        }  # fmt: skip
        found["openid_connect"] = {"APPS": [app]}
    saml = _all_or_none(
        "PROOFROOM_SAML_ENTITY_ID", "PROOFROOM_SAML_SSO_URL", "PROOFROOM_SAML_CERTIFICATE"
    )
    if saml:
        entity, address_of_provider, certificate = saml
        app = {
            "provider_id": "firm-saml", "client_id": "firm",
            "name": text("PROOFROOM_SAML_NAME", "single sign-on"),
            "settings": {
                "idp": {
                    "entity_id": entity, "x509cert": certificate,
                    "sso_url": _https("PROOFROOM_SAML_SSO_URL", address_of_provider),
                },
                "verified_email": vouched, "use_nameid_for_email": True,
                "advanced": {"want_assertion_signed": True, "want_name_id": True,
                             "want_attribute_statement": False, "reject_idp_initiated_sso": True},
            },
        }  # fmt: skip
        found["saml"] = {"APPS": [app]}
    return found


def _all_or_none(*names: str) -> tuple[str, ...]:
    values = tuple(secret(name, noted=name.endswith("_SECRET")) for name in names)
    if any(values) and not all(values):
        raise ImproperlyConfigured(f"Set all of {', '.join(names)}, or none of them.")
    return values if all(values) else ()


def _https(name: str, value: str) -> str:
    if urlsplit(value).scheme != "https" or not urlsplit(value).hostname:
        raise ImproperlyConfigured(f"{name} should be an https:// address, not {value!r}.")
    return value.rstrip("/")


def redis(name: str, default: str) -> str:
    """A redis://, rediss:// or unix:// address as redis-py takes it."""
    value = secret_address(name) or default
    if urlsplit(value).scheme not in {"redis", "rediss", "unix"}:
        raise ImproperlyConfigured(
            f"{name} should be an address such as redis://host:6379/0 or unix:///folder/redis.sock."
        )
    return value


def broker(redis_address: str) -> str:
    """The same Redis in the spelling that Celery's transport expects."""
    parts = urlsplit(redis_address)
    if parts.scheme != "unix":
        return redis_address
    database_number = dict(parse_qsl(parts.query)).get("db", "0")
    return f"redis+socket://{parts.path}?virtual_host={database_number}"

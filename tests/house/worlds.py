"""Everybody who may knock at a deal, signed in and with tokens, and one request at a time."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import reverse

from diligence.lib.secrets import hash_of
from diligence.models import ApiToken, FirmRole, Scope, User
from diligence.services.barriers import raise_barrier
from diligence.services.deal_roles import define_role, give_role
from diligence.services.deals import add_member, remove_member
from tests.assessed import Assessed, an_assessed_deal
from tests.cast import a_founder, as_just_signed_in, person

NEWCOMER = "newcomer@firm.example"
"""Someone of the firm who is on no deal and only ever put on one."""


JSON = "application/json"
BROWSER = Client()
"""One for all: a new one would load the middleware anew, which reads every static file."""


class Role(StrEnum):
    """Everyone who may knock, seen from one deal. OFF is of the firm but not on the deal.

    READER is an analyst on it with a role of the firm's own that allows nothing.
    """

    ADMIN = "admin"
    PARTNER = "partner"
    ANALYST = "analyst"
    REVIEWER = "reviewer"
    READER = "analyst who may only read"
    ANALYST_OFF = "analyst off the deal"
    REVIEWER_OFF = "reviewer off the deal"
    FOUNDER = "founder"
    DELEGATE = "delegate for one section"
    OTHER_FOUNDER = "founder of another startup"
    REMOVED = "removed from the room"
    NOBODY = "signed in without a role"
    ANONYMOUS = "anonymous"


@dataclass(frozen=True)
class World:
    """Everybody who may knock, and the deal that is knocked at."""

    people: Mapping[Role, User | None]
    at: Assessed
    sessions: Mapping[Role, Mapping[str, str]]
    tokens: Mapping[Role, str]


@dataclass(frozen=True)
class Worlds:
    """The same people before an open deal and before a restricted one, on which PARTNER is.

    `shut_out` are people of the firm who are in conflict on the open deal, or were taken off it,
    each with their role and alone in a world as REVIEWER_OFF, for whom the deal is not there.
    """

    opened: World
    restricted: World
    partner_off: World
    shut_out: tuple[tuple[Role, World], ...]
    folder: Path


def both_worlds(folder: Path) -> Worlds:
    person(NEWCOMER, FirmRole.ANALYST)
    admin = person("admin", FirmRole.ADMIN)
    reading = define_role(actor=admin, name="Reader", verbs=())
    partner, other_partner = (person(f"partner-{n}", FirmRole.PARTNER) for n in (1, 2))
    here = an_assessed_deal("Northwind")
    closed = an_assessed_deal("Contoso", restricted=True, actor=partner)
    reviewer_off = person("reviewer-off", FirmRole.REVIEWER)
    elsewhere = an_assessed_deal("Tailspin")
    add_member(actor=elsewhere.analyst, deal=elsewhere.deal, user=reviewer_off)
    off: dict[Role, User | None] = {
        Role.ANALYST_OFF: person("analyst-off", FirmRole.ANALYST),
        Role.REVIEWER_OFF: reviewer_off,
        Role.OTHER_FOUNDER: a_founder(elsewhere.deal, "other@tailspin.example"),
        Role.NOBODY: person("nobody@elsewhere.example"),
        Role.ANONYMOUS: None,
    }

    reader = person("reader", FirmRole.ANALYST)
    for at in (here, closed):
        member = add_member(actor=at.analyst, deal=at.deal, user=reader)
        give_role(actor=at.analyst, member=member, role=reading)

    def people(at: Assessed, partner: User) -> dict[Role, User | None]:
        on: dict[Role, User | None] = {
            Role.ADMIN: admin, Role.PARTNER: partner, Role.ANALYST: at.analyst,
            Role.REVIEWER: at.reviewer, Role.READER: reader,
            Role.FOUNDER: at.founder, Role.DELEGATE: at.delegate, Role.REMOVED: at.removed_founder,
        }  # fmt: skip
        return {**off, **on}

    shut_out = tuple(
        (role, world_of({Role.REVIEWER_OFF: user}, here))
        for role, user in _shut_out_of(here, admin)
    )

    return Worlds(
        opened=world_of(people(here, other_partner), here),
        restricted=world_of(people(closed, partner), closed),
        partner_off=world_of({Role.ANALYST_OFF: other_partner}, closed),
        shut_out=shut_out,
        folder=folder,
    )


def _shut_out_of(at: Assessed, admin: User) -> Iterator[tuple[Role, User]]:
    """One of each role in conflict, and a reviewer who was taken off the deal."""
    for role in (FirmRole.ADMIN, FirmRole.PARTNER, FirmRole.ANALYST, FirmRole.REVIEWER):
        user = person(f"{role}-in-conflict", role)
        add_member(actor=at.analyst, deal=at.deal, user=user)
        raise_barrier(actor=admin, deal=at.deal, user=user, reason="Shares of a competitor.")
        yield Role(role), user
    former = person("former-reviewer", FirmRole.REVIEWER)
    remove_member(actor=at.analyst, member=add_member(actor=at.analyst, deal=at.deal, user=former))
    yield Role.REVIEWER, former


def world_of(people: Mapping[Role, User | None], at: Assessed) -> World:
    sessions = {role: _session(user) for role, user in people.items()}
    return World(
        people, at, sessions, {role: _token(user) for role, user in people.items() if user}
    )


def _session(user: User | None) -> dict[str, str]:
    if user is None:
        return {}
    browser = Client()
    browser.force_login(user)
    as_just_signed_in(browser, user)
    name = settings.SESSION_COOKIE_NAME
    return {name: browser.cookies[name].value}


def _token(user: User) -> str:
    """A token of anyone, founders included, as if the rule on making one had been got around."""
    secret = f"prf_{user.pk}"
    ApiToken.objects.get_or_create(
        user=user, name="x", secret_hash=hash_of(secret), hint="prf_x",
        defaults={"scopes": Scope.values},
    )  # fmt: skip
    return secret


@dataclass(frozen=True)
class Answered:
    """What came back: a status as the table writes it, the text, and what may be done with it."""

    status: str
    text: str
    headers: Mapping[str, str]

    @property
    def storable(self) -> bool:
        """Whether a browser or a proxy may keep it."""
        return "no-store" not in self.headers.get("Cache-Control", "")


def ask(
    world: World,
    role: Role,
    name: str,
    args: Mapping[str, Any],
    form: Mapping[str, Any] | None = None,
    *,
    method: str = "",
    said: Mapping[str, str] | None = None,
) -> Answered:
    """One request, a POST where there is a form; its effects are taken back."""
    with transaction.atomic():
        answered = send(world, role, name, args, form, method=method, said=said)
        transaction.set_rollback(True)
    return answered


def send(
    world: World,
    role: Role,
    name: str,
    args: Mapping[str, Any],
    form: Mapping[str, Any] | None = None,
    *,
    method: str = "",
    said: Mapping[str, str] | None = None,
) -> Answered:
    """One request whose effects stay; a token opens the API, a session all else.

    `said` are headers beside.
    """
    browser, headers = BROWSER, dict(said or {})
    browser.cookies.clear()
    if "-api:" in name:
        token = world.tokens.get(role)
        headers |= {"Authorization": f"Bearer {token}"} if token else {}
    else:
        browser.cookies.load(dict(world.sessions[role]))
    address = reverse(name, kwargs=dict(args))
    if method:
        return _answered(browser.generic(method, address, headers=headers))
    if form is None:
        return _answered(browser.get(address, headers=headers))
    if "-api:" in name:
        body = json.dumps(dict(form), default=str)
        return _answered(browser.post(address, body, JSON, headers=headers))
    return _answered(browser.post(address, dict(form), headers=headers))


def _answered(response: Any) -> Answered:
    content = b"".join(response) if response.streaming else response.content
    return Answered(_status(response), content.decode(errors="replace"), response.headers)


def _status(response: Any) -> str:
    """The number, but for a redirect: `login` to sign in, `ok` elsewhere, as after a write."""
    if response.status_code != 302:
        return str(response.status_code)
    path = urlsplit(response.headers["Location"]).path
    return "login" if path == reverse("account_login") else "ok"

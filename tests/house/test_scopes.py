"""A token opens what it was made for: every address of the API, with each scope alone."""

from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from diligence.api.authentication import TokenAuthentication
from diligence.api.scopes import InScope
from diligence.lib.secrets import hash_of
from diligence.models import ApiToken, Scope
from tests.house.test_access import ROWS, expected
from tests.house.worlds import BROWSER, Role, World, Worlds, ask, send

EXPORTS = {"rubrics-api:report-pdf", "rubrics-api:report-data"}
"""What gives a file away; all else of the API is read, or is an act that no GET opens."""
API = [name for name in ROWS if "-api:" in name]
UNSAFE = ("post", "put", "patch", "delete")


@pytest.fixture
def db(in_world: None) -> None:
    """In place of a transaction per test."""


def views(resolver: URLResolver) -> Iterator[tuple[str, type]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            cls = getattr(entry.callback, "cls", None)
            if cls is not None:
                yield str(entry.name), cls
        else:
            yield from views(entry)


def test_no_view_puts_its_own_door_in_place_of_the_common_one() -> None:
    seen = {name: cls for name, cls in views(get_resolver()) if name != "api-schema"}
    assert len(seen) == len(API)
    for name, cls in seen.items():
        # Every view of the API has them.
        assert InScope in cls.permission_classes, name  # type: ignore[attr-defined]
        # Every view of the API has them.
        assert cls.authentication_classes == [TokenAuthentication], name  # type: ignore[attr-defined]


def with_scopes(world: World, *scopes: str) -> World:
    """The partner with a token of these scopes and no other."""
    partner = world.people[Role.PARTNER]
    assert partner is not None
    secret = f"prf_{'-'.join(scopes) or 'none'}"
    ApiToken.objects.create(
        user=partner, name="x", secret_hash=hash_of(secret), hint="prf_x", scopes=list(scopes)
    )
    return World(world.people, world.at, world.sessions, {Role.PARTNER: secret})


@pytest.mark.usefixtures("db")
def test_each_address_opens_to_its_own_scope_and_to_no_other(worlds: Worlds) -> None:
    tokens = {scope: with_scopes(worlds.opened, scope) for scope in Scope.values}
    wrong = []
    for name in API:
        needed = Scope.EXPORT if name in EXPORTS else Scope.READ
        for scope, world in tokens.items():
            got = ask(world, Role.PARTNER, name, ROWS[name].args(world.at)).status
            if got != (expected(ROWS[name].get, Role.PARTNER) if scope == needed else "403"):
                wrong.append(f"{name} with {scope}: {got}")
    assert wrong == []


@pytest.mark.usefixtures("db")
def test_a_token_without_scopes_opens_nothing(worlds: Worlds) -> None:
    world = with_scopes(worlds.opened)
    got = {ask(world, Role.PARTNER, name, ROWS[name].args(world.at)).status for name in API}
    assert got == {"403"}


@pytest.mark.usefixtures("db")
def test_nothing_is_changed_with_a_token_that_reads(worlds: Worlds) -> None:
    world = with_scopes(worlds.opened, Scope.READ, Scope.EXPORT)
    headers = {"Authorization": f"Bearer {world.tokens[Role.PARTNER]}"}
    BROWSER.cookies.clear()
    for name in API:
        address = reverse(name, kwargs=ROWS[name].args(world.at))
        for verb in UNSAFE:
            assert getattr(BROWSER, verb)(address, headers=headers).status_code in (403, 405), name


@pytest.mark.usefixtures("db")
def test_the_refusal_says_which_scope_is_missing(worlds: Worlds) -> None:
    world = with_scopes(worlds.opened, Scope.READ)
    answered = send(world, Role.PARTNER, "rubrics-api:report-pdf", {"pk": world.at.report.pk})
    assert "“export”" in answered.text

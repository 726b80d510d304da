"""Whatever is asked of the API, the answer is one that its document describes, and never a fault.

Schemathesis makes the requests from the document: such as it allows, with ids of things that exist
and ids of nothing, and such as it forbids. They go through the real WSGI application to the real
database, with an analyst's token.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from django.urls import reverse
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.house.test_access import TABLE
from tests.house.worlds import Role, Worlds

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = 5
"""Requests of each kind for each operation: with three kinds, some ten seconds in all."""
QUIETLY = settings(
    max_examples=EXAMPLES, database=None, derandomize=True,
    phases=(Phase.explicit, Phase.generate), suppress_health_check=list(HealthCheck),
)  # fmt: skip


@pytest.fixture
def db(in_world: None) -> None:
    """In place of a transaction per test."""


pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def described() -> Iterator[Any]:
    """The API as its own document describes it; requests leave the test's transaction open."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi("/api/schema/?format=json", get_wsgi_application())
    for signal in signals:
        signal.connect(close_old_connections)


def operations(described: Any) -> Iterator[Any]:
    for result in described.get_all_operations():
        if result.ok().path.startswith("/api/v1/"):
            yield result.ok()


def existing(operation: Any, worlds: Worlds) -> dict[str, str]:
    """The ids in the address of something that the analyst sees."""
    address = re.compile(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", operation.path))
    for row in TABLE:
        if "-api:" in row.name:
            found = address.fullmatch(reverse(row.name, kwargs=dict(row.args(worlds.opened.at))))
            if found:
                return found.groupdict()
    raise AssertionError(f"{operation.path} is not in the table of addresses")


def kinds(operation: Any, worlds: Worlds) -> Iterator[Any]:
    """What to ask: of things that exist, of whatever the document allows, of what it forbids."""
    there = existing(operation, worlds)
    yield operation.as_strategy(path_parameters=there) if there else operation.as_strategy()
    yield operation.as_strategy()
    if there or operation.query:
        yield operation.as_strategy(GenerationMode.NEGATIVE)


def test_every_answer_is_one_that_the_document_describes(described: Any, worlds: Worlds) -> None:
    token = {"Authorization": f"Bearer {worlds.opened.tokens[Role.ANALYST]}"}
    asked: dict[int, int] = {}

    def ask(case: Any) -> None:
        with transaction.atomic():
            answer = case.call(headers=token)
            transaction.set_rollback(True)
        asked[answer.status_code] = asked.get(answer.status_code, 0) + 1
        case.validate_response(answer, checks=CHECKS, headers=token)

    found = list(operations(described))
    for operation in found:
        for kind in kinds(operation, worlds):
            QUIETLY(given(case=kind)(ask))()
    assert len({operation.path for operation in found}) == sum("-api:" in r.name for r in TABLE)
    # Were most of it refused at the door, it would show nothing.
    assert asked[200] > len(found) * 3, asked
    assert asked[404] > len(found), asked

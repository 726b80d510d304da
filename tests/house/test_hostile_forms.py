"""Whatever somebody types into a field or an address, there is an answer, and never a fault.

Every address of the table is asked with odd values for every parameter that the code reads, and
every form of the table is sent with an odd value in one field after the other, by whoever may.
"""

import random
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from tests.house.test_access import TABLE, Row
from tests.house.test_outputs import ROOT
from tests.house.worlds import BROWSER, JSON, Role, Worlds

ODD = [
    "\0", "a\0b", "9" * 400, "-1", "1e999", "NaN", "\u202e\ufeff\U0010ffff\ufffe", "x" * 20_000,
    "%", "'\"><script>", "٣", "{}", "[]", "null", "2147483648", "9223372036854775808",
    "00000000-0000-0000-0000-000000000000", "99999-12-31", "0001-01-01", "", " ", "🧪" * 300,
]  # fmt: skip
ODD_JSON: list[Any] = [None, True, -1, 1.5, 2**70, [], {}, [["a\0"]], {"id": 1}, [None]]
PARAMETER = re.compile(r"""GET\.get(?:list)?\(\s*"(\w+)\"""")
OF_FORMS = ("owner", "person", "since", "until", "round", "stage", "band", "sort", "who", "day")
CHANCE = random.Random(7)  # noqa: S311 - which values are tried, the same in each run


@pytest.fixture
def db(in_world: None) -> None:
    """In place of a transaction per test."""


pytestmark = pytest.mark.usefixtures("db")


def parameters() -> tuple[str, ...]:
    """The names that any view reads from an address."""
    views = (f for app in ("diligence", "audits", "rubrics") for f in (ROOT / app).rglob("*.py"))
    read = {name for file in views for name in PARAMETER.findall(file.read_text("utf-8"))}
    assert {"q", "page", "pipeline"} <= read
    return (*sorted(read), *OF_FORMS)


def sent(worlds: Worlds, row: Row, role: Role, verb: str, data: dict[str, Any]) -> str:
    """The fault that a request ends in, or nothing; its effects are taken back."""
    world = worlds.opened
    how: dict[str, Any] = {}
    BROWSER.cookies.clear()
    if "-api:" in row.name:
        how = {"headers": {"Authorization": f"Bearer {world.tokens[role]}"}}
        if verb == "post":
            how["content_type"] = JSON
    else:
        BROWSER.cookies.load(dict(world.sessions[role]))
    try:
        with transaction.atomic():
            address = reverse(row.name, kwargs=dict(row.args(world.at)))
            answer = getattr(BROWSER, verb)(address, data, **how)
            transaction.set_rollback(True)
    except Exception as fault:  # noqa: BLE001 - each is a finding of this test
        return f"{row.name}: {verb} {sorted(data)[:3]}: {type(fault).__name__}: {str(fault)[:120]}"
    broke = answer.status_code >= 500 and row.name != "healthz"
    return f"{row.name}: {verb}: {answer.status_code}" if broke else ""


def reader(row: Row) -> Role:
    """Somebody who may: founders have the room, an administrator the rest."""
    return Role.FOUNDER if ":room" in row.name or "answer_" in row.name else Role.ADMIN


def requests(worlds: Worlds) -> Iterator[tuple[Row, Role, str, dict[str, Any]]]:
    names = parameters()
    for row in TABLE:
        role = reader(row)
        yield row, role, "get", dict.fromkeys(names, "\0")
        yield row, role, "get", {name: CHANCE.choice(ODD[2:]) for name in names}
        if row.post:
            form = dict(row.form(worlds.opened.at))
            for field in (name for name, value in form.items() if not hasattr(value, "read")):
                typed = [CHANCE.choice(ODD_JSON)] if "-api:" in row.name else []
                for odd in (ODD[1], CHANCE.choice(ODD[2:]), *typed):
                    yield row, role, "post", {**form, field: odd}


def test_no_odd_value_anywhere_is_a_fault(worlds: Worlds) -> None:
    faults = [
        fault
        for row, role, verb, data in requests(worlds)
        if row.name != "account_logout" and (fault := sent(worlds, row, role, verb, data))
    ]
    assert faults == [], "\n".join(faults)

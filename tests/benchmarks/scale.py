"""What a page costs with ten deals, with a hundred, and with ten thousand and a million findings.

    python -m diligence.config.embedded run -- python -m tests.benchmarks.scale [DEALS [PAGE ...]]

Pages are named as in the report; without a name all are asked for.

A firm of ten deals is made through the services; the rest are copies of one of them that PostgreSQL
writes itself, each with an audited repository of a hundred findings, an assessment with its
standing, and a dozen lines of the trail, an hour older from deal to deal. Each size is a database
of its own, a copy of the one before that has grown.

A process for each database asks for every page, as a partner who sees all deals or, of those pages
that are theirs, as an administrator. They take turns request by request, in an order that turns
too, so that a processor that is slower for a while is slower for all sizes. Reported: queries; the
95th percentile of the milliseconds of a request within its process; and the median of the
processor's milliseconds, those of the request and of its database process together. The goal is
that the most deals cost at most 1.5 times the fewest.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from statistics import median, quantiles
from typing import Self, cast
from urllib.parse import urlsplit, urlunsplit

import msgspec
import psycopg
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.db.backends.postgresql.base import DatabaseWrapper
from django.test import Client

import tests.conftest  # noqa: F401 - sets Django up
from diligence.models import User
from tests.browser.premises import furnish
from tests.cast import signed_in
from tests.house.test_query_counts import OF_ADMINISTRATORS, PAGES, World, a_world

FEW, SOME = 10, 100
FINDINGS = 100
LINES = 12
ROUNDS = 60

MORE = {
    "portfolio by name": "/portfolio/?sort=startup",
    "portfolio by a lens": "/portfolio/?sort=-data",
    "portfolio, last page": "/portfolio/?page=9999",
    "portfolio, page 200": "/portfolio/?page=200",
    "table by startup": "/deals/?sort=startup",
    "table by amount": "/deals/?sort=-amount",
    "table by stage": "/deals/?sort=stage",
    "table by owner": "/deals/?sort=owner",
    "table, words": "/deals/?q=startup",
    "table, a rare word": "/deals/?q=northwind",
    "table, last page": "/deals/?page=9999",
}
"""More pages of a partner."""

COPIES = """
create temporary table copied as
    select n, gen_random_uuid() startup, gen_random_uuid() deal, gen_random_uuid() repository,
           gen_random_uuid() run, gen_random_uuid() assessment, gen_random_uuid() scorecard
    from generate_series(%(have)s + 1, %(wanted)s) n;
create index on copied (n);
"""
"""One row for each deal to be made, with the ids of what belongs to it."""


@dataclass(frozen=True)
class Copy:
    """A table whose rows of the first deal are written again for each copy."""

    table: str
    where: str
    replaced: dict[str, str]
    times: int = 1

    def sql(self, columns: list[str]) -> str:
        """The statement; what is not replaced stays as in the pattern."""
        values = ", ".join(self.replaced.get(name, f'pattern."{name}"') for name in columns)
        names = ", ".join(f'"{name}"' for name in columns)
        # The names are of our own tables.
        pattern = f"(select * from {self.table} where {self.where} limit 1)"  # noqa: S608
        return " ".join(
            (
                f"insert into {self.table} ({names})",
                # The names are of our own tables.
                f"select {values} from copied cross join lateral {pattern} pattern",  # noqa: S608
                f"cross join generate_series(1, {self.times}) again",
            )
        )


SPREAD = "((copied.n * 7919) %% 1000) / 10.0"
"""A headline from 0 to 100 that looks drawn at random and is the same each time."""
STAGE = "(select id from diligence_stage order by position offset copied.n %% 5 limit 1)"
NEW = "gen_random_uuid()"


def copies_of(world: World) -> tuple[Copy, ...]:
    deal = f"deal_id = '{world.deal.pk}'"
    assessment = f"assessment_id = '{world.deal.assessment.pk}'"
    run = f"'{world.run.pk}'"
    return (
        Copy("diligence_startup", f"id = '{world.deal.startup_id}'", {
            "id": "copied.startup", "name": "'Copied startup ' || copied.n",
        }),
        Copy("diligence_deal", f"id = '{world.deal.pk}'", {
            "id": "copied.deal", "startup_id": "copied.startup",
            "stage_id": STAGE,
            "stage_entered_at": "pattern.stage_entered_at - (copied.n %% 400) * interval '1 day'",
            "created_at": "pattern.created_at - copied.n * interval '1 minute'",
            "valuation": "1000000 + (copied.n * 104729) %% 90000000",
        }),
        Copy("audits_repository", deal, {"id": "copied.repository", "deal_id": "copied.deal"}),
        Copy("audits_auditrun", f"id = {run}", {
            "id": "copied.run", "deal_id": "copied.deal", "repository_id": "copied.repository",
        }),
        Copy("audits_finding", f"run_id = {run}", {
            "id": NEW, "run_id": "copied.run", "severity_rank": "again %% 5",
        }, FINDINGS),
        Copy("rubrics_assessment", deal, {"id": "copied.assessment", "deal_id": "copied.deal"}),
        Copy("rubrics_scorecard", assessment, {
            "id": "copied.scorecard", "assessment_id": "copied.assessment",
        }),
        Copy("rubrics_standing", assessment, {
            "assessment_id": "copied.assessment", "headline": SPREAD,
        }),
        Copy("diligence_activity", deal, {
            "deal_id": "copied.deal", "at": "pattern.at - copied.n * interval '1 hour'",
        }, LINES),
    )  # fmt: skip


def grow(world: World, have: int, wanted: int) -> None:
    """Copies the first deal until there are so many, and lets PostgreSQL count its tables."""
    with connection.cursor() as cursor:
        cursor.execute(COPIES, {"have": have, "wanted": wanted})
        for copy in copies_of(world):
            cursor.execute(copy.sql(_columns(copy.table)), {})
        cursor.execute("drop table copied")
        cursor.execute("vacuum analyze")


def _columns(table: str) -> list[str]:
    """Its columns but for those that count by themselves."""
    with connection.cursor() as asking:
        asking.execute(
            "select column_name from information_schema.columns where table_name = %s "
            "and is_identity = 'NO' and column_default is null",
            [table],
        )
        return [name for (name,) in asking.fetchall()]


class Request(msgspec.Struct):
    """What one request took: queries, milliseconds, those of the processor."""

    queries: int
    taken: float
    worked: float


class Page(msgspec.Struct, frozen=True):
    """An address, and the id of whoever asks for it."""

    address: str
    reader: str


@dataclass(frozen=True)
class Cost:
    """What a page costs: queries, the 95th percentile of its milliseconds, the processor's."""

    queries: int
    p95: float
    processor: float

    @classmethod
    def of(cls, requests: Sequence[Request]) -> Self:
        """The cost that these requests show. Raises ValueError where they ask differently often."""
        (queries,) = {each.queries for each in requests}
        p95 = quantiles([each.taken for each in requests], n=20)[-1]
        return cls(queries, p95, median(each.worked for each in requests))


@dataclass(frozen=True)
class Asker:
    """A process that asks for pages of one database."""

    process: "subprocess.Popen[bytes]"

    @classmethod
    def of(cls, database: str) -> Self:
        """Starts it."""
        command = [sys.executable, "-m", "tests.benchmarks.scale", "--ask"]
        environment = {**os.environ, "DATABASE_URL": address_of(database)}
        return cls(subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment,
        ))  # fmt: skip

    def ask(self, page: Page) -> Request:
        """One request for a page."""
        if self.process.stdin is None or self.process.stdout is None:
            raise RuntimeError("an asker was started without pipes")
        self.process.stdin.write(msgspec.json.encode(page) + b"\n")
        self.process.stdin.flush()
        return msgspec.json.decode(self.process.stdout.readline(), type=Request)

    def end(self) -> None:
        """Lets it end; its input is closed."""
        self.process.communicate()


@cache
def client_of(reader: str) -> Client:
    """Their browser, signed in."""
    client = signed_in(User.objects.get(pk=reader))
    client.defaults["HTTP_HOST"] = "127.0.0.1"
    return client


def answer_requests() -> None:
    """Asks for the page of each line of the input and writes a line of what that took."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        (database,) = cursor.fetchone()
    for line in sys.stdin:
        page = msgspec.json.decode(line, type=Page)
        taken = one_request(client_of(page.reader), page.address, database)
        say(msgspec.json.encode(taken).decode())
        sys.stdout.flush()


def one_request(client: Client, address: str, database: int) -> Request:
    """Raises AssertionError for a page that is not there."""
    asked = 0

    def counted(execute: Callable[..., object], *arguments: object) -> object:
        nonlocal asked
        asked += 1
        return execute(*arguments)

    start, before = time.perf_counter(), _processor(database)
    with connection.execute_wrapper(counted):
        response = client.get(address)
    taken = (time.perf_counter() - start) * 1000
    assert response.status_code == 200, address
    return Request(asked, taken, _processor(database) - before)


def _processor(database: int) -> float:
    """Milliseconds that this process and its database process have worked (Linux)."""
    theirs = Path(f"/proc/{database}/schedstat").read_text("ascii").split()[0]
    return time.process_time() * 1000 + int(theirs) / 10**6


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def address_of(database: str) -> str:
    """The address of a database of the same servers."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    return urlunsplit(parts._replace(path=f"/{database}"))


def kept_as(name: str) -> str:
    """Copies the database as it is now to one of this name."""
    whole = connection.settings_dict["NAME"]
    connection.close()
    cast("DatabaseWrapper", connections[DEFAULT_DB_ALIAS]).close_pool()
    with psycopg.connect(address_of("postgres"), autocommit=True) as server:
        server.execute(f'create database "{name}" template "{whole}"')
    return name


def databases(world: World, sizes: Sequence[int]) -> list[str]:
    """A database of each size; the last is the one that grew."""
    made = []
    for have, wanted in pairwise(sizes):
        made.append(kept_as(f"deals_{have}"))
        start = time.perf_counter()
        grow(world, have, wanted)
        say(f"{wanted} deals, {wanted * FINDINGS} findings in {time.perf_counter() - start:.0f} s")
    return [*made, f"{connection.settings_dict['NAME']}"]


def costs(askers: Sequence[Asker], page: Page) -> list[Cost]:
    """What a page costs at each size; the first answer of each is not counted."""
    found: list[list[Request]] = [[] for _ in askers]
    for number in range(ROUNDS + 1):
        for turn in range(len(askers)):
            which = (number + turn) % len(askers)
            found[which].append(askers[which].ask(page))
    return [Cost.of(requests[1:]) for requests in found]


def main() -> None:
    deals = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    call_command("migrate", verbosity=0)
    furnish()
    with transaction.atomic():
        world = a_world(FEW)
        connection.run_on_commit.clear()  # no worker is here to take anything up
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze")
    every = pages_of(world)
    pages = {name: every[name] for name in sys.argv[2:] or every}
    sizes = [FEW, *(size for size in (SOME, deals) if size > FEW)]
    askers = [Asker.of(name) for name in databases(world, sizes)]
    report(sizes, {name: costs(askers, page) for name, page in pages.items()})
    for asker in askers:
        asker.end()


def pages_of(world: World) -> dict[str, Page]:
    """All of them, each as asked for by somebody who has it."""
    partner, admin = f"{world.partner.pk}", f"{world.admin.pk}"
    return {
        name: Page(world.address(page), partner) for name, page in {**PAGES, **MORE}.items()
    } | {name: Page(page, admin) for name, page in OF_ADMINISTRATORS.items()}


def report(sizes: Sequence[int], found: Mapping[str, Sequence[Cost]]) -> None:
    """Prints a row for each page, with the most deals over the fewest."""
    heads = "".join(f"{size:>8}" for size in sizes)
    say(f"{'':<24}{'queries':>8}{'p95 ms':>{8 * len(sizes)}}{'':8}"
        f"{'processor ms':>{8 * len(sizes)}}")  # fmt: skip
    say(f"{'page':<24}{'':>8}{heads}{'ratio':>8}{heads}{'ratio':>8}")
    for name, row in found.items():
        queries = "/".join(dict.fromkeys(str(each.queries) for each in row))
        p95 = "".join(f"{each.p95:>8.1f}" for each in row)
        worked = "".join(f"{each.processor:>8.1f}" for each in row)
        slower, more = row[-1].p95 / row[0].p95, row[-1].processor / row[0].processor
        say(f"{name:<24}{queries:>8}{p95}{slower:>8.2f}{worked}{more:>8.2f}")
    say(f"load of the machine: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--ask"]:
        answer_requests()
    else:
        main()

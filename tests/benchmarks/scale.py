"""What a page costs with ten deals, with a hundred, and with ten thousand and a million findings.

    python -m diligence.config.embedded run -- python -m tests.benchmarks.scale [DEALS]

A firm of ten deals is made through the services; the rest are copies of one of them that PostgreSQL
writes itself, each with an audited repository of a hundred findings, an assessment with its
standing, and a dozen lines of the trail, an hour older from deal to deal. Every page is asked for
at each size, by a partner who sees them all. Reported: queries; the 95th percentile of the
milliseconds of a request within the process; and the median of the processor's milliseconds, those
of the request and of its database process together, which other work on the machine hardly moves.
The goal is that the most deals cost at most 1.5 times the fewest.
"""

import sys
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median

from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

import tests.conftest  # noqa: F401 - sets Django up
from tests.browser.premises import furnish
from tests.cast import signed_in
from tests.house.test_query_counts import PAGES, World, a_world

FEW, SOME = 10, 100
FINDINGS = 100
LINES = 12
ROUNDS = 20

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
        pattern = f"(select * from {self.table} where {self.where} limit 1)"  # noqa: S608
        return " ".join(
            (
                f"insert into {self.table} ({names})",
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


@dataclass(frozen=True)
class Cost:
    """What a page costs: queries, the 95th percentile of its milliseconds, the processor's."""

    queries: int
    p95: float
    processor: float


def cost_of(client: Client, address: str) -> Cost:
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200, address
    queries = len(captured)  # now: the next request begins its log anew
    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        (database,) = cursor.fetchone()
    taken, worked = [], []
    for _ in range(ROUNDS):
        start, before = time.perf_counter(), _processor(database)
        client.get(address)
        taken.append((time.perf_counter() - start) * 1000)
        worked.append(_processor(database) - before)
    return Cost(queries, sorted(taken)[int(ROUNDS * 0.95) - 1], median(worked))


def _processor(database: int) -> float:
    """Milliseconds that this process and its database process have worked (Linux)."""
    theirs = Path(f"/proc/{database}/schedstat").read_text("ascii").split()[0]
    return time.process_time() * 1000 + int(theirs) / 10**6


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def costs(client: Client, world: World) -> dict[str, Cost]:
    addresses = {**PAGES, **MORE}
    return {name: cost_of(client, world.address(page)) for name, page in addresses.items()}


def main() -> None:
    deals = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    call_command("migrate", verbosity=0)
    furnish()
    with transaction.atomic():
        world = a_world(FEW)
        connection.run_on_commit.clear()  # no worker is here to take anything up
    client = signed_in(world.partner)
    client.defaults["HTTP_HOST"] = "127.0.0.1"
    sizes = [FEW, *(size for size in (SOME, deals) if size > FEW)]
    found = [costs(client, world)]
    for have, wanted in pairwise(sizes):
        start = time.perf_counter()
        grow(world, have, wanted)
        say(f"{wanted} deals, {wanted * FINDINGS} findings in {time.perf_counter() - start:.0f} s")
        found.append(costs(client, world))
    report(sizes, found)


def report(sizes: list[int], found: list[dict[str, Cost]]) -> None:
    heads = "".join(f"{size:>8}" for size in sizes)
    say(f"{'':<24}{'queries':>8}{'p95 ms':>{8 * len(sizes)}}{'processor ms':>{8 * len(sizes)}}")
    say(f"{'page':<24}{'':>8}{heads}{heads}{'ratio':>8}{'to 100':>8}")
    for name in found[0]:
        row = [each[name] for each in found]
        queries = "/".join(dict.fromkeys(str(each.queries) for each in row))
        p95 = "".join(f"{each.p95:>8.1f}" for each in row)
        worked = "".join(f"{each.processor:>8.1f}" for each in row)
        last = row[-1].processor
        ratios = f"{last / row[0].processor:>8.2f}{last / row[1].processor:>8.2f}"
        say(f"{name:<24}{queries:>8}{p95}{worked}{ratios}")


if __name__ == "__main__":
    main()

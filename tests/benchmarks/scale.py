"""What a page costs with ten deals, and with ten thousand and a million findings.

    python -m diligence.config.embedded run -- python -m tests.benchmarks.scale [DEALS]

A firm of ten deals is made through the services; the rest are copies of one of them that PostgreSQL
writes itself, each with an audited repository of a hundred findings, an assessment with its
standing, and a dozen lines of the trail. Every page is asked for at both sizes, by a partner who
sees them all. Reported: queries, and the 95th percentile of the milliseconds of a request within
the process at both sizes, with their ratio (performance.md, "cost per added deal": at most 1.5).
"""

import sys
import time
from dataclasses import dataclass

from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

import tests.conftest  # noqa: F401 - sets Django up
from tests.browser.premises import furnish
from tests.cast import signed_in
from tests.house.test_query_counts import PAGES, World, a_world

FEW = 10
FINDINGS = 100
LINES = 12
ROUNDS = 20

MORE = {
    "portfolio by name": "/portfolio/?sort=startup",
    "portfolio by a lens": "/portfolio/?sort=-data",
    "portfolio, last page": "/portfolio/?page=9999",
    "table by startup": "/deals/?sort=startup",
    "table, words": "/deals/?q=startup",
    "table, last page": "/deals/?page=9999",
}

COPIES = """
create temporary table copied as
    select n, gen_random_uuid() startup, gen_random_uuid() deal, gen_random_uuid() repository,
           gen_random_uuid() run, gen_random_uuid() assessment, gen_random_uuid() scorecard
    from generate_series(1, %(copies)s) n;
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
        Copy("diligence_activity", deal, {"deal_id": "copied.deal"}, LINES),
    )  # fmt: skip


def grow(world: World, deals: int) -> None:
    """Copies the first deal until there are so many, and lets PostgreSQL count its tables."""
    with connection.cursor() as cursor:
        cursor.execute(COPIES, {"copies": deals - FEW})
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
    """What a page costs: queries, and the 95th percentile of its milliseconds."""

    queries: int
    p95: float


def cost_of(client: Client, address: str) -> Cost:
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200, address
    queries = len(captured)  # now: the next request begins its log anew
    taken = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        client.get(address)
        taken.append((time.perf_counter() - start) * 1000)
    return Cost(queries, sorted(taken)[int(ROUNDS * 0.95) - 1])


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
    few = costs(client, world)
    start = time.perf_counter()
    grow(world, deals)
    say(f"{deals} deals, {deals * FINDINGS} findings in {time.perf_counter() - start:.0f} s")
    many = costs(client, world)
    say(f"{'page':<24}{'queries':>9}{'':>4}{'p95 ms':>9}{'':>9}{'ratio':>7}")
    for name, before in few.items():
        after = many[name]
        say(
            f"{name:<24}{before.queries:>9}{after.queries:>4}"
            f"{before.p95:>9.1f}{after.p95:>9.1f}{after.p95 / before.p95:>7.2f}"
        )


if __name__ == "__main__":
    main()

"""Whatever falls, in any order, at any moment: everything ends, once, and nothing is lost.

The processes are those of production, on a PostgreSQL and a Redis of the test's own.
"""

import random
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.utils import timezone
from pytest_django.plugin import DjangoDbBlocker

from audits.engine.registry import catalogue
from audits.models import AuditRun, Repository, RoomRun
from audits.services.artifacts import consider_evidence
from audits.services.runs import request_run
from diligence.models import (
    Activity,
    EvidenceItem,
    IncomingUpload,
    OutboundMail,
    Preview,
    RoomExport,
)
from diligence.services.keeping import incoming_folder
from diligence.services.mail import queue_mail
from diligence.services.room_exports import request_export
from diligence.services.uploads import Announced, announce_upload, receive
from rubrics.models import Report
from rubrics.services.reports import issue_report
from tests.audits.building import a_bundle
from tests.cast import Cast, some_evidence, whole_cast
from tests.faults.house import House, Visitor, open_house, private_folder
from tests.faults.mailroom import open_mailroom
from tests.faults.workers import wait_for
from tests.rubrics.building import an_assessment

pytestmark = pytest.mark.faults

SEED = 20261129
HAZARDS = 14
MODULE = "import sklearn\n\ndef train_{n}(frame):\n    return sklearn.fit(frame, {n})\n"
FILES = {f"src/part_{n}.py": MODULE.format(n=n) * 8 for n in range(300)}
LOG = b"day,score,label\n" + b"".join(
    b"2026-05-%02d,0.%d,%d\n" % (n % 28 + 1, n % 10, n % 2) for n in range(400)
)
QUESTION = "main-model"


@dataclass
class Town:
    """A house, who is in it, and what its mail server was given."""

    house: House
    cast: Cast
    subjects: list[str]
    repositories: tuple[Repository, ...]


@pytest.fixture(scope="module")
def town(servers: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Town]:
    with (
        private_folder() as folder,
        open_mailroom() as (address, subjects),
        django_db_blocker.unblock(),
        open_house(folder, {"EMAIL_URL": address}) as house,
    ):
        cast = whole_cast()
        repositories = tuple(
            a_bundle(deal, deal.owner, folder / str(deal.pk), FILES)
            for deal in (cast.deal, cast.other_deal)
        )
        an_assessment(cast.deal)
        yield Town(house, cast, subjects, repositories)


# Everything at once ---------------------------------------------------------------------------


@dataclass
class Writer:
    """The founder, who goes on answering meanwhile and remembers what was said to be saved."""

    visitor: Visitor
    page: str
    saved: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def write(self) -> None:
        """One text after the other; whoever is told of a conflict goes on from what is there."""
        revision = number = 0
        while not self.over.wait(0.1):
            number += 1
            fields = {f"{QUESTION}.value": f"v{number}", f"{QUESTION}.revision": str(revision)}
            status, _ = self.visitor.ask(f"{self.page}answer/{QUESTION}/", fields)
            if status == 200:
                self.saved.append(f"v{number}")
            if status in (200, 409):
                revision += 1


def test_what_falls_at_random_ends_nothing_twice_and_loses_nothing(town: Town) -> None:
    house, cast = town.house, town.cast
    begin_everything(town)
    page = f"/room/{cast.deal.pk}/questionnaire/{cast.questionnaire.pk}/"
    writer = Writer(Visitor(house, cast.founder), page)
    writer.visitor.enter(f"{page}models/")
    writing = threading.Thread(target=writer.write)
    writing.start()
    let_things_fall(house, random.Random(SEED))  # noqa: S311 - the same every time
    writer.over.set()
    writing.join()
    wait_for(lambda: safely(let_time_pass))
    wait_for(lambda: safely(everything_is_over), "something never ended")
    wait_for(house.is_well)
    no_audit_is_there_twice()
    each_upload_is_one_piece_of_evidence()
    each_file_that_is_offered_is_there_once(house)
    each_mail_went_out(town)
    no_answer_is_lost(cast, writer)
    nothing_is_left_lying(house)


def begin_everything(town: Town) -> None:
    cast = town.cast
    for repository in town.repositories:
        request_run(actor=repository.added_by, repository=repository)
    consider_evidence(item=some_evidence(cast.deal, by=cast.founder, content=LOG))
    for _ in range(2):
        issue_report(actor=cast.analyst, deal=cast.deal)
    request_export(actor=cast.analyst, deal=cast.deal)
    for number in range(3):
        content = bytes([number]) * 3_000_000
        announced = Announced(f"log-{number}.bin", len(content), "1764000000000")
        upload = announce_upload(actor=cast.founder, deal=cast.deal, announced=announced)
        receive(actor=cast.founder, upload=upload, offset=0, pieces=[content])
    for number in range(12):
        queue_mail(to="freya@northwind.example", subject=f"Mail {number}", body="Come in.")


def let_things_fall(house: House, chance: random.Random) -> None:
    """One after the other, at moments of chance; each kind at least once."""
    hazards: list[Callable[[], None]] = [
        lambda: house.kill("worker-long"),
        lambda: house.kill_one(house.pool("worker-long")),
        lambda: house.kill_one(house.examinations()),
        lambda: house.kill("worker-short"),
        lambda: house.kill("beat"),
        lambda: house.kill("web"),
        house.empty_redis,
        house.crash_postgres,
    ]
    order = hazards + chance.choices(hazards, k=HAZARDS - len(hazards))
    chance.shuffle(order)
    for hazard in order:
        time.sleep(chance.uniform(0.2, 2.0))
        hazard()


def safely(what: Callable[[], bool]) -> bool:
    """The answer of the database, which may have ended under our own connection too."""
    try:
        return what()
    except DatabaseError:
        transaction.get_connection().close()
        return False


def let_time_pass() -> bool:
    """What nobody holds any more would be taken up again only after minutes."""
    gone = timezone.now() - timedelta(seconds=1)
    for rows in (Report.objects, RoomExport.objects, IncomingUpload.objects, Preview.objects):
        rows.filter(lease_until__isnull=False).update(lease_until=gone)
    OutboundMail.objects.filter(state="queued").update(not_before=gone)
    return True


def everything_is_over() -> bool:
    return not any(
        rows.exists()
        for rows in (
            AuditRun.objects.filter(state__in=("queued", "running")),
            RoomRun.objects.filter(state__in=("queued", "running")),
            Report.objects.filter(state__in=("queued", "running")),
            RoomExport.objects.filter(state__in=("queued", "running")),
            IncomingUpload.objects.filter(state="whole"),
            Preview.objects.filter(state="queued"),
            OutboundMail.objects.filter(state="queued"),
        )
    )


def no_audit_is_there_twice() -> None:
    for run in AuditRun.objects.all():
        told = Activity.objects.filter(verb="audit.finish", object_id=str(run.pk)).count()
        well = run.state == "succeeded"
        assert (run.practices.count(), told) == ((len(catalogue()), 1) if well else (0, 0))
        assert well or "signal 9" in run.failure or "3 times" in run.failure


def each_upload_is_one_piece_of_evidence() -> None:
    uploads = IncomingUpload.objects.all()
    assert {(each.state, each.failure) for each in uploads} == {("kept", "")}
    named = EvidenceItem.objects.filter(versions__filename__startswith="log-")
    assert named.count() == len({each.kept_as_id for each in uploads}) == 3


def each_file_that_is_offered_is_there_once(house: House) -> None:
    reports = [each.pdf_path for each in Report.objects.all() if each.state == "ready"]
    exports = [each.path for each in RoomExport.objects.all() if each.state == "ready"]
    assert len(reports) + len(exports) == Report.objects.count() + RoomExport.objects.count()
    kept = [*(house.data / "reports").iterdir(), *(house.data / "exports").iterdir()]
    assert {str(each.relative_to(house.data)) for each in kept} >= {*reports, *exports}
    call_command("verify_evidence", verbosity=0)


def each_mail_went_out(town: Town) -> None:
    assert {mail.state for mail in OutboundMail.objects.all()} == {"sent"}
    asked = {f"Mail {number}" for number in range(12)}
    assert asked <= set(town.subjects)
    again = OutboundMail.objects.filter(subject__in=asked, attempts__gt=1).count()
    assert sum(each in asked for each in town.subjects) <= len(asked) + again


def no_answer_is_lost(cast: Cast, writer: Writer) -> None:
    assert len(writer.saved) > 3
    row = cast.questionnaire.answers.get(question=QUESTION)
    assert int(row.value[1:]) >= int(writer.saved[-1][1:])
    kept = {str(each.value) for each in row.revisions.all()}
    assert set(writer.saved) <= kept | {row.value}


def nothing_is_left_lying(house: House) -> None:
    work = house.data / "work"
    wait_for(lambda: not work.exists() or not any(work.iterdir()))
    assert [each.name for each in incoming_folder().iterdir() if each.suffix == ".part"] == []


# One at a time --------------------------------------------------------------------------------


def test_a_transaction_that_the_database_did_not_finish_leaves_nothing(town: Town) -> None:
    cast, deal = town.cast, town.cast.other_deal
    before = deal.evidence.count(), deal.activities.count()
    with pytest.raises(DatabaseError):
        hand_in_two_while_the_database_falls(town)
    transaction.get_connection().close()
    assert (deal.evidence.count(), deal.activities.count()) == before
    wait_for(town.house.is_well)
    status, _ = Visitor(town.house, cast.other_founder).ask(f"/room/{deal.pk}/evidence/")
    assert status == 200
    assert some_evidence(deal, by=cast.other_founder, content=b"half a day").current is not None
    call_command("verify_evidence", verbosity=0)


@transaction.atomic
def hand_in_two_while_the_database_falls(town: Town) -> None:
    deal, founder = town.cast.other_deal, town.cast.other_founder
    some_evidence(deal, by=founder, content=b"half a day")
    town.house.crash_postgres()
    some_evidence(deal, by=founder, content=b"the other half")


def test_without_redis_pages_answer_and_what_was_asked_for_is_done_later(town: Town) -> None:
    analyst, repository = town.cast.analyst, town.repositories[0]
    page = f"/deals/{repository.deal_id}/audits/"
    visitor = Visitor(town.house, analyst)
    visitor.enter(page)
    town.house.stop_redis()
    before = repository.runs.count()
    began = time.monotonic()
    status, _ = visitor.ask(f"/repositories/{repository.pk}/run/", {"rev": "HEAD"})
    assert status == 200
    assert visitor.ask(page)[0] == 200
    assert time.monotonic() - began < 5  # half a second; each bell alone once took six
    assert repository.runs.count() == before + 1
    town.house.servers.start()
    wait_for(lambda: not repository.runs.filter(state__in=("queued", "running")).exists())
    assert repository.runs.latest("created_at").state == "succeeded"
    wait_for(town.house.is_well)

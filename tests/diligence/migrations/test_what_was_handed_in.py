"""Migration 0009 over rows as they were before it: the firm keeps what it had received, no more.

The tables of that time are made in a schema of their own, which goes with the test's transaction.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.apps.registry import Apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

pytestmark = pytest.mark.django_db
BEFORE = ("diligence", "0008_what_was_handed_in")
AFTER = ("diligence", "0009_mark_what_was_handed_in")
SUBMITTED = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def migrated_to(target: tuple[str, str]) -> Apps:
    executor = MigrationExecutor(connection)
    executor.migrate([target])
    return executor.loader.project_state(target).apps


@pytest.fixture
def before(db: None) -> Iterator[Apps]:
    """The models of the migration before, over empty tables."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA of_that_time")
        cursor.execute("SET search_path TO of_that_time")
    yield migrated_to(BEFORE)
    with connection.cursor() as cursor:
        cursor.execute("SET search_path TO DEFAULT")


class Past:
    """One deal with one questionnaire, by the models of a time."""

    def __init__(self, apps: Apps, submitted_at: datetime | None) -> None:
        self._model = lambda name: apps.get_model("diligence", name)
        self.by = self._model("User").objects.create(email="founder@example.com")
        startup = self._model("Startup").objects.create(name="Northwind")
        stage = self._model("Stage").objects.first()
        self.deal = self._model("Deal").objects.create(
            startup=startup, name="Seed", round="seed", stage=stage, owner=self.by
        )
        template = self._model("QuestionnaireTemplate").objects.create(
            slug="audit", version=1, title="Audit", source="", sha256="0" * 64
        )
        self.questionnaire = self._model("Questionnaire").objects.create(
            deal=self.deal, template=template, issued_by=self.by, submitted_at=submitted_at
        )

    def answer(self, question: str, *written: datetime, files: int = 0) -> Any:
        """An answer that was written at these times, with so many files attached."""
        answer = self._model("Answer").objects.create(
            questionnaire=self.questionnaire, question=question, updated_by=self.by,
            revision=len(written),
        )  # fmt: skip
        for number, at in enumerate(written, start=1):
            revision = answer.revisions.create(number=number, value=number, by=self.by)
            answer.revisions.filter(pk=revision.pk).update(at=at)
        for number in range(files):
            title = f"{question}-{number}"
            answer.evidence.add(
                self._model("EvidenceItem").objects.create(
                    deal=self.deal, title=title, created_by=self.by
                )
            )
        return answer


def marked(answer: Any) -> list[tuple[int, datetime, int]]:
    """What is marked as handed in after the migration: number, when, files."""
    apps = migrated_to(AFTER)
    rows = apps.get_model("diligence", "AnswerRevision").objects.filter(answer=answer.pk)
    rows = rows.exclude(handed_in_at=None).order_by("number")
    return [(row.number, row.handed_in_at, len(row.evidence)) for row in rows]


def test_a_questionnaire_that_was_never_submitted_has_nothing_handed_in(before: Apps) -> None:
    answer = Past(before, None).answer("trains", SUBMITTED - HOUR, files=1)
    assert marked(answer) == []


def test_what_was_first_written_after_the_submission_stays_the_startups_own(before: Apps) -> None:
    answer = Past(before, SUBMITTED).answer("trains", SUBMITTED + HOUR, files=1)
    assert marked(answer) == []


def test_the_newest_revision_before_the_submission_is_what_the_firm_had(before: Apps) -> None:
    times = (SUBMITTED - 2 * HOUR, SUBMITTED - HOUR, SUBMITTED + HOUR)
    answer = Past(before, SUBMITTED).answer("trains", *times, files=2)
    assert marked(answer) == [(2, SUBMITTED, 2)]


def test_an_answer_that_was_only_a_file_gets_its_first_revision(before: Apps) -> None:
    answer = Past(before, SUBMITTED).answer("card", files=1)
    assert marked(answer) == [(1, SUBMITTED, 1)]


def test_an_answer_without_anything_gets_none(before: Apps) -> None:
    assert marked(Past(before, SUBMITTED).answer("card")) == []

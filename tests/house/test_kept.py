"""Worlds that are put back as rows are what the services make, and no two of them are one."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from diligence.models import Deal, Stage, User
from tests.cast import Cast, person, whole_cast
from tests.kept import Kept, keep, lines

pytestmark = pytest.mark.django_db


def rows_after(make: Callable[[], object]) -> dict[str, int]:
    """How many rows each table has afterwards; what was made is taken back."""
    with transaction.atomic():
        make()
        found = {table: rows.total() for table, rows in lines().items()}
        transaction.set_rollback(True)
    return found


def test_the_rows_are_those_that_the_services_make(kept_cast: Kept[Cast]) -> None:
    made = rows_after(whole_cast)
    assert rows_after(kept_cast.put_back) == made != rows_after(lambda: None)


def test_what_one_test_does_reaches_no_other(kept_cast: Kept[Cast]) -> None:
    with transaction.atomic():
        first = kept_cast.put_back()
        first.deal.name = "Another"
        first.deal.save()
        first.questionnaire.deal.owner.name = "Somebody else"
        person("somebody", name="Who came later")
        transaction.set_rollback(True)
    second = kept_cast.put_back()
    assert second.deal.name == "Seed 2026" == Deal.objects.get(pk=second.deal.pk).name
    assert second.questionnaire.deal.owner.name == "Ada Analyst"
    assert not User.objects.filter(name="Who came later").exists()


def test_triggers_and_keys_hold_again_afterwards(kept_cast: Kept[Cast]) -> None:
    """What writes rows without them may not leave them switched off."""
    cast = kept_cast.put_back()
    cast.deal.startup.name = "Northwind Renamed"
    cast.deal.startup.save()
    cast.deal.refresh_from_db()
    assert cast.deal.startup_name == "Northwind Renamed"


def test_a_world_that_changes_what_is_there_is_not_kept() -> None:
    def rename() -> None:
        Stage.objects.filter(name="Passed").update(name="Refused")

    with pytest.raises(AssertionError, match="changes what was there"):
        keep(rename)
    assert Stage.objects.filter(name="Passed").exists()


def test_a_key_that_names_nothing_is_refused_at_the_latest_at_the_end() -> None:
    """The rows of a kept world are checked as it is made."""

    def hang() -> None:
        Stage.objects.create(pipeline_id=uuid4(), name="Nowhere", position=99)

    with pytest.raises(IntegrityError, match="violates foreign key"):
        keep(hang)

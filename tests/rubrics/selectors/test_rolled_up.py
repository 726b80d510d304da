"""The roll-up of what is stored: the order in which rows lie in the database moves no byte."""

import pytest
from django.db import connection

from rubrics.models import Assessment, Score, Scorecard
from rubrics.scoring.rollup import rollup_json
from rubrics.selectors.assessments import rolled_up
from rubrics.services.knock_outs import suspect_knock_out
from tests.cast import Cast
from tests.rubrics.building import a_scorecard, an_assessment

LEVELS = {"data-versioning": 3, "data-validation": 0, "licence-fit": 1}


def lie_backwards(*models: type[Score | Scorecard]) -> None:
    """Writes every row anew, last first, so that reading without an order finds them turned."""
    with connection.cursor() as cursor:
        for model in models:
            table = model._meta.db_table
            cursor.execute(f"select id from {table} order by ctid")  # noqa: S608 - a table of our own
            for (pk,) in reversed(cursor.fetchall()):
                # The names are of our own tables.
                cursor.execute(f"update {table} set id = id where id = %s", [pk])  # noqa: S608


def in_the_order_of_the_heap() -> list[object]:
    with connection.cursor() as cursor:
        cursor.execute("select id from rubrics_score order by ctid")
        return [pk for (pk,) in cursor.fetchall()]


@pytest.mark.parametrize("mode", [Assessment.Mode.ASSISTED, Assessment.Mode.BLIND])
def test_rows_that_lie_in_another_order_give_the_same_bytes(cast: Cast, mode: str) -> None:
    assessment = an_assessment(cast.deal, mode=mode)
    a_scorecard(assessment, cast.reviewer, levels=LEVELS, locked=True)
    if mode == Assessment.Mode.BLIND:
        a_scorecard(assessment, cast.partner, level=3, locked=True)
    for code in ("K7", "K1", "K10"):
        suspect_knock_out(actor=cast.analyst, assessment=assessment, code=code, because="Seen.")
    assessment = Assessment.objects.get(pk=assessment.pk)
    before, lay = rollup_json(rolled_up(assessment)), in_the_order_of_the_heap()
    lie_backwards(Score, Scorecard)
    assert in_the_order_of_the_heap() != lay
    assert rollup_json(rolled_up(Assessment.objects.get(pk=assessment.pk))) == before
    assert b'"knock_outs":["K1","K7","K10"]' in before

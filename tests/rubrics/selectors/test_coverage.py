"""The coverage map: what is not there is nothing, and a piece counts where it belongs."""

import pytest

from diligence.models import EvidenceLink, Origin
from diligence.services.evidence import withdraw_evidence
from diligence.services.questionnaires import attach_evidence, submit_questionnaire
from rubrics.selectors.coverage import CriterionCoverage, coverage_of
from tests.audits.building import a_finished_run, a_report, a_repository
from tests.cast import Cast, answer, answer_all, some_evidence
from tests.rubrics.building import an_assessment


def row(cast: Cast, criterion: str) -> CriterionCoverage:
    found = coverage_of(cast.deal)
    assert found is not None
    return next(
        each for lens in found.lenses for each in lens.criteria if each.criterion.id == criterion
    )


@pytest.fixture(autouse=True)
def _assessed(cast: Cast) -> None:
    an_assessment(cast.deal)


def link(cast: Cast, criterion: str, **more: object) -> EvidenceLink:
    item = some_evidence(cast.deal, by=cast.founder)
    type(item).objects.filter(pk=item.pk).update(**more)
    return EvidenceLink.objects.create(
        item=item, kind="criterion", reference=criterion, by=cast.analyst
    )


def test_where_nothing_was_handed_in_there_is_nothing(cast: Cast) -> None:
    answer(cast.questionnaire, "trains", "yes", by=cast.founder)
    found = coverage_of(cast.deal)
    assert found is not None
    assert dict(found.best) == {
        "observed": 0, "collected": 0, "document": 0, "statement": 0, "nothing": found.criteria
    }  # fmt: skip


def test_a_verdict_that_could_not_be_reached_is_nothing(cast: Cast) -> None:
    repository = a_repository(cast.deal, cast.analyst)
    a_finished_run(repository, a_report({"data-versioning": "unknown"}))
    assert row(cast, "data-versioning").best == "nothing"
    a_finished_run(repository, a_report({"data-versioning": "no"}))
    assert row(cast, "data-versioning").best == "observed"


def test_evidence_counts_by_its_origin_and_not_after_it_was_withdrawn(cast: Cast) -> None:
    linked = link(cast, "data-versioning", origin=Origin.THIRD_PARTY)
    link(cast, "experiment-tracking", origin=Origin.COLLECTED)
    assert row(cast, "data-versioning").counts == (0, 0, 1, 0)
    assert row(cast, "experiment-tracking").best == "collected"
    withdraw_evidence(actor=cast.founder, item=linked.item, because="Wrong file.")
    assert row(cast, "data-versioning").best == "nothing"


def test_an_answer_is_a_statement_until_a_file_is_attached(cast: Cast) -> None:
    template = cast.questionnaire.template
    template.source = template.source.replace("criteria: [s1]", "criteria: [data-versioning]")
    template.sha256 = "0" * 64
    template.save()
    answer_all(cast.questionnaire, by=cast.founder)
    assert row(cast, "data-versioning").best == "nothing"
    submit_questionnaire(actor=cast.founder, questionnaire=cast.questionnaire)
    assert row(cast, "data-versioning").counts == (0, 0, 0, 1)


def test_the_same_file_counts_once(cast: Cast) -> None:
    template = cast.questionnaire.template
    template.source = template.source.replace("criteria: [s1]", "criteria: [data-versioning]")
    template.sha256 = "1" * 64
    template.save()
    linked = link(cast, "data-versioning")
    attach_evidence(
        actor=cast.founder, questionnaire=cast.questionnaire, question_id="trains", item=linked.item
    )
    answer_all(cast.questionnaire, by=cast.founder)
    submit_questionnaire(actor=cast.founder, questionnaire=cast.questionnaire)
    assert row(cast, "data-versioning").counts == (0, 0, 1, 0)

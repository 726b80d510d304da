"""The catalogue as a whole: no practice is forgotten, every check has its page and its tests."""

import os
from pathlib import Path

import pytest

from audits.engine.registry import catalogue
from audits.engine.types import Check

SNAPSHOT = Path(__file__).with_name("catalog.txt")
PAGE = ("Why an investor asks", "How we look", "What we cannot see", "Remedy", "False alarms")

LABELLED = """
    has-ml ml-kind thin-llm-wrapper data-versioning data-validation data-lineage-or-pipeline
    data-sheet-or-data-doc feature-store experiment-tracking reproducible-env seeds-fixed
    training-code-outside-notebooks hyperparameter-config hyperparameter-search
    model-evaluation-code llm-evals notebooks-out-of-order model-registry containerised-serving
    serving-framework automated-deploy rollback-or-staged-rollout model-monitoring drift-detection
    prediction-logging-with-model-version automated-retraining ci-present ci-runs-tests
    tests-present ci-trains-or-evaluates-model ci-performance-gate data-tests-in-ci fairness-checks
    model-card secrets-committed pinned-ci-actions dependency-updates-bot codeowners licence-file
    sbom-or-provenance audit-log security-policy unsafe-model-serialization
"""
"""The practices whose verdicts are held against labelled repositories; their ids never change."""


def as_text() -> str:
    """One line a check: id, nature, when it makes sense, title."""
    return "".join(f"{c.id} | {c.nature} | {c.needs or '-'} | {c.title}\n" for c in catalogue())


def test_the_catalogue_is_what_was_reviewed() -> None:
    """Rewritten with UPDATE_SNAPSHOTS=1; the diff shows what came and went."""
    if os.environ.get("UPDATE_SNAPSHOTS"):
        SNAPSHOT.write_text(as_text(), "utf-8")
    assert as_text() == SNAPSHOT.read_text("utf-8")


def test_no_labelled_practice_is_forgotten() -> None:
    known = {check.practice for check in catalogue()}
    labelled = set(LABELLED.split())
    assert len(labelled) == 43
    assert labelled - known == set()


@pytest.mark.parametrize("check", catalogue(), ids=lambda check: check.practice)
def test_every_check_has_its_whole_page(check: Check) -> None:
    missing = [part for part in PAGE if part.lower() not in check.doc.lower()]
    assert missing == []


@pytest.mark.parametrize("check", catalogue(), ids=lambda check: check.practice)
def test_every_check_has_its_tests(check: Check) -> None:
    name = f"test_{check.practice.replace('-', '_')}.py"
    assert (SNAPSHOT.parent / "checks" / check.lens.value / name).is_file()

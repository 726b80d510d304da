"""The first rubric says what the method says."""

from collections import Counter
from fractions import Fraction

import pytest

from rubrics.catalog.loader import load_rubric

RUBRIC = load_rubric("mlops-diligence", 1)

LABELS = """
has-ml ml-kind thin-llm-wrapper data-versioning data-validation data-lineage-or-pipeline
feature-store experiment-tracking reproducible-env seeds-fixed training-code-outside-notebooks
hyperparameter-config hyperparameter-search model-evaluation-code notebooks-out-of-order
model-registry containerised-serving serving-framework automated-deploy rollback-or-staged-rollout
model-monitoring drift-detection automated-retraining prediction-logging-with-model-version
audit-log ci-present ci-runs-tests ci-trains-or-evaluates-model ci-performance-gate
data-tests-in-ci fairness-checks llm-evals model-card data-sheet-or-data-doc licence-file
codeowners security-policy tests-present dependency-updates-bot secrets-committed
unsafe-model-serialization pinned-ci-actions sbom-or-provenance
"""

FURTHER = """
    bulk-import bus-factor doubtful-dates fresh-code secrets-in-history
    workflow-hazards notebook-hidden-state personal-data-in-notebooks
    parked-workflows dependency-licences model-licences base-models-pinned hosted-models-pinned
    stand-in-results prompts-in-files evals-of-served-model
"""
"""Signals beyond the labels, which inform criteria (specification of the checks, its head)."""


def test_it_has_forty_five_criteria_in_six_lenses() -> None:
    assert len(RUBRIC.criteria) == 45
    counts = Counter(criterion.lens for criterion in RUBRIC.criteria)
    assert [counts[lens.id] for lens in RUBRIC.lenses] == [9, 8, 9, 6, 7, 6]


def test_the_lens_weights_add_up_to_one() -> None:
    assert sum(Fraction(str(lens.weight)) for lens in RUBRIC.lenses) == 1


def test_the_keystones_are_the_twelve_of_the_method() -> None:
    keystones = {criterion.id for criterion in RUBRIC.criteria if criterion.keystone}
    assert keystones == {
        "data-rights-consent",
        "data-versioning",
        "retrieval-corpus-control",
        "experiment-tracking",
        "training-reproducibility",
        "llm-eval-suite",
        "rollback-capability",
        "drift-detection",
        "performance-gate",
        "prediction-traceability",
        "risk-classification",
        "claim-evidence-match",
    }


def test_every_practice_of_the_audit_stands_beside_some_criterion() -> None:
    informing = {item.practice for criterion in RUBRIC.criteria for item in criterion.informed_by}
    assert informing == set(LABELS.split()) | set(FURTHER.split())


def test_only_hazards_are_marked_as_hazards() -> None:
    hazards = {
        item.practice
        for criterion in RUBRIC.criteria
        for item in criterion.informed_by
        if item.hazard
    }
    assert hazards == {
        "secrets-committed",
        "unsafe-model-serialization",
        "notebooks-out-of-order",
        "thin-llm-wrapper",
        "bus-factor",
        "secrets-in-history",
        "workflow-hazards",
        "notebook-hidden-state",
        "dependency-licences",
        "model-licences",
        "stand-in-results",
    }


@pytest.mark.parametrize(
    ("stage", "flags", "criterion", "target"),
    [
        ("pre-seed", set(), "data-versioning", 1),
        ("pre-seed", set(), "secrets-access", 0),
        ("seed", set(), "secrets-access", 2),
        ("seed", set(), "audit-trail", 1),
        ("series-a", set(), "data-versioning", 3),
        ("series-a", set(), "secrets-access", 2),
        ("series-b", set(), "audit-trail", 3),
        ("control", set(), "audit-trail", 3),
        ("control", {"hr"}, "audit-trail", 4),
        ("control", {"hr"}, "risk-classification", 4),
        ("control", {"hr"}, "data-versioning", 3),
    ],
)
def test_the_stage_sets_the_target(
    stage: str, flags: set[str], criterion: str, target: int
) -> None:
    assert RUBRIC.target(RUBRIC.criterion(criterion), stage, flags) == target


@pytest.mark.parametrize(
    ("archetypes", "flags", "criterion", "reason"),
    [
        (
            {"clf"},
            set(),
            "retrieval-corpus-control",
            "Applies only to “Retrieval, prompts or agents on a language model”.",
        ),
        (
            {"rag"},
            set(),
            "training-reproducibility",
            "Applies only to “Trains its own models” or “Adapts open or hosted weights”.",
        ),
        (
            {"clf"},
            {"no-people"},
            "fairness-gate",
            "Does not apply under “No output concerns a person”.",
        ),
        ({"clf"}, set(), "fairness-gate", ""),
        (set(), set(), "data-versioning", ""),
        ({"clf", "rag"}, set(), "retrieval-corpus-control", ""),
    ],
)
def test_what_does_not_apply_says_why(
    archetypes: set[str], flags: set[str], criterion: str, reason: str
) -> None:
    found = RUBRIC.criterion(criterion)
    assert RUBRIC.why_not_applicable(found, archetypes, flags) == reason
    assert found.applies_to(archetypes, flags) is (reason == "")


def test_every_knock_out_can_be_raised_by_some_criterion() -> None:
    raised = {identifier for criterion in RUBRIC.criteria for identifier in criterion.knock_outs}
    everywhere = {item.id for item in RUBRIC.knock_outs if item.any_criterion}
    assert raised | everywhere == {f"K{number}" for number in range(1, 11)}
    assert everywhere == {"K9"}

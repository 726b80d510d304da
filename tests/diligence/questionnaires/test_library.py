"""Every template of the library can be answered, informs known criteria and claims known things."""

import pytest

from diligence.questionnaires.conditions import visible_questions
from diligence.questionnaires.loader import load_library, load_template
from diligence.questionnaires.schema import AnswerValue, Profile, Template
from rubrics.catalog.loader import load_rubric

PRACTICES = frozenset(
    [
        "has-ml",
        "ml-kind",
        "thin-llm-wrapper",
        "data-versioning",
        "data-validation",
        "data-lineage-or-pipeline",
        "feature-store",
        "experiment-tracking",
        "reproducible-env",
        "seeds-fixed",
        "training-code-outside-notebooks",
        "hyperparameter-config",
        "hyperparameter-search",
        "model-evaluation-code",
        "notebooks-out-of-order",
        "model-registry",
        "containerised-serving",
        "serving-framework",
        "automated-deploy",
        "rollback-or-staged-rollout",
        "model-monitoring",
        "drift-detection",
        "automated-retraining",
        "prediction-logging-with-model-version",
        "audit-log",
        "ci-present",
        "ci-runs-tests",
        "ci-trains-or-evaluates-model",
        "ci-performance-gate",
        "data-tests-in-ci",
        "fairness-checks",
        "llm-evals",
        "model-card",
        "data-sheet-or-data-doc",
        "licence-file",
        "codeowners",
        "security-policy",
        "tests-present",
        "dependency-updates-bot",
        "secrets-committed",
        "unsafe-model-serialization",
        "pinned-ci-actions",
        "sbom-or-provenance",
    ]
)

LIBRARY = load_library()


@pytest.mark.parametrize("template", LIBRARY, ids=lambda template: template.name)
def test_every_practice_claimed_is_one_of_the_catalogue(template: Template) -> None:
    claimed = {
        str(question.claim.fields["practice"])
        for question in template.questions
        if question.claim is not None and question.claim.kind == "practice"
    }
    assert claimed <= PRACTICES


def test_the_audit_asks_for_every_criterion_of_the_rubric() -> None:
    wanted = {criterion.id for criterion in load_rubric("mlops-diligence", 1).criteria}
    asked = {name for item in load_template("mlops-audit", 1).questions for name in item.criteria}
    assert asked == wanted


def test_the_llm_audit_asks_for_every_criterion_of_such_a_product() -> None:
    rubric = load_rubric("mlops-diligence", 1)
    wanted = {c.id for c in rubric.criteria if c.archetypes == "all" or "rag" in c.archetypes}
    asked = {
        name for item in load_template("llm-product-audit", 1).questions for name in item.criteria
    }
    assert wanted <= asked


def test_the_annex_falls_away_where_nothing_is_high_risk() -> None:
    template = load_template("eu-ai-act-annex", 1)
    low = visible_questions(template, {"high-risk": False}, Profile())
    high = visible_questions(template, {"high-risk": True}, Profile())
    names = {question.id for question in high} - {question.id for question in low}
    assert {"technical-file", "quality-management", "conformity"} <= names
    assert {"ai-notice", "excluded-practices"} <= {question.id for question in low}


@pytest.mark.parametrize("template", LIBRARY, ids=lambda template: template.name)
def test_the_same_question_has_the_same_kind_of_answer_in_every_template(
    template: Template,
) -> None:
    types = {question.id: question.type for other in LIBRARY for question in other.questions}
    assert {q.id: q.type for q in template.questions} == {
        q.id: types[q.id] for q in template.questions
    }


@pytest.mark.parametrize("template", LIBRARY, ids=lambda template: template.name)
def test_texts_are_whole_sentences(template: Template) -> None:
    for question in template.questions:
        assert question.text[-1] in "?.", question.id
        assert question.why[-1] in "?.", question.id
        assert question.text[0].isupper(), question.id


@pytest.mark.parametrize(
    ("archetype", "approach"), [("clf", "train-own"), ("ft", "fine-tune"), ("rag", "retrieval")]
)
def test_one_startup_sees_a_bearable_number_of_questions(archetype: str, approach: str) -> None:
    template = load_template("mlops-audit", 1)
    answers: dict[str, AnswerValue] = {"ai-approach": [approach]}
    shown = visible_questions(template, answers, Profile(frozenset({archetype})))
    assert 35 <= len(shown) <= 55


def test_the_screening_stays_short() -> None:
    assert len(load_template("screening", 1).questions) <= 15

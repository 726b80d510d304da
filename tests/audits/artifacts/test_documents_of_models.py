"""Model cards, bills of materials and results of evaluations: what they state, and nothing more."""

import json
from pathlib import Path
from typing import Any

import pytest

from audits.artifacts.model_card import card_of
from audits.engine.report import Artifact
from audits.facts.bill_of_materials import BillOfMaterials, ListedModel
from audits.facts.eval_results import EvalResults
from audits.facts.model_card import ModelCard
from audits.services.room import measure_room
from audits.services.room_things import infer

CARD = """---
license: apache-2.0
base_model: mistralai/Mistral-7B-v0.3
datasets:
- acme/contracts
model-index:
- name: m
  results:
  - dataset: {name: held out, type: x}
    metrics: [{type: f1, value: 0.91}, {type: bleu, value: 30}]
---
# Model card for Clauses

## Intended use
It marks clauses in supply contracts that deviate from the house standard.

## Training data
[More Information Needed]

## Evaluation
| metric | value |
| --- | --- |
| Accuracy | 93.5 % |
Recall of 0.8 at precision 0.9 on the same set of documents, which is two figures in one line.

## Limitations
It was never tried on languages other than English, nor on scans of bad quality.
"""


def measured(folder: Path, name: str, text: str) -> Artifact:
    (folder / name).write_text(text)
    (artifact,) = measure_room(folder).artifacts
    return artifact


def test_a_card_states_its_sections_and_figures() -> None:
    card = card_of(CARD)
    assert card.sections.missing == ("training data",)
    assert "intended use" in card.sections.present
    assert (card.licence, card.licence_line) == ("apache-2.0", 2)
    assert (card.base_model, card.base_line) == ("mistralai/Mistral-7B-v0.3", 3)
    assert card.datasets == ("acme/contracts",)
    assert [(m.name, m.value, m.dataset) for m in card.metrics] == [
        ("f1", 0.91, "held out"), ("accuracy", 0.935, ""),
    ]  # fmt: skip
    assert CARD.splitlines()[card.metrics[1].line - 1] == "| Accuracy | 93.5 % |"


@pytest.mark.parametrize(
    "text", ["", "---\n", "---\na: &x 1\nb: *x\n---\n", "# Notes\nPlain words."]
)
def test_a_card_without_anything_states_nothing(text: str) -> None:
    card = card_of(text)
    assert (card.licence, card.base_model, card.metrics) == ("", "", ())


def test_a_card_is_known_in_a_room(tmp_path: Path) -> None:
    artifact = measured(tmp_path, "README.md", CARD)
    assert artifact.kind == "model-card"
    assert isinstance(artifact.facts, ModelCard)
    assert ModelCard.restored(artifact.facts.document()) == artifact.facts


def test_a_readme_of_code_is_no_card(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("# churnly\n\nPredicts churn with accuracy 0.9.\n")
    assert infer(tmp_path / "README.md").kind != "model-card"


# Bills of materials

APACHE = ListedModel("ours", "2", "Apache-2.0")
CYCLONE = {
    "bomFormat": "CycloneDX", "specVersion": "1.6",
    "metadata": {"timestamp": "2026-05-01T00:00:00Z", "tools": [{"name": "syft"}]},
    "components": [
        {"type": "library", "name": "torch", "licenses": [{"license": {"id": "BSD-3-Clause"}}]},
        {"type": "machine-learning-model", "name": "ours", "version": "2",
         "licenses": [{"expression": "Apache-2.0"}]},
        {"type": "data", "name": "contracts"},
    ],
}  # fmt: skip
SPDX2 = {
    "spdxVersion": "SPDX-2.3",
    "creationInfo": {"created": "2026-05-01", "creators": ["Tool: x"]},
    "packages": [{"name": "a", "licenseConcluded": "NOASSERTION", "licenseDeclared": "MIT"}],
}
SPDX3 = {
    "@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld",
    "@graph": [
        {"type": "CreationInfo", "specVersion": "3.0.1", "created": "2026-05-01T00:00:00Z"},
        {"type": "ai_AIPackage", "spdxId": "m", "name": "ours", "software_packageVersion": "2"},
        {"type": "dataset_DatasetPackage", "spdxId": "d", "name": "contracts"},
        {"type": "simplelicensing_LicenseExpression", "spdxId": "l",
         "simplelicensing_licenseExpression": "MIT"},
        {"relationshipType": "hasDeclaredLicense", "from": "m", "to": ["l"]},
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("bill", "form", "components", "models", "datasets"),
    [
        (CYCLONE, ("CycloneDX", "1.6"), 3, (APACHE,), ("contracts",)),
        (SPDX2, ("SPDX", "2.3"), 1, (), ()),
        (SPDX3, ("SPDX", "3.0.1"), 2, (ListedModel("ours", "2", "MIT"),), ("contracts",)),
    ],
)
def test_bills_of_materials(
    tmp_path: Path, bill: Any, form: tuple[str, str], components: int, models: Any, datasets: Any
) -> None:
    artifact = measured(tmp_path, "bom.json", json.dumps(bill))
    facts = artifact.facts
    assert artifact.kind == "sbom"
    assert isinstance(facts, BillOfMaterials)
    assert (facts.form, facts.version) == form
    assert (facts.components, facts.models, facts.datasets) == (components, models, datasets)
    assert sum(facts.licences.values()) == components


# Evaluations

PROMPTFOO = {
    "evalId": "e", "results": {"version": 3, "timestamp": "2026-05-01T10:00:00Z", "stats": {},
    "results": [
        {"success": True, "provider": {"id": "openai:gpt-4o"}, "prompt": {"label": "clauses"}},
        {"success": False, "provider": "openai:gpt-4o", "prompt": {"label": "clauses"}},
    ]},
}  # fmt: skip
HARNESS = {
    "results": {"mmlu": {"alias": "mmlu", "acc,none": 0.6, "acc_stderr,none": 0.01}},
    "n-samples": {"mmlu": {"original": 900, "effective": 800}}, "date": 1777630000.0,
    "config": {"model": "hf", "model_args": "pretrained=org/m"},
}  # fmt: skip
RAGAS = [{"user_input": "a", "faithfulness": 0.8}, {"user_input": "b", "faithfulness": 0.6}]
DEEPEVAL = {
    "test_results": [
        {"name": "a", "success": True, "metrics_data": [{"name": "Bias", "success": True}]},
        {"name": "b", "success": False, "metrics_data": [{"name": "Bias", "success": False}]},
        {"name": "c", "success": True, "metrics_data": [{"name": "Bias", "success": True}]},
    ]
}


@pytest.mark.parametrize(
    ("results", "tool", "cases", "rate", "score"),
    [
        (PROMPTFOO, "promptfoo", 2, 0.5, None), (HARNESS, "lm-evaluation-harness", 800, None, 0.6),
        (RAGAS, "ragas", 2, None, 0.7), (DEEPEVAL, "deepeval", 3, 0.666667, None),
    ],
)  # fmt: skip
def test_results_of_evaluations(
    tmp_path: Path, results: Any, tool: str, cases: int, rate: float | None, score: float | None
) -> None:
    artifact = measured(tmp_path, "results.json", json.dumps(results))
    facts = artifact.facts
    assert artifact.kind == "eval-results"
    assert isinstance(facts, EvalResults)
    assert (facts.tool, facts.cases, facts.suites[0].score) == (tool, cases, score)
    assert (facts.pass_rate.value if facts.pass_rate else None) == rate


def test_dates_and_models_of_evaluations(tmp_path: Path) -> None:
    facts = measured(tmp_path, "results.json", json.dumps(PROMPTFOO)).facts
    assert isinstance(facts, EvalResults)
    assert (facts.date, facts.models) == ("2026-05-01T10:00:00Z", ("openai:gpt-4o",))


@pytest.mark.parametrize("content", [{}, {"results": []}, {"results": {"a": 1}}, [1], [{"a": 1}]])
def test_other_json_is_no_evaluation(tmp_path: Path, content: Any) -> None:
    (tmp_path / "x.json").write_text(json.dumps(content))
    assert infer(tmp_path / "x.json").kind not in ("eval-results", "sbom", "model-card")

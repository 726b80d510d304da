"""The first rubric gives every criterion what the method gives it and leaves nothing blank."""

import pytest

from rubrics.catalog.loader import load_rubric
from rubrics.catalog.schema import Criterion

RUBRIC = load_rubric("mlops-diligence", 1)

METHOD = """
data-inventory-provenance 2 - - VLR all doc
data-rights-consent 3 key K2 VLR all doc
data-versioning 3 key - VC all -
data-lineage-transform 2 - - VRC all -
data-quality-gates 2 - - VC all -
label-quality 1 - - VL clf+ft -
eval-split-integrity 3 - K1 VL all -
privacy-erasure 2 - K2 LR all doc
retrieval-corpus-control 2 key - VLR rag -
experiment-tracking 3 key - VC clf+ft+rag -
training-reproducibility 3 key K5 VC clf+ft -
notebook-to-pipeline 2 - - VC clf+ft+rag -
evaluation-depth-slices 3 - K1 VLR clf+ft -
model-registry-approval 2 - - VRC clf+ft -
finetune-governance 2 - K4 VLC ft -
llm-eval-suite 3 key - VL rag+ft -
prompt-config-versioning 2 - - VCR rag+ft -
deploy-automation 2 - - VC all -
rollback-capability 3 key - LC all -
progressive-delivery 1 - - LC all -
serving-contract-skew 2 - - VL clf+ft -
quality-in-production 3 - K1 VL all -
drift-detection 3 key - VC all -
retraining-loop 2 - - VC clf+ft -
llm-observability 2 - - VLC rag+ft -
provider-continuity 2 - K10 VC rag+ft -
ml-code-tests 2 - - VC all -
performance-gate 3 key - VL all -
fairness-gate 2 - - LR all -
safety-redteam-gate 2 - - LR rag+ft -
pipeline-integrity 2 - - LC all -
artifact-integrity 1 - K8 LR all -
prediction-traceability 3 key K6 LR all -
audit-trail 2 - - LR all -
model-documentation 1 - - LR all doc
risk-classification 2 key K3 LRV all doc
licence-supply-chain 2 - K4 VL all doc
secrets-access 2 - K7 LC all -
llm-app-security 2 - - LR rag -
claim-evidence-match 3 key K1 VL all -
proprietary-share 2 - - V all -
performance-claim-replay 2 - K1 VL all -
human-labour-disclosure 2 - K1 VL all -
ip-team-continuity 2 - K5 VC all doc
inference-economics 1 - - V all -
"""
"""Id, weight, keystone, knock-outs, risks, archetypes and document, as the method has them."""


def _row(criterion: Criterion) -> str:
    on = criterion.archetypes if criterion.archetypes == "all" else "+".join(criterion.archetypes)
    key, doc = "key" if criterion.keystone else "-", "doc" if criterion.doc else "-"
    knock_outs = "+".join(criterion.knock_outs) or "-"
    head = f"{criterion.id} {criterion.weight} {key} {knock_outs}"
    return f"{head} {''.join(criterion.risk)} {on} {doc}"


def test_every_criterion_has_the_weight_and_the_marks_of_the_method() -> None:
    assert [_row(criterion) for criterion in RUBRIC.criteria] == METHOD.split("\n")[1:-1]


def test_the_stages_expect_what_the_method_expects() -> None:
    expected = [(stage.id, stage.keystone, stage.other) for stage in RUBRIC.stages]
    assert expected == [
        ("pre-seed", 1, 0),
        ("seed", 2, 1),
        ("series-a", 3, 2),
        ("series-b", 3, 3),
        ("control", 3, 3),
    ]


@pytest.mark.parametrize("criterion", RUBRIC.criteria, ids=lambda criterion: criterion.id)
def test_no_text_is_blank_and_no_two_anchors_are_alike(criterion: Criterion) -> None:
    founder = criterion.founder
    texts = (criterion.title, criterion.ask, criterion.proof, criterion.src)
    assert all(text.strip() for text in (*texts, founder.q, founder.upload, *criterion.levels))
    assert len(set(criterion.levels)) == 5

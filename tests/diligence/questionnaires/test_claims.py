"""Answers become claims of the engine's kinds, and hidden or negative ones do not."""

from diligence.questionnaires.claims import AnswerClaim, ClaimAhead, claim_ahead, claims_of
from diligence.questionnaires.schema import TableRow
from tests.diligence.questionnaires.toy import OPTIONS, question, toy

METRICS = """\
columns:
  - id: metric
    label: Metric
    type: choice
    options: [{id: roc_auc, label: ROC AUC}, {id: f1, label: F1}]
  - {id: value, label: Value, type: number}
claim:
  kind: metric
  text: $metric is $value.
  fields: {metric: {from: metric}, value: {from: value}}
"""
DRIFT = "claim: {kind: practice, text: Drift is watched., fields: {practice: drift-detection}}"


def test_a_no_or_an_empty_answer_claims_nothing() -> None:
    template = toy(question("drift", extra=DRIFT))
    assert claims_of(template, {"drift": False}) == ()
    assert claims_of(template, {}) == ()


def test_a_hidden_answer_claims_nothing() -> None:
    template = toy(
        question("live"),
        question("drift", extra=f"show_if: {{question: live, equals: yes}}\n{DRIFT}"),
    )
    assert claims_of(template, {"live": False, "drift": True}) == ()


def test_a_choice_outside_when_claims_nothing() -> None:
    rule = "claim: {kind: own-model, text: Own models., when: [a]}"
    template = toy(question("how", "multiple", OPTIONS + rule))
    assert claims_of(template, {"how": ["b", "c"]}) == ()
    assert [claim.kind for claim in claims_of(template, {"how": ["a", "b"]})] == ["own-model"]


def test_a_no_can_make_a_claim_where_the_template_says_so() -> None:
    rule = "claim: {kind: statement, text: No notebooks., when: [no]}"
    template = toy(question("notebooks", extra=rule))
    assert claims_of(template, {"notebooks": True}) == ()
    assert [claim.text for claim in claims_of(template, {"notebooks": False})] == ["No notebooks."]


def test_each_complete_row_of_a_table_is_one_claim() -> None:
    template = toy(question("metrics", "table", METRICS))
    rows: list[TableRow] = [{"metric": "roc_auc", "value": 0.93}, {"metric": "f1", "value": None}]
    assert claims_of(template, {"metrics": rows}) == (
        AnswerClaim(
            "metrics-1",
            "ROC AUC is 0.93.",
            "metric",
            {"metric": "roc_auc", "value": 0.93},
            "metrics",
        ),
    )


def test_a_number_is_scaled_and_a_choice_mapped() -> None:
    share = (
        "unit: '%'\nclaim: {kind: traceability, text: $answer traced.,"
        " fields: {target: model, value: {from: answer, scale: 0.01}}}"
    )
    cadence = (
        OPTIONS + "claim: {kind: retraining-cadence, text: $answer,"
        " fields: {days: {from: answer, map: {a: 7, b: 31}}}}"
    )
    template = toy(question("share", "number", share), question("often", "single", cadence))
    made = claims_of(template, {"share": 98.5, "often": "a"})
    assert [(claim.text, dict(claim.fields)) for claim in made] == [
        ("98.5% traced.", {"target": "model", "value": 0.985}),
        ("Ay", {"days": 7}),
    ]
    assert claims_of(template, {"often": "c"}) == ()


def test_whoever_answers_is_told_beforehand_which_claim_it_makes() -> None:
    choice = "claim: {kind: own-model, text: Own models., when: [a, c]}"
    number = """\
claim: {kind: traceability, text: $answer of it., fields: {target: model, value: {from: answer}}}
"""
    template = toy(
        question("drift", extra=DRIFT),
        question("how", "multiple", OPTIONS + choice),
        question("share", "number", number),
        question("metrics", "table", METRICS),
        question("story", "long-text"),
    )
    assert [claim_ahead(each) for each in template.questions] == [
        ClaimAhead("Drift is watched.", ("Yes",)),
        ClaimAhead("Own models.", ("Ay", "See")),
        ClaimAhead("… of it."),
        ClaimAhead("[Metric] is [Value].", by_row=True),
        None,
    ]

"""Whether the answers of a language model are scored."""

import pytest

from tests.audits.examining import ASKS, TRAINS, notebook, places, verdict

PRACTICE = "llm-evals"
SUITE = """\
from ragas import evaluate

evaluate(dataset=None, metrics=[])
"""
JUDGE = (
    ASKS
    + """\

import json
for line in open("cases.jsonl"):
    print(answer(json.loads(line)["question"]))
"""
)


@pytest.mark.parametrize(
    "other",
    [
        {"README.md": "Answers are evaluated with ragas."},
        {"requirements.txt": "ragas==0.2\n"},
        {"evals.py": "import ragas\n"},
        {"tests/test_answers.py": SUITE},
        {"train.py": TRAINS + "\nfrom sklearn.metrics import f1_score\nf1_score([1], [1])\n"},
    ],
)
def test_words_imports_tests_and_metrics_of_another_model_are_a_no(other: dict[str, str]) -> None:
    assert verdict(PRACTICE, {"app.py": ASKS, **other}) == "no"


def test_a_suite_is_a_yes() -> None:
    files = {"app.py": ASKS, "evals.py": SUITE}
    assert verdict(PRACTICE, files) == "yes"
    assert places(PRACTICE, files) == [("evals.py", 3)]


def test_a_judge_that_reads_cases_is_a_yes() -> None:
    assert verdict(PRACTICE, {"app.py": ASKS, "evals/judge.py": JUDGE}) == "yes"


def test_a_configuration_of_promptfoo_is_a_yes() -> None:
    assert verdict(PRACTICE, {"app.py": ASKS, "promptfooconfig.yaml": "tests: []\n"}) == "yes"


def test_a_notebook_beside_the_application_is_partly() -> None:
    files = {"app.py": ASKS, "evals.ipynb": notebook((1, SUITE))}
    assert verdict(PRACTICE, files) == "partly"


def test_without_a_language_model_the_question_does_not_arise() -> None:
    assert verdict(PRACTICE, {"train.py": TRAINS}) == "n/a"


def test_the_loss_of_a_tuned_language_model_alone_is_partly() -> None:
    code = (
        "from transformers import AutoModelForCausalLM, Trainer\n"
        "model = AutoModelForCausalLM.from_pretrained('org/base')\n"
        "Trainer(model=model, eval_dataset=held_out).train()\n"
    )
    assert verdict(PRACTICE, {"tune.py": code}) == "partly"


def test_an_evaluation_beside_the_tuning_of_a_language_model_scores_its_answers() -> None:
    tune = (
        "from transformers import AutoModelForCausalLM\nfrom trl import SFTTrainer\n"
        "SFTTrainer(model=AutoModelForCausalLM.from_pretrained('a/b')).train()\n"
    )
    scores = "def evaluate(rows):\n    return {'f1': 1}\n\nevaluate([1])\n"
    assert verdict(PRACTICE, {"tune.py": tune, "src/evaluation.py": scores}) == "yes"
    assert verdict(PRACTICE, {"tune.py": tune, "src/reading.py": scores}) == "no"
    assert verdict(PRACTICE, {"app.py": ASKS, "src/evaluation.py": scores}) == "no"

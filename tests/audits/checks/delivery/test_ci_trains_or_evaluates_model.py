"""Whether CI comes to training or to a measure of quality."""

import pytest

from tests.audits.examining import TRAINS, places, verdict

PRACTICE = "ci-trains-or-evaluates-model"
CALLED = TRAINS + "\nif __name__ == '__main__':\n    train([[1]], [1])\n"
MODEL = {"train.py": CALLED}
EVALUATES = "from sklearn.metrics import f1_score\n\nprint(f1_score([1], [1]))\n"


def workflow(line: str, name: str = "work") -> dict[str, str]:
    text = f"on: push\njobs:\n  {name}:\n    runs-on: x\n    steps:\n      - run: {line}\n"
    return {".github/workflows/ci.yml": text}


@pytest.mark.parametrize(
    "line", ["echo python train.py", "pytest", "ruff check train.py", "docker build ."]
)
def test_words_tests_and_builds_are_a_no(line: str) -> None:
    tests = {"tests/test_train.py": "from train import train\n\ndef test_it():\n    train(1, 2)\n"}
    assert verdict(PRACTICE, {**MODEL, **tests, **workflow(line)}) == "no"


def test_without_ci_or_without_a_model_it_does_not_apply() -> None:
    assert verdict(PRACTICE, MODEL) == "n/a"
    assert verdict(PRACTICE, {"app.py": "print(1)\n", **workflow("python app.py")}) == "n/a"


def test_a_smoke_run_is_partly() -> None:
    assert verdict(PRACTICE, {**MODEL, **workflow("python train.py", "smoke")}) == "partly"


def test_training_is_a_yes_at_the_step_and_in_the_code() -> None:
    found = places(PRACTICE, {**MODEL, **workflow("python train.py")})
    assert {(".github/workflows/ci.yml", 6), ("train.py", 5)} <= set(found)


@pytest.mark.parametrize("line", ["python score.py", "promptfoo eval", "make score"])
def test_evaluation_is_a_yes(line: str) -> None:
    files = {**MODEL, "score.py": EVALUATES, "Makefile": "score:\n\tpython score.py\n"}
    assert verdict(PRACTICE, files | workflow(line)) == "yes"


def test_a_training_job_that_ci_submits_to_a_cloud_is_a_yes() -> None:
    step = "gcloud ai custom-jobs create --config=job.yaml"
    text = f"on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: {step}\n"
    files = {"train.py": TRAINS, ".github/workflows/train.yml": text}
    assert verdict(PRACTICE, files) == "yes"
    listed = text.replace("create --config=job.yaml", "list")
    assert verdict(PRACTICE, files | {".github/workflows/train.yml": listed}) == "no"


def test_a_starter_of_pipelines_runs_the_module_that_it_is_told() -> None:
    line = "python start.py --module-name train --role-arn x"
    files = {**MODEL, "start.py": "import importlib\n", **workflow(line)}
    assert verdict(PRACTICE, files) == "yes"
    other = {**MODEL, "start.py": "import importlib\n", **workflow("python start.py --name train")}
    assert verdict(PRACTICE, other) == "no"

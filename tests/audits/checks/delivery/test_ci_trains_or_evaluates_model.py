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


PIPELINE = """\
from google.cloud import aiplatform
from kfp import dsl

@dsl.container_component
def work():
    return dsl.ContainerSpec(image="x", command=["python", {named}])

aiplatform.PipelineJob(display_name="p", template_path="p.json").run()
"""


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (PIPELINE.format(named='"other.py"'), "no"),
        ("import logging\nlogging.info('train.py')\n", "no"),
        (PIPELINE.format(named='"train.py"'), "yes"),
        ("import subprocess\nsubprocess.run(['python', 'work/train.py'])\n", "yes"),
        ("import os\nos.system('python work/train.py --fast')\n", "yes"),
        (
            "from azure.ai.ml import load_job\nload_job('jobs/train.yml')\n",
            "yes",
        ),
    ],
)
def test_what_a_program_of_ci_submits_is_followed(source: str, expected: str) -> None:
    files = {"work/train.py": CALLED, "run.py": source, **workflow("python run.py")}
    files["jobs/train.yml"] = "type: command\ncode: ../work\ncommand: python train.py\n"
    assert verdict(PRACTICE, files) == expected


def test_the_files_of_components_are_followed_from_a_submitted_job() -> None:
    job = "type: pipeline\njobs:\n  a:\n    type: sweep\n    trial: ../parts/train.yml\n"
    part = "type: command\ncode: ../work\ncommand: python train.py\n"
    step = workflow("az ml job create --file jobs/job.yml")
    files = {"work/train.py": CALLED, "jobs/job.yml": job, **step}
    assert verdict(PRACTICE, files) == "no"
    assert verdict(PRACTICE, files | {"parts/train.yml": part}) == "yes"


MAKE = """\
run:
\t@$(MAKE) once
once:
\tpython ${kind}.py
"""


@pytest.mark.parametrize(
    ("line", "expected"),
    [("make run", "no"), ("make run kind=show", "no"), ("make run kind=train", "yes")],
)
def test_variables_of_make_reach_the_makes_below(line: str, expected: str) -> None:
    assert verdict(PRACTICE, {**MODEL, "Makefile": MAKE, **workflow(line)}) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("python $(Build.Dir)/drop/two/train.py", "no"),
        ("python $(Build.Dir)/drop/one/train.py", "yes"),
        ("python /app/one/train.py", "yes"),
    ],
)
def test_the_end_of_a_path_elsewhere_says_which_file_is_meant(line: str, expected: str) -> None:
    files = {"one/train.py": CALLED, "two/train.py": "print(1)\n", **workflow(line)}
    assert verdict(PRACTICE, files) == expected


STEPS = """\
from kfp import dsl

@dsl.container_component
def {name}():
    return dsl.ContainerSpec(image="x")
"""
COMPILES = (
    "from kfp import compiler\nimport steps\ncompiler.Compiler().compile(steps.p, 'p.json')\n"
)
SUBMITS = f"{COMPILES}from google.cloud import aiplatform\naiplatform.PipelineJob('p').run()\n"


@pytest.mark.parametrize(
    ("name", "run", "expected"),
    [
        ("train_model", COMPILES, "no"),
        ("load_data", SUBMITS, "no"),
        ("train_model", SUBMITS, "yes"),
    ],
)
def test_a_step_in_an_image_counts_by_its_name_where_the_pipeline_is_started(
    name: str, run: str, expected: str
) -> None:
    files = {"train.py": TRAINS, "steps.py": STEPS.format(name=name), "run.py": run}
    assert verdict(PRACTICE, files | workflow("python run.py")) == expected


def test_a_training_that_a_program_orders_is_a_yes() -> None:
    orders = "from google.cloud import aiplatform\naiplatform.CustomTrainingJob('t').run()\n"
    files = {"train.py": TRAINS, "order.py": orders, **workflow("python order.py")}
    assert verdict(PRACTICE, files) == "yes"
    assert verdict(PRACTICE, files | workflow("python other.py")) == "no"


def test_an_image_that_is_only_built_starts_nothing() -> None:
    image = "version: v4\nvariants:\n  main: {entrypoint: [python, train.py]}\n"
    stage = "pipelines:\n  a:\n    stages:\n      - {name: t, build: main, run: %s}\n"
    files = {**MODEL, ".pipeline/blubber.yaml": image, ".pipeline/config.yaml": stage % "false"}
    assert verdict(PRACTICE, files) == "no"
    assert verdict(PRACTICE, files | {".pipeline/config.yaml": stage % "true"}) == "yes"


@pytest.mark.parametrize(
    "line", ["uvicorn app:app &", "python -m gunicorn app:app", "wave run app"]
)
def test_a_server_that_could_train_when_it_is_asked_is_a_no(line: str) -> None:
    app = "from train import train\n\ndef app(scope):\n    train([[1]], [1])\n"
    files = {**MODEL, "app.py": app, **workflow(line)}
    assert verdict(PRACTICE, files) == "no"
    assert verdict(PRACTICE, files | workflow("python app.py")) == "yes"

"""Whether training starts by itself."""

import pytest

from tests.audits.examining import TRAINS, judged, verdict

PRACTICE = "automated-retraining"
RUN = TRAINS + "\ntrain([[1]], [1])\n"


def workflow(on: str, run: str = "python train.py") -> dict[str, str]:
    text = f"on: {on}\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: {run}\n"
    return {".github/workflows/w.yml": text, "train.py": RUN}


def prefect(schedule: str) -> dict[str, str]:
    text = f"deployments:\n- name: retrain\n  entrypoint: train.py:train\n  schedules: {schedule}\n"
    return {"prefect.yaml": text, "train.py": RUN}


CRON = '{schedule: [{cron: "0 3 * * 1"}]}'


@pytest.mark.parametrize(
    "files",
    [
        workflow("push"),
        workflow("workflow_dispatch"),
        workflow(CRON, "echo python train.py"),
        workflow(CRON, "python other.py") | {"other.py": "print(1)\n"},
        {"train.py": RUN, "README.md": "Retrained nightly by cron."},
        prefect("[]"),
        {"train.py": RUN, "dag.py": "from airflow import DAG\nDAG('x', schedule='@daily')\n"},
    ],
)
def test_pushes_words_and_other_schedules_are_a_no(files: dict[str, str]) -> None:
    assert verdict(PRACTICE, files) == "no"


def test_a_schedule_that_imports_the_module_without_training_is_a_no() -> None:
    files = workflow(CRON, "python report.py") | {"train.py": TRAINS, "report.py": "import train\n"}
    assert verdict(PRACTICE, files) == "no"


def test_without_training_it_does_not_apply() -> None:
    assert verdict(PRACTICE, {"app.py": "print(1)\n"}) == "n/a"


def test_a_nightly_test_that_trains_is_partly() -> None:
    files = workflow('{pull_request: {}, schedule: [{cron: "0 3 * * 1"}]}')
    assert verdict(PRACTICE, files) == "partly"


@pytest.mark.parametrize(
    "files",
    [
        {"docs/w.yml": workflow(CRON)[".github/workflows/w.yml"], "train.py": RUN},
        {
            "train.py": RUN,
            "dag.py": "from airflow import DAG\nimport train\nDAG('x', schedule=None)\n",
        },
        {
            "train.py": RUN,
            "watch.py": "from train import train_model\naccuracy, bar = 1, 2\n"
            "if accuracy < bar:\n    train_model()\n",
        },
        prefect("[{cron: 0 3 * * *, active: false}]"),
    ],
)
def test_disabled_parked_and_hand_run_triggers_are_partly(files: dict[str, str]) -> None:
    assert verdict(PRACTICE, files) == "partly"


@pytest.mark.parametrize(
    "files",
    [
        workflow(CRON),
        {
            "train.py": RUN,
            "dag.py": "from airflow.decorators import dag\nimport train\n\n"
            "@dag(schedule='@hourly')\ndef p():\n    train.train(1, 2)\n",
        },
        {
            "train.py": RUN,
            "k8s.yaml": "apiVersion: batch/v1\nkind: CronJob\nspec:\n  schedule: '0 1 * * *'\n"
            "  jobTemplate: {spec: {template: {spec: {containers: [{image: x, "
            "command: [python, train.py]}]}}}}\n",
        },
        {"train.py": RUN, "deploy/crontab": "0 3 * * 1 python /app/train.py\n"},
        prefect("[{cron: 0 3 * * *}]"),
    ],
)
def test_a_schedule_that_trains_is_a_yes(files: dict[str, str]) -> None:
    judgement = judged(PRACTICE, files)
    assert judgement.verdict.value == "yes"
    assert judgement.evidence[-1].path == "train.py"

"""Whether the way from data to model is a defined pipeline."""

import pytest

from tests.audits.examining import TRAINS, verdict

PRACTICE = "data-lineage-or-pipeline"
RUN = TRAINS + "\ntrain([[1]], [1])\n"


@pytest.mark.parametrize(
    "files",
    [
        {"README.md": "First prepare.py, then train.py (an Airflow DAG)."},
        {"requirements.txt": "apache-airflow\nkedro\n"},
        {"dvc.yaml": "stages:\n  only:\n    cmd: python train.py\n"},
        {"docker-compose.yml": "services: {a: {image: x, depends_on: [b]}, b: {image: y}}\n"},
        {"run.sh": "python train.py\n"},
        {"run.sh": "ruff check .\npytest\n"},
        {
            "export.py": "import subprocess\nTEXT = 'see prepare.py and train.py'\n\n\n\n\n"
            "if __name__ == '__main__':\n    subprocess.run(['ls'])\n"
        },
        {"tests/flow.py": "import kfp\n@kfp.dsl.pipeline\ndef p():\n    pass\n"},
    ],
)
def test_words_single_steps_and_other_graphs_are_a_no(files: dict[str, str]) -> None:
    assert verdict(PRACTICE, {"train.py": RUN, "prepare.py": "print(1)\n", **files}) == "no"


@pytest.mark.parametrize(
    "files",
    [
        {"run.sh": "python prepare.py\npython train.py\n"},
        {"Makefile": "data:\n\tpython prepare.py\nall: data\n\tpython train.py\n"},
        {
            "main.py": "import subprocess\nif __name__ == '__main__':\n"
            "    subprocess.run(['python', 'prepare.py'])\n"
            "    subprocess.run(['python', 'train.py'])\n"
        },
        {"examples/flow.py": "from kfp import dsl\n@dsl.pipeline\ndef p():\n    pass\n"},
    ],
)
def test_scripts_drivers_and_examples_are_partly(files: dict[str, str]) -> None:
    assert verdict(PRACTICE, {"train.py": RUN, "prepare.py": "print(1)\n", **files}) == "partly"


@pytest.mark.parametrize(
    "files",
    [
        {"dvc.yaml": "stages:\n  a:\n    cmd: python prepare.py\n  b:\n    cmd: python train.py\n"},
        {"flow.py": "from airflow import DAG\nDAG('x', schedule='@daily')\n"},
        {"flow.py": "from metaflow import FlowSpec\nclass F(FlowSpec):\n    pass\n"},
        {
            "flow.py": "from prefect import flow, task\n"
            "@task\ndef a(): pass\n@task\ndef b(): pass\n"
            "@flow\ndef f():\n    a()\n    b()\n"
        },
        {"Snakefile": "rule a:\n  shell: 'x'\nrule b:\n  shell: 'y'\n"},
        {
            "infra/tasks.yml": "tasks:\n- ID: a\n  payload: {}\n- ID: b\n  dependencies: [a]\n",
        },
    ],
)
def test_a_definition_of_dependent_steps_is_a_yes(files: dict[str, str]) -> None:
    assert verdict(PRACTICE, {"train.py": RUN, "prepare.py": "print(1)\n", **files}) == "yes"


def test_an_r_program_that_sources_the_steps_in_order_is_partly() -> None:
    files = {
        "R/run_all.R": 'try(source("R/10_features.R"))\ntry(source("R/20_model.R"))\n',
        "R/10_features.R": 'saveRDS(features, "data/f.Rds")\n',
        "R/20_model.R": "library(glmnet)\nm <- cv.glmnet(x, y)\n",
    }
    assert verdict(PRACTICE, files) == "partly"


def test_steps_that_were_put_away_in_an_archive_are_no_way_in_use() -> None:
    files = {
        "train.py": TRAINS,
        "archive/run_all.sh": "#!/bin/sh\npython prepare.py\npython train.py\n",
        "prepare.py": "print(1)\n",
    }
    assert verdict(PRACTICE, files) == "no"

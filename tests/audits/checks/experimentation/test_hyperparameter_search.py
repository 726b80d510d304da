"""Whether settings are searched for."""

import pytest

from tests.audits.examining import ASKS, TRAINS, notebook, places, verdict

PRACTICE = "hyperparameter-search"
SEARCHES = """\
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV

search = GridSearchCV(Ridge(), {"alpha": [0.1, 1.0]})
search.fit([[1]], [1])
"""


@pytest.mark.parametrize(
    "other",
    [
        {"README.md": "We tune by Optuna."},
        {"requirements.txt": "optuna==4\n"},
        {"tune.py": "import optuna\n"},
        {"tests/test_search.py": SEARCHES},
        {"thresholds.py": "def search_thresholds(p):\n    return p\nsearch_thresholds(1)\n"},
        {"grid.py": "def grid_search_results(p):\n    return p\n"},
        {"log.py": "import comet_ml\n\ncomet_ml.Experiment().log_metric('f1', 1)\n"},
        {"fit.py": "from catboost import CatBoostClassifier\n\nCatBoostClassifier().fit([1])\n"},
    ],
)
def test_words_imports_tests_and_thresholds_are_a_no(other: dict[str, str]) -> None:
    assert verdict(PRACTICE, {"train.py": TRAINS, **other}) == "no"


def test_a_grid_is_a_yes() -> None:
    files = {"train.py": TRAINS, "tune.py": SEARCHES}
    assert verdict(PRACTICE, files) == "yes"
    assert places(PRACTICE, files)[0] == ("tune.py", 4)


@pytest.mark.parametrize(
    "code",
    [
        (
            "import comet_ml\n\nfor trial in comet_ml.Optimizer('space.json').get_parameters():\n"
            "    print(trial)\n"
        ),
        (
            "from clearml.automation import HyperParameterOptimizer\n\n"
            "HyperParameterOptimizer(base_task_id='fit').start()\n"
        ),
        "from azureml.train.hyperdrive import HyperDriveConfig\n\nHyperDriveConfig()\n",
        (
            "from transformers import Trainer\n\ntrainer = Trainer()\n"
            "trainer.hyperparameter_search(n_trials=9)\n"
        ),
        (
            "from catboost import CatBoostClassifier\n\nmodel = CatBoostClassifier()\n"
            "model.grid_search({'depth': [4, 6]}, [[1]], [1])\n"
        ),
        "from surprise.model_selection import GridSearchCV\n\nGridSearchCV(None, {})\n",
    ],
)
def test_searches_of_trackers_clouds_and_learners_are_a_yes(code: str) -> None:
    assert verdict(PRACTICE, {"train.py": TRAINS, "tune.py": code}) == "yes"


def test_a_study_in_go_is_a_yes() -> None:
    go = (
        'package tune\n\nimport "github.com/c-bata/goptuna"\n\n'
        'func tune() {\n\tgoptuna.CreateStudy("fit")\n}\n'
    )
    assert verdict(PRACTICE, {"train.py": TRAINS, "tune.go": go}) == "yes"


def test_a_notebook_beside_the_training_is_partly() -> None:
    files = {"train.py": TRAINS, "tune.ipynb": notebook((1, SEARCHES))}
    assert verdict(PRACTICE, files) == "partly"


def test_a_penalty_path_is_partly() -> None:
    path = "from sklearn.linear_model import LassoCV\n\nLassoCV(cv=5).fit([[1]], [1])\n"
    assert verdict(PRACTICE, {"train.py": path}) == "partly"


def test_without_training_the_question_does_not_arise() -> None:
    assert verdict(PRACTICE, {"app.py": ASKS}) == "n/a"


SWEEP = "program: train.py\nmethod: bayes\nparameters:\n  lr:\n    min: 0.001\n    max: 0.1\n"


def test_parameters_of_a_task_are_no_sweep() -> None:
    task = "method: random\nparameters:\n  - name: lr\n"
    assert verdict(PRACTICE, {"train.py": TRAINS, "task.yaml": task}) == "no"


def test_a_sweep_that_a_file_defines_is_a_yes() -> None:
    assert places(PRACTICE, {"train.py": TRAINS, "sweep.yaml": SWEEP}) == [("sweep.yaml", 2)]


STEP = (
    "type: pipeline\njobs:\n  fit:\n    type: {}\n    search_space:\n      lr: {{type: uniform}}\n"
)


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        (STEP.format("command"), "no"),
        ("strategy:\n  matrix:\n    os: [a, b]\n", "no"),
        ("hydra:\n  sweeper:\n    _target_: x\n", "no"),
        (STEP.format("sweep"), "yes"),
        ("defaults:\n  - override hydra/sweeper: optuna\n", "yes"),
        ("hydra:\n  sweeper:\n    params:\n      lr: 0.1,0.2\n", "yes"),
        ("studySpec:\n  parameters:\n    - parameterId: lr\n", "yes"),
        ("searcher:\n  name: adaptive_asha\nhyperparameters:\n  lr: 1\n", "yes"),
        ("matrix:\n  kind: grid\n  params:\n    lr: [1, 2]\n", "yes"),
    ],
)
def test_a_search_that_a_tool_of_the_cloud_carries_out(config: str, expected: str) -> None:
    assert verdict(PRACTICE, {"train.py": TRAINS, "conf/job.yaml": config}) == expected

"""Whether training logs its runs."""

import pytest

from tests.audits.examining import ASKS, TRAINS, notebook, places, verdict

PRACTICE = "experiment-tracking"


def test_without_training_the_question_makes_no_sense() -> None:
    assert verdict(PRACTICE, {"app.py": ASKS}) == "n/a"


@pytest.mark.parametrize(
    "other",
    [
        {"requirements.txt": "mlflow==2.0\n"},
        {"README.md": "We track with MLflow and Weights & Biases."},
        {"log.py": "import mlflow\n"},
        {"log.py": "import mlflow\nmodel = mlflow.sklearn.load_model('models:/a/1')\n"},
        {"tests/test_log.py": "import mlflow\nmlflow.log_metric('a', 1)\n"},
        {"log.py": "import logging\nlog = logging.getLogger()\nlog.info('metric %s', 1)\n"},
    ],
)
def test_mentions_imports_and_loading_are_no_tracking(other: dict[str, str]) -> None:
    assert verdict(PRACTICE, {"train.py": TRAINS, **other}) == "no"


def test_files_of_metrics_are_partly() -> None:
    saves = TRAINS + "\nimport json\ndef save_metrics(m, f):\n    json.dump(m, f)\n"
    assert verdict(PRACTICE, {"train.py": saves}) == "partly"


def test_tensorboard_is_partly() -> None:
    board = "from torch.utils.tensorboard import SummaryWriter\nw = SummaryWriter('runs')\n"
    assert verdict(PRACTICE, {"train.py": TRAINS, "board.py": board}) == "partly"


def test_a_side_notebook_is_partly() -> None:
    cell = "import mlflow\nmlflow.log_metric('auc', 0.9)\n"
    assert verdict(PRACTICE, {"train.py": TRAINS, "n.ipynb": notebook((1, cell))}) == "partly"


def test_an_aliased_tracker_is_a_yes() -> None:
    files = {"train.py": TRAINS, "log.py": "import mlflow as m\n\nm.log_metric('auc', 0.9)\n"}
    assert places(PRACTICE, files) == [("log.py", 3)]


def test_a_tracker_that_is_re_exported_is_a_yes() -> None:
    files = {
        "pkg/__init__.py": "",
        "pkg/config.py": "import mlflow\nmlflow.set_tracking_uri('file:x')\n",
        "pkg/train.py": f"from pkg.config import mlflow\n{TRAINS}    mlflow.log_metric('a', 1)\n",
    }
    assert ("pkg/train.py", 7) in places(PRACTICE, files) or verdict(PRACTICE, files) == "yes"


def test_a_guarded_tracker_that_is_used_is_a_yes() -> None:
    log = "try:\n    import wandb\nexcept ImportError:\n    wandb = None\n\nwandb.log({'a': 1})\n"
    assert verdict(PRACTICE, {"train.py": TRAINS, "log.py": log}) == "yes"


def test_the_option_of_a_trainer_is_a_yes() -> None:
    tunes = (
        "from transformers import Trainer, TrainingArguments\n"
        "args = TrainingArguments('out', report_to='wandb')\nTrainer(args=args).train()\n"
    )
    assert places(PRACTICE, {"tune.py": tunes}) == [("tune.py", 2)]


def test_a_tracker_that_a_condition_gives_to_the_trainer_is_a_yes() -> None:
    code = (
        "import transformers\n\n"
        "trainer = transformers.Trainer(args=transformers.TrainingArguments(\n"
        "    output_dir=out,\n    report_to='wandb' if use_wandb else None,\n))\n"
        "trainer.train()\n"
    )
    assert verdict(PRACTICE, {"tune.py": code}) == "yes"

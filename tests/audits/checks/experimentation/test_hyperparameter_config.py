"""Where the settings of the learner come from."""

import pytest

from tests.audits.examining import ASKS, TRAINS, notebook, places, verdict

PRACTICE = "hyperparameter-config"
TAKES = """\
import argparse
from sklearn.linear_model import Ridge

parser = argparse.ArgumentParser()
parser.add_argument("--alpha", type=float, default=1.0)
arguments = parser.parse_args()
Ridge(alpha=arguments.alpha).fit([[1]], [1])
"""
FROM_FILE = """\
import yaml
from sklearn.linear_model import Ridge

settings = yaml.safe_load(open("params.yaml"))
Ridge(alpha=settings["alpha"]).fit([[1]], [1])
"""
LITERALS = """\
from sklearn.ensemble import RandomForestClassifier

def train(x, y):
    x = x.dropna()
    n_estimators = 100
    RandomForestClassifier(n_estimators=100, max_depth=5).fit(x, y)
"""


@pytest.mark.parametrize(
    "files",
    [
        {"train.py": TRAINS},
        {"train.py": LITERALS},
        {"train.py": LITERALS, "README.md": "All settings are in params.yaml."},
        {"train.py": LITERALS, "params.yaml": "max_depth: 5\n"},
        {"train.py": LITERALS, "tests/test_train.py": TAKES},
        {"train.py": "import yaml\n" + LITERALS + "\nyaml.safe_load('paths: here')\n"},
        {"train.py": LITERALS, "mail.py": TAKES.split("Ridge(")[0].replace("alpha", "depth")},
    ],
)
def test_literals_words_and_unread_files_are_a_no(files: dict[str, str]) -> None:
    assert verdict(PRACTICE, files) == "no"


def test_an_option_of_the_command_line_is_a_yes() -> None:
    assert verdict(PRACTICE, {"train.py": TAKES}) == "yes"
    assert places(PRACTICE, {"train.py": TAKES})[0] == ("train.py", 5)


def test_values_from_a_file_are_a_yes() -> None:
    assert verdict(PRACTICE, {"train.py": FROM_FILE}) == "yes"


def test_a_configuration_class_is_a_yes() -> None:
    config = (
        "from dataclasses import dataclass\n\n@dataclass\nclass TrainConfig:\n    epochs: int = 3\n"
    )
    train = "from config import TrainConfig\n" + TRAINS
    assert verdict(PRACTICE, {"config.py": config, "train.py": train}) == "yes"


def test_constants_beside_the_training_are_partly() -> None:
    assert verdict(PRACTICE, {"train.py": "MAX_DEPTH = 5\n" + TRAINS}) == "partly"


def test_only_a_notebook_beside_the_training_is_partly() -> None:
    files = {"train.py": TRAINS, "try.ipynb": notebook((1, FROM_FILE))}
    assert verdict(PRACTICE, files) == "partly"


def test_without_training_the_question_does_not_arise() -> None:
    assert verdict(PRACTICE, {"app.py": ASKS}) == "n/a"


def test_the_steps_of_a_pipeline_are_no_setting() -> None:
    code = (
        "import os\nfrom sklearn.pipeline import Pipeline\nfrom sklearn.svm import SVC\n"
        "place = os.getenv('BUCKET')\nPipeline(steps=steps).fit(x, y)\nSVC(gamma=2).fit(x, y)\n"
    )
    assert verdict(PRACTICE, {"train.py": code}) == "no"


def test_settings_from_a_file_that_the_fit_is_given_are_a_yes() -> None:
    code = (
        "import yaml\nfrom fastai.vision.all import unet_learner\n"
        "params = yaml.safe_load(open('params.yaml'))\nlearn = unet_learner(data, arch)\n"
        "learn.fine_tune(**params['train'])\n"
    )
    assert verdict(PRACTICE, {"train.py": code}) == "yes"


def test_a_dictionary_that_a_learner_is_given_spread_is_partly() -> None:
    code = (
        "from sklearn.svm import SVC\nsettings = {'C': 2, 'kernel': 'linear'}\n"
        "SVC(**settings).fit(x, y)\n"
    )
    assert verdict(PRACTICE, {"train.py": code}) == "partly"


def test_arguments_of_a_trainer_that_another_file_fills_from_a_file_are_a_yes() -> None:
    made = (
        "import yaml\nfrom transformers import TrainingArguments\n\ndef arguments(path):\n"
        "    read = yaml.safe_load(open(path))\n"
        "    return TrainingArguments(learning_rate=read['lr'])\n"
    )
    tune = (
        "from transformers import AutoModelForCausalLM, Trainer\nimport options\n"
        "model = AutoModelForCausalLM.from_pretrained('a/b')\n"
        "Trainer(model=model, args=options.of('a.yaml')).train()\n"
    )
    options = "import made\n\ndef of(path):\n    return made.arguments(path)\n"
    assert verdict(PRACTICE, {"made.py": made, "tune.py": tune, "options.py": options}) == "yes"


def test_a_learner_that_a_file_of_settings_makes_is_a_yes() -> None:
    made = "from hydra.utils import instantiate\n\ndef load(config):\n    return %s(config.data)\n"
    assert verdict(PRACTICE, {"train.py": TRAINS, "load.py": made % "instantiate"}) == "no"
    trains = TRAINS + made % "instantiate"
    assert verdict(PRACTICE, {"train.py": trains}) == "yes"


def test_a_configuration_that_the_command_line_is_merged_into_is_a_yes() -> None:
    main = "import sys\nfrom train import train\n\nconfig = make()\n{line}\ntrain([], [])\n"
    merged = main.format(line="config.merge_from_args(sys.argv[1:])")
    assert verdict(PRACTICE, {"train.py": TRAINS, "main.py": merged}) == "yes"
    printed = main.format(line="print(sys.argv[1:])")
    assert verdict(PRACTICE, {"train.py": TRAINS, "main.py": printed}) == "no"


def test_a_trainer_that_a_factory_makes_from_a_file_is_given_its_settings() -> None:
    code = (
        "import torch\nimport yaml\nfrom toolbox import object_from_dict\n\n"
        "hparams = yaml.safe_load(open('a.yaml'))\n"
        "trainer = object_from_dict(hparams['trainer'])\ntrainer.fit(unit)\n"
    )
    assert verdict(PRACTICE, {"train.py": code}) == "yes"
    literal = code.replace("yaml.safe_load(open('a.yaml'))", "{'trainer': 1}")
    assert verdict(PRACTICE, {"train.py": literal}) == "no"


def test_a_dictionary_that_is_handed_to_the_training_is_partly() -> None:
    code = "import lightgbm as lgb\nparam = {'num_leaves': 4}\nlgb.train(param, data)\n"
    assert verdict(PRACTICE, {"train.py": code}) == "partly"
    assert verdict(PRACTICE, {"train.py": code.replace("num_leaves", "objective")}) == "no"


@pytest.mark.parametrize(("call", "expected"), [("train_model", "yes"), ("save_model", "no")])
def test_a_training_that_is_given_what_was_read_is_a_yes(call: str, expected: str) -> None:
    main = (
        "import yaml\nfrom train import train_model, save_model\n"
        f"settings = yaml.safe_load(open('settings.yml'))\n{call}(**settings)\n"
    )
    trains = (
        "from sklearn.linear_model import Ridge\n\ndef train_model(x, y, **more):\n"
        "    Ridge().fit(x, y)\n\ndef save_model(place='here'):\n    pass\n"
    )
    assert verdict(PRACTICE, {"train.py": trains, "main.py": main}) == expected


def test_settings_that_lie_apart_in_a_tree_of_them_are_a_yes() -> None:
    files = {
        "conf/__init__.py": "from .default import cfg\n",
        "conf/default.py": "from yacs.config import CfgNode\ncfg = CfgNode()\n",
        "train.py": "import torch\nfrom conf import cfg\nopt = torch.optim.Adam([], lr=cfg.LR)\n"
        "loss = torch.tensor(1)\nloss.backward()\n",
    }
    assert verdict(PRACTICE, files) == "yes"
    plain = {**files, "conf/default.py": "cfg = object()\n"}
    assert verdict(PRACTICE, plain) == "no"


def test_who_uses_a_loop_may_have_made_its_optimiser_elsewhere() -> None:
    files = {
        "loop.py": "import torch\n\ndef run(loss):\n    loss.backward()\n",
        "optim.py": "import torch\n\ndef made(cfg):\n    return torch.optim.Adam([], lr=cfg.LR)\n",
        "main.py": "import yaml\nfrom loop import run\nfrom optim import made\n"
        "cfg = yaml.safe_load('a')\nrun(made(cfg))\n",
    }
    assert verdict(PRACTICE, files) == "yes"
    literal = files["optim.py"].replace("lr=cfg.LR", "lr=0.1")
    assert verdict(PRACTICE, {**files, "optim.py": literal}) == "no"

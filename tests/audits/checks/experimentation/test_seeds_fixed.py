"""Whether chance is fixed in the training."""

import pytest

from tests.audits.examining import ASKS, TRAINS, notebook, places, verdict

PRACTICE = "seeds-fixed"
FOREST = """\
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split

def train(x, y):
    a, b, c, d = train_test_split(x, y{split})
    model = RandomForestClassifier({learner})
    model.fit(a, c)
"""
SEEDED = FOREST.format(split=", random_state=7", learner="random_state=7")


@pytest.mark.parametrize(
    "files",
    [
        {"train.py": TRAINS, "README.md": "All seeds are fixed."},
        {"train.py": TRAINS, "tests/test_train.py": "import random\n\nrandom.seed(1)\n"},
        {"train.py": FOREST.format(split="", learner="")},
        {"train.py": FOREST.format(split=", random_state=None", learner="random_state=None")},
        {"train.py": TRAINS, "shop.py": "import random\n\nrandom.seed(1)\n"},
    ],
)
def test_words_tests_and_seeds_that_are_none_are_a_no(files: dict[str, str]) -> None:
    assert verdict(PRACTICE, files) == "no"


def test_a_seeded_split_and_learner_are_a_yes() -> None:
    assert verdict(PRACTICE, {"train.py": SEEDED}) == "yes"
    assert places(PRACTICE, {"train.py": SEEDED})[0] == ("train.py", 5)


def test_a_seed_for_the_whole_program_is_a_yes() -> None:
    main = "import numpy\nfrom train import train\n\nnumpy.random.seed(7)\ntrain([], [])\n"
    plain = FOREST.format(split="", learner="")
    assert verdict(PRACTICE, {"train.py": plain, "main.py": main}) == "yes"


@pytest.mark.parametrize(
    "source",
    [
        FOREST.format(split="", learner="random_state=7"),
        FOREST.format(split=", random_state=7", learner=""),
    ],
)
def test_either_of_split_and_learner_left_to_chance_is_partly(source: str) -> None:
    assert verdict(PRACTICE, {"train.py": source}) == "partly"


def test_a_minority_of_the_training_files_is_partly() -> None:
    plain = FOREST.format(split="", learner="")
    files = {"a/train.py": SEEDED, "b/train.py": plain, "c/train.py": plain}
    assert verdict(PRACTICE, files) == "partly"


def test_a_seed_only_in_a_notebook_is_partly() -> None:
    files = {"train.py": TRAINS, "try.ipynb": notebook((1, SEEDED))}
    assert verdict(PRACTICE, files) == "partly"


def test_without_training_the_question_does_not_arise() -> None:
    assert verdict(PRACTICE, {"app.py": ASKS}) == "n/a"


def test_a_seed_among_the_settings_of_a_learner_is_a_yes() -> None:
    code = (
        "import xgboost as xgb\nspace = {'max_depth': depth, 'seed': 42}\n"
        "model = xgb.train(params=space, dtrain=data)\n"
    )
    assert verdict(PRACTICE, {"train.py": code}) == "yes"


OPEN = """\
from sklearn.model_selection import train_test_split
from sklearn.linear_model import LogisticRegression

def split(x, y, random_state=None):
    return train_test_split(x, y, random_state=random_state)

def train(x, y):
    a, b, c, d = split(x, y{seed})
    LogisticRegression().fit(a, c)
"""


def test_a_seed_that_stands_at_none_and_that_nobody_gives_is_partly() -> None:
    assert verdict(PRACTICE, {"train.py": OPEN.format(seed="")}) == "partly"


def test_a_seed_that_stands_at_none_and_is_given_a_constant_by_the_caller_is_a_yes() -> None:
    source = "SEED = 7\n" + OPEN.format(seed=", random_state=SEED")
    assert verdict(PRACTICE, {"train.py": source}) == "yes"


def test_a_seeded_split_in_a_step_that_a_pipeline_leads_on_to_the_training_is_a_yes() -> None:
    split = "from sklearn.model_selection import train_test_split\na = train_test_split([1]{})\n"
    fit = "from sklearn.linear_model import Ridge\nRidge().fit([1], [1])\n"
    steps = {"steps/split.py": split.format(", random_state=7"), "fit/train.py": fit}
    assert places(PRACTICE, steps) == [("steps/split.py", 2)]
    forest = fit.replace(
        "linear_model import Ridge\nRidge",
        "ensemble import RandomForestRegressor\nRandomForestRegressor",
    )
    assert verdict(PRACTICE, {**steps, "fit/train.py": forest}) == "partly"
    assert verdict(PRACTICE, {**steps, "steps/split.py": split.format("")}) == "no"


def test_a_session_of_pycaret_has_a_seed() -> None:
    code = (
        "from pycaret.classification import setup, compare_models\n"
        "setup(1, session_id=3)\ncompare_models()\n"
    )
    assert verdict(PRACTICE, {"train.py": code}) == "yes"
    assert verdict(PRACTICE, {"train.py": code.replace(", session_id=3", "")}) == "no"

"""Whether quality is measured by group of people."""

import pytest

from tests.audits.examining import TRAINS, notebook, places, verdict

PRACTICE = "fairness-checks"
FAIRLEARN = (
    "from fairlearn.metrics import MetricFrame\n\ndef gap(y, p, g):\n"
    "    return MetricFrame(metrics={}, y_true=y, y_pred=p, sensitive_features=g)\n"
)
SLICES = """\
from sklearn.metrics import f1_score

def slice_metrics(frame):
    for area, part in frame.groupby("area"):
        yield area, f1_score(part.y, part.p)
"""


@pytest.mark.parametrize(
    "other",
    [
        {"README.md": "We take fairness and bias seriously."},
        {"requirements.txt": "fairlearn==0.10\n"},
        {"explain.py": "import shap\nshap.TreeExplainer(1).shap_values(2)\n"},
        {"tests/test_fair.py": FAIRLEARN},
        {"draw.py": "import matplotlib.pyplot as plt\nplt.plot([1], color='black')\n"},
        {"form.py": "FIELDS = ['gender', 'age']\nprint(FIELDS)\n"},
    ],
)
def test_words_explanations_and_tests_are_a_no(other: dict[str, str]) -> None:
    assert verdict(PRACTICE, {"train.py": TRAINS, **other}) == "no"


def test_slices_of_another_kind_are_partly() -> None:
    assert verdict(PRACTICE, {"train.py": TRAINS, "judge.py": SLICES}) == "partly"


def test_a_side_notebook_is_partly() -> None:
    assert verdict(PRACTICE, {"train.py": TRAINS, "n.ipynb": notebook((1, FAIRLEARN))}) == "partly"


def test_a_fairness_library_is_a_yes() -> None:
    assert places(PRACTICE, {"train.py": TRAINS, "fair.py": FAIRLEARN}) == [("fair.py", 4)]


def test_a_metric_by_a_protected_column_is_a_yes() -> None:
    by_race = SLICES.replace('"area"', '"race"')
    assert verdict(PRACTICE, {"train.py": TRAINS, "judge.py": by_race}) == "yes"


def test_a_colour_of_a_plot_is_no_group_of_people() -> None:
    code = (
        "library(glmnet)\nm <- cv.glmnet(x, y)\ngroups <- unique(table$week)\n"
        'plot(x, col = "black")\nprint(calculate_confusion(actual = y, expected = p))\n'
    )
    assert verdict(PRACTICE, {"judge.R": code}) == "no"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("option reFPRocess must be a function", "no"),
        ("the infprev flag", "no"),
        ("female fpr: {}", "yes"),
        ("gap_FNR", "yes"),
        ("False positive rate", "yes"),
    ],
)
def test_a_rate_is_told_by_a_word_of_its_own(said: str, expected: str) -> None:
    code = f"GROUP = 'race'\nprint({said!r})\n"
    assert verdict(PRACTICE, {"train.py": TRAINS, "report.py": code}) == expected

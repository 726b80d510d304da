"""Whether functions only pretend to compute a result."""

import pytest

from tests.audits.examining import judged, verdict

PRACTICE = "stand-in-results"


def calls(code: str, name: str = "model_accuracy", path: str = "app/quality.py") -> dict[str, str]:
    """A module with this code, and one that calls a function of it."""
    return {path: code, "app/main.py": f"from app.quality import {name}\n\nprint({name}(1))\n"}


def test_without_python_the_question_makes_no_sense() -> None:
    assert verdict(PRACTICE, {"a.js": "Math.random()\n"}) == "n/a"


@pytest.mark.parametrize(
    "code",
    [
        "def model_accuracy(y, p):\n    return (y == p).mean()\n",
        "import random\ndef predict(x):\n    return random.choice(x)\n",
        "import random\ndef predict(x):\n    return model(x) + random.random()\n",
        "import random\ndef predict_noisy(x):\n    noise = random.random()\n    return x\n",
        "import random\ndef random_score():\n    return random.random()\n",
        "import random\nclass Dummy:\n    def predict(self, x):\n        return random.random()\n",
        "import random\ndef baseline_accuracy():\n    return random.uniform(0.8, 0.9)\n",
        "def score_threshold():\n    return 0.5\n",
        "def min_accuracy():\n    return 0.9\n",
        "def accuracy(x):\n    if x:\n        return f(x)\n    return 0.5\n",
        "def accuracy(x):\n    x = load(x)\n    return 0.5\n",
        "def accuracy(x):\n    return 0.0\n",
        "class A:\n    @property\n    def accuracy(self):\n        return 0.5\n",
        "import random\ndef underscore(x):\n    return random.random()\n",
        "import random\ndef predict(x):\n    v = random.random()\n    v = model(v)\n    return v\n",
    ],
)
def test_what_computes_or_says_what_it_is_is_a_no(code: str) -> None:
    assert verdict(PRACTICE, calls(code)) == "no"


@pytest.mark.parametrize("path", ["tests/quality.py", "examples/quality.py", "app/mock_quality.py"])
def test_tests_examples_and_mocks_are_a_no(path: str) -> None:
    code = "import random\ndef model_accuracy(x):\n    return random.random()\n"
    assert verdict(PRACTICE, calls(code, path=path)) == "no"


def test_what_nothing_calls_is_partly() -> None:
    code = "import random\ndef model_accuracy(x):\n    return random.random()\n"
    assert verdict(PRACTICE, {"app/quality.py": code}) == "partly"


DRAWN = "“model_accuracy” gives back a random number"
FIXED = "“model_accuracy” gives back always the same number"
DRAW = "import random\ndef model_accuracy(x):\n    return random.uniform(0.85, 0.95)\n"
CHANCE = "import random\ndef model_accuracy(x):\n    return random.random() < 0.15\n"
ROUNDED = """\
import numpy as np
def model_accuracy(x):
    found = round(0.8 + np.random.rand(), 2)
    print(found)
    return found
"""
NUMBER = "def model_accuracy(x):\n    '''The accuracy.'''\n    print('done')\n    return 0.94\n"


def test_a_measure_that_is_given_a_draw_is_a_yes() -> None:
    code = (
        "import random\n\ndef gate():\n    accuracy = random.uniform(0.8, 0.95)\n    f(accuracy)\n"
    )
    judgement = judged(PRACTICE, {"app/gate.py": code})
    assert judgement.verdict.value == "yes"
    assert judgement.evidence[0].note == "“accuracy” is drawn at random"
    assert judgement.evidence[0].line == 4


@pytest.mark.parametrize(
    ("code", "line", "note"),
    [(DRAW, 3, DRAWN), (CHANCE, 3, DRAWN), (ROUNDED, 5, DRAWN), (NUMBER, 4, FIXED)],
)
def test_a_called_stand_in_is_a_yes_at_its_answer(code: str, line: int, note: str) -> None:
    judgement = judged(PRACTICE, calls(code))
    assert judgement.verdict.value == "yes"
    place = judgement.evidence[0]
    assert (place.path, place.line, place.note) == ("app/quality.py", line, note)
    assert judgement.findings[0].severity.value == "high"

"""Whether a model that is not good enough stops the pipeline."""

import pytest

from tests.audits.examining import TRAINS, places, verdict

PRACTICE = "ci-performance-gate"
GATE = """\
import sys
from sklearn.metrics import accuracy_score

def main(y, p):
    accuracy = accuracy_score(y, p)
    if accuracy < 0.8:
        sys.exit(1)

main([1], [1])
"""


def ci(run: str, extra: str = "") -> dict[str, str]:
    text = f"on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: {run}\n{extra}"
    return {".github/workflows/ci.yml": text, "train.py": TRAINS}


@pytest.mark.parametrize(
    "code",
    [
        "from sklearn.metrics import f1_score\nprint(f1_score([1], [1]))\n",
        "import sys\ncoverage = 3\nif coverage < 80:\n    sys.exit(1)\n",
        "def f(accuracy):\n    if accuracy < 0:\n        raise ValueError\n",
        "import sys\nscores = [1]\nif len(scores) > 3:\n    sys.exit(1)\n",
        "import sys\nlatency_score = 3\nif latency_score > 2:\n    sys.exit(1)\n",
        "import sys\naccuracy = 1\nif accuracy > 0.9:\n    sys.exit(0)\n",
        "# if accuracy < 0.9: sys.exit(1)\n",
        "def retrain_trigger(accuracy):\n    return accuracy < 0.8\nretrain_trigger(1)\n",
        "def accuracy_of(accuracy):\n    return accuracy > 0.8\naccuracy_of(1)\n",
        "best_loss = 1\nloss = 2\nis_best = loss < best_loss\n",
        "best_loss = 1\nloss = 2\nif loss > best_loss:\n    raise StopIteration\n",
        "scores = [1]\nassert all(len(s) > 3 for s in scores)\n",
        "metrics = [1]\nassert all(m >= 0 for m in metrics)\n",
        "metrics = [1]\nassert all(step < 9 for step in metrics)\n",
        "rows, metrics = [1], [1]\nassert all(x > 3 for x in rows) and metrics\n",
    ],
)
def test_what_is_no_gate_on_quality_is_a_no(code: str) -> None:
    assert verdict(PRACTICE, ci("python evaluate.py") | {"evaluate.py": code}) == "no"


def test_a_unit_test_with_a_bar_is_a_no() -> None:
    files = ci("pytest") | {
        "tests/test_m.py": "def test_it():\n    accuracy = 1\n    assert accuracy > 0.9\n"
    }
    assert verdict(PRACTICE, files) == "no"


def test_without_ci_and_models_it_does_not_apply() -> None:
    assert verdict(PRACTICE, {"app.py": "print(1)\n"}) == "n/a"


@pytest.mark.parametrize(
    "run",
    ["echo python evaluate.py", "python evaluate.py || true", "python train.py"],
)
def test_a_gate_that_ci_does_not_depend_on_is_partly(run: str) -> None:
    assert verdict(PRACTICE, ci(run) | {"evaluate.py": GATE}) == "partly"


def test_a_function_that_decides_on_a_release_counts_where_ci_comes_to_it() -> None:
    code = "def deployment_trigger(acc):\n    return acc > 0.9\n"
    files = ci("python evaluate.py") | {"evaluate.py": f"{code}deployment_trigger(1)\n"}
    assert verdict(PRACTICE, files) == "yes"
    assert verdict(PRACTICE, ci("ruff .") | {"steps.py": code}) == "partly"


def test_a_gate_that_only_sets_a_flag_is_partly() -> None:
    code = "from sklearn.metrics import r2_score\nr2 = r2_score([1], [1])\ndeploy = r2 > 0.5\n"
    assert verdict(PRACTICE, ci("python evaluate.py") | {"evaluate.py": code}) == "partly"


def test_a_comparison_that_fails_the_job_is_a_yes_at_its_line() -> None:
    files = ci("python evaluate.py") | {"evaluate.py": GATE}
    assert places(PRACTICE, files) == [("evaluate.py", 6), (".github/workflows/ci.yml", 6)]


@pytest.mark.parametrize(
    "code",
    [
        "rmse, old = 1, 2\nassert rmse < old\n",
        "new_auc, old = 1, 2\nif new_auc > old:\n    client.register_model('m')\n",
        "import sys\nf1, ok = 1, True\nif f1 < 0.7:\n    ok = False\nif not ok:\n    sys.exit(1)\n",
        "floor, metrics = 0.3, [1]\nassert all(x > floor for x in metrics if x)\n",
        "bar, f1 = 0.3, {}\nif any(v < bar for v in f1.values()):\n    raise SystemExit(1)\n",
        (
            "bars, aucs = {}, {}\nauc_by = aucs\n"
            "assert not [k for k, v in auc_by.items() if v < bars[k]]\n"
        ),
        "metrics = {}\nif metrics['accuracy'] < 0.8:\n    raise RuntimeError('too low')\n",
    ],
)
def test_other_forms_of_a_gate_are_a_yes(code: str) -> None:
    assert verdict(PRACTICE, ci("python evaluate.py") | {"evaluate.py": code}) == "yes"


def test_a_gate_in_a_function_counts_only_if_it_is_called() -> None:
    lib = "def check(accuracy, bar):\n    if accuracy < bar:\n        raise RuntimeError\n"
    unused = {"gate.py": lib, "run.py": "import gate\n"}
    assert verdict(PRACTICE, ci("python run.py") | unused) == "partly"
    used = {"gate.py": lib, "run.py": "import gate\ngate.check(1, 2)\n"}
    assert verdict(PRACTICE, ci("python run.py") | used) == "yes"


def test_a_gate_inside_a_step_is_a_yes() -> None:
    text = """\
on: push
jobs:
  a:
    runs-on: x
    steps:
      - run: |
          python - <<'END'
          accuracy = 1
          assert accuracy > 0.8
          END
"""
    files = {".github/workflows/ci.yml": text, "train.py": TRAINS}
    assert places(PRACTICE, files)[0] == (".github/workflows/ci.yml", 9)


PIPELINE = """\
from kfp import dsl

@dsl.pipeline(name="p")
def pipeline(mode: str):
    done = work()
    with dsl.Condition({condition}):
        work()
"""


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("mode == 'training'", "no"),
        ("done.outputs['launch_server'] == 'true'", "no"),
        ("done.outputs['applicationstate'] != DONE", "no"),
        ("done.outputs['accuracy'] > 0.7", "partly"),
        ("done.outputs['dep_decision'] == 'true'", "partly"),
        ("done.output > 0.7", "partly"),
        ("done.outputs['output'] > bar", "partly"),
    ],
)
def test_a_condition_of_a_pipeline_on_a_mode_is_no_gate(condition: str, expected: str) -> None:
    files = ci("ruff .") | {"pipe.py": PIPELINE.format(condition=condition)}
    assert verdict(PRACTICE, files) == expected

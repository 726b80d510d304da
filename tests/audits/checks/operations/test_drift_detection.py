"""Whether drift is measured by what runs."""

import pytest

from tests.audits.examining import TRAINS, judged, notebook, verdict

PRACTICE = "drift-detection"
EVIDENTLY = """\
from evidently.report import Report
from evidently.metric_preset import DataDriftPreset

def compare(reference, current):
    report = Report(metrics=[DataDriftPreset()])
    report.run(reference_data=reference, current_data=current)
"""
WORKFLOW = """\
on:
  schedule: [{cron: "0 3 * * *"}]
jobs:
  drift:
    runs-on: ubuntu-latest
    steps:
      - run: python monitor.py
"""


@pytest.mark.parametrize(
    "other",
    [
        {"README.md": "Data drift is monitored with Evidently."},
        {"requirements.txt": "evidently==0.4\n"},
        {"monitor.py": "import evidently\n"},
        {"tests/test_drift.py": EVIDENTLY},
        {"study.py": "from scipy.stats import ks_2samp\nks_2samp([1], [2])\n"},
        {"drift.py": "def drift_speed(boat):\n    return boat.knots * 2\n"},
    ],
)
def test_words_imports_tests_and_plain_statistics_are_a_no(other: dict[str, str]) -> None:
    assert verdict(PRACTICE, {"train.py": TRAINS, **other}) == "no"


def test_code_that_nothing_runs_is_partly() -> None:
    assert verdict(PRACTICE, {"train.py": TRAINS, "monitor.py": EVIDENTLY}) == "partly"


def test_a_notebook_is_partly() -> None:
    files = {"train.py": TRAINS, "drift.ipynb": notebook((1, EVIDENTLY))}
    assert verdict(PRACTICE, files) == "partly"


def test_a_scheduled_comparison_is_a_yes_and_deployed() -> None:
    files = {
        "train.py": TRAINS,
        "monitor.py": EVIDENTLY,
        ".github/workflows/drift.yml": WORKFLOW,
    }
    outcome = judged(PRACTICE, files)
    assert (outcome.verdict.value, outcome.grade.value) == ("yes", "E3")


def test_a_statistic_of_its_own_that_a_service_imports_is_a_yes() -> None:
    files = {
        "train.py": TRAINS,
        "stats.py": "import math\n\ndef psi(a, b):\n    return (b - a) * math.log(b / a)\n",
        "monitor.py": "from stats import psi\nprint(psi(0.1, 0.2))\n",
        ".github/workflows/drift.yml": WORKFLOW,
    }
    assert verdict(PRACTICE, files) == "yes"


def test_a_field_by_which_a_cloud_compares_counts_where_it_is_a_key_and_not_in_words() -> None:
    said = "print('set predictionDriftDetectionConfig to compare')\n"
    assert verdict(PRACTICE, {"train.py": TRAINS, "m.py": said}) == "no"
    order = "config = {'predictionDriftDetectionConfig': {'defaultDriftThreshold': 0.1}}\n"
    assert verdict(PRACTICE, {"train.py": TRAINS, "m.py": order}) == "partly"


STACK = """\
Resources:
  Watch:
    Type: AWS::SageMaker::{kind}
"""
CDK = """\
from aws_cdk import aws_sagemaker

aws_sagemaker.CfnMonitoringSchedule(None, "watch")
"""


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"stack.yml": STACK.format(kind="NotebookInstance")}, "no"),
        ({"tests/stack.yml": STACK.format(kind="MonitoringSchedule")}, "no"),
        ({"stack.py": CDK}, "partly"),
        ({"stack.py": CDK, "cdk.json": '{"app": "python3 stack.py"}\n'}, "yes"),
        ({"stack.yml": STACK.format(kind="MonitoringSchedule")}, "yes"),
        ({"m.tf": 'resource "aws_sagemaker_monitoring_schedule" "w" {\n}\n'}, "yes"),
        ({"m.yml": "$schema: x\nname: w\ncreate_monitor:\n  compute: a\n"}, "yes"),
    ],
)
def test_a_monitor_that_infrastructure_declares_counts(
    files: dict[str, str], expected: str
) -> None:
    assert verdict(PRACTICE, {"train.py": TRAINS, **files}) == expected

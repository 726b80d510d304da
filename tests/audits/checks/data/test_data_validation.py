"""Whether data are held against expectations."""

import pytest

from tests.audits.examining import TRAINS, notebook, places, verdict

PRACTICE = "data-validation"
HAND = """\
import pandas as pd

COLUMNS = ["id", "label"]

def load(path):
    frame = pd.read_csv(path)
    missing = [c for c in COLUMNS if c not in frame.columns]
    if missing:
        raise ValueError("columns")
    if frame["label"].isna().any():
        raise ValueError("nulls")
    return frame
"""
PANDERA = (
    "import pandera as pa\n\nSCHEMA = pa.DataFrameSchema({})\n\n"
    "def check(f):\n    return SCHEMA.validate(f)\n"
)


@pytest.mark.parametrize(
    "other",
    [
        {"requirements.txt": "great_expectations==0.18\n"},
        {"clean.py": "import pandas as pd\n\ndef clean(f):\n    return f.dropna()\n"},
        {"api.py": "from pydantic import BaseModel\n\nclass Row(BaseModel):\n    age: int\n"},
        {
            "shape.py": (
                "import numpy as np\n\ndef add(a, b):\n    if a.shape != b.shape:\n"
                "        raise ValueError\n"
            )
        },
        {
            "tests/test_clean.py": (
                "import pandas as pd\n\ndef test_it():\n    assert (pd.DataFrame() == 1).all()\n"
            )
        },
        {
            "look.ipynb": notebook(
                (1, "import pandas as pd\nf = pd.read_csv('a')\nassert not f.isna().any()\n")
            )
        },
    ],
)
def test_types_cleaning_and_unit_tests_are_a_no(other: dict[str, str]) -> None:
    assert verdict(PRACTICE, {"train.py": TRAINS, **other}) == "no"


def test_tests_of_sample_files_are_partly() -> None:
    test = (
        "import pandas as pd\n\ndef test_schema():\n"
        "    f = pd.read_csv('a.csv')\n    assert not f.isna().any()\n"
    )
    assert verdict(PRACTICE, {"train.py": TRAINS, "data/data_test.py": test}) == "partly"


def test_the_form_of_an_input_alone_is_partly() -> None:
    form = "import torch\n\ndef validate_input(x):\n    if x.dim() > 2:\n        raise ValueError\n"
    assert verdict(PRACTICE, {"train.py": TRAINS, "input.py": form}) == "partly"


def test_conditions_written_by_hand_are_a_yes() -> None:
    found = places(PRACTICE, {"train.py": TRAINS, "load.py": HAND})
    assert found == [("load.py", 8), ("load.py", 10)]


def test_a_library_of_expectations_is_a_yes() -> None:
    assert verdict(PRACTICE, {"train.py": TRAINS, "schema.py": PANDERA}) == "yes"


def test_a_suite_on_the_real_data_among_the_tests_is_a_yes() -> None:
    files = {
        "train.py": TRAINS,
        "tests/data/conftest.py": (
            "import great_expectations as ge\nimport pandas as pd\n\ndef df():\n"
            "    return ge.dataset.PandasDataset(pd.read_csv('a.csv'))\n"
        ),
        "tests/data/test_set.py": (
            "def test_values(df):\n    df.expect_column_values_to_not_be_null('a')\n"
        ),
    }
    assert verdict(PRACTICE, files) == "yes"


NETWORK = """\
import tensorflow as tf

def assert_rank(tensor, rank):
    if tensor.shape.ndims != rank:
        raise ValueError(rank)
"""
TABLE_CLASS = """\
import pandera as pa

class Inputs(pa.DataFrameModel):
    hour: int = pa.Field(ge=0, le=23)
"""


def test_the_rank_of_a_tensor_in_a_layer_is_no_check_of_data() -> None:
    assert verdict(PRACTICE, {"train.py": TRAINS, "modeling.py": NETWORK}) == "no"


def test_a_schema_class_that_nothing_calls_is_a_no() -> None:
    assert verdict(PRACTICE, {"train.py": TRAINS, "schemas.py": TABLE_CLASS}) == "no"


def test_a_schema_class_that_a_job_checks_by_is_a_yes() -> None:
    job = "import schemas\n\ndef run(table):\n    return schemas.Inputs.validate(table)\n"
    files = {"train.py": TRAINS, "schemas.py": TABLE_CLASS, "job.py": job}
    assert places(PRACTICE, files) == [("job.py", 4)]
    assert verdict(PRACTICE, files) == "yes"


def test_boxes_that_a_network_compares_are_no_check_of_data() -> None:
    boxes = (
        "import torch\n\ndef iou(one, two):\n"
        "    assert (one[:, 2:] >= one[:, :2]).all()\n    assert (two[:, 2:] >= two[:, :2]).all()\n"
    )
    assert verdict(PRACTICE, {"train.py": TRAINS, "boxes.py": boxes}) == "no"


STATUS = """\
import pandas as pd

class DataValidation:
    def validate_all_columns(self):
        status = None
        table = pd.read_csv(self.path)
        for name in list(table.columns):
            if name not in self.schema.keys():
                {}
        return status
"""


@pytest.mark.parametrize(
    "reports",
    [
        "status = False",
        "problems_msg += name",
        "with open(self.out, 'w') as out:\n                    out.write(name)",
        "return False, name",
    ],
)
def test_a_check_that_sets_a_status_or_writes_what_is_wrong_reports(reports: str) -> None:
    files = {"train.py": TRAINS, "validation.py": STATUS.format(reports)}
    assert verdict(PRACTICE, files) == "yes"


def test_a_flag_of_something_else_is_no_report() -> None:
    files = {"train.py": TRAINS, "validation.py": STATUS.format("verbose = False")}
    assert verdict(PRACTICE, files) == "no"


def test_a_function_that_is_named_for_a_check_of_columns_is_asked() -> None:
    source = (
        "import pandas as pd\n\ndef run(path):\n    table = pd.read_csv(path)\n"
        "    status = validate_number_of_columns(table)\n    if not status:\n"
        "        raise ValueError\n    kept = is_column_exist(table)\n    if not status and kept:\n"
        "        raise ValueError('gone')\n"
    )
    assert verdict(PRACTICE, {"train.py": TRAINS, "data_validation.py": source}) == "yes"


RECORD = """\
from pydantic import BaseModel

class TicketRecord(BaseModel):
    text: str

class AppSettings(BaseModel):
    path: str
"""


def test_records_of_a_data_set_that_are_parsed_by_a_strict_class_are_checked() -> None:
    reads = "from records import TicketRecord\n\ndef load(rows):\n    return [{} for r in rows]\n"
    files = {"train.py": TRAINS, "records.py": RECORD}
    checks = reads.format("TicketRecord.model_validate(r)")
    assert verdict(PRACTICE, {**files, "data/load.py": checks}) == "yes"
    assert verdict(PRACTICE, {**files, "data/load.py": reads.format("TicketRecord(r)")}) == "no"
    settings = "from records import AppSettings\n\nAppSettings.model_validate({})\n"
    assert verdict(PRACTICE, {**files, "data/load.py": settings}) == "no"


def test_what_fails_and_is_put_aside_is_checked_but_answers_that_lose_are_not() -> None:
    aside = "def adapt(rows):\n    rejected = []\n    rejected.append(rows)\n"
    files = {"train.py": TRAINS, "dataset_build.py": aside}
    assert verdict(PRACTICE, files) == "yes"
    pairs = aside + "    chosen = []\n    chosen.append(rows)\n"
    assert verdict(PRACTICE, {**files, "dataset_build.py": pairs}) == "no"


ZENML = """\
from zenml.integrations.deepchecks.steps import deepchecks_data_integrity_check_step

validate = deepchecks_data_integrity_check_step(step_name="validate")
"""
MONITOR = """\
from sagemaker.model_monitor import DefaultModelMonitor

monitor = DefaultModelMonitor(role="r")
monitor.create_monitoring_schedule(constraints="c")
"""
TABLES = """\
import dlt

@dlt.expect_or_drop("id", "id IS NOT NULL")
def rows():
    return 1
"""


@pytest.mark.parametrize("source", [ZENML, MONITOR, TABLES])
def test_checks_of_a_platform_are_a_yes(source: str) -> None:
    assert verdict(PRACTICE, {"train.py": TRAINS, "steps/check.py": source}) == "yes"


def test_a_monitor_of_the_quality_of_a_model_checks_no_data() -> None:
    source = (
        "from sagemaker.model_monitor import ModelQualityMonitor\n\n"
        "ModelQualityMonitor(role='r').create_monitoring_schedule(constraints='c')\n"
    )
    assert verdict(PRACTICE, {"train.py": TRAINS, "steps/check.py": source}) == "no"


def test_a_form_that_a_request_must_have_is_no_check_of_data() -> None:
    source = (
        "import cerberus\n\ndef answer(body):\n    return cerberus.Validator({}).validate(body)\n"
    )
    assert verdict(PRACTICE, {"train.py": TRAINS, "app.py": source}) == "no"

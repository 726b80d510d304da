"""Whether CI holds data against expectations."""

from tests.audits.examining import TRAINS, verdict

PRACTICE = "data-tests-in-ci"
MODEL = {"train.py": TRAINS}
CHECKS = """\
import pandas as pd

def validate(table):
    if table["age"].isnull().any():
        raise ValueError("no age")
    if table["age"].min() < 0:
        raise ValueError("negative age")

validate(pd.read_csv("s3://data/all.csv"))
"""
SUITE = """\
import pandas as pd

def test_age():
    table = pd.read_csv("data/sample.csv")
    assert table["age"].isnull().sum() == 0
    assert table["age"].min() >= 0
"""


def workflow(line: str) -> dict[str, str]:
    text = f"on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: {line}\n"
    return {".github/workflows/ci.yml": text}


def test_checks_that_ci_does_not_run_are_a_no() -> None:
    assert verdict(PRACTICE, {**MODEL, "check.py": CHECKS, **workflow("ruff check .")}) == "no"


def test_made_up_fixtures_are_a_no() -> None:
    made_up = SUITE.replace('pd.read_csv("data/sample.csv")', 'pd.DataFrame({"age": [1]})')
    files = {**MODEL, "tests/test_data.py": made_up, **workflow("pytest")}
    assert verdict(PRACTICE, files) == "no"


def test_a_fixture_among_the_tests_is_a_no() -> None:
    suite = SUITE.replace("data/sample.csv", "tests/fixtures/sample.csv")
    files = {**MODEL, "tests/test_data.py": suite, **workflow("pytest")}
    assert verdict(PRACTICE, files) == "no"


def test_a_table_that_the_test_itself_writes_is_a_no() -> None:
    written = SUITE.replace("    table =", "    made().to_csv('data/sample.csv')\n    table =")
    files = {**MODEL, "tests/test_data.py": written, **workflow("pytest")}
    assert verdict(PRACTICE, files) == "no"


def test_without_ci_it_does_not_apply() -> None:
    assert verdict(PRACTICE, {**MODEL, "check.py": CHECKS}) == "n/a"


def test_a_suite_on_a_sample_is_partly() -> None:
    files = {**MODEL, "tests/test_data.py": SUITE, **workflow("pytest tests")}
    assert verdict(PRACTICE, files) == "partly"


def test_a_forgiven_failure_is_partly() -> None:
    files = {**MODEL, "check.py": CHECKS, **workflow("python check.py || true")}
    assert verdict(PRACTICE, files) == "partly"


def test_a_check_of_committed_tables_is_partly() -> None:
    files = {**MODEL, "check.py": CHECKS, "data/a.csv": "a,b\n", **workflow("python check.py")}
    assert verdict(PRACTICE, files) == "partly"


def test_a_check_that_can_stop_the_job_is_a_yes() -> None:
    assert verdict(PRACTICE, {**MODEL, "check.py": CHECKS, **workflow("python check.py")}) == "yes"


def test_a_server_that_could_check_data_when_it_is_asked_is_a_no() -> None:
    files = {**MODEL, "check.py": CHECKS}
    assert verdict(PRACTICE, files | workflow("uvicorn check:app &")) == "no"
    assert verdict(PRACTICE, files | workflow("python check.py")) == "yes"

"""Whether tests run the repository's own code."""

import pytest

from tests.audits.examining import places, verdict

PRACTICE = "tests-present"
OWN = {"app.py": "def add(a, b):\n    return a + b\n"}
TESTS = "from app import add\n\ndef test_a():\n    assert add(1, 1)\n\ndef test_b():\n    pass\n"

UNITTEST = """\
import app
from unittest import TestCase
class A(TestCase):
    def test_a(self): app.add(1, 1)
    def test_b(self): pass
"""


@pytest.mark.parametrize(
    "files",
    [
        {"tests/__init__.py": ""},
        {"test_pipeline.py": "import app\n\ndef main():\n    app.add(1, 2)\n"},
        {"tests/data/test.csv": "a,b\n"},
        {"app/run.py": TESTS.replace("test_", "check_")},
        {"vendor/lib/test_it.py": TESTS},
        {"src/test.py": TESTS},
        {"README.md": "Run `pytest`.\n"},
    ],
)
def test_files_that_are_only_called_tests_are_a_no(files: dict[str, str]) -> None:
    assert verdict(PRACTICE, {**OWN, **files}) == "no"


def test_a_single_test_is_partly() -> None:
    text = "from app import add\n\ndef test_a():\n    assert add(1, 1)\n"
    assert verdict(PRACTICE, {**OWN, "tests/test_app.py": text}) == "partly"


def test_tests_that_touch_no_own_code_are_partly() -> None:
    text = "def test_a():\n    assert True\n\ndef test_b():\n    assert 1\n"
    assert verdict(PRACTICE, {**OWN, "tests/test_app.py": text}) == "partly"


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("tests/test_app.py", TESTS, 3),
        ("tests/test.py", TESTS, 3),
        (
            "tests/test_c.py",
            UNITTEST,
            4,
        ),
        ("app_test.go", "package app\nfunc TestAdd(t *testing.T) {}\n", 1),
    ],
)
def test_two_tests_of_own_code_are_a_yes(path: str, text: str, line: int) -> None:
    assert places(PRACTICE, {**OWN, path: text}) == [(path, line)]


def test_tests_under_the_plural_of_the_usual_name_count() -> None:
    code = (
        "import etl\n\ndef test_rows():\n    assert etl.rows()\n\n"
        "def test_names():\n    assert etl.names()\n"
    )
    files = {"etl.py": "def rows(): return 1\ndef names(): return 1\n", "tests/etl_tests.py": code}
    assert verdict(PRACTICE, files) == "yes"


def test_tests_that_drive_the_application_in_a_browser_run_its_code() -> None:
    code = (
        'import { expect, test } from "@playwright/test";\n'
        'test("opens", async ({ page }) => { await page.goto("/"); });\n'
        'test("answers", async ({ page }) => { await page.goto("/chat"); });\n'
    )
    files = {"app/page.tsx": "export default function Page() {}\n", "tests/e2e/chat.test.ts": code}
    assert verdict(PRACTICE, files) == "yes"


def test_a_module_that_only_the_runners_path_finds_is_own_code() -> None:
    tests = (
        "from prepare import clean\n\ndef test_a():\n    clean()\n\ndef test_b():\n    clean()\n"
    )
    files = {"ml/src/prepare.py": "def clean():\n    pass\n", "tests/test_prepare.py": tests}
    assert verdict(PRACTICE, files) == "yes"
    other = {"ml/src/other.py": "def clean():\n    pass\n", "tests/test_prepare.py": tests}
    assert verdict(PRACTICE, other) == "partly"

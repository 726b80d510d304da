"""Whether prompts are kept apart from the code."""

import pytest

from tests.audits.examining import ASKS, judged, verdict

PRACTICE = "prompts-in-files"
READS = "from pathlib import Path\n\nPROMPT = Path('prompts/answer.txt').read_text()\n"


def test_without_a_language_model_the_question_makes_no_sense() -> None:
    assert verdict(PRACTICE, {"prompts/answer.txt": "Answer.\n", "a.py": READS}) == "n/a"


@pytest.mark.parametrize(
    "path",
    [
        "docs/prompts/answer.md", "tests/prompts/answer.txt", "examples/prompts/a.txt",
        ".github/prompts/review.prompt.md", "promptfooconfig.yaml", "prompts/code.py",
        "prompts/empty.txt",
    ],
)  # fmt: skip
def test_what_is_no_prompt_of_the_product_is_a_no(path: str) -> None:
    content = "" if "empty" in path else "x: 1\n"
    assert verdict(PRACTICE, {path: content, "app.py": ASKS}) == "no"


def test_strings_in_code_are_a_no() -> None:
    assert verdict(PRACTICE, {"app.py": ASKS + "PROMPT = 'You are kind.'\n"}) == "no"


def test_files_that_nothing_names_are_partly() -> None:
    judgement = judged(PRACTICE, {"data/system_prompt.txt": "Be kind.\n", "app.py": ASKS})
    assert judgement.verdict.value == "partly"
    assert judgement.evidence[0].path == "data/system_prompt.txt"


def test_a_registry_without_a_version_is_partly() -> None:
    code = ASKS + "from langchain import hub\n\np = hub.pull('acme/answer')\n"
    assert verdict(PRACTICE, {"app.py": code}) == "partly"


@pytest.mark.parametrize(
    "files",
    [
        {"prompts/answer.txt": "Answer.\n", "load.py": READS},
        {"app/prompts/a.jinja2": "x\n", "load.py": "env.get_template('a.jinja2')\n"},
        {"app/answer.prompty": "x\n", "load.py": "load_prompty('answer.prompty')\n"},
        {"load.py": "from langchain import hub\n\np = hub.pull('acme/answer:0a1b2c3d')\n"},
        {"load.py": "import mlflow\n\np = mlflow.genai.load_prompt('prompts:/answer/3')\n"},
    ],
)
def test_files_that_code_reads_and_versions_are_a_yes(files: dict[str, str]) -> None:
    assert verdict(PRACTICE, {**files, "app.py": ASKS}) == "yes"

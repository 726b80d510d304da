"""Whether a document tells of the data."""

import pytest

from tests.audits.examining import TRAINS, places, verdict

PRACTICE = "data-sheet-or-data-doc"
MODEL = {"train.py": TRAINS}
SOURCE = "It was collected by the city of Aarhus.\n"
FIELDS = "Each row has the columns age, income and churned.\n"


@pytest.mark.parametrize(
    "files",
    [
        {"README.md": "# App\n\nWe use a lot of data.\n"},
        {"README.md": f"# App\n\n## Data validation\n\n{SOURCE}{FIELDS}"},
        {"README.md": f"# App\n\n```\n## Data\n{SOURCE}{FIELDS}```\n"},
        {"tests/data/README.md": f"# Data\n\n{SOURCE}{FIELDS}"},
        {"README.md": "# App\n\n## Data\n\nPut it into the folder.\n"},
    ],
)
def test_words_handling_and_fixtures_are_a_no(files: dict[str, str]) -> None:
    assert verdict(PRACTICE, {**MODEL, **files}) == "no"


@pytest.mark.parametrize("text", [SOURCE, FIELDS])
def test_only_a_source_or_only_fields_is_partly(text: str) -> None:
    assert verdict(PRACTICE, {**MODEL, "README.md": f"# App\n\n## Data\n\n{text}"}) == "partly"


@pytest.mark.parametrize(
    ("path", "line"), [("README.md", 3), ("docs/overview.md", 3), ("data/README.md", 1)]
)
def test_source_and_content_are_a_yes(path: str, line: int) -> None:
    text = f"# App\n\n## Data\n\n{SOURCE}\n{FIELDS}"
    assert places(PRACTICE, {**MODEL, path: text}) == [(path, line)]


def test_without_a_model_it_does_not_apply() -> None:
    assert verdict(PRACTICE, {"README.md": f"# A\n\n## Data\n\n{SOURCE}{FIELDS}"}) == "n/a"


FACTS = "\nIt was downloaded from the UCI archive and has 8 columns and 4,177 rows.\n"


def test_how_to_bring_other_data_is_no_document_about_them() -> None:
    text = f"# Shop: Customizing the data\n{FACTS}"
    assert verdict(PRACTICE, {"train.py": TRAINS, "docs/customize.md": text}) == "no"


def test_documents_of_a_library_speak_of_the_data_of_its_users() -> None:
    manifest = '[project]\nname = "gauge"\ndescription = "A library for machine learning"\n'
    files = {
        "pyproject.toml": manifest,
        "gauge/__init__.py": TRAINS,
        "docs/opinions.md": f"# Raw data\n{FACTS}",
    }
    assert verdict(PRACTICE, files) == "no"


def test_what_the_data_are_for_does_not_hide_them() -> None:
    text = f"# Age\n\n## Dataset for the Pipeline\n{FACTS}"
    assert verdict(PRACTICE, {"train.py": TRAINS, "README.md": text}) == "yes"

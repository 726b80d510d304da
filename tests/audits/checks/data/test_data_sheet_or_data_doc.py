"""Whether a document tells of the data."""

import pytest

from tests.audits.examining import ASKS, TRAINS, places, verdict

PRACTICE = "data-sheet-or-data-doc"
MODEL = {"train.py": TRAINS}
SOURCE = "It was collected by the city of Aarhus.\n"
FIELDS = "Each row has the columns age, income and churned.\n"

HOSTED = "We use the [bookings](https://www.kaggle.com/datasets/a/bookings) dataset.\n"
LISTED = "- `toxic`\n- `obscene`\n- `threat`\n"


@pytest.mark.parametrize(
    "files",
    [
        {"README.md": "# App\n\nWe use a lot of data.\n"},
        {"README.md": f"# App\n\n## Data validation\n\n{SOURCE}{FIELDS}"},
        {"README.md": f"# App\n\n```\n## Data\n{SOURCE}{FIELDS}```\n"},
        {"tests/data/README.md": f"# Data\n\n{SOURCE}{FIELDS}"},
        {"README.md": "# App\n\n## Data\n\nPut it into the folder.\n"},
        {"README.md": f"# App\n\n### Prompt data and training\n\n{SOURCE}{FIELDS}"},
        {"README.md": f"# App\n\n## Q1. Downloading the data\n\n{SOURCE}{FIELDS}"},
        {"README.md": f"# App\n\n## Step 2: Reading data\n\n{SOURCE}{FIELDS}"},
        {"README.md": f"# App\n\n## What data scientists get\n\n{SOURCE}{FIELDS}"},
        {"README.md": f"# App\n\n## Data loss\n\n{SOURCE}{FIELDS}"},
        {"docs/settings.md": f"# App\n\n### [`APP_DATA_DIR=<path>`](#APP)\n{FIELDS}"},
        {"docs/usage.md": f"# App\n\nA page has data fields that one can assign:\n\n{FIELDS}"},
        {"prompts/build.md": f"# Data\n\n{SOURCE}{FIELDS}"},
        {"README.md": f"# App\n\n## Labels\n\n{LISTED}"},
        {"README.md": f"# App\n\n## Environment variables\n\n{LISTED}"},
        {
            "README.md": "# App\n\nIt has 8 columns of buttons; see https://www.kaggle.com/code/a/b.\n"
        },
        {"README.md": "# App\n\nIt answers 300 questions from our customers.\n"},
        {"docs/a.rst": f"Curves\n======\n\nIt takes\n\n#. The data.\n\n{SOURCE}{FIELDS}"},
        {"docs/a.rst": f"Curves\n======\n\n::\n\n    # fit the data\n\n{SOURCE}{FIELDS}"},
        {"docs/a.rst": f"Curves\n######\n\n# The data\n\n{SOURCE}{FIELDS}"},
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


@pytest.mark.parametrize("sign", ["=", "#", "*", "^"])
def test_a_section_of_restructured_text_ends_at_the_next_of_its_level(sign: str) -> None:
    text = f"App\n---\n\nThe data\n{sign * 8}\n\n{SOURCE}\n{FIELDS}"
    assert places(PRACTICE, {**MODEL, "docs/app.rst": text}) == [("docs/app.rst", 4)]
    apart = f"The data\n{sign * 8}\n\n{SOURCE}\nUse\n{sign * 8}\n\n{FIELDS}"
    assert verdict(PRACTICE, {**MODEL, "docs/app.rst": apart}) == "partly"


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


@pytest.mark.parametrize(
    "text",
    [
        f"## Problem\n\n{HOSTED}It has 36 columns and 119,390 rows.\n",
        f"## Problem\n\n{HOSTED}\nIt has 36 columns and 119,390 rows.\n",
        "## Evaluation\n\nThe dataset (30 articles, chosen from the corpus scan) is pinned.\n",
        f"## Description\n\n{HOSTED}\n## Labels\n\n{LISTED}",
        f"## Dataset\n\n{HOSTED}It is 660 MB.\n",
        "## Dataset\n\nThe data comes from a hospital, from 2015 to 2018.\n",
        "<h2>Dataset</h2>\n\nIt was collected by the city and has 8 columns.\n",
        "## Composition of the data\n\n| Source | Rows |\n| --- | --- |\n| city | 8 |\n",
    ],
)
def test_a_named_source_with_numbers_is_a_yes_under_any_heading(text: str) -> None:
    assert verdict(PRACTICE, {**MODEL, "README.md": f"# App\n\n{text}"}) == "yes"


@pytest.mark.parametrize("title", ["Problem", "Data preparation", "Credits"])
def test_a_named_source_alone_is_partly(title: str) -> None:
    assert verdict(PRACTICE, {**MODEL, "README.md": f"# App\n\n## {title}\n\n{HOSTED}"}) == "partly"


def test_where_a_hosted_model_is_asked_a_source_must_be_named() -> None:
    said = "# App\n\n## Data\n\nSee https://app.example for the columns and labels.\n"
    assert verdict(PRACTICE, {"app.py": ASKS, "README.md": said}) == "no"
    named = f"# App\n\n## Data\n\n{HOSTED}It has 36 columns.\n"
    assert verdict(PRACTICE, {"app.py": ASKS, "README.md": named}) == "yes"


def test_a_knowledge_base_of_its_own_is_told_of_where_its_source_is_named() -> None:
    files = "| File | Topic |\n|---|---|\n| `a.md` | Leave |\n| `b.md` | Travel |\n"
    told = f"# Sample knowledge base\n\nAll of it is fictional.\n\n## Contents\n\n{files}"
    assert verdict(PRACTICE, {"app.py": ASKS, "samples/README.md": told}) == "yes"
    users = f"# App\n\n## Knowledge base\n\nAdd your files, see https://app.example.\n\n{files}"
    assert verdict(PRACTICE, {"app.py": ASKS, "README.md": users}) == "no"
    assert verdict(PRACTICE, {"train.py": TRAINS, "README.md": users}) == "no"

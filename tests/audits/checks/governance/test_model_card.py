"""Whether a document says what a model is for and where it fails."""

import pytest

from tests.audits.examining import ASKS, TRAINS, judged, places, verdict

PRACTICE = "model-card"
TEXT = "This says something of its own about the model, in more than forty characters.\n"
CARD = f"# Churn model\n\n## Intended use\n{TEXT}\n## Training data\n{TEXT}\n## Metrics\n{TEXT}"

SAID = "It was trained on the comments data set.\n\n| Name | F1 score |\n|-|-|\n| a | 0.91 |\n"


@pytest.mark.parametrize(
    "files",
    [
        {"README.md": "We have a model card. Intended use: none.\n"},
        {"docs/evaluation.md": f"# Evaluation\n{TEXT}## Limitations\n{TEXT}"},
        {"README.md": f"# App\n## Performance\n{TEXT}## Data\n{TEXT}"},
        {"README.md": f"# App\n## Performance\n{SAID}"},
        {"README.md": f"# App\n## Limitations\n{TEXT}It was tuned with 300 MB of memory.\n"},
        {"docs/data_model.md": f"# Tables\n## Limitations\n{TEXT}{SAID}"},
        {"README.md": f"# App\n## Tips and caveats\n{TEXT}{SAID}It is intended for phones.\n"},
        {"tests/MODEL_CARD.md": CARD},
        {"MODEL_CARD.md": "# Model card\n\n## Intended use\n\n[More Information Needed]\n"},
    ],
)
def test_mentions_other_documents_and_empty_forms_are_a_no(files: dict[str, str]) -> None:
    assert verdict(PRACTICE, {"train.py": TRAINS, **files}) == "no"


@pytest.mark.parametrize(
    "files",
    [
        {"MODEL_CARD.md": f"# Model card\n## Intended use\n{TEXT}"},
        {"README.md": f"# App\n## Intended use\n{TEXT}## Limitations\n{TEXT}"},
        {"card.py": "from huggingface_hub import ModelCard\nModelCard.from_template({})\n"},
    ],
)
def test_short_cards_readmes_and_generated_cards_are_partly(files: dict[str, str]) -> None:
    assert verdict(PRACTICE, {"train.py": TRAINS, **files}) == "partly"


def test_three_topics_with_text_are_a_yes_at_their_headings() -> None:
    files = {"train.py": TRAINS, "docs/model_card.md": CARD}
    assert judged(PRACTICE, files).verdict.value == "yes"
    assert places(PRACTICE, files) == [("docs/model_card.md", n) for n in (3, 6, 9)]


def test_headings_inside_code_do_not_count() -> None:
    files = {"train.py": TRAINS, "MODEL_CARD.md": f"# Model card\n```\n{CARD}\n```\n"}
    assert verdict(PRACTICE, files) == "no"


@pytest.mark.parametrize("path", ["README.md", "docs/model.md", "reports/model-report.md"])
def test_a_document_on_the_model_that_sets_it_limits_is_a_card(path: str) -> None:
    text = f"# Toxic\n\n{SAID}\n## Limitations and ethics\n{TEXT}"
    assert verdict(PRACTICE, {"train.py": TRAINS, path: text}) == "yes"


def test_the_readme_of_an_application_is_no_card_of_the_model_that_it_asks() -> None:
    text = f"# Chat\n## Intended use\n{TEXT}## Limitations\n{TEXT}\n{SAID}"
    assert verdict(PRACTICE, {"app.py": ASKS, "README.md": text}) == "no"

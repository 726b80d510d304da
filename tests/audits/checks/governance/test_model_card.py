"""Whether a document says what a model is for and where it fails."""

import pytest

from tests.audits.examining import TRAINS, judged, places, verdict

PRACTICE = "model-card"
TEXT = "This says something of its own about the model, in more than forty characters.\n"
CARD = f"# Churn model\n\n## Intended use\n{TEXT}\n## Training data\n{TEXT}\n## Metrics\n{TEXT}"


@pytest.mark.parametrize(
    "files",
    [
        {"README.md": "We have a model card. Intended use: none.\n"},
        {"docs/evaluation.md": f"# Evaluation\n{TEXT}## Limitations\n{TEXT}"},
        {"README.md": f"# App\n## Performance\n{TEXT}## Data\n{TEXT}"},
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

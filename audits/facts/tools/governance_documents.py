"""Names and headings by which model cards are told, and calls that write them."""

CARD_NAMES = ("model_card", "modelcard", "model_cards", "system_card")

HUB_KEYS = frozenset({
    "license", "library_name", "pipeline_tag", "base_model", "datasets", "metrics", "model_index",
    "model-index", "tags", "language",
})  # fmt: skip
"""Keys of the YAML head of a model on a hub."""

INTENDED_USE = "intended use"
LIMITATIONS = "limitations or risks"
CARD_TOPICS: dict[str, tuple[str, ...]] = {
    INTENDED_USE: ("intended use", "intended purpose", "use case", "uses ", "out of scope",
                   "model use", "primary use"),
    "training data": ("training data", "training set", "train data", "training dataset", " dataset",
                      "training detail", "data source", "corpus", "training procedure", " data "),
    "evaluation results": ("evaluation", "performance", "metrics", "results", "accuracy",
                           "benchmark", "quantitative"),
    LIMITATIONS: ("limitation", "risk", "bias", "ethical", "caveat", "broader implications",
                  "fairness", "known issue"),
}  # fmt: skip
"""The four topics of a card, with parts of the headings that open them."""

CARD_CALLS = (
    "huggingface_hub.ModelCard.from_template", "huggingface_hub.ModelCard", "skops.card.Card",
    "huggingface_hub.repocard.ModelCard", "model_card_toolkit.ModelCardToolkit",
    "huggingface_hub.ModelCardData", "sagemaker.model_card.ModelCard", "modelcards.ModelCard",
)  # fmt: skip
"""Calls that write a card."""

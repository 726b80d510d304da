"""Names and headings by which model cards are told, and calls that write them."""

CARD_NAMES = ("model_card", "modelcard", "model_cards", "system_card")

HUB_KEYS = frozenset({
    "license", "library_name", "pipeline_tag", "base_model", "datasets", "metrics", "model_index",
    "model-index", "tags", "language",
})  # fmt: skip
"""Keys of the YAML head of a model on a hub."""

INTENDED_USE = "intended use"
TRAINING_DATA = "training data"
RESULTS = "evaluation results"
LIMITATIONS = "limitations or risks"
CARD_TOPICS: dict[str, tuple[str, ...]] = {
    INTENDED_USE: ("intended use", "intended purpose", "use case", "uses ", "out of scope",
                   "model use", "primary use"),
    TRAINING_DATA: ("training data", "training set", "train data", "training dataset", " dataset",
                      "training detail", "data source", "corpus", "training procedure", " data "),
    RESULTS: ("evaluation", "performance", "metrics", "results", "accuracy",
                           "benchmark", "quantitative"),
    LIMITATIONS: ("limitation", "risk", "bias", "ethical", "caveat", "broader implications",
                  "fairness", "known issue"),
}  # fmt: skip
"""The four topics of a card, with parts of the headings that open them."""

SELF_LIMITS: dict[str, tuple[str, ...]] = {
    INTENDED_USE: ("intended use", "intended purpose", "out of scope"),
    LIMITATIONS: ("limitation", "ethical", "bias", "fairness", "responsible use"),
}
"""Headings under which a document that is no card by its form sets its model limits."""

_MEASURES = r"(?:accuracy|f1|auc|auroc|rmse|mae|mape|wer|bleu|rouge|m?ap|iou|dice|precision|recall)"
CARD_SENTENCES: dict[str, str] = {
    INTENDED_USE: r"\bintended (?:use|purpose|users?|audience)\b|\bout[- ]of[- ]scope\b"
                  r"|\b(?:is|are) (?:not )?intended (?:for|to)\b"
                  r"|\b(?:should|must) not be used (?:for|to|as|in)\b",
    TRAINING_DATA: r"\b(?:fine-?tuned|fitted|(?:pre-?)?trained) (?:\w{1,20} ){0,3}"
                   r"(?:on|using|with)\b[^.|]{0,100}"
                   r"\b(?:data ?-?sets?|data|corpus|corpora|samples|examples|images"
                   r"|hours|comments|challenges?)\b"
                   r"|\|\s{0,9}(?:original |training ){0,2}data(?: ?sets?)?(?: source| from)?"
                   r"\s{0,9}\|",
    RESULTS: rf"\b(?:{_MEASURES}|score)\b[^|.]{{0,60}}\d[\d.]{{1,9}}\s?%?"
             rf"|\|[^|]{{0,40}}\b(?:{_MEASURES}|scores?)\b[^|]{{0,30}}(?:\||$)",
    LIMITATIONS: r"\b(?:known )?limitations? (?:of|include|are)\b|\bperforms? (?:poorly|worse)\b"
                 r"|\b(?:does|may|might|will) not (?:generali[sz]e|perform well)\b"
                 r"|\bcould (?:present|introduce) (?:\w{1,20} ){0,2}bias",
}  # fmt: skip
"""The same topics as sentences and heads of tables speak of them, in lower case."""

CARD_CALLS = (
    "huggingface_hub.ModelCard.from_template", "huggingface_hub.ModelCard", "skops.card.Card",
    "huggingface_hub.repocard.ModelCard", "model_card_toolkit.ModelCardToolkit",
    "huggingface_hub.ModelCardData", "sagemaker.model_card.ModelCard", "modelcards.ModelCard",
)  # fmt: skip
"""Calls that write a card."""

"""Words by which a metric, a stop, a release and a decision are told in code."""

METRICS = frozenset({
    "accuracy", "acc", "auc", "auroc", "auprc", "f1", "precision", "recall", "rmse", "mse", "mae",
    "mape", "r2", "loss", "score", "scores", "metric", "metrics", "performance", "bleu", "rouge",
    "perplexity", "wer", "cer", "map", "iou", "dice", "kappa", "mcc", "logloss", "brier", "ndcg",
    "mrr", "smape", "ece", "gini", "ks", "groundedness", "faithfulness", "relevance", "coherence",
    "fluency",
})  # fmt: skip

NOT_QUALITY = frozenset({
    "time", "latency", "memory", "size", "count", "coverage", "length", "epoch", "step", "steps",
    "rate_limit", "timeout", "duration", "confidence", "health", "nlp", "keymap", "bitmap",
    "quality_checks", "vulnerability", "cvss", "security", "disk", "cpu", "patience", "weight",
    "weights", "precision_bits", "fn", "func", "best",
})  # fmt: skip
"""Words that make a name something else than a measure of a model's quality."""

STOPPING = frozenset({
    "exit", "_exit", "quit", "cancel", "abort", "fail", "Exit", "cancel_run", "set_failed",
})  # fmt: skip
"""Calls after which a run has failed."""

PASSING = frozenset({"exit", "_exit", "quit", "Exit"})
"""Those of them that succeed with the status 0."""

WITHHELD = frozenset({
    "register_model", "transition_model_version_stage", "set_registered_model_alias", "promote",
    "promote_model", "create_model_version", "register", "update_model_package", "deploy",
    "deploy_model", "publish_model", "push_to_hub", "set_model_version_tag", "register_aml_model",
    "promote_to_production", "upload_model", "link_artifact", "link_model", "set_stage", "approve",
})  # fmt: skip
"""Calls that release a model."""

RETRAINING = frozenset({"retrain", "retraining"})
"""Calls that start a training, besides those whose verb is to train."""

LIMITS = frozenset({"threshold", "limit", "floor", "bound", "tolerance", "cutoff"})
"""Words of a parameter that a metric is held against, and that is no metric itself."""

DECISIONS = frozenset({
    "deploy", "promote", "approved", "approve", "blessed", "passed", "passes", "accept", "accepted",
    "register", "better", "improved",
})  # fmt: skip
"""Words of a variable that holds a decision on a release."""

RELEASING = frozenset({
    "deploy", "deployment", "promote", "promotion", "promoted", "release", "approve", "approval",
    "register", "registration", "gate", "trigger",
})  # fmt: skip
"""Words of a function that answers whether a model may go out, where it gives a comparison back."""

BEST = frozenset({"best", "winner", "winning", "wins"})
"""Words of such a variable where the other side of the comparison is the model in use."""

KEEPING = frozenset({"dump", "save", "save_model", "copyfile", "copy2", "copytree"})
"""Calls that let a model replace another one, where it was held against the model in use."""

VAGUE = frozenset({"score", "scores", "performance", "loss", "map", "ks", "dice", "acc"})
"""Words that are metrics only where quality is measured."""

DECIDING = METRICS | LIMITS | DECISIONS | RELEASING | BEST | frozenset({
    "decision", "decides", "evaluation", "eval", "evaluate", "evaluated", "quality", "good",
    "blessing", "blessed", "champion", "challenger", "pass", "fail", "failed", "gate",
})  # fmt: skip
"""Words by which the condition of a pipeline says that it looks at a model's quality."""

NAMELESS = frozenset({"output", "outputs", "result", "results", "value", "true", "false"})
"""Words that a condition has whatever it looks at."""

"""The names under which metrics are written, and the one under which each is measured here."""

_ALIASES = {
    "acc": "accuracy", "auc": "roc_auc", "auroc": "roc_auc", "rocauc": "roc_auc",
    "roc": "roc_auc", "area_under_the_curve": "roc_auc", "f1_score": "f1", "fscore": "f1",
    "f_score": "f1", "f_1": "f1", "f1score": "f1", "sensitivity": "recall", "tpr": "recall",
    "true_positive_rate": "recall", "ppv": "precision", "mean_absolute_error": "mae",
    "root_mean_squared_error": "rmse", "root_mean_square_error": "rmse", "r2_score": "r2",
    "r_squared": "r2", "r²": "r2", "r^2": "r2", "error": "error_rate", "roc_auc_score": "roc_auc",
    "accuracy_score": "accuracy", "macro_f1": "f1", "f1_macro": "f1",
}  # fmt: skip


def metric_named(text: str) -> str:
    """The name under which a metric is measured; the word itself where it is none of ours."""
    folded = text.strip().lower().replace("-", "_").replace(" ", "_")
    return _ALIASES.get(folded, folded)

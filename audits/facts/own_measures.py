"""Functions of the repository itself that compute quality, told by what stands in their bodies.

Many an `evaluate(model, loader)` counts hits by hand. Its name says that it evaluates, and its body
what: it prints or returns an accuracy, or counts what is correct. Others are called by a framework
that they are handed to.
"""

from bisect import bisect_right

from audits.facts.code import SourceFile
from audits.facts.names import listed_words, words_of
from audits.facts.readings import reading_of_texts

METRIC_WORDS = frozenset(
    {"accuracy", "precision", "recall", "f1", "fbeta", "auc", "auroc", "roc", "rmse", "mae", "mape"}
    | {"rmspe", "smape", "mse", "ndcg", "mrr", "bleu", "rouge", "wer", "cer", "confusion", "gini"}
    | {"brier", "logloss", "perplexity", "iou", "miou", "r2", "mcc", "kappa", "auprc", "hitrate"}
    | {"groundedness", "faithfulness", "exactmatch", "pinball", "dice", "jaccard", "psnr", "ssim"}
    | {"mase", "crps", "meteor", "concordance"}
)
_ALSO_ELSE = frozenset({"perplexity", "precision"})
"""A loss in other words, and a word for the width of numbers too."""

_SAID = (METRIC_WORDS - _ALSO_ELSE) | {"acc", "accuracies", "correct", "top1", "top5"}
_COUNTED = frozenset({"correct", "corrects", "hits", "tp", "acc", "accuracy"})
_EVALUATES = frozenset(
    {"test", "val", "valid", "validate", "validation", "eval", "evaluate", "evaluation"}
    | {"evaluator", "benchmark", "backtest", "metric", "metrics"}
)
_VERBS = frozenset({"eval", "evaluate", "benchmark", "backtest"})
_OF_DATA = frozenset({"data", "dataset", "loader", "dataloader", "split"})
_OF_SETTINGS = frozenset({"config", "args", "arguments", "params", "settings"})
_MAKES = frozenset(
    {"load", "make", "create", "build", "save", "plot", "read", "write", "log", "train", "parse"}
)
CALLED_BY_FRAMEWORKS = frozenset(
    {"validation_step", "test_step", "validation_epoch_end", "test_epoch_end", "compute_metrics"}
    | {"on_validation_epoch_end", "on_test_epoch_end"}
)
_LONGEST_LABEL = 60


@reading_of_texts
def measuring_functions(file: SourceFile) -> tuple[tuple[str, int], ...]:
    """Its functions, with their lines, that are named for measuring and compute a quality."""
    named = [d for d in file.definitions if d.kind == "function" and _evaluates(d.name)]
    if not named or file.language != "python":
        return ()
    scopes = {a.scope for a in file.assignments if words_of(a.name) & _COUNTED}
    starts = sorted({d.line for d in file.definitions})
    told = {
        starts[at]
        for text, line in file.strings
        if len(text) <= _LONGEST_LABEL and words_of(text) & _SAID
        if (at := bisect_right(starts, line) - 1) >= 0
    }
    return tuple((d.name, d.line) for d in named if d.line in told or d.name in scopes)


def _evaluates(name: str) -> bool:
    """Whether a function is named for measuring; `load_test_data` is named for data."""
    listed = listed_words(name.rpartition(".")[2])
    words = set(listed)
    if not words & _EVALUATES or listed[0] in _MAKES or words & _OF_SETTINGS:
        return False
    return listed[0] in _VERBS or not words & _OF_DATA

"""The answers of a language model are scored on a set of cases.

Why an investor asks: a product on a language model changes with every prompt and every model of
the vendor. Without scored cases, the team learns of a worse answer from its customers.

How we look: calls of evaluation suites (thirty of them), configuration of promptfoo and of
evaluation prompts, benchmarks, and metrics of the repository's own in files that ask or run a
language model.

Yes: code or configuration scores answers on a data set. Partly: only the loss or perplexity, or
only a side example or notebook. No: nothing scores answers. Does not apply where there is no
language model.

What we cannot see: whether the same prompt and model are served, and how large the set is.

Remedy (effort: medium): keep at least a hundred cases per task with a scorer, and run them for
each change of prompt or model.

False alarms: a metric of another model in the same file.
"""

from collections.abc import Iterator

from audits.engine.registry import check
from audits.engine.types import Evidence, Judgement, no, not_applicable, partly, yes
from audits.facts.code import Code, SourceFile
from audits.facts.evaluation import EVALUATING_WORDS, Evaluation, Measure
from audits.facts.families import DEEP, LLM
from audits.facts.identity import Identity
from audits.facts.learning import Learning
from audits.facts.names import words_of
from audits.facts.reach import Reach
from audits.facts.readings import answering, asking
from audits.facts.tools import experimentation
from audits.facts.tree import NOT_PRODUCT, Tree

_ONLY_LOSS = frozenset({"perplexity", "loss"})
_CASES = (".json", ".jsonl", ".csv", ".tsv", ".yaml", ".yml", ".parquet")


@check("experimentation/llm-evals")
def llm_evals(
    tree: Tree,
    code: Code,
    learning: Learning,
    evaluation: Evaluation,
    identity: Identity,
    reach: Reach,
) -> Judgement:
    """Judges whether answers are scored."""
    paths = _asking(learning)
    if not paths:
        return not_applicable("there is no language model in the repository")
    side = learning.side_paths if not learning.main_is_side else frozenset()
    found = [e for e in (*_suites(code), *_configured(tree)) if identity.counts(e.path)]
    alone = paths - _others(learning)
    tuned = identity.kind == "llm-finetune"
    near = _near(code, evaluation, alone, is_main=tuned)
    measures = [m for m in near if identity.counts(m.path)]
    found += [m.evidence for m in measures if not words_of(m.what) & _ONLY_LOSS]
    found += [e for e in _judges(code, paths) if identity.counts(e.path)]
    found = list(dict.fromkeys(found))
    main = reach.first(e for e in found if e.path not in side)
    if main:
        return yes("answers are scored on a set of cases", main, grade=reach.grade(main))
    if found:
        return partly("answers are scored only in a side example or notebook", found)
    losses = [m.evidence for m in measures] or _watched(evaluation, learning)
    if losses:
        return partly("only the loss or perplexity is computed", losses)
    return no("nothing scores the answers of the language model")


def _watched(evaluation: Evaluation, learning: Learning) -> list[Evidence]:
    """Fits of a language model that watch their loss on held-out text."""
    tuned = {u.path for u in learning.training if u.family == LLM}
    return [e for e in evaluation.validated_fits if e.path in tuned]


def _asking(learning: Learning) -> frozenset[str]:
    """Files that ask, run or train a language model."""
    local = (*learning.training, *learning.inference)
    return frozenset({u.path for u in learning.hosted} | {u.path for u in local if u.family == LLM})


def _others(learning: Learning) -> frozenset[str]:
    """Files that fit or run a model of another kind: a metric there may be that model's.

    A network in a file that handles a language model is taken for a part of it.
    """
    local = (*learning.training, *learning.inference, *learning.learners)
    language = {u.path for u in local if u.family == LLM}
    others = (u for u in local if u.family != LLM)
    return frozenset(u.path for u in others if u.family != DEEP or u.path not in language)


_READ_BY = frozenset({"load_dataset", "read_csv", "loads"})


_by_evaluators = asking(f"{__name__}.evaluators", modules=experimentation.LLM_EVALUATORS)


def _suites(code: Code) -> Iterator[Evidence]:
    for file in answering(code, _by_evaluators):
        for call in _by_evaluators(file):
            yield Evidence(file.path, call.line, f"evaluates by {call.name}")


def _configured(tree: Tree) -> Iterator[Evidence]:
    """A promptfoo configuration, or prompts that judge answers beside their evaluation."""
    for file in tree.matching("promptfooconfig.y*ml", "promptfooconfig.js*", outside=NOT_PRODUCT):
        yield Evidence(file.path, 1, "promptfoo evaluation")


def _near(
    code: Code, evaluation: Evaluation, paths: frozenset[str], *, is_main: bool
) -> Iterator[Measure]:
    """Measures in files that ask a language model, or import one that does and evaluate.

    Where a language model is the main one that is trained here, every evaluation is of it.
    """
    for measure in evaluation.measures:
        file = code.get(measure.path)
        evaluates = file and words_of(measure.path) & EVALUATING_WORDS
        if measure.path in paths or (file and evaluates and (is_main or _imports_one(file, paths))):
            yield measure


def _imports_one(file: SourceFile, paths: frozenset[str]) -> bool:
    return any(i.target in paths for i in file.imports)


def _judges(code: Code, paths: frozenset[str]) -> Iterator[Evidence]:
    """Files named for evaluation that ask a model and read cases from a file."""
    for file in code.product():
        if file.path not in paths or not _evaluates(file.path):
            continue
        cases = [line for text, line in file.strings if text.lower().endswith(_CASES)]
        options = [c.line for c in file.calls_of(methods=_READ_BY)]
        lines = [*cases, *options]
        if lines:
            yield Evidence(file.path, min(lines), "asks a model about cases from a file")


def _evaluates(path: str) -> bool:
    return bool(words_of(path) & (EVALUATING_WORDS | {"evals", "judge", "evaluations"}))

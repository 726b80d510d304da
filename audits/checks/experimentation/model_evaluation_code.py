"""The quality of the model is computed by code, on data it was not fitted on.

Why an investor asks: a figure in a deck is worth what the code behind it is worth. Without
evaluation code nobody knows how good the model is, and nobody will notice when it gets worse.

How we look: calls to metric libraries (in Python and R), evaluating methods of a library's model,
cross-validation, evaluation suites for language models, and metrics of the repository's own in
files that handle its models: by their names, or by what a function that evaluates counts or prints.
Tests do not count.

Yes: product code computes quality metrics. Partly: only the loss on validation data during the
fit, or only a side example or notebook. No: nothing computes a metric.

What we cannot see: whether the data were really unseen, and evaluations kept in another repository.

Remedy (effort: medium): add an evaluation script that reads a held-out set and writes the metrics,
and run it for each release.

False alarms: a home-made metric under an unusual name is missed.
"""

from audits.engine.registry import check
from audits.engine.types import Judgement, Needs, no, partly, yes
from audits.facts.evaluation import Evaluation
from audits.facts.identity import Identity
from audits.facts.reach import Reach


@check("experimentation/model-evaluation-code", needs=Needs.ML)
def model_evaluation_code(evaluation: Evaluation, identity: Identity, reach: Reach) -> Judgement:
    """Judges whether quality is computed outside tests."""
    main = reach.first(m.evidence for m in evaluation.main if identity.counts(m.path))
    if main:
        return yes("code computes the quality of the model", main, grade=reach.grade(main))
    side = [m.evidence for m in evaluation.measures if identity.counts(m.path)]
    watched = [e for e in evaluation.validated_fits if identity.counts(e.path)]
    if watched:
        because = "quality is only watched on validation data while fitting, or in a side notebook"
        return partly(because, [*watched, *side])
    if side:
        return partly("only a side example or notebook computes a metric", side)
    return no("no code outside tests computes a quality metric of a model")

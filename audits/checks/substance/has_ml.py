"""The repository trains a model, or runs one itself.

Why an investor asks: everything else that is said of AI stands on this. Where nothing is trained
and no weights are run, the intelligence is bought per call, from a supplier that anybody can have.

How we look: calls are resolved to libraries that learn or predict, in Python, R, Julia, Java,
Scala, Kotlin, Go, Rust, C# and JavaScript, through aliases and across files. Learners of its own,
with a fitting and a predicting method, and networks written out by hand count as well.

Yes: a product path trains or fine-tunes, or loads weights and predicts. Partly: only a bought-in
model in a minor part (an embedding model), regressions that only explain, or only examples. No:
none, which includes programs that only ask a hosted language model.

What we cannot see: training kept in another repository or in a vendor's console.

Remedy (effort: high): none by itself; if models are trained elsewhere, audit that repository too.

False alarms: a library that wraps another under its own names is not recognised as learning.
"""

from audits.engine.registry import check
from audits.engine.types import Effort, Judgement, Nature, no, partly, unknown, yes
from audits.facts.code import Code
from audits.facts.identity import Identity
from audits.facts.reach import Reach


@check("substance/has-ml", nature=Nature.IDENTITY, effort=Effort.HIGH)
def has_ml(identity: Identity, code: Code, reach: Reach) -> Judgement:
    """Judges whether the repository itself learns or predicts."""
    places = reach.first((*identity.training, *identity.inference, *identity.learners))
    if identity.substance == "yes":
        return yes(_how(identity), places, grade=reach.grade(places))
    if identity.substance == "partly":
        return partly("models are only a side: an example, an analysis or a bought-in part", places)
    if code.unread_languages and not code.files:
        return unknown(f"the code is in {', '.join(code.unread_languages)}, which is not read")
    if identity.hosted:
        return no("nothing is trained or run here; a hosted model is asked")
    return no("no code trains, fine-tunes or runs a model")


def _how(identity: Identity) -> str:
    if identity.training and identity.inference:
        return "product code trains models and runs them"
    if identity.training:
        return "product code trains models"
    return (
        "product code loads a model and runs it"
        if identity.inference
        else "it has learners of its own"
    )

"""What kind of machine learning the repository mainly is.

Why an investor asks: a wrapper around a hosted model, a search over own documents, a fine-tuned
model and one trained from own data are four different businesses, with different moats and costs.

How we look: the uses that the code really makes of learning libraries, hosted models and vector
stores decide, and who calls a search of its own. Only for libraries and tools the project's own
words are read. A package about machine learning that CI publishes and that reads no data of its own
is one too. Bought models in a corner of a large program that speaks of other things are none.

Values: classical, deep-learning, llm-api-wrapper, llm-rag, llm-finetune, ml-library, none. The
verdict is yes where there is any kind but none.

What we cannot see: which of several models earns the money.

Remedy (effort: low): none; this says what the rest of the audit is held against.

False alarms: a product with a small own model beside a large language feature is named after the
model that it trains.
"""

from audits.engine.registry import check
from audits.engine.types import Effort, Evidence, Judgement, Nature, no, yes
from audits.facts.identity import Identity

_FIRST = {
    "llm-rag": ("retrieval", "hosted", "inference"),
    "llm-api-wrapper": ("hosted",),
    "ml-library": ("described", "learners", "training", "inference"),
}


@check("substance/ml-kind", nature=Nature.IDENTITY, effort=Effort.LOW)
def ml_kind(identity: Identity) -> Judgement:
    """Names the kind."""
    if identity.kind == "none":
        return no(identity.because, value="none")
    order = _FIRST.get(identity.kind, ("training", "inference", "described"))
    places = [place for name in order for place in _of(identity, name)]
    if not places:
        places = [*identity.training, *identity.inference, *identity.hosted]
    return yes(identity.because, places, value=identity.kind)


def _of(identity: Identity, name: str) -> tuple[Evidence, ...]:
    found: tuple[Evidence, ...] = getattr(identity, name)
    return found[:4]

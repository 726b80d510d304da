"""The AI is nothing but calls to a hosted language model.

Why an investor asks: such a product can be rebuilt in a week by anybody with an account at the
same supplier. That may still be a business, but not one whose worth is its AI.

How we look: calls to hosted models (by their packages in eight languages, or by their addresses),
set against what would make it more: training, weights run locally, an index of its own that is
searched, and a systematic evaluation of answers.

Yes: only such calls. Partly: one small addition, for example basic retrieval. No: anything else.

What we cannot see: prompts and data kept in a vendor's console, and what experts add by hand.

Remedy (effort: high): build what a competitor cannot call: own labelled data, an evaluation set,
a tuned model.

False alarms: an ordinary application with one language feature is judged by that feature.
"""

from audits.engine.registry import check
from audits.engine.types import (
    Effort,
    Evidence,
    Finding,
    Grade,
    Judgement,
    Nature,
    Severity,
    no,
    partly,
    yes,
)
from audits.facts.evaluation import Evaluation
from audits.facts.identity import Identity

FIX = "Build what a competitor cannot call: own data, an evaluation set, a tuned model."


@check("substance/thin-llm-wrapper", nature=Nature.HAZARD, effort=Effort.HIGH)
def thin_llm_wrapper(identity: Identity, evaluation: Evaluation) -> Judgement:
    """Judges what stands around the calls to a hosted model."""
    if identity.kind not in ("llm-api-wrapper", "llm-rag"):
        return no("there is more here than calls to a hosted language model, or no such call")
    if identity.substance == "yes" or identity.training:
        return no("models are trained or run here as well")
    retrieval, evaluated = identity.retrieval, evaluation.main
    if retrieval and evaluated:
        return no("it searches an index of its own and evaluates its answers")
    finding = _finding(identity.hosted[0]) if identity.hosted else None
    found = (finding,) if finding else ()
    if retrieval:
        return partly("hosted answers with retrieval, but no evaluation", retrieval, findings=found)
    if evaluated:
        places = [u.evidence for u in evaluated]
        return partly("hosted answers with an evaluation, but nothing else", places)
    because = "all AI is calls to a hosted language model"
    return yes(because, identity.hosted, grade=Grade.E2, findings=found)


def _finding(place: Evidence) -> Finding:
    return Finding(
        "substance/thin-llm-wrapper",
        Severity.MEDIUM,
        "The AI can be rebuilt by anybody with an account at the same supplier",
        place.path,
        place.line,
        FIX,
        place.note,
    )

"""Drift of inputs or predictions is measured against a reference, by what runs in operation.

Why an investor asks: a model is worth what it does on today's data. Without a comparison with the
data it was trained on, a team learns of its decay from its customers.

How we look: calls of drift libraries (sixteen of them, old and new import paths), two-sample tests
and own statistics in code that is named for drift, outside tests. Then whether a service, a
schedule or CI comes to that code through imports.

Yes: a comparison is run by the repository's own pipeline or service. Partly: it is there but only
in a notebook or a demo, or nothing deployed comes to it. No: nothing compares.

What we cannot see: monitors that are set up in a vendor's console, and whether anybody is told.

Remedy (effort: medium): compare a window of production inputs with the training sample on a
schedule, store the result, and alert on a threshold that was chosen on purpose.

False alarms: a statistic under a name that does not mention drift is missed.
"""

from audits.engine.registry import check
from audits.engine.types import Grade, Judgement, Needs, no, partly, yes
from audits.facts.drift import Drift
from audits.facts.identity import Identity
from audits.facts.learning import Learning
from audits.facts.reach import Reach


@check("operations/drift-detection", needs=Needs.ML)
def drift_detection(
    drift: Drift, identity: Identity, learning: Learning, reach: Reach
) -> Judgement:
    """Judges whether a comparison runs."""
    comparisons = [e for e in drift.comparisons if identity.counts(e.path)]
    if not comparisons:
        return no("no code outside tests compares current data with a reference")
    side = learning.side_paths if not learning.main_is_side else frozenset()
    running = [e for e in comparisons if reach.runs(e.path) and e.path not in side]
    running += drift.declared
    if running:
        because = "drift is measured by what the service or pipeline runs"
        return yes(because, running, grade=Grade.E3)
    return partly("drift is measured in code that nothing deployed comes to", comparisons)

"""Evaluations ask the very model and code that the product asks.

Why an investor asks: a score of another model than the one that customers meet says nothing of the
product. It happens easily: the suite stays with the model of last year, or with a cheaper one.

How we look: targets in the configuration of promptfoo; suites in code that import code of the
product which asks a hosted model; names of hosted models in such suites. They are held against the
names of hosted models in the product's code. A date that only one of two names has does not count.
Names that are handed to a scorer belong to the judge and are left out.

Yes: whatever is evaluated is the product's own code or service, or a model that it asks. Partly:
some of it is. No: none is. Unknown: a suite or the product does not say which model it asks. n/a:
there is no hosted model, or no suite.

What we cannot see: names that come from the environment; whether the prompt is the same; what lies
behind an address that a suite calls.

Remedy (effort: low): let the suite import the function that the product answers with, or take the
name of the model from the same place.

False alarms: a suite that compares candidates before a change.
"""

from audits.engine.inventory import Inventory
from audits.engine.registry import check
from audits.engine.types import Effort, Grade, Judgement, no, not_applicable, partly, unknown, yes
from audits.facts.evaluated_models import EvaluatedModels, served
from audits.facts.identity import Identity
from audits.facts.tree import NOT_PRODUCT, Role, role_of

_SIDE = NOT_PRODUCT | Role.EXAMPLE


@check("experimentation/evals-of-served-model", effort=Effort.LOW)
def evals_of_served_model(
    evaluated: EvaluatedModels, inventory: Inventory, identity: Identity
) -> Judgement:
    """Judges whether suites test what is served."""
    asked = [h for h in inventory.hosted if not role_of(h.path) & _SIDE]
    tests = {u.path for u in evaluated.items} | {e.path for e in evaluated.silent}
    asked = [h for h in asked if identity.counts(h.path) and h.path not in tests]
    if not asked:
        return not_applicable("the product asks no hosted model")
    if not evaluated.items and not evaluated.silent:
        return not_applicable("there is no evaluation suite")
    same, other = served(evaluated, tuple(asked))
    if not evaluated.items:
        return unknown("the evaluation suite does not say which model it asks")
    if other and not any(h.name for h in asked):
        return unknown("the product's code does not say which hosted model it asks")
    places = [u.place for u in (*other, *same)]
    if not other:
        return yes("evaluations ask what the product asks", places, grade=Grade.E2)
    names = ", ".join(sorted({u.name for u in other}))
    if same:
        return partly(f"some evaluations ask models that the product does not ask: {names}", places)
    return no(f"evaluations ask {names}, which the product does not ask", evidence=places)

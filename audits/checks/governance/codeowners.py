"""The repository names who must look at a change to which part.

Why an investor asks: code that everybody may change and nobody owns ages fastest, and when its
author leaves nobody knows. Named owners are also where required review begins.

How we look: CODEOWNERS in the places that hosting platforms read, for a rule that names an owner.

Yes: at least one active rule. No: no file, or comments only.

What we cannot see: whether the platform demands the owners' review, and whether they still work
here.

Remedy (effort: low): write one line for each part with two owners, and require their review.

False alarms: owners that are a template's placeholders.
"""

from audits.engine.registry import check
from audits.engine.types import Effort, Grade, Judgement, no, yes
from audits.facts.upkeep import Upkeep


@check("governance/codeowners", effort=Effort.LOW)
def codeowners(upkeep: Upkeep) -> Judgement:
    """Judges whether a rule names an owner."""
    if upkeep.owners:
        return yes("owners are named for parts of the code", upkeep.owners, grade=Grade.E1)
    return no("no file of code owners with an active rule was found")

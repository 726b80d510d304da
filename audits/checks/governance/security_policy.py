"""A document tells outsiders how to report a vulnerability.

Why an investor asks: somebody will find a weakness. Whether the company hears it first, or reads it
in the news, depends on an address that the finder can see.

How we look: SECURITY files in the places that platforms read and `security.txt` are read for a
sentence on reporting; failing these, README and CONTRIBUTING.

Yes: such a document says how to report. Partly: only a paragraph in README or CONTRIBUTING does.
No: none, or a document about the product's own security design.

What we cannot see: a page on the company's site, and whether anybody answers.

Remedy (effort: low): add SECURITY.md with an address, what is in scope and when one may expect an
answer.

False alarms: a policy of the organisation that lies in another repository is not seen.
"""

from audits.engine.registry import check
from audits.engine.types import Effort, Grade, Judgement, no, partly, yes
from audits.facts.upkeep import Upkeep


@check("governance/security-policy", effort=Effort.LOW)
def security_policy(upkeep: Upkeep) -> Judgement:
    """Judges where reporting is described."""
    if upkeep.policies:
        because = "a security policy says how to report a vulnerability"
        return yes(because, upkeep.policies, grade=Grade.E1)
    if upkeep.asides:
        return partly("only a paragraph says how to report a vulnerability", upkeep.asides)
    return no("no document says how to report a vulnerability")

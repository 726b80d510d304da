"""Predictions or answers are given out by a serving framework.

Why an investor asks: a model that is not served earns nothing. What it is served by decides how it
scales, how it is watched, and what moving it elsewhere would cost.

How we look: model servers and managed endpoints by their calls, commands and configuration; web
frameworks and applications, in ten languages, where the program behind them comes to a model
through imports or hands out what a model made; handlers that a platform calls by name.

Yes: there is such a server; it is named. Partly: only a stub, a demo or a side example. No: no
serving code; a plain command line is none.

What we cannot see: endpoints that were set up in a vendor's console.

Remedy (effort: medium): put the model behind one documented interface with a versioned contract.

False alarms: a web application that shows stored predictions counts as serving them.
"""

from audits.engine.registry import check
from audits.engine.types import Judgement, Needs, no, partly, yes
from audits.facts.identity import Identity
from audits.facts.reach import Reach
from audits.facts.serving import Serving, names_of


@check("operations/serving-framework", needs=Needs.ML)
def serving_framework(serving: Serving, identity: Identity, reach: Reach) -> Judgement:
    """Judges by what predictions go out, and names it."""
    servers = [s for s in serving.servers if identity.counts(s.path)]
    main = [s for s in servers if not s.minor]
    if main:
        places = reach.first(s.evidence for s in main)
        names = names_of(main)
        return yes(f"served by {names}", places, grade=reach.grade(places), value=names)
    if servers:
        names = names_of(servers)
        places = tuple(s.evidence for s in servers)
        return partly(f"served by {names}, but only as a demo or example", places, value=names)
    return no("no code or configuration serves predictions or answers")

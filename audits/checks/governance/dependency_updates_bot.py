"""A bot proposes newer versions of what the program depends on.

Why an investor asks: most published break-ins use a weakness that a newer version had mended. A bot
is the cheapest way not to be late.

How we look: the configuration of Dependabot, Renovate, PyUp and pre-commit.ci where each reads it,
for an entry that is active; and workflows that run Renovate.

Yes: at least one active entry. No: none, or switched off.

What we cannot see: bots that are switched on in an organisation's settings, and whether their
proposals are merged.

Remedy (effort: low): add `.github/dependabot.yml` with an entry for each package manager.

False alarms: a bot that is configured and was never installed.
"""

from audits.engine.registry import check
from audits.engine.types import Effort, Evidence, Grade, Judgement, no, yes
from audits.facts.tools.governance_upkeep import UPDATE_ACTIONS
from audits.facts.upkeep import Upkeep
from audits.facts.workflows import Workflows


@check("governance/dependency-updates-bot", effort=Effort.LOW)
def dependency_updates_bot(upkeep: Upkeep, workflows: Workflows) -> Judgement:
    """Judges whether a bot is configured."""
    run = [
        Evidence(s.path, s.line, f"runs {s.uses}")
        for w in workflows.live
        for _, s in w.steps()
        if s.uses.lower().startswith(UPDATE_ACTIONS)
    ]
    if upkeep.bots or run:
        because = "a bot proposes updates of dependencies"
        return yes(because, [*upkeep.bots, *run], grade=Grade.E2)
    return no("no active configuration of an update bot was found")

"""The model's quality or errors are measured by group of people.

Why an investor asks: a model that fails one group of people is a legal and a commercial risk, and
one that shows only after launch if nobody measures it before.

How we look: calls of fairness libraries; metrics that are computed per group where the code names a
protected characteristic; own measures of bias; error rates that are split by such a group.

Yes: quality, errors or selection by a protected group, or a bias metric, for its own model or the
system it studies. Partly: metrics by slices that are no protected groups, or only in a side
example. No: neither. Explaining a model is not measuring its fairness.

What we cannot see: whether the groups are large enough, and whether anybody acts on the result.

Remedy (effort: medium): report the model's errors by each protected group that the data hold, with
the size of the group and an interval, for every release.

False alarms: a column that is called like a protected characteristic but means something else.
"""

from audits.engine.registry import check
from audits.engine.types import Judgement, Needs, no, partly, yes
from audits.facts.fairness import Fairness
from audits.facts.identity import Identity
from audits.facts.reach import Reach


@check("delivery/fairness-checks", needs=Needs.ML)
def fairness_checks(fairness: Fairness, identity: Identity, reach: Reach) -> Judgement:
    """Judges by which groups quality is measured."""
    groups = [m for m in fairness.by_group if identity.counts(m.path)]
    main = [m.evidence for m in groups if not m.side]
    if main:
        because = "quality or errors are measured by protected group"
        return yes(because, main, grade=reach.grade(main))
    slices = [m.evidence for m in fairness.by_slice if identity.counts(m.path)]
    aside = [m.evidence for m in groups]
    if slices:
        because = "quality is measured by slices that are no protected groups"
        return partly(because, [*slices, *aside])
    if aside:
        return partly("groups are compared only in a side example or notebook", aside)
    return no("no code measures quality by group of people")

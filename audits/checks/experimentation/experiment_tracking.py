"""Training or evaluation logs its parameters and metrics per run to a tracking system.

Why an investor asks: a team that cannot say which data, code and settings gave the model it sells
cannot improve it on purpose, and cannot show that its best figure was not a lucky one.

How we look: calls that log to a tracker (seventeen systems), loggers and callbacks that training
frameworks bring along, and options such as `report_to`. Names are followed through re-exports.

Yes: training or evaluation code logs to a tracker, also if switchable by a flag. Partly: only
TensorBoard, CSV or JSON files, or only a side example. No: nothing is logged per run.

What we cannot see: whether runs are complete and kept; ask for an export of the tracker.

Remedy (effort: low): log parameters, metrics, data version and commit of each run to one tracker.

False alarms: a tracker that is set up only by environment variables of the platform is missed.
"""

from audits.engine.registry import check
from audits.engine.types import Effort, Judgement, Needs, no, partly, yes
from audits.facts.identity import Identity
from audits.facts.reach import Reach
from audits.facts.tracking import Tracking


@check("experimentation/experiment-tracking", needs=Needs.TRAINING, effort=Effort.LOW)
def experiment_tracking(tracking: Tracking, identity: Identity, reach: Reach) -> Judgement:
    """Judges where runs are logged."""
    tracked = [t for t in tracking.tracked if identity.counts(t.path)]
    main = [t for t in tracked if not t.side]
    if main:
        places = reach.first(t.evidence for t in main)
        systems = ", ".join(sorted({t.system for t in main}))
        return yes(f"runs are logged to {systems}", places, grade=reach.grade(places))
    if tracked:
        aside = [t.evidence for t in tracked]
        return partly("only a side example or notebook logs to a tracker", aside)
    filed = [t.evidence for t in tracking.filed if not t.side and identity.counts(t.path)]
    if filed:
        return partly("metrics go to files only, not to a system that keeps runs", filed)
    return no("no training or evaluation code logs its runs")

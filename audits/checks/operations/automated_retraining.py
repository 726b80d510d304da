"""Training starts by itself: on a schedule, on new data, on drift or on a falling metric.

Why an investor asks: data moves, and a model that is trained when somebody finds the time grows old
unseen. Retraining that runs by itself shows that training can be repeated at all.

How we look: schedules of CI, Airflow, Prefect, Dagster, Azure ML, SageMaker, Kubernetes, cron,
Celery and others are followed through commands and imports to the files they start, and these are
compared with the places where the code trains. Comparisons of a metric that lead to a training are
triggers.

Yes: a live schedule or trigger comes to training. Partly: it is disabled or an example, it is a
nightly test that also runs on pull requests, or the trigger itself runs only by hand. No: training
starts on a push, a pull request or by hand, which is another practice. n/a: nothing trains here.

What we cannot see: schedules set in a vendor's console, and whether the runs succeed.

Remedy (effort: medium): put the training pipeline on a schedule and gate what it registers.

False alarms: a scheduled program that loads the training module for another purpose, where a method
has the same name as the training function.
"""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from audits.engine.registry import check
from audits.engine.types import Evidence, Grade, Judgement, Needs, no, partly, yes
from audits.facts.code import Code, called_among
from audits.facts.families import Use
from audits.facts.gates import Gates
from audits.facts.learning import Learning
from audits.facts.schedules import Schedule, Schedules
from audits.facts.tree import NOT_PRODUCT, Role


@check("operations/automated-retraining", needs=Needs.TRAINING)
def automated_retraining(
    schedules: Schedules, gates: Gates, learning: Learning, code: Code
) -> Judgement:
    """Judges whether anything but a person or a push starts training."""
    trainings = learning.main(learning.training)
    scheduled = [(s, e) for s in schedules.items for e in _trained(s, trainings, code)]
    outside = NOT_PRODUCT | Role.EXAMPLE
    live = [(s, e) for s, e in scheduled if not (s.disabled or s.rehearses or s.role & outside)]
    if live:
        places = [s.place for s, _ in live] + [e for _, e in live]
        return yes("training runs on a schedule", places, grade=Grade.E3)
    triggers = [g for g in gates.items if g.effect == "retrains" and not g.role & NOT_PRODUCT]
    clocks = [s for s in schedules.items if not (s.disabled or s.role & outside)]
    running = [g.place for g in triggers if any(g.path in s.starts for s in clocks)]
    if running:
        return yes(
            "a metric that is watched on a schedule starts training", running, grade=Grade.E3
        )
    tried = [s.place for s, _ in scheduled if s.rehearses and not s.disabled]
    if tried:
        return partly("a scheduled test of the code trains, but not for use", tried)
    idle = [s.place for s, _ in scheduled if not s.role & Role.TEST]
    if idle:
        return partly("a schedule for training is written down but does not run", idle)
    if triggers:
        return partly("a metric starts training, but only when a person runs the program",
                      [g.place for g in triggers])  # fmt: skip
    return no("no schedule or trigger comes to training")


def _trained(schedule: Schedule, trainings: Iterable[Use], code: Code) -> list[Evidence]:
    """The places of training that a schedule really comes to."""
    reached = [u for u in trainings if u.path in schedule.starts]
    if not reached:
        return []
    files = (f for p in schedule.starts if (f := code.get(p)))
    called = called_among(files, {u.scope.rsplit(".", 1)[-1] for u in reached} - {""})
    return [u.evidence for u in reached if _is_called(u, schedule, called)]


def _is_called(use: Use, schedule: Schedule, called: AbstractSet[str]) -> bool:
    """Whether the function that trains is called, or its file is itself what is started."""
    name = use.scope.rsplit(".", 1)[-1]
    return not name or use.path in schedule.targets or name in called

"""The running system records how its model behaves, not only that it answers.

Why an investor asks: a service that is up and fast can still be wrong. Only signals of the model
itself, its inputs, its answers and its errors, show when it stops being worth its price.

How we look: comparisons for drift and monitors of models that run in operation, metrics of quality
that monitoring code computes, gauges that carry quality or predictions, and what users think of an
answer where it is kept; then general metrics and traces.

Yes: signals of the model in use are recorded or computed. Partly: only general metrics of the
service, traces of a language model, or a part that nothing deployed comes to. No: a health check or
an error tracker at most.

What we cannot see: monitors that are set up in a vendor's console, and who reads the signals.

Remedy (effort: medium): record the distribution of inputs and predictions, join outcomes when they
arrive, and chart both by model version.

False alarms: a gauge of quality that only training fills.
"""

from collections.abc import Iterator

from audits.engine.registry import check
from audits.engine.types import Evidence, Grade, Judgement, Needs, no, partly, yes
from audits.facts.automation import imported_from
from audits.facts.code import Code, SourceFile
from audits.facts.identity import Identity
from audits.facts.learning import SIDE
from audits.facts.names import below, words_of
from audits.facts.reach import Reach
from audits.facts.readings import reading, reading_of_all, reading_of_texts
from audits.facts.serving import Serving
from audits.facts.tools import operations
from audits.facts.tools.operations_feedback import CAPTURED, CAPTURING
from audits.facts.tools.prediction_logs import WRITE_VERBS
from audits.facts.tree import NOT_PRODUCT
from audits.facts.watched import Watched


@check("operations/model-monitoring", needs=Needs.ML)
def model_monitoring(
    code: Code,
    watched: Watched,
    identity: Identity,
    serving: Serving,
    reach: Reach,
) -> Judgement:
    """Judges what is recorded of the model in use."""
    aside = () if code.is_example else (f.path for f in code.product() if f.role & SIDE)
    side = frozenset(aside)
    files = [f for f in code.product() if identity.counts(f.path) and f.path not in side]
    signals = [e for e in watched.compared if identity.counts(e.path)]
    signals += [e for e in watched.recorded if identity.counts(e.path) and e.path not in side]
    built = {_suffix(s.path) for s in serving.servers if not s.minor} & _BUILT
    running = [
        e
        for e in signals
        if (reach.runs(e.path) or _suffix(e.path) in built) and e.path not in side
    ]
    running += watched.declared
    running += watched.answers if identity.hosted else watched.predictions
    if signals and not running:
        running = [e for path in _serving(serving, code) for e in _captures(path)]
    if running:
        because = "what runs in operation records signals of its model"
        return yes(because, running, grade=Grade.E3)
    general = [e for f in files for e in (*_general(f), *_sent(f))]
    if signals:
        because = "signals of the model are computed where nothing deployed comes to"
        return partly(because, [*signals, *general])
    if general:
        return partly("only general metrics or traces are recorded", reach.first(general))
    return no("nothing records how the model behaves in use")


def _serving(serving: Serving, code: Code) -> list[SourceFile]:
    """The files of what serves, with what they import."""
    paths = imported_from(code, [s.path for s in serving.servers if not s.minor])
    return [f for p in paths if (f := code.get(p)) and not f.role & NOT_PRODUCT]


@reading
def _captures(file: SourceFile) -> Iterator[Evidence]:
    """Functions that keep what comes in or goes out, for somebody who watches the model."""
    for item in file.definitions:
        words = words_of(item.name.rsplit(".", 1)[-1])
        if item.kind != "function" or not words & CAPTURING or not words & CAPTURED:
            continue
        if any(c.scope == item.name for c in file.calls_of(methods=WRITE_VERBS)):
            yield Evidence(file.path, item.line, f"{item.name} keeps what is predicted")


_BUILT = frozenset({"go", "rs", "java", "scala", "kt", "cs"})
"""Endings of languages whose whole program is built into what serves."""


def _suffix(path: str) -> str:
    return path.rpartition(".")[2]


@reading_of_texts
def _sent(file: SourceFile) -> Iterator[Evidence]:
    """Addresses of services that record the calls which go through them."""
    for text, line in file.strings:
        if text.startswith("https://") and any(h in text for h in operations.TRACING_HOSTS):
            yield Evidence(file.path, line, f"sends calls through {text[8:60]}")


_MEASURERS = (*operations.EXPORTERS, *operations.TRACERS)


@reading_of_all
def _general(file: SourceFile) -> Iterator[Evidence]:
    for call in file.calls_of(modules=_MEASURERS):
        yield Evidence(file.path, call.line, f"records by {call.method}")
    for item in file.definitions:
        for name in item.decorators:
            if below(name, operations.TRACERS):
                yield Evidence(file.path, item.line, f"traces {item.name}")

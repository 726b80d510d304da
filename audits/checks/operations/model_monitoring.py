"""The running system records how its model behaves, not only that it answers.

Why an investor asks: a service that is up and fast can still be wrong. Only signals of the model
itself, its inputs, its answers and its errors, show when it stops being worth its price.

How we look: comparisons for drift and monitors of models that run in operation, metrics of quality
that monitoring code computes, and gauges that carry quality or predictions; then general metrics
and traces.

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
from audits.facts.code import Code, SourceFile
from audits.facts.drift import Drift
from audits.facts.evaluation import METRIC_WORDS, Evaluation
from audits.facts.identity import Identity
from audits.facts.learning import SIDE
from audits.facts.names import below, words_of
from audits.facts.reach import Reach
from audits.facts.readings import reading
from audits.facts.serving import Serving
from audits.facts.tools import operations

_MONITORING = frozenset({"monitor", "monitoring", "monitors"})
_OF_A_MODEL = METRIC_WORDS | {"drift", "confidence", "probability", "probabilities"}
_VALUES = frozenset({"prediction", "predictions", "predicted", "score", "scores"})
_GENERAL = frozenset(
    {"latency", "duration", "seconds", "total", "count", "requests", "errors", "time", "ms"}
)


@check("operations/model-monitoring", needs=Needs.ML)
def model_monitoring(
    code: Code,
    drift: Drift,
    evaluation: Evaluation,
    identity: Identity,
    serving: Serving,
    reach: Reach,
) -> Judgement:
    """Judges what is recorded of the model in use."""
    aside = () if code.is_example else (f.path for f in code.product() if f.role & SIDE)
    side = frozenset(aside)
    files = [f for f in code.product() if identity.counts(f.path) and f.path not in side]
    signals = [e for e in drift.comparisons if identity.counts(e.path)]
    signals += [m.evidence for m in evaluation.measures if _watches(m.path, m.scope)]
    signals += [e for f in files for e in (*_monitors(f), *_gauges(f))]
    signals = list(dict.fromkeys(e for e in signals if identity.counts(e.path)))
    built = {_suffix(s.path) for s in serving.servers if not s.minor} & _BUILT
    running = [
        e
        for e in signals
        if (reach.runs(e.path) or _suffix(e.path) in built) and e.path not in side
    ]
    if running:
        because = "what runs in operation records signals of its model"
        return yes(because, running, grade=Grade.E3)
    general = [e for f in files for e in _general(f)]
    if signals:
        because = "signals of the model are computed where nothing deployed comes to"
        return partly(because, [*signals, *general])
    if general:
        return partly("only general metrics or traces are recorded", reach.first(general))
    return no("nothing records how the model behaves in use")


_BUILT = frozenset({"go", "rs", "java", "scala", "kt", "cs"})
"""Endings of languages whose whole program is built into what serves."""


def _suffix(path: str) -> str:
    return path.rpartition(".")[2]


def _watches(path: str, scope: str) -> bool:
    return bool((words_of(path) | words_of(scope)) & _MONITORING)


_RECORDERS = tuple(m for modules in operations.MODEL_RECORDERS.values() for m in modules)
_MEASURERS = (*operations.EXPORTERS, *operations.TRACERS)


@reading
def _monitors(file: SourceFile) -> Iterator[Evidence]:
    """Calls of monitors of models that keep what the model sees and says."""
    for call in file.calls_of(modules=_RECORDERS):
        for tool, modules in operations.MODEL_RECORDERS.items():
            if below(call.name, modules):
                yield Evidence(file.path, call.line, f"{tool}: {call.method}")


@reading
def _gauges(file: SourceFile) -> Iterator[Evidence]:
    """Metrics of an exporter whose name says that they carry quality or predictions."""
    if not any(below(i.module, operations.EXPORTERS) for i in file.imports):
        return
    for call in file.calls_of(modules=operations.EXPORTERS):
        first = call.arguments[0] if call.arguments else None
        if below(call.name, operations.EXPORTERS) and isinstance(first, str) and _carries(first):
            yield Evidence(file.path, call.line, f"exports {first}")
    if file.language == "python":
        return
    for text, line in file.strings:
        if "_" in text and " " not in text and _carries(text):
            yield Evidence(file.path, line, f"exports {text}")


def _carries(name: str) -> bool:
    words = words_of(name)
    return bool(words & (_OF_A_MODEL | _VALUES)) and not words & _GENERAL


@reading
def _general(file: SourceFile) -> Iterator[Evidence]:
    for call in file.calls_of(modules=_MEASURERS):
        yield Evidence(file.path, call.line, f"records by {call.method}")
    for item in file.definitions:
        for name in item.decorators:
            if below(name, operations.TRACERS):
                yield Evidence(file.path, item.line, f"traces {item.name}")

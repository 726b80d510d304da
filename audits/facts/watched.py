"""What is watched of a model in use: drift, quality, gauges, and what users think of its answers.

Places only; whether what runs in operation comes to them is for a check to say.
"""

from collections.abc import Iterator

from msgspec import Struct

from audits.engine.types import Evidence
from audits.facts.code import Code, SourceFile
from audits.facts.declared_tables import DeclaredTable, DeclaredTables
from audits.facts.drift import Drift
from audits.facts.evaluation import Evaluation
from audits.facts.kept_predictions import strings_by_function
from audits.facts.names import below, last_part, words_of
from audits.facts.own_measures import METRIC_WORDS
from audits.facts.readings import answering, reading_of_all, reading_of_texts
from audits.facts.tools import operations
from audits.facts.tools.operations_feedback import ANSWERED, FEEDBACK, JUDGED, PREDICTED, STORED
from audits.facts.tools.prediction_logs import RECORDING_VERBS
from audits.facts.tree import NOT_PRODUCT, Role, role_of

_MONITORING = frozenset({"monitor", "monitoring", "monitors"})
_OF_A_MODEL = METRIC_WORDS | {"drift", "confidence", "probability", "probabilities"}
_VALUES = frozenset({"prediction", "predictions", "predicted", "score", "scores"})
_PREDICTED = frozenset({"prediction", "predictions", "predicted", "classified", "inferences"})
_CLASSES = frozenset(
    {"prediction", "predicted", "class", "label", "outcome", "category", "sentiment", "verdict"}
)
_GENERAL = frozenset(
    {"latency", "duration", "seconds", "total", "count", "requests", "errors", "time", "ms"}
)


class Watched(Struct, frozen=True):
    """Comparisons and measures, what monitors and gauges record, and tables of feedback.

    `declared` are monitors of infrastructure. `answers` are tables and functions that keep what
    users think of an answer, `predictions` of a prediction.
    """

    compared: tuple[Evidence, ...] = ()
    recorded: tuple[Evidence, ...] = ()
    declared: tuple[Evidence, ...] = ()
    answers: tuple[Evidence, ...] = ()
    predictions: tuple[Evidence, ...] = ()


def watched_of(code: Code, drift: Drift, evaluation: Evaluation, tables: DeclaredTables) -> Watched:
    """Finds all of it outside tests."""
    measured = [m.evidence for m in evaluation.measures if _watches(m.path, m.scope)]
    files = answering(code, _monitors, _gauges)
    recorded = [e for f in files for e in (*_monitors(f), *_gauges(f))]
    return Watched(
        tuple(dict.fromkeys((*drift.comparisons, *measured))),
        tuple(dict.fromkeys(recorded)),
        drift.declared,
        (*_judged(tables, ANSWERED), *_written(code, ANSWERED)),
        (*_judged(tables, PREDICTED), *_written(code, PREDICTED)),
    )


def _judged(tables: DeclaredTables, subjects: frozenset[str]) -> Iterator[Evidence]:
    """Tables that keep what users think of something."""
    for table in tables.tables:
        outside = role_of(table.path) & (NOT_PRODUCT | Role.EXAMPLE)
        if not outside and _keeps_judgements(table, subjects):
            yield Evidence(table.path, table.line, f"keeps feedback in {table.name}")


def _keeps_judgements(table: DeclaredTable, subjects: frozenset[str]) -> bool:
    columns = {w for c in table.columns for w in words_of(c)}
    words = words_of(table.name) | columns
    return bool(words & JUDGED and words & subjects)


def _written(code: Code, subjects: frozenset[str]) -> Iterator[Evidence]:
    """Functions outside examples that write down what users think of something."""
    for file in answering(code, _kept_judgements):
        if not file.role & Role.EXAMPLE:
            yield from (e for e, said in _kept_judgements(file) if said & subjects)


@reading_of_texts
def _kept_judgements(file: SourceFile) -> Iterator[tuple[Evidence, frozenset[str]]]:
    """Functions named for a judgement that write a record, with the words of name and fields."""
    calls = file.calls_of(methods=RECORDING_VERBS | STORED)
    writing = {c.scope: c.line for c in calls if words_of(last_part(c.scope)) & JUDGED}
    texts = strings_by_function(file) if writing else {}
    for scope, line in writing.items():
        fields = [t for t in texts.get(scope, ()) if t.isidentifier() and t.lower() not in _PLAIN]
        said = frozenset(w for t in (*fields, last_part(scope)) for w in words_of(t))
        yield Evidence(file.path, line, f"{last_part(scope)} keeps feedback"), said


_PLAIN = frozenset({"message", "messages"})
"""Fields that by themselves may be what the user writes, or what the server replies."""


def _watches(path: str, scope: str) -> bool:
    return bool((words_of(path) | words_of(scope)) & _MONITORING)


_RECORDERS = tuple(m for modules in operations.MODEL_RECORDERS.values() for m in modules)


@reading_of_all
def _monitors(file: SourceFile) -> Iterator[Evidence]:
    """Calls of monitors of models that keep what the model sees and says."""
    for call in file.calls_of(modules=_RECORDERS):
        for tool, modules in operations.MODEL_RECORDERS.items():
            if below(call.name, modules):
                yield Evidence(file.path, call.line, f"{tool}: {call.method}")
    for package, methods in FEEDBACK.items():
        brings = any(below(i.module, (package,)) for i in file.imports if not i.target)
        for call in file.calls_of(methods=frozenset(methods)) if brings else ():
            if not call.is_own and (call.name.startswith(".") or below(call.name, (package,))):
                yield Evidence(file.path, call.line, f"keeps feedback by {call.method}")


@reading_of_all
def _gauges(file: SourceFile) -> Iterator[Evidence]:
    """Metrics of an exporter whose name says that they carry quality or predictions."""
    for call in file.calls_of(modules=operations.EXPORTERS, methods=operations.INSTRUMENTS):
        first = call.arguments[0] if call.arguments else call.keyword("name")
        made = below(call.name, operations.EXPORTERS) or call.method in operations.INSTRUMENTS
        if made and not call.is_own and isinstance(first, str) and _carries(first):
            yield Evidence(file.path, call.line, f"exports {first}")
    for call in file.calls_of(methods=frozenset({"labels"})):
        by = {word for name in call.keyword_names for word in words_of(name)}
        if by & _CLASSES and words_of(call.receiver or call.name) & _PREDICTED:
            yield Evidence(file.path, call.line, "counts predictions by their class")
    exports = any(below(i.module, operations.EXPORTERS) for i in file.imports)
    if file.language == "python" or not exports:
        return
    for text, line in file.strings:
        if "_" in text and " " not in text and _carries(text):
            yield Evidence(file.path, line, f"exports {text}")


def _carries(name: str) -> bool:
    words = words_of(name)
    return bool(words & (_OF_A_MODEL | _VALUES)) and not words & _GENERAL

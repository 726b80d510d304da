"""Each prediction is kept, with the name and version of the model that made it.

Why an investor asks: when a customer or a regulator asks why a decision was made, only a stored
prediction with its model's version gives an answer that holds.

How we look: rows and statements that hold both a prediction and the model's version, in files that
store them or hand them to what stores, functions that name both and write a record or send an
event, and tables that a schema declares for them; then predictions that are stored without a
version, endpoints that capture what they predict, and versions that are only in the response.

Yes: predictions, or the messages of a language model, are stored with the model and its version.
Partly: stored without the version, or the version is only in the response or in a line of the log.
No: neither.

What we cannot see: capture that is switched on in a vendor's console, and how long rows are kept.

Remedy (effort: medium): write one row per prediction with request id, time, inputs or their digest,
answer, model name and version.

False alarms: a row that is built and never written.
"""

import re
from collections.abc import Iterable, Iterator

from audits.engine.registry import check
from audits.engine.types import Evidence, Judgement, Needs, no, partly, yes
from audits.facts.code import Call, Code, SourceFile
from audits.facts.declared_tables import DeclaredTable, DeclaredTables
from audits.facts.evaluation import EVALUATING_WORDS
from audits.facts.identity import Identity
from audits.facts.kept_predictions import captured, is_prediction, is_version, recorded
from audits.facts.learning import Learning
from audits.facts.names import last_part, words_of
from audits.facts.reach import Reach
from audits.facts.readings import reading, reading_of_texts
from audits.facts.serving import Serving
from audits.facts.tools import prediction_logs as words
from audits.facts.training_files import around_all


@check("governance/prediction-logging-with-model-version", needs=Needs.ML)
def prediction_logging_with_model_version(
    code: Code,
    learning: Learning,
    identity: Identity,
    reach: Reach,
    declared: DeclaredTables,
    serving: Serving,
) -> Judgement:
    """Judges what is kept of each prediction."""
    side = learning.side_paths if not learning.main_is_side else frozenset()
    answers = {u.path for u in (*learning.inference, *learning.hosted)} - side
    servers = {s.path for s in serving.servers if not s.minor and code.get(s.path)} - side
    files = [f for f in code.product() if f.path not in side and identity.counts(f.path)]
    served = _served(code, files, answers)
    ways = (_statements, _named_beside, _columns_beside, _logged, recorded)
    near = {f.path: f for f in (*served, *_served(code, files, servers))}
    whole = [e for f in served for e in _rows(f, code)]
    whole += [e for f in served for way in ways for e in way(f)]
    whole += [e for f in near.values() for e in (*_columns_beside(f), *recorded(f))]
    tables = [t for t in declared.tables if t.path not in side and identity.counts(t.path)]
    whole += _of_answers(tables, identity)
    told = [e for f in served for e in _told(f)]
    if whole:
        places = reach.first(dict.fromkeys(whole))
        because = "predictions are stored with the version of the model"
        return yes(because, dict.fromkeys((*places, *told)), grade=reach.grade(places))
    stored = [e for f in served for e in _stored(f)]
    trains = {u.path for u in learning.training}
    batch = [f for f in served if f.path in answers - trains and not _evaluates(f)]
    stored += [e for f in batch for e in _tables(f)]
    stored += [e for f in files for e in captured(f)]
    stored += [t.evidence for t in tables if _keeps_answers(t, identity)]
    if stored:
        because = "predictions are stored without the version of the model"
        return partly(because, reach.first(dict.fromkeys(stored)))
    if told:
        return partly("the version of the model is only in the response", told)
    return no("nothing stores predictions")


@reading
def _logged(file: SourceFile) -> Iterator[Evidence]:
    """Prompts and answers that are logged with the model's name a few lines away."""
    named = [line for text, line in file.strings if text in words.MODELS]
    for call in file.calls_of(names=words.PROMPT_LOGS) if named else ():
        if any(abs(line - call.line) <= _NEAR * 2 for line in named):
            yield Evidence(file.path, call.line, f"{call.method} keeps prompt, answer and model")


def _of_answers(tables: list[DeclaredTable], identity: Identity) -> Iterator[Evidence]:
    """Tables of answers with the model's column, in themselves or in that which groups them."""
    kept = [t for t in tables if _keeps_answers(t, identity)]
    for table in kept:
        if _names_model(table, identity):
            yield table.evidence
    places = {t.path for t in kept}
    for table in tables:
        groups = bool(words_of(table.name) & words.EXCHANGES) and table.path in places
        if groups and _names_model(table, identity):
            yield table.evidence


def _keeps_answers(table: DeclaredTable, identity: Identity) -> bool:
    """Whether a table is for predictions or, where a language model answers, for its messages."""
    columns = {c.lower() for c in table.columns}
    if words_of(table.name) & words.PREDICTIONS:
        return True
    if not (identity.kind.startswith("llm") or identity.hosted):
        return False
    named = bool(words_of(table.name) & words.MESSAGES) and bool(columns & words.SAID)
    spoken = bool(columns & (words.ASKED | {"role", "author", "sender", "speaker"}))
    exchange = identity.kind.startswith("llm") and _is_exchange(columns)
    return (named and spoken) or (exchange and not words_of(table.name) & words.SETTINGS)


def _is_exchange(columns: set[str]) -> bool:
    """Whether columns hold what was asked and what was said; their sizes are neither."""
    parts = [words_of(c) for c in columns if not words_of(c) & {"tokens", "count", "id", "at"}]
    asked = any(p & (words.ASKED | {"request"}) for p in parts)
    return asked and any(p & words.REPLIES for p in parts)


def _names_model(table: DeclaredTable, identity: Identity) -> bool:
    asks = identity.kind.startswith("llm") or identity.hosted
    wanted = words.MODELS if asks else words.VERSIONS
    columns = {_snake(c) for c in table.columns}
    versioned = "version" in columns and not columns.isdisjoint(words.MODEL_NAMES)
    return versioned or any(c in wanted or is_version(c) for c in columns)


def _snake(name: str) -> str:
    """`modelId` as `model_id`."""
    return "_".join(re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+", name)).lower()


def _served(code: Code, files: list[SourceFile], answers: set[str]) -> list[SourceFile]:
    """Files that predict or ask, and those around them."""
    starts = [f for f in files if f.path in answers]
    near = around_all(code, starts)
    return [f for f in files if f.path in near]


def _is_answer(name: str) -> bool:
    return bool(words_of(name) & words.ANSWERS)


def _holds_both(names: Iterable[str]) -> bool:
    listed = tuple(names)
    return any(is_version(n) for n in listed) and any(
        _is_answer(n) for n in listed if not is_version(n)
    )


def _rows(file: SourceFile, code: Code) -> Iterator[Evidence]:
    """Rows of its own that hold both, in a file that stores or hands them on to be stored."""
    if not _stores(file):
        return
    for call in file.calls if _holds_both(file.keywords) else ():
        made = call.is_own and call.method[:1].isupper() and not _is_response(call, code)
        written = call.method in words.DATABASE_VERBS
        if (made or written) and _holds_both(call.keyword_names):
            yield Evidence(file.path, call.line, f"{call.method} holds prediction and version")


@reading
def _stores(file: SourceFile) -> bool:
    """Whether it writes to a database or queue, or calls an own function that says it stores."""
    return bool(_storing(file)) or not file.methods.isdisjoint(words.DATABASE_VERBS)


@reading
def _storing(file: SourceFile) -> frozenset[str]:
    """The own functions that it calls and that say that they store."""
    return frozenset(n for n in file.own_names if words_of(last_part(n)) & words.STORING)


def _is_response(call: Call, code: Code) -> bool:
    path, _, name = call.name.rpartition(":")
    file = code.get(path)
    if words_of(name) & {"response", "result", "output", "reply"}:
        return True
    found = [d for d in file.definitions if d.name == name] if file else []
    return any(b.startswith("pydantic") for d in found for b in d.bases)


_INSERTS = re.compile(r"(?i)\s{0,200}insert\s{1,200}into")


@reading_of_texts
def _statements(file: SourceFile) -> Iterator[Evidence]:
    """Statements that insert both."""
    for text, line in file.strings:
        lowered = " ".join(text.lower().split()) if _INSERTS.match(text) else ""
        if lowered and _holds_both(_columns(lowered)):
            yield Evidence(file.path, line, "inserts prediction and version")


def _columns(statement: str) -> list[str]:
    inside = statement.partition("(")[2].partition(")")[0]
    return [c.strip(' "`') for c in inside.split(",")]


@reading
def _columns_beside(file: SourceFile) -> Iterator[Evidence]:
    """Columns of a table that is written: the prediction, and within a few lines the version."""
    if not _writes_table(file):
        return
    answers = [line for text, line in file.strings if is_prediction(text)]
    registered = any(i.module.startswith("mlflow") for i in file.imports)
    for text, line in file.strings:
        version = is_version(text) or (registered and text == "run_id")
        if version and any(abs(line - other) <= _NEAR for other in answers):
            yield Evidence(file.path, line, f"column {text} beside the prediction")


@reading
def _tables(file: SourceFile) -> Iterator[Evidence]:
    """Tables with a column of predictions that a batch writes."""
    calls = file.calls_of(methods=words.TABLE_VERBS)
    named = calls and any(is_prediction(text) for text, _ in file.strings)
    for call in calls if named else ():
        yield Evidence(file.path, call.line, f"writes predictions by {call.method}")


def _evaluates(file: SourceFile) -> bool:
    """Whether a file is named for evaluation: what it writes is a result of a trial."""
    return bool(words_of(file.path) & EVALUATING_WORDS)


def _writes_table(file: SourceFile) -> bool:
    return not file.methods.isdisjoint(words.TABLE_VERBS)


_NEAR = 12
"""Lines within which the columns of one table are set."""

_NAME_AND_VERSION = frozenset({"name", "version"})


@reading
def _named_beside(file: SourceFile) -> Iterator[Evidence]:
    """Name and version of what predicts, given to the store in the file that stores predictions."""
    if not any(True for _ in _stored(file)):
        return
    for call in file.calls_of(keywords=_NAME_AND_VERSION):
        if {"name", "version"} <= set(call.keyword_names) and not call.name.startswith(_APPS):
            yield Evidence(file.path, call.line, f"{call.method} stores name and version")


_APPS = ("fastapi", "flask", "setuptools", "starlette", "litestar")


@reading
def _stored(file: SourceFile) -> Iterator[Evidence]:
    """Predictions that an own function stores, or that a statement inserts."""
    for call in file.calls_of(names=_storing(file), methods=words.WRITE_VERBS):
        said = words_of(call.method)
        scope = words_of(call.scope)
        named = call.is_own and said & words.STORING and said & words.PREDICTIONS
        inside = call.method in words.WRITE_VERBS and scope & words.PREDICTIONS
        if named or (inside and scope & words.STORING):
            yield Evidence(file.path, call.line, f"stores predictions by {call.method}")
    for text, line in file.strings:
        if text.lstrip()[:6].lower() != "insert":
            continue
        lowered = " ".join(text.lower().split()[:6])
        names = words_of(lowered)
        if lowered.startswith("insert into") and names & words.PREDICTIONS and "drift" not in names:
            yield Evidence(file.path, line, "inserts predictions")


@reading
def _told(file: SourceFile) -> Iterator[Evidence]:
    for call in file.calls if _holds_both(file.keywords) else ():
        if call.is_own and _holds_both(call.keyword_names):
            yield Evidence(file.path, call.line, f"{call.method} tells the version")

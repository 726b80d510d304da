"""Where a function puts a prediction and the version of its model into what it keeps.

A record may be a dictionary, a row or the columns of a table: what counts is that one function
names both and writes, or that its file sends what it makes to a stream of events. Endpoints of a
cloud that keep what they are asked are told by the call that switches it on.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from audits.engine.types import Evidence
from audits.facts.code import SourceFile
from audits.facts.evaluation import EVALUATING_WORDS
from audits.facts.names import last_part, words_of
from audits.facts.readings import reading_of_all, reading_of_texts
from audits.facts.tools import prediction_logs as words

PREDICTED = words.PREDICTIONS | {"predicted"}


def is_version(name: str) -> bool:
    """Whether a name is that of a model's version, whatever stands before it."""
    if name.lower() in words.VERSIONS:
        return True
    said = words_of(name)
    return "model" in said and not said.isdisjoint(words.VERSION_NOUNS) and name.isidentifier()


def is_prediction(text: str) -> bool:
    """Whether a name says that it is what a model foretold."""
    return text.isidentifier() and not PREDICTED.isdisjoint(words_of(text))


@reading_of_texts
def recorded(file: SourceFile) -> Iterator[Evidence]:
    """Functions that name both and write them, outside what evaluates."""
    if file.language != "python" or words_of(file.path) & EVALUATING_WORDS:
        return
    writing = _writing(file)
    sends = _sends_events(file)
    if not writing and not sends:
        return
    for scope, texts in strings_by_function(file).items():
        said = words_of(scope)
        if said & EVALUATING_WORDS or not (scope in writing or sends):
            continue
        by_name = not words.MODEL_NAMES.isdisjoint(texts)
        versions = {
            t: line for t, line in texts.items() if is_version(t) or (by_name and t == "version")
        }
        answers = any(is_prediction(t) or (said & PREDICTING and _is_answer(t)) for t in texts)
        if versions and answers:
            text, line = next(iter(versions.items()))
            yield Evidence(file.path, line, f"keeps {text} beside the prediction")


PREDICTING = PREDICTED | {"predict", "infer", "score", "scoring", "detect", "classify"}
"""Words of a function that handles what a model answers."""


def _is_answer(text: str) -> bool:
    return text.isidentifier() and not words.ANSWERS.isdisjoint(words_of(text))


def strings_by_function(file: SourceFile) -> Mapping[str, dict[str, int]]:
    """The strings of a file by the function that they stand in, each once with its first line."""
    starts = sorted((d.line, d.name) for d in file.definitions if d.kind == "function")
    found: dict[str, dict[str, int]] = defaultdict(dict)
    if not starts:
        return found
    at, scope = 0, ""
    for text, line in sorted(file.strings, key=lambda s: s[1]):
        while at < len(starts) and starts[at][0] <= line:
            scope = starts[at][1]
            at += 1
        if scope:
            found[scope].setdefault(text, line)
    return found


def _writing(file: SourceFile) -> frozenset[str]:
    """The functions that write rows, or a record as JSON into a file."""
    rows = {c.scope for c in file.calls_of(methods=words.RECORDING_VERBS)}
    tables = {c.scope for c in file.calls_of(methods=words.TABLE_VERBS)} - _routes(file)
    as_json = {c.scope for c in file.calls_of(names=frozenset({"json.dumps", "orjson.dumps"}))}
    into = {c.scope for c in file.calls_of(methods=frozenset({"write", "write_text"}))}
    return frozenset(rows | tables | (as_json & into)) - {""}


def _routes(file: SourceFile) -> set[str]:
    """Functions that answer requests: the record in them may be the answer, not the table."""
    return {
        d.name
        for d in file.definitions
        if any(last_part(name) in ("route", "get", "post", "put") for name in d.decorators)
    }


@reading_of_all
def _sends_events(file: SourceFile) -> bool:
    """Whether a file sends events or messages by a function that is named so."""
    names = (*file.methods, *(d.name.rpartition(".")[2] for d in file.definitions))
    found = (words_of(n) for n in names)
    return any(said & words.SENDING and said & words.EVENTS for said in found)


@reading_of_all
def captured(file: SourceFile) -> Iterator[Evidence]:
    """Calls by which an endpoint keeps what it is asked and says, or a batch what it predicts."""
    for call in file.calls_of(names=words.CAPTURES, keywords=words.CAPTURE_KEYWORDS):
        yield Evidence(file.path, call.line, f"{call.method} keeps what the endpoint predicts")
    for call in file.calls_of(methods=frozenset({"create_endpoint_config"})):
        if any(text == "EnableCapture" for text, _ in file.strings):
            yield Evidence(file.path, call.line, "the endpoint captures its data")

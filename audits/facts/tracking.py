"""Where training or evaluation logs its runs: to a tracking system, or only to files."""

from collections.abc import Iterator

from msgspec import Struct

from audits.engine.types import Evidence
from audits.facts.code import Call, Code, Constant, SourceFile
from audits.facts.evaluation import Evaluation
from audits.facts.families import r_named
from audits.facts.learning import Learning
from audits.facts.names import below, words_of
from audits.facts.readings import answering, reading, reading_of_all
from audits.facts.tools import experimentation
from audits.facts.uses import tool_uses, uses_of

_TRACKERS = uses_of(f"{__name__}.trackers", experimentation.TRACKERS)

_NEAR = 4
"""Lines around a write in which its file name or key says what is written."""

_LONGEST_CALL = 60
"""Lines that a trainer's arguments may take."""

_WRITES = frozenset({"json.dump", "json.dumps", "yaml.dump", "pandas.DataFrame.to_csv"})
_WRITE_METHODS = frozenset({"to_csv", "to_json", "write_text", "writerow", "save_json", "dump"})
_MEASURED = frozenset({"metric", "metrics", "score", "scores", "accuracy", "f1", "auc", "history"})


class Logged(Struct, frozen=True):
    """A place that logs runs, with the system it logs to."""

    system: str
    path: str
    line: int
    side: bool = False

    @property
    def evidence(self) -> Evidence:
        """Where it stands."""
        return Evidence(self.path, self.line, f"logs to {self.system}")


class Tracking(Struct, frozen=True):
    """`tracked` to systems that keep runs, `filed` as logs and metric files only."""

    tracked: tuple[Logged, ...] = ()
    filed: tuple[Logged, ...] = ()


def tracking_of(code: Code, learning: Learning, evaluation: Evaluation) -> Tracking:
    """Finds both."""
    tracked = {(u.path, u.call.line): u.tool for u in tool_uses(code, _TRACKERS)}
    training = {u.path for u in learning.training}
    for file in answering(code, _driven, also=training):
        for line, system in _indirect(file, trains=file.path in training):
            tracked.setdefault((file.path, line), system)
    handled = training | {m.path for m in evaluation.measures}
    filed = [
        (file.path, line, system)
        for file in answering(code, _written)
        for line, system in _filed(file, handles=file.path in handled)
    ]
    return Tracking(
        tuple(
            Logged(system, path, line, _side(path, learning))
            for (path, line), system in sorted(tracked.items())
        ),
        tuple(Logged(system, path, line, _side(path, learning)) for path, line, system in filed),
    )


def _side(path: str, learning: Learning) -> bool:
    return path in learning.side_paths and not learning.main_is_side


def _indirect(file: SourceFile, *, trains: bool) -> Iterator[tuple[int, str]]:
    """Trackers that a training framework drives: loggers, callbacks, `report_to`."""
    yield from _driven(file)
    if trains:
        yield from _set_to_report(file)


@reading_of_all
def _driven(file: SourceFile) -> Iterator[tuple[int, str]]:
    for call in file.calls if file.language == "r" else _may_report(file):
        if system := experimentation.LOGGER_CLASSES.get(call.method):
            yield call.line, system
        for keyword in ("report_to", "log_with"):
            if system := _reported(call.keyword(keyword)) or _by_option(file, call, keyword):
                yield call.line, system
        if file.language == "r" and r_named(
            call, experimentation.R_TRACKERS, frozenset({"mlflow"})
        ):
            yield call.line, "MLflow"


@reading
def _set_to_report(file: SourceFile) -> Iterator[tuple[int, str]]:
    for item in file.assignments:
        if item.name in ("report_to", "log_with"):
            yield item.line, _reported(item.value) or "the trainer's reporting, by an option"


_REPORTING = frozenset({"report_to", "log_with"})


@reading_of_all
def _may_report(file: SourceFile) -> tuple[Call, ...]:
    return file.calls_of(methods=experimentation.LOGGER_CLASSES.keys(), keywords=_REPORTING)


def _by_option(file: SourceFile, call: Call, keyword: str) -> str:
    """The tracker that an expression given to a trainer names, as in `"wandb" if on else None`."""
    if keyword not in call.keyword_names or keyword in dict(call.keywords):
        return ""
    near = (text for text, line in file.strings if 0 <= line - call.line <= _LONGEST_CALL)
    return next((system for text in near if (system := _reported(text))), "")


def _reported(value: Constant) -> str:
    return experimentation.REPORT_TO.get(value, "") if isinstance(value, str) else ""


_LOCAL = frozenset(experimentation.LOCAL_LOGS)
_WRITTEN_BY = ("csv.writer",)


def _filed(file: SourceFile, *, handles: bool) -> Iterator[tuple[int, str]]:
    for line, in_log in _written(file):
        if in_log:
            yield line, "local log files"
        elif handles:
            yield line, "metric files"


@reading_of_all
def _written(file: SourceFile) -> Iterator[tuple[int, bool]]:
    """Lines that write a local log (True), or a file about metrics."""
    for call in file.calls_of(names=_LOCAL | _WRITES, methods=_WRITE_METHODS, modules=_WRITTEN_BY):
        if call.name in _LOCAL:
            yield call.line, True
        elif _writes(call) and _about_metrics(file, call):
            yield call.line, False


def _writes(call: Call) -> bool:
    return call.name in _WRITES or call.method in _WRITE_METHODS or below(call.name, _WRITTEN_BY)


def _about_metrics(file: SourceFile, call: Call) -> bool:
    if words_of(call.receiver) & _MEASURED or words_of(call.scope.rsplit(".", 1)[-1]) & _MEASURED:
        return True
    near = (text for text, line in file.strings if abs(line - call.line) <= _NEAR)
    return any(words_of(text) & _MEASURED for text in near)

"""Where quality, errors or selection are measured by group of people, or by any other slice."""

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from audits.facts.code import Code, SourceFile
from audits.facts.evaluation import Evaluation, Measure
from audits.facts.learning import Learning
from audits.facts.names import words_of
from audits.facts.readings import answering, reading, reading_of_all, reading_of_texts
from audits.facts.tools import delivery
from audits.facts.uses import tool_uses, uses_of

_LIBRARIES = uses_of(f"{__name__}.libraries", delivery.FAIRNESS)

_COUNTED = (
    "false positive",
    "false negative",
    "fp rate",
    "fn rate",
    "selection rate",
)
_RATES = frozenset({"fpr", "fnr"})
"""Short for such rates, as words of their own: they also stand inside other words."""
_SLICES = frozenset({"slice", "slices", "segment", "segments", "cohort", "subgroup", "subgroups"})
_NAMED = frozenset({"fairness", "bias"})
_MEASURES_OF_BIAS = tuple(m.split("_") for m in delivery.BIAS_METRICS if "_" in m)
_OVER_COLUMNS = frozenset({"unique", "groupby", "select_dtypes", "PandasSFApplier", "get_group"})


class Fairness(Struct, frozen=True):
    """Measures by protected group, and measures by slices of another kind; side ones marked."""

    by_group: tuple[Measure, ...] = ()
    by_slice: tuple[Measure, ...] = ()


def fairness_of(code: Code, learning: Learning, evaluation: Evaluation) -> Fairness:
    """Finds both."""
    side = learning.side_paths if not learning.main_is_side else frozenset()
    groups = [
        Measure(u.path, u.call.line, f"{u.tool} {u.call.method}", u.call.scope, u.path in side)
        for u in tool_uses(code, _LIBRARIES)
    ]
    slices: list[Measure] = []
    protected_data = any(map(_protected_strings, answering(code, _protected_strings)))
    measured: dict[str, list[Measure]] = {}
    for measure in evaluation.measures:
        measured.setdefault(measure.path, []).append(measure)
    for file in answering(code, _counted, _by_name, also=measured.keys()):
        measures = measured.get(file.path, [])
        groups += [replace(m, side=file.path in side) for m in _counted(file)]
        named = (replace(m, side=file.path in side) for m in _by_name(file))
        for measure in (*measures, *named):
            kind = _sliced(file, measure, evaluation, protected_data=protected_data)
            if kind == "group":
                groups.append(measure)
            elif kind and not measure.side:
                slices.append(measure)
    return Fairness(tuple(dict.fromkeys(groups)), tuple(dict.fromkeys(slices)))


def is_protected(text: str) -> bool:
    """Whether a short text is the name of a protected characteristic or group."""
    lowered = text.lower().strip()
    return lowered in _PROTECTED or (" " in lowered and lowered.replace(" ", "_") in _PROTECTED)


_PROTECTED = frozenset(delivery.PROTECTED)
_COLOURS = frozenset({"black", "white"})
"""Groups of people only beside another word for one; alone they colour a plot."""


@reading_of_texts
def _protected_strings(file: SourceFile) -> tuple[tuple[str, int], ...]:
    found = tuple((text, line) for text, line in file.strings if is_protected(text))
    return found if any(text.lower() not in _COLOURS for text, _ in found) else ()


@reading_of_all
def _by_name(file: SourceFile) -> Iterator[Measure]:
    """Calls of own functions whose name says that they measure fairness or bias."""
    for call in file.own_calls(_is_of_bias):
        yield Measure(file.path, call.line, call.method, call.scope)


def _is_of_bias(name: str) -> bool:
    words = words_of(name)
    return any(set(parts) <= words for parts in _MEASURES_OF_BIAS)


def _sliced(
    file: SourceFile, measure: Measure, evaluation: Evaluation, *, protected_data: bool
) -> str:
    """Whether a measure is taken per group ("group"), per slice ("slice"), or not so ("")."""
    del evaluation
    scope = measure.scope.rsplit(".", 1)[-1]
    words = words_of(scope) | words_of(file.path.rsplit("/", 1)[-1].rsplit(".", 1)[0])
    inside = [c for c in file.calls if c.scope == measure.scope]
    lines = [c.line for c in inside] or [measure.line]
    near = any(min(lines) - 2 <= line <= max(lines) + 2 for _, line in _protected_strings(file))
    columns = any(c.method in _OVER_COLUMNS for c in inside)
    named = bool(words & _NAMED)
    if named or (near and (columns or words & _SLICES)):
        return "group"
    if words & _SLICES or (columns and any(c.method == "groupby" for c in inside)):
        whole = protected_data and any(c.method == "select_dtypes" for c in inside)
        return "group" if whole else "slice"
    return ""


@reading_of_all
def _counted(file: SourceFile) -> Iterator[Measure]:
    """Files that print error rates and split people by a protected characteristic by hand."""
    groups = _protected_strings(file)
    people = [text for text, _ in groups if text.lower() not in ("black", "white", "sex", "gender")]
    rates = _rates(file) if people else ()
    if rates:
        yield Measure(file.path, rates[0], "error rates")
        yield Measure(file.path, groups[0][1], f"by group {groups[0][0]}")


@reading
def _rates(file: SourceFile) -> tuple[int, ...]:
    """Lines with a text that speaks of error rates."""
    return tuple(n for text, n in file.strings if _speaks_of_rates(text))


def _speaks_of_rates(text: str) -> bool:
    lowered = text.lower()
    if any(w in lowered for w in _COUNTED):
        return True
    return any(w in lowered for w in _RATES) and not _RATES.isdisjoint(words_of(text))

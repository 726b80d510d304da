"""Where current data or predictions are compared with a reference by a statistic.

Libraries made for it count as they are; two-sample tests and own statistics only where the name of
the function, class or file around them says that drift is what they look for.
"""

from collections.abc import Iterator

from msgspec import Struct

from audits.engine.types import Evidence
from audits.facts.code import Code, Definition, SourceFile
from audits.facts.containers import Containers
from audits.facts.names import words_of
from audits.facts.readings import answering, reading_of_all, reading_of_texts
from audits.facts.tools import operations
from audits.facts.uses import tool_uses, uses_of

_LIBRARIES = uses_of(f"{__name__}.libraries", operations.DRIFT)

_NAMED = frozenset({"drift", "psi", "drifted"})
_PAIRS = (
    ("population", "stability"),
    ("distribution", "shift"),
    ("covariate", "shift"),
    ("dataset", "shift"),
    ("concept", "shift"),
)
_STATISTICS = frozenset(
    {"log", "log2", "histogram", "digitize", "ks_2samp", "jensenshannon", "entropy", "quantile"}
    | {"percentile", "wasserstein_distance", "chi2_contingency", "kl_div", "cut", "searchsorted"}
)


class Drift(Struct, frozen=True):
    """Comparisons by path and line, and the monitors among them that infrastructure declares."""

    comparisons: tuple[Evidence, ...] = ()
    declared: tuple[Evidence, ...] = ()


def drift_of(code: Code, containers: Containers) -> Drift:
    """Finds every comparison outside tests."""
    declared = tuple(
        Evidence(s.path, s.line, f"declares monitor {s.name}".strip())
        for s in containers.product_services()
        if s.kind == "monitor"
    )
    found = [u.evidence for u in tool_uses(code, _LIBRARIES) if not _only_shown(u.call.method)]
    for file in answering(code, _tests, _own, _ordered):
        found += _tests(file)
        found += _own(file)
        found += _ordered(file)
    return Drift(tuple(dict.fromkeys(sorted([*found, *declared]))), declared)


def _only_shown(method: str) -> bool:
    return method in ("launch_app", "double_histogram")


def names_drift(name: str) -> bool:
    """Whether an identifier or a path says that it is about drift."""
    words = words_of(name)
    return bool(words & _NAMED) or any(set(pair) <= words for pair in _PAIRS)


_TESTS = frozenset(operations.DRIFT_TESTS)


@reading_of_all
def _tests(file: SourceFile) -> Iterator[Evidence]:
    for call in file.calls_of(names=_TESTS):
        if names_drift(call.scope) or names_drift(file.path):
            yield Evidence(file.path, call.line, f"compares samples by {call.method}")


@reading_of_all
def _own(file: SourceFile) -> Iterator[Evidence]:
    """Functions named for drift that compute with logarithms, bins or quantiles themselves."""
    for item in file.definitions:
        if item.kind == "function" and names_drift(item.name.rsplit(".", 1)[-1]):
            inner = {c.method for c in file.calls if _within(c.scope, item)}
            if inner & _STATISTICS:
                yield Evidence(file.path, item.line, f"{item.name} computes a drift statistic")


@reading_of_texts
def _ordered(file: SourceFile) -> Iterator[Evidence]:
    """Comparisons that a cloud's service is asked for, by the field of its request."""
    for text, line in file.strings:
        if text in operations.DRIFT_FIELDS:
            yield Evidence(file.path, line, f"orders {text}")


def _within(scope: str, item: Definition) -> bool:
    return scope == item.name or scope.startswith(f"{item.name}.")

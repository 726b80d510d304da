"""What a use of a learning library is, and to which family a library belongs."""

from collections.abc import Iterable

from msgspec import Struct

from audits.engine.types import Evidence
from audits.facts.code import Call
from audits.facts.names import below
from audits.facts.tools import substance

CLASSICAL, DEEP, LLM, ANALYSIS = "classical", "deep", "llm", "analysis"


class Use(Struct, frozen=True):
    """A call by which something is learned, predicted, asked or searched."""

    path: str
    line: int
    family: str
    name: str
    scope: str = ""

    @property
    def evidence(self) -> Evidence:
        """Where it stands."""
        return Evidence(self.path, self.line, f"calls {self.name.lstrip('.')}")


def family_of(name: str) -> str:
    """The family of the learning library that a dotted name belongs to, or ""."""
    if name.startswith("statsmodels.tsa"):
        return CLASSICAL
    first = name.split(".", 1)[0]
    if first not in _FIRST_NAMES:
        return ""
    for family in (LLM, ANALYSIS, CLASSICAL, DEEP):
        if below(name, substance.ESTIMATORS[family]):
            return family
    return ""


_FIRST_NAMES = frozenset(n.split(".")[0] for names in substance.ESTIMATORS.values() for n in names)


def prepares_only(call: Call) -> bool:
    """Whether what is fitted is, by its class or by its variable's name, no model."""
    if below(call.name, substance.NOT_LEARNERS):
        return True
    words = call.receiver.lower().removeprefix("self.").split(".")
    last = words[-1] if words else ""
    return any(
        last == w
        or last.endswith(f"_{w}")
        or last.startswith(f"{w}_")
        or (len(w) > 4 and w in last)
        for w in substance.TRANSFORMERS_BY_NAME
    )


def r_named(call: Call, wanted: Iterable[str], packages: frozenset[str]) -> str:
    """The entry `pkg::function` that an R call is, where the package is loaded, or ""."""
    for entry in wanted:
        package, _, function = entry.partition("::")
        if call.name == entry or (call.name == function and package in packages):
            return entry
    return ""

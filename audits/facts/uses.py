"""Which calls of the code are uses of a tool in a table: import names, and the verbs that count.

An import alone is no use, nor is a constructor that is not among the verbs. A method of an object
that could not be followed counts where the file imports the tool and the verb is the tool's own.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec import Struct

from audits.engine.types import Evidence
from audits.facts.code import Call, Code, SourceFile
from audits.facts.names import below, last_part
from audits.facts.readings import answering, named_reading
from audits.facts.tree import NOT_PRODUCT, Role

Table = Mapping[str, tuple[Sequence[str], Sequence[str]]]


class ToolUse(Struct, frozen=True):
    """A call that uses a tool."""

    tool: str
    path: str
    call: Call

    @property
    def evidence(self) -> Evidence:
        """Where it stands."""
        return Evidence(self.path, self.call.line, f"{self.tool}: {self.call.method}")


Candidates = Mapping[str, Sequence[tuple[str, Sequence[str]]]]


def uses_of(name: str, table: Table) -> Callable[[SourceFile], tuple[ToolUse, ...]]:
    """The reading, under a name, that finds the uses of a table's tools in a file."""
    by_verb: dict[str, list[tuple[str, Sequence[str]]]] = {}
    for tool, (modules, verbs) in table.items():
        for verb in verbs:
            by_verb.setdefault(verb, []).append((tool, tuple(modules)))

    def found(file: SourceFile) -> Iterator[ToolUse]:
        return _in_file(file, by_verb)

    return named_reading(name, found, of_all=True)


def tool_uses(
    code: Code, uses: Callable[[SourceFile], tuple[ToolUse, ...]], outside: Role = NOT_PRODUCT
) -> tuple[ToolUse, ...]:
    """Every use that a reading of `uses_of` finds, sorted by path and line."""
    return tuple(use for file in answering(code, uses, outside=outside) for use in uses(file))


def _in_file(file: SourceFile, by_verb: Candidates) -> Iterator[ToolUse]:
    named = {
        name
        for name in file.names_of(by_verb.keys())
        if name.startswith(".") or any(below(name, m) for _, m in by_verb[last_part(name)])
    }
    for call in file.calls_of(names=named):
        for tool, modules in by_verb.get(call.method, ()):
            if below(call.name, modules) or (_is_own_verb(call) and _imports(file, modules)):
                yield ToolUse(tool, file.path, call)
                break


def _imports(file: SourceFile, modules: Sequence[str]) -> bool:
    return any(not i.target and below(i.module, modules) for i in file.imports)


def _is_own_verb(call: Call) -> bool:
    """Whether an unknown object's method is a word that only such a tool has."""
    distinct = "_" in call.method or call.method[:1].isupper()
    return call.name.startswith(".") and distinct


def called_below(
    code: Code, modules: Sequence[str], outside: Role = NOT_PRODUCT
) -> tuple[ToolUse, ...]:
    """Every call of one of these modules or functions, or of anything below them."""
    return tuple(
        ToolUse(call.name.split(".", 1)[0], file.path, call)
        for file in code.product(outside)
        for call in file.calls_of(modules=modules)
    )

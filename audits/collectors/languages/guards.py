"""Conditions in Python code that stop, drop or report, and the words that they look at."""

import ast
import re
from collections.abc import Mapping, Sequence

from audits.collectors.languages.walking import children, walk

MOST_WORDS = 40
_REPORTS = {"append", "error", "warning", "warn", "critical", "exception", "extend", "add", "fail"}
_EXITS = {"exit", "_exit", "quit", "abort"}
_LOOK = 4
"""Statements of a branch that are searched for its effect."""


def words_in(node: ast.AST, known: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Names and attributes in an expression, and those that its local variables were made from."""
    found: dict[str, None] = {}
    waiting = [node]
    for part in waiting:  # level by level, since it grows meanwhile
        kind = part.__class__
        if kind is ast.Attribute:
            found[f".{part.attr}"] = None  # type: ignore[attr-defined] # its class was compared, which mypy does not follow
            waiting.append(part.value)  # type: ignore[attr-defined] # its class was compared, which mypy does not follow
        elif kind is ast.Name:
            local: str = part.id  # type: ignore[attr-defined] # its class was compared, which mypy does not follow
            found[local] = None
            if local in known:
                found.update(dict.fromkeys(known[local]))
        elif kind is not ast.Constant:
            waiting += children(part)
        if len(found) >= MOST_WORDS:
            break
    return tuple(found)[:MOST_WORDS]


class Words:
    """What the local variables of a scope are made of, worked out when a condition looks at them.

    Most functions set many variables and have no condition that stops anything.
    """

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, ...]] = {}
        self._waiting: list[tuple[str, ast.AST]] = []

    def note(self, local: str, value: ast.AST) -> None:
        """A variable that stands for this expression from now on."""
        self._waiting.append((local, value))

    def of(self, node: ast.AST) -> tuple[str, ...]:
        """The words of an expression, with those of the variables as they are at this place."""
        for local, value in self._waiting:
            self._known[local] = words_in(value, self._known)
        self._waiting.clear()
        return words_in(node, self._known)


def strings_in(node: ast.AST) -> tuple[str, ...]:
    """Short string literals in an expression."""
    found = (n.value for n in walk(node) if isinstance(n, ast.Constant))
    return tuple(s for s in found if isinstance(s, str) and len(s) < 80)[:MOST_WORDS]


def effect_of(body: Sequence[ast.stmt]) -> str:
    """What a branch does to the run: "raise", "exit", "drop", "report", or ""."""
    effects = {_effect(s) for s in body[:_LOOK] if s.__class__ in _EFFECTIVE}
    return next((e for e in _EFFECTS if e in effects), "") if effects else ""


_EFFECTS = ("raise", "exit", "report", "drop")
_EFFECTIVE = frozenset(
    {ast.Raise, ast.Continue, ast.Return, ast.Expr, ast.If, ast.With, ast.Assign, ast.AugAssign}
)
"""Statements that may have one; any other has none."""


def _effect(statement: ast.stmt) -> str:
    match statement:
        case ast.Raise():
            return "raise"
        case ast.Continue():
            return "drop"
        case ast.Expr(value=ast.Call(func=func)) | ast.Return(value=ast.Call(func=func)):
            last = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
            return "exit" if last in _EXITS else "report" if last in _REPORTS else ""
        case ast.Return(value=value):
            return _answer(value)
        case ast.If(body=body, orelse=orelse):
            return effect_of([*body, *orelse])
    return "report" if _notes(statement) else ""


def _answer(value: ast.expr | None) -> str:
    """What a function does that gives this back; `False` with a reason reports it."""
    match value:
        case None | ast.Constant(value=None | False):
            return "drop"
        case ast.Tuple(elts=[ast.Constant(value=False), *_]):
            return "report"
    return ""


def _notes(statement: ast.stmt) -> bool:
    """Whether a statement sets a flag, adds to what is wrong, or writes it into an open file."""
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=False)):
            return bool(_FLAGS.search(name.lower()))
        case ast.AugAssign(target=ast.Name(id=name), op=ast.Add()):
            return bool(_FAULTS.search(name.lower()))
        case ast.With(body=body):
            return any(_writes(s) for s in body[:_LOOK])
    return False


_FLAGS = re.compile(r"valid|status|passed|success")
"""What a name says that is set to false where data do not hold."""
_FAULTS = re.compile(r"err|msg|message|issue|violation|invalid|missing|reject|fail")
"""What a name says to which what is wrong is added."""


def _writes(statement: ast.stmt) -> bool:
    """Whether a statement writes into the file that is open."""
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr="write" | "writelines"))):
            return True
    return False

"""What a Python expression stands for, as a dotted name.

Followed are import aliases, variables and attributes that hold what a call returned, annotations,
`with ... as` and loops over literal collections. What is not known is "", a method of it `.method`.
"""

import ast
from collections import ChainMap

from audits.collectors.collecting import Unreadable
from audits.collectors.parsing import expression_of

LONGEST = 160
"""Characters of a dotted name; a chain that goes on keeps its library and its last method."""

_WRAPPERS = ("Optional", "Annotated", "Final", "ClassVar", "Type", "type", "Iterator", "Generator")
_SAME = (
    "list",
    "iter",
    "enumerate",
    "sorted",
    "reversed",
    "tuple",
    "zip",
    "copy.deepcopy",
    "copy.copy",
    "sklearn.base.clone",
)
_DYNAMIC = (
    "eval",
    "getattr",
    "globals",
    "locals",
    "importlib.import_module",
    "hydra.utils.instantiate",
    "hydra.utils.call",
    "pydoc.locate",
)
"""Calls whose result only the running program knows."""

_NAMELESS = frozenset({
    ast.BinOp, ast.UnaryOp, ast.Lambda, ast.Compare, ast.JoinedStr, ast.Set, ast.Slice,
    ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp,
})  # fmt: skip
"""Expressions of which no part is looked at."""

_NOTHING = ("None", "typing.Any", "Any", "object", "self", "typing.Self")
_CONTAINERS = ("dict", "list", "str", "int", "float", "bool", "tuple", "set", "bytes")


def module_of(path: str) -> str:
    """The dotted name of a file from the root of the repository."""
    stem = path.rsplit(".", 1)[0].removesuffix("/__init__")
    return stem.replace("/", ".")


class Scope(ChainMap[str, str]):
    """Names of one scope before those of the scopes around it."""

    def get(self, key: str, default: str = "") -> str:  # type: ignore[override] # of text alone
        """What a name stands for; the inherited way asks every scope twice, through generators."""
        for names in self.maps:
            if key in names:
                return names[key]
        return default


class Names:
    """The names that are known at a place of the code, innermost scope first."""

    def __init__(self, module: str) -> None:
        self.module = module
        self.top = Scope({})
        self.here = self.top
        self.attributes: dict[str, str] = {}

    def exported(self) -> dict[str, str]:
        """What module-level names, and the attributes of its classes, stand for."""
        start = f"{self.module}."
        own = {k: v for k, v in self.top.items() if v and v != start + k}
        for name, value in self.attributes.items():
            if name.startswith(start) and value:
                own[name.removeprefix(start)] = value
        return own

    def resolve(self, node: ast.AST | None) -> str:
        """The dotted name of what an expression stands for, or "" where that is not known."""
        # The order of how often each occurs; subclasses of these never come from the parser.
        kind = node.__class__
        if kind is ast.Name:
            local: str = node.id  # type: ignore[union-attr] # its class was compared, which mypy does not follow
            return self.here.get(local, local)
        if kind is ast.Attribute:
            return self._attribute(node.value, node.attr)  # type: ignore[union-attr] # its class was compared, which mypy does not follow
        if kind is ast.Call:
            return self._result(node)  # type: ignore[arg-type] # its class was compared, which mypy does not follow
        if kind is ast.Constant or kind in _NAMELESS:
            return ""
        match node:
            case ast.Await() | ast.Subscript() | ast.NamedExpr() | ast.Starred():
                return self.resolve(node.value)
            case _:
                return self._first_of(node)

    def _first_of(self, node: ast.AST | None) -> str:
        """For a choice or a collection: its first part that is known."""
        parts: list[ast.expr] = []
        match node:
            case ast.IfExp(body=first, orelse=second):
                parts = [first, second]
            case ast.BoolOp(values=values):
                parts = values
            case ast.List(elts=elements) | ast.Tuple(elts=elements):
                parts = elements[:20]
            case ast.Dict(values=values):
                parts = values[:20]
        for part in parts:
            if not isinstance(part, ast.Constant) and (found := self.resolve(part)):
                return found
        return ""

    def _attribute(self, value: ast.AST, attr: str) -> str:
        base = self.resolve(value)
        if not base or base.startswith("."):
            return f".{attr}"
        name = f"{base}.{attr}"
        if name in self.attributes:
            return self.attributes[name] or f".{attr}"
        if len(name) > LONGEST:
            return ".".join([*name.split(".")[:2], attr])
        return name

    def _result(self, node: ast.Call) -> str:
        name = self.resolve(node.func)
        if name.endswith((".items", ".values")) and (head := name.rpartition(".")[0]):
            return head
        if name in _DYNAMIC:
            return ""
        if name in _SAME:
            return self.resolve(node.args[-1]) if node.args else ""
        return name

    def annotated(self, node: ast.AST | None) -> str:
        """The class that an annotation names, looking through Optional, unions and quotes."""
        if node is None:
            return ""
        match node:
            case ast.Constant(value=str(text)) if len(text) < LONGEST:
                return self._quoted(text)
            case ast.BinOp(left=left, right=right):
                return self.annotated(left) or self.annotated(right)
            case ast.Subscript(value=value, slice=inner):
                name = self.resolve(value)
                first = inner.elts[0] if isinstance(inner, ast.Tuple) and inner.elts else inner
                wrapped = name.rsplit(".", 1)[-1] in _WRAPPERS
                return self.annotated(first) if wrapped else ""
            case ast.Name() | ast.Attribute():
                name = self.resolve(node)
                return "" if name in _NOTHING or name in _CONTAINERS else name
        return ""

    def _quoted(self, text: str) -> str:
        try:
            return self.annotated(expression_of(text))
        except (SyntaxError, Unreadable):
            return ""

    def bind(self, target: ast.AST, name: str) -> None:
        """Remembers what an assignment's target stands for from now on."""
        if target.__class__ is ast.Name:  # as nearly all are
            self.here.maps[0][target.id] = name
            return
        match target:
            case ast.Attribute(value=value, attr=attr):
                base = self.resolve(value)
                if base and not base.startswith("."):
                    key = f"{base}.{attr}"
                    self.attributes[key] = name or self.attributes.get(key, "")
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                for part in parts:
                    self.bind(part, name)
            case ast.Starred(value=inner):
                self.bind(inner, name)

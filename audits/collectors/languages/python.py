"""Reads Python with the standard library's parser: imports, calls, definitions, guards.

Module level is read first and the bodies of functions afterwards, since they see all of it. What
another module of the same repository stands for is resolved later, when all files are known.
"""

import ast
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from audits.collectors.collecting import Unreadable
from audits.collectors.languages.guards import Words, effect_of, strings_in
from audits.collectors.languages.naming import Names
from audits.collectors.languages.walking import FIELDS, VALUES, statements
from audits.collectors.parsing import TOO_DEEP, python_of, shared_tree, written
from audits.facts.code import Assignment, Call, Constant, Definition, Guard, Import, SourceFile

LONGEST_STRING = 200
Function = ast.FunctionDef | ast.AsyncFunctionDef
Cell = tuple[str, Sequence[int] | None]


def read_python(path: str, text: str, module: str) -> SourceFile:
    """The facts of one Python file, `module` being its dotted name.

    Raises Unreadable where the parser gives up on its depth, SyntaxError where it is no Python 3.
    """
    return read_cells(path, [(text, None)], module)


def read_cells(path: str, cells: Iterable[Cell], module: str) -> SourceFile:
    """As `read_python`, for pieces that share one namespace; each may map its lines to others.

    A piece that is no Python 3 is left out, unless it is the only one.
    """
    pieces = list(cells)
    parsed = shared_tree if len(pieces) == 1 else python_of
    reader = _Reader(module, is_package=path.endswith("/__init__.py"))
    for text, where in pieces:
        try:
            reader.read(parsed(text), where)
        except SyntaxError:
            if len(pieces) == 1:
                raise
        except (RecursionError, MemoryError) as error:
            raise Unreadable(TOO_DEEP) from error
    lines = sum(text.count("\n") + 1 for text, _ in pieces)
    return reader.result(path, lines)


class _Reader(ast.NodeVisitor):
    """Walks one file and keeps what it saw."""

    def __init__(self, module: str, *, is_package: bool) -> None:
        self._module = module
        self._is_package = is_package
        self._names = Names(module)
        self._lines: Sequence[int] | None = None
        self._imports: list[Import] = []
        self._calls: list[Call] = []
        self._definitions: list[Definition] = []
        self._strings: list[tuple[str, int]] = []
        self._guards: list[Guard] = []
        self._assignments: list[Assignment] = []
        self._has_main = False
        self._constants: dict[str, dict[str, Constant]] = {}
        self._spreads: dict[str, dict[str, Constant]] = {}
        self._words = Words()
        self._scope = ""
        self._in_class = ""
        self._optional = 0
        self._returned = ""
        self._later: list[Callable[[], None]] = []

    def read(self, tree: ast.Module, lines: Sequence[int] | None) -> None:
        """Reads one piece of code; its names stay known for the next piece."""
        self._lines = lines
        self._body(tree.body)
        while self._later:
            self._later.pop(0)()
        self._names.here, self._scope, self._in_class = self._names.top, "", ""

    def result(self, path: str, lines: int) -> SourceFile:
        """All that was seen."""
        return SourceFile(
            path=path,
            language="python",
            imports=tuple(self._imports),
            calls=tuple(sorted(self._calls, key=lambda c: c.line)),
            definitions=tuple(sorted(self._definitions, key=lambda d: d.line)),
            strings=tuple(self._strings),
            has_main=self._has_main,
            lines=lines,
            guards=tuple(sorted(self._guards, key=lambda g: g.line)),
            assignments=tuple(self._assignments),
            exports=tuple(sorted(self._names.exported().items())),
        )

    def visit(self, node: ast.AST) -> None:
        """Goes to the method for this kind of node, or on to what is below it."""
        step = _STEPS.get(node.__class__)
        if step is not None:
            step(self, node)

    def generic_visit(self, node: ast.AST) -> None:
        """Goes on to what is below a node."""
        for value in VALUES[node.__class__](node):
            if value.__class__ is list:
                self._each(value)
            else:
                step = _STEPS.get(value.__class__)
                if step is not None:
                    step(self, value)

    def _each(self, nodes: Iterable[ast.AST | None]) -> None:
        """Visits nodes one after the other."""
        for node in nodes:
            step = _STEPS.get(node.__class__)
            if step is not None:
                step(self, node)

    def _line(self, node: ast.stmt | ast.expr | ast.arg) -> int:
        line = node.lineno
        if self._lines is None:
            return line
        return self._lines[min(line, len(self._lines)) - 1] if self._lines else 1

    def _body(self, body: Sequence[ast.stmt]) -> None:
        """Reads statements in order, their functions and classes being known beforehand."""
        for node in body:
            if node.__class__ in _NAMED:
                here = self._names.here
                if node.name not in here:
                    owner = f"{self._module}.{self._scope}" if self._scope else self._module
                    here[node.name] = f"{owner}.{node.name}"
        for node in body:
            step = _STEPS.get(node.__class__)
            if step is not None:
                step(self, node)

    # Imports

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self._import(alias.name, node)
            top = alias.name.split(".")[0]
            self._names.here[alias.asname or top] = alias.name if alias.asname else top

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        base = self._absolute(node)
        for alias in node.names:
            name = base if alias.name == "*" else f"{base}.{alias.name}" if base else alias.name
            self._import(name, node)
            local = f"*{base}" if alias.name == "*" else alias.asname or alias.name
            self._names.here[local] = name

    def _absolute(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        parts = self._module.split(".")
        kept = parts[: len(parts) - node.level + (1 if self._is_package else 0)]
        return ".".join([*kept, *([node.module] if node.module else [])])

    def _import(self, module: str, node: ast.stmt) -> None:
        self._imports.append(Import(module, self._line(node), guarded=self._optional > 0))

    def visit_Try(self, node: ast.Try) -> None:
        optional = any(_catches_import(h) for h in node.handlers)
        self._optional += optional
        self._body(node.body)
        self._optional -= optional
        here, imported = self._names.here, _imported(node.body)
        preferred = {name: here[name] for name in imported if here.get(name)}
        for handler in node.handlers:
            self._body(handler.body)
        # a stand-in for a package that is missing does not change what is meant
        for name, meant in preferred.items() if imported else ():
            if meant.split(".", 1)[0] not in _BEFORE_PYTHON_3:
                here[name] = meant
        self._body(node.orelse)
        self._body(node.finalbody)

    # Definitions

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        name = f"{self._scope}.{node.name}" if self._scope else node.name
        self._each([*node.decorator_list, *node.bases, *(k.value for k in node.keywords)])
        self._definitions.append(
            Definition(
                name,
                self._line(node),
                "class",
                decorators=self._decorators(node),
                bases=tuple(found for b in node.bases if (found := self._names.resolve(b))),
            )
        )
        outer = (self._names.here, self._scope, self._in_class)
        self._names.here = self._names.here.new_child()
        self._scope, self._in_class = name, f"{self._module}.{name}"
        self._attributes_of(node)
        self._body(node.body)
        self._names.here, self._scope, self._in_class = outer

    def _attributes_of(self, node: ast.ClassDef) -> None:
        """Learns what `self.x` holds before any method is read."""
        here = self._names.here
        for method in node.body:
            if isinstance(method, ast.AnnAssign) and isinstance(method.target, ast.Name):
                key = f"{self._in_class}.{method.target.id}"
                self._names.attributes[key] = self._names.annotated(method.annotation)
            if not isinstance(method, Function):
                continue
            own = {**self._parameters(method), "self": self._in_class, "cls": self._in_class}
            before, self._names.here = self._names.here, here.new_child(own)
            for part in statements(method):
                if part.__class__ is ast.Assign and part.targets[0].__class__ is ast.Attribute:
                    self._names.bind(part.targets[0], self._value(part.value))
            self._names.here = before

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self._function(node)

    def _function(self, node: Function) -> None:
        self._each([*node.decorator_list, *node.args.defaults, *node.args.kw_defaults])
        name = f"{self._scope}.{node.name}" if self._scope else node.name
        self._defaults(node.args, name)
        here = self._names.here.new_child(self._parameters(node))
        if self._in_class:
            here["self"] = here["cls"] = self._in_class
        lines = self._lines

        def later() -> None:
            self._names.here, self._scope, self._lines = here, name, lines
            self._in_class, self._returned = "", ""
            self._words, self._spreads = Words(), {}
            self._body(node.body)
            returns = self._returned or self._names.annotated(node.returns)
            self._definitions.append(
                Definition(name, self._line(node), "function", self._decorators(node), (), returns)
            )

        self._later.append(later)

    def _decorators(self, node: Function | ast.ClassDef) -> tuple[str, ...]:
        return tuple(found for d in node.decorator_list if (found := self._names.resolve(d)))

    def _parameters(self, node: Function) -> dict[str, str]:
        every = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        extra = [a for a in (node.args.vararg, node.args.kwarg) if a is not None]
        annotated = self._names.annotated
        return {
            a.arg: annotated(a.annotation) if a.annotation is not None else ""
            for a in [*every, *extra]
        }

    def _defaults(self, arguments: ast.arguments, scope: str) -> None:
        positional = [*arguments.posonlyargs, *arguments.args]
        with_default = positional[len(positional) - len(arguments.defaults) :]
        pairs = [*zip(with_default, arguments.defaults, strict=True)]
        for argument, default in [
            *pairs,
            *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
        ]:
            if isinstance(default, ast.Constant):
                value = _literal(default)
                self._assignments.append(
                    Assignment(argument.arg, value, self._line(argument), scope)
                )

    def visit_Return(self, node: ast.Return) -> None:
        if node.value is not None:
            self._returned = self._returned or self._value(node.value)
            self.visit(node.value)

    # Assignments and blocks

    def _value(self, node: ast.expr) -> str:
        return "" if node.__class__ is ast.Constant else self._names.resolve(node)

    def visit_Assign(self, node: ast.Assign) -> None:
        step = _STEPS.get(node.value.__class__)
        if step is not None:
            step(self, node.value)
        for target in node.targets:
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                for one, value in zip(target.elts, node.value.elts, strict=False):
                    self._names.bind(one, self._value(value))
            elif target.__class__ is ast.Subscript:
                self.visit(target.slice)  # the key says which column or entry is set
            elif not self._is_reset(target, node.value):
                self._names.bind(target, self._value(node.value))
            if target.__class__ is ast.Name:
                self._remember(target.id, node.value, node)

    def _is_reset(self, target: ast.expr, value: ast.expr) -> bool:
        """`name = None` where an import may have failed: the name stays known."""
        nothing = value.__class__ is ast.Constant and value.value is None
        return nothing and isinstance(target, ast.Name) and bool(self._names.here.get(target.id))

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.visit(node.value)
            if isinstance(node.target, ast.Name):
                self._remember(node.target.id, node.value, node)
        value = self._value(node.value) if node.value is not None else ""
        name = value if isinstance(node.value, ast.Call) else ""
        self._names.bind(node.target, self._names.annotated(node.annotation) or name)

    def _remember(self, local: str, value: ast.expr, node: ast.stmt) -> None:
        """Keeps literals, dictionaries to be spread, and the words that a variable is made of."""
        self._words.note(local, value)
        if value.__class__ in _SPREADS and (spread := _entries(value)):
            self._spreads[local] = spread
        if isinstance(value, ast.Constant):
            self._constants.setdefault(local, {})[self._scope] = _literal(value)
        if isinstance(value, ast.Constant) or self._is_field(value):
            self._assignments.append(
                Assignment(local, _default_of(value), self._line(node), self._scope)
            )

    def _is_field(self, value: ast.expr) -> bool:
        """Whether a class attribute is a dataclass or settings field with a default."""
        called = self._names.resolve(value.func) if isinstance(value, ast.Call) else ""
        return called.rsplit(".", 1)[-1] in ("field", "Field")

    def visit_With(self, node: ast.With) -> None:
        self._with(node)

    def visit_AsyncWith(self, node: ast.AsyncWith) -> None:
        self._with(node)

    def _with(self, node: ast.With | ast.AsyncWith) -> None:
        for item in node.items:
            self.visit(item.context_expr)
            if item.optional_vars is not None:
                self._names.bind(item.optional_vars, self._names.resolve(item.context_expr))
        self._body(node.body)

    def visit_For(self, node: ast.For) -> None:
        self.visit(node.iter)
        self._names.bind(node.target, self._value(node.iter))
        if isinstance(node.target, ast.Name):
            self._words.note(node.target.id, node.iter)
        self._body([*node.body, *node.orelse])

    def visit_If(self, node: ast.If) -> None:
        if _is_main(node.test):
            self._has_main = True
        self.visit(node.test)
        self._guard(node, node.test, effect_of(node.body) or effect_of(node.orelse))
        typing_only = _mentions(node.test, "TYPE_CHECKING")
        self._optional += typing_only
        self._body(node.body)
        self._optional -= typing_only
        self._body(node.orelse)

    def visit_Assert(self, node: ast.Assert) -> None:
        self._guard(node, node.test, "assert")
        self.generic_visit(node)

    def _guard(self, node: ast.stmt, test: ast.expr, effect: str) -> None:
        if effect:
            words = self._words.of(test)
            line = self._line(node)
            self._guards.append(Guard(line, effect, words, strings_in(test), self._scope))

    # Calls and strings

    def visit_Call(self, node: ast.Call) -> None:
        func, given = node.func, node.keywords
        keywords, names = self._keywords(given) if given else ((), ())
        self._calls.append(
            Call(
                self._names.resolve(func) or ".",
                self._line(node),
                tuple([self._constant(a) for a in node.args[:20]]) if node.args else (),
                keywords,
                self._scope,
                names,
                _written(func.value) if func.__class__ is ast.Attribute else "",
            )
        )
        step = _STEPS.get(func.__class__)
        if step is not None:
            step(self, func)
        if node.args:
            self._each(node.args)
        if given:
            self._each([k.value for k in given])

    def visit_Attribute(self, node: ast.Attribute) -> None:
        value = node.value
        while value.__class__ is ast.Attribute:
            value = value.value
        step = _STEPS.get(value.__class__)
        if step is not None:
            step(self, value)

    def _keywords(
        self, given: Sequence[ast.keyword]
    ) -> tuple[tuple[tuple[str, Constant], ...], tuple[str, ...]]:
        """The keywords that are literals, and the names of all, those of a spread included."""
        names: dict[str, None] = {}
        literal: list[tuple[str, Constant]] = []
        for keyword in given:
            name, value = keyword.arg, keyword.value
            if name is None:
                known = (
                    self._spreads.get(value.id) if isinstance(value, ast.Name) else _entries(value)
                )
                names = {**dict.fromkeys(known or ("**",)), **names}
                continue
            names[name] = None
            fixed = self._fixed(value)
            if fixed is not _NO_LITERAL:
                literal.append((name, fixed))
        return tuple(literal), tuple(names)

    def _fixed(self, node: ast.expr) -> Any:
        """The literal that an expression is or by its name stands for, or `_NO_LITERAL`."""
        kind = node.__class__
        if kind is ast.Constant:
            return _literal(node)  # type: ignore[arg-type] # its class was compared, which mypy does not follow
        if kind is ast.Name:
            scopes = self._constants.get(node.id, _NO_SCOPES)  # type: ignore[attr-defined] # its class was compared, which mypy does not follow
            if scopes:
                outside: Any = scopes.get("", _NO_LITERAL)
                return scopes.get(self._scope, outside)
        return _NO_LITERAL

    def _constant(self, node: ast.expr) -> Constant:
        fixed: Constant = self._fixed(node)
        return None if fixed is _NO_LITERAL else fixed

    def visit_Constant(self, node: ast.Constant) -> None:
        value = node.value
        if value.__class__ is str and 1 < len(value) <= LONGEST_STRING:
            self._strings.append((value, self._line(node)))

    def visit_Expr(self, node: ast.Expr) -> None:
        value = node.value
        step = None if _is_text(value) else _STEPS.get(value.__class__)
        if step is not None:
            step(self, value)

    # What most of a program is made of: as `generic_visit`, with the fields known

    def visit_BinOp(self, node: ast.BinOp) -> None:
        for value in (node.left, node.right):
            step = _STEPS.get(value.__class__)
            if step is not None:
                step(self, value)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        for value in (node.value, node.slice):
            step = _STEPS.get(value.__class__)
            if step is not None:
                step(self, value)

    def visit_List(self, node: ast.List) -> None:
        self._each(node.elts)

    def visit_Tuple(self, node: ast.Tuple) -> None:
        self._each(node.elts)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        self._each(node.values)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        self._each(node.values)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        self.visit(node.operand)


_NAMED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_NO_SCOPES: dict[str, Constant] = {}
_NO_LITERAL = object()
"""Stands for an expression that is no literal, since None is one."""

_SPREADS = (ast.Dict, ast.IfExp, ast.Call)
"""What `_entries` looks into."""


def _step(kind: type[ast.AST]) -> Callable[[_Reader, Any], None] | None:
    """What is done at a kind of node; None where nothing lies below it."""
    own = vars(_Reader).get(f"visit_{kind.__name__}")
    return own or (_Reader.generic_visit if FIELDS[kind] else None)


_STEPS: dict[type, Callable[[_Reader, Any], None]] = {
    kind: step
    for kind in vars(ast).values()
    if isinstance(kind, type) and issubclass(kind, ast.AST) and (step := _step(kind))
}


def _literal(node: ast.Constant) -> Constant:
    value = node.value
    if isinstance(value, str):
        return value[:LONGEST_STRING]
    if isinstance(value, int) and not written(value):
        return None
    return value if isinstance(value, bool | int | float) else None


def _default_of(node: ast.expr) -> Constant:
    """A literal, or the literal default of a field."""
    if isinstance(node, ast.Call):
        given = [k.value for k in node.keywords if k.arg == "default"] or node.args[:1]
        node = given[0] if given else node
    return _literal(node) if isinstance(node, ast.Constant) else None


def _entries(node: ast.expr) -> dict[str, Constant]:
    """The literal keys of a dictionary expression, or of either side of a choice of them."""
    match node:
        case ast.Dict(keys=keys, values=values):
            return {
                k.value: _literal(v) if isinstance(v, ast.Constant) else None
                for k, v in zip(keys, values, strict=True)
                if isinstance(k, ast.Constant) and isinstance(k.value, str)
            }
        case ast.IfExp(body=first, orelse=second):
            return {**_entries(second), **_entries(first)}
        case ast.Call(func=ast.Name(id="dict"), keywords=keywords):
            return {k.arg: None for k in keywords if k.arg}
    return {}


def _written(node: ast.expr) -> str:
    """A chain of names as it stands in the code, or "" for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join([node.id, *reversed(parts)])


def _is_text(node: ast.expr) -> bool:
    """As a statement of its own a docstring, or a comment in quotes."""
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _is_main(test: ast.expr) -> bool:
    return isinstance(test, ast.Compare) and _mentions(test.left, "__name__")


def _mentions(node: ast.expr, name: str) -> bool:
    return (isinstance(node, ast.Name) and node.id == name) or (
        isinstance(node, ast.Attribute) and node.attr == name
    )


_BEFORE_PYTHON_3 = frozenset(
    {"cPickle", "ConfigParser", "StringIO", "cStringIO", "urllib2", "Queue"}
)
"""Modules that are tried first and have not been there since Python 3."""


def _imported(body: Sequence[ast.stmt]) -> list[str]:
    """The names under which statements import something, a whole module's names left out."""
    found = [a for n in body if isinstance(n, ast.Import | ast.ImportFrom) for a in n.names]
    return [a.asname or a.name for a in found if "." not in (a.asname or a.name)]


def _catches_import(handler: ast.ExceptHandler) -> bool:
    caught = handler.type
    names = caught.elts if isinstance(caught, ast.Tuple) else [caught] if caught else []
    return any(_mentions(n, e) for n in names for e in ("ImportError", "ModuleNotFoundError"))

"""Gathers functions named for a prediction or a measure whose answer is chance or a constant.

Only files in which such a function and such an answer both occur as words are parsed. A function
counts where nothing that it was given, and nothing that it calls, can change what it gives back.
"""

import ast
import re
from collections.abc import Iterator, Sequence

from audits.collectors.collecting import Collector
from audits.collectors.languages.walking import walk
from audits.collectors.parsing import shared_tree, text_of
from audits.facts.stand_ins import StandIn, StandIns
from audits.facts.tree import NOT_PRODUCT, File, Role, Tree

_NAMES = (
    r"predict|forecast|infer|classify|accuracy|precision|recall|f1|auc|rmse|score|confidence"
    r"|drift|psi|fairness|bias|disparity|evaluate"
)
_NAMED = re.compile(rf"(?:{_NAMES})\w{{0,60}}\s{{0,20}}[(=]".encode())
_CHANCE = re.compile(
    rb"\brandom\.(?:random|uniform|choice|randint|gauss|normal|rand|randn|normalvariate"
    rb"|betavariate|random_sample|integers)\("
)
_NUMBER = re.compile(rb"return\s+(?:float\()?0?\.\d")
_WANTED = re.compile(rf"(?:\A|_)(?:{_NAMES})(?:_|\Z|s\Z)")
_MEASURES = re.compile(
    r"(?:\A|_)(?:accuracy|precision|recall|f1|auc|rmse|drift|fairness|psi)(?:_|\Z)"
)
_HONEST = re.compile(
    r"dummy|random|baseline|mock|fake|stub|sample|simulat|synthetic|noise|base\Z|abstract|demo|test"
    r"|default|placeholder|example|weight|threshold|target|min_|max_|shuffle|explor|bandit|toy",
    re.IGNORECASE,
)
_MODULES = ("random", "np.random", "numpy.random", "secrets")
_DRAWS = frozenset({"random", "uniform", "choice", "randint", "gauss", "normal", "rand", "randn",
                    "normalvariate", "betavariate", "random_sample", "integers"})  # fmt: skip
_WRAPPERS = frozenset({"round", "float", "int", "min", "max", "abs"})


def wants(file: File) -> bool:
    """Python of the product."""
    return file.suffix == ".py" and not file.role & (NOT_PRODUCT | Role.EXAMPLE)


def read(path: str, content: bytes) -> tuple[StandIn, ...] | None:
    """The stand-ins of one file."""
    chance = b"random." in content and _CHANCE.search(content)
    number = b"return " in content and _NUMBER.search(content)
    if not (chance or number) or not _NAMED.search(content) or _HONEST.search(path):
        return None
    try:
        tree = shared_tree(text_of(content))
    except SyntaxError:
        return None
    found = {*_in_body(path, tree.body, ""), *_given(path, tree)}
    return tuple(sorted(found)) or None


def _given(path: str, tree: ast.Module) -> Iterator[StandIn]:
    """Variables named for a measure that are given a draw."""
    for node in walk(tree):
        if not isinstance(node, ast.Assign) or not _is_draw(node.value):
            continue
        for target in node.targets:
            name = target.id.lower() if isinstance(target, ast.Name) else ""
            if _MEASURES.search(name) and not _HONEST.search(name):
                yield StandIn(path, node.lineno, name, is_random=True, is_variable=True)


def _in_body(path: str, body: Sequence[ast.stmt], owner: str) -> Iterator[StandIn]:
    """Functions of a module and methods of its classes; honest names are passed over."""
    for node in body:
        if isinstance(node, ast.ClassDef) and not _HONEST.search(node.name):
            yield from _in_body(path, node.body, f"{node.name}.")
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            name = node.name.strip("_").lower()
            if not _WANTED.search(name) or _HONEST.search(name) or _is_part(node):
                continue
            if (answer := _answer(node)) is not None:
                line, is_random = answer
                if is_random or _MEASURES.search(name):
                    yield StandIn(path, line, f"{owner}{node.name}", is_random)


def _is_part(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a decorator makes it a setting or leaves it to others."""
    words = " ".join(ast.unparse(d) for d in node.decorator_list)
    return any(w in words for w in ("property", "abstract", "fixture", "overload", "task", "patch"))


def _answer(node: ast.FunctionDef | ast.AsyncFunctionDef) -> tuple[int, bool] | None:
    """The line of its only answer and whether that is drawn by chance; None where it computes."""
    given = [n for n in _own(node) if isinstance(n, ast.Return) and n.value is not None]
    if len(given) != 1 or given[0].value is None:
        return None
    value = _followed(given[0].value, node)
    if _is_draw(value):
        return given[0].lineno, True
    alone = all(isinstance(s, (ast.Expr, ast.Return)) and _says_only(s) for s in node.body)
    if alone and isinstance(value, ast.Constant) and isinstance(value.value, float):
        return (given[0].lineno, False) if 0 < value.value < 1 else None
    return None


def _own(node: ast.AST) -> Iterator[ast.AST]:
    """What stands in a function, not in functions inside it."""
    for child in ast.iter_child_nodes(node):
        yield child
        if not isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
            yield from _own(child)


def _says_only(statement: ast.stmt) -> bool:
    """A docstring, a print, a log line, or the answer itself: nothing that computes."""
    if isinstance(statement, ast.Return):
        return True
    value = statement.value if isinstance(statement, ast.Expr) else None
    if isinstance(value, ast.Constant):
        return True
    words = ast.unparse(value.func).lower() if isinstance(value, ast.Call) else ""
    return words == "print" or words.startswith(("log", "self.log"))


def _followed(value: ast.expr, node: ast.AST) -> ast.expr:
    """The expression behind a local name that is given a value once."""
    if not isinstance(value, ast.Name):
        return value
    given = [
        n for n in _own(node)
        if isinstance(n, (ast.Assign, ast.AugAssign, ast.AnnAssign))
        and value.id in {t.id for t in ast.walk(n) if isinstance(t, ast.Name)
                         and isinstance(t.ctx, ast.Store)}
    ]  # fmt: skip
    only = given[0] if len(given) == 1 else None
    return only.value if isinstance(only, ast.Assign) else value


def _is_draw(value: ast.expr) -> bool:
    """Whether all of an expression is a draw: constants and rounding around it change nothing."""
    if isinstance(value, (ast.BinOp, ast.Compare)):
        sides = [c for c in ast.iter_child_nodes(value) if isinstance(c, ast.expr)]
        return any(_is_draw(s) for s in sides) and all(
            _is_draw(s) or isinstance(s, ast.Constant) for s in sides
        )
    if not isinstance(value, ast.Call):
        return False
    called = ast.unparse(value.func)
    if called in _WRAPPERS:
        return any(_is_draw(a) for a in value.args) and all(
            _is_draw(a) or isinstance(a, ast.Constant) for a in value.args
        )
    module, _, name = called.rpartition(".")
    plain = all(isinstance(a, (ast.Constant, ast.UnaryOp)) for a in value.args)
    return name in _DRAWS and module in _MODULES and plain


def assemble(
    tree: Tree,  # noqa: ARG001 - all collectors get it
    parts: Sequence[tuple[str, tuple[StandIn, ...]]],
) -> StandIns:
    """All of them in order of path."""
    return StandIns(tuple(s for _, found in parts for s in found))


COLLECTOR = Collector(StandIns, 1, wants, read, assemble, endings=(".py",))

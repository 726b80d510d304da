"""Gathers from notebooks the names that cells need and make, and personal data in outputs.

Names are read from the syntax tree of each cell. Where something may make names that the tree does
not show (a star import, `%run`, `exec`), the notebook is not followed at all. Of personal data only
the kind and the number are kept.
"""

import ast
import builtins
import json
import re
from collections.abc import Iterator, Sequence

from audits.collectors.collecting import Collector, Unreadable
from audits.collectors.languages.jupyter import Cell, open_notebook
from audits.collectors.notebooks import LIMIT, wants
from audits.collectors.parsing import json_of, python_of, text_of
from audits.facts.notebook_state import CellNames, NotebookState, NotebookStates, Shown
from audits.facts.tools.personal_data import FORMS, PersonalForm
from audits.facts.tree import Tree

MOST_OUTPUT = 1024 * 1024
"""Characters of outputs that are looked at in one notebook."""

_AROUND = 200
_GIVEN = frozenset(dir(builtins)) | frozenset({
    "display", "get_ipython", "In", "Out", "_", "__", "___", "exit", "quit", "_i", "_ih", "_oh",
    "_dh", "spark", "sc", "sqlContext", "dbutils", "displayHTML", "__name__", "__file__", "__doc__",
    "sql", "table", "__annotations__",
})  # fmt: skip
_HARMLESS = re.compile(
    r"\A%{1,2}(?:matplotlib|autoreload|load_ext|reload_ext|config|env|set_env|cd|pip|conda|mkdir|ls"
    r"|pwd|time|timeit|precision|tensorboard|javascript|html|bash|sh|latex|markdown|writefile|svg"
    r"|js|HTML|memit|mprun|lprun|prun|pdb|debug|whos|who|xmode|colors|watermark|history)\b"
)
_BODY_IS_PYTHON = re.compile(r"\A%%(?:time|timeit|memit|prun)\b")
_SHELL_RESULT = re.compile(r"\A\s*([A-Za-z_]\w*)\s*=\s*[!%]")
_MAKERS = frozenset({"exec", "globals", "locals", "setattr", "vars", "eval"})
UNSEEN = "something in it makes names that cannot be followed"
NOT_PYTHON = "its language is not Python"


class _Opaque(Exception):
    """Names come from where the tree does not show them."""


def read(path: str, content: bytes) -> NotebookState | None:
    """The state of one notebook. Raises Unreadable."""
    opened = open_notebook(content)
    text = text_of(content)
    document = json_of(text)
    shown = tuple(_shown(document, text))
    if opened.language != "python":
        return NotebookState(path, (), NOT_PYTHON, shown)
    failed = _failed(document)
    try:
        cells = tuple(
            _names(cell, ran=cell.count is not None and number not in failed)
            for number, cell in enumerate(opened.cells)
        )
    except (_Opaque, SyntaxError, Unreadable, ValueError):
        return NotebookState(path, (), UNSEEN, shown)
    return NotebookState(path, cells, "", shown)


def _code_cells(document: object) -> Iterator[dict[str, object]]:
    cells = document.get("cells") if isinstance(document, dict) else None
    for cell in cells if isinstance(cells, list) else ():
        if isinstance(cell, dict) and cell.get("cell_type") == "code":
            yield cell


def _outputs(cell: dict[str, object]) -> Iterator[dict[str, object]]:
    outputs = cell.get("outputs")
    for output in outputs if isinstance(outputs, list) else ():
        if isinstance(output, dict):
            yield output


def _failed(document: object) -> frozenset[int]:
    """The places of cells that ended with an error."""
    return frozenset(
        number
        for number, cell in enumerate(_code_cells(document))
        if any(o.get("output_type") == "error" for o in _outputs(cell))
    )


# Names


def _names(cell: Cell, *, ran: bool) -> CellNames:
    lines, magic_names = _without_magics(cell.source)
    tree = python_of("\n".join(lines))
    names = _Names()
    names.visit(tree)
    made = names.made | magic_names
    first: dict[str, int] = {}
    for name, row in names.read:
        if name not in made and name not in _GIVEN:
            at = cell.lines[row - 1] if row <= len(cell.lines) else cell.count_line
            first.setdefault(name, at)
    return CellNames(cell.count_line, tuple(first.items()), tuple(sorted(made)), ran)


def _without_magics(source: str) -> tuple[list[str], set[str]]:
    """The cell as plain Python, line by line, and the names that a shell's answer went to."""
    lines = source.split("\n")
    start = next((n for n, row in enumerate(lines) if row.strip()), 0)
    head = lines[start].strip() if lines else ""
    if head.startswith("%%"):
        if not _HARMLESS.match(head):
            raise _Opaque
        if not _BODY_IS_PYTHON.match(head):
            return [""], set()
        lines[start] = ""
    made = {told[1] for row in lines if (told := _SHELL_RESULT.match(row))}
    return [_plain(row) for row in lines], made


def _plain(row: str) -> str:
    """A line as plain Python knows it. Raises _Opaque for a magic that may do anything."""
    text = row.strip()
    if text.startswith("%") and not _HARMLESS.match(text):
        raise _Opaque
    if text.startswith(("%", "!")):
        return row[: len(row) - len(row.lstrip())] + "pass"
    asks = text.startswith("?") or text.endswith("?")
    return "" if asks or _SHELL_RESULT.match(row) else row


class _Names(ast.NodeVisitor):
    """Names read at once and names made, a cell taken as one; functions read when called."""

    def __init__(self) -> None:
        self.read: list[tuple[str, int]] = []
        self.made: set[str] = set()
        self._deep = 0

    def visit_Name(self, node: ast.Name) -> None:
        """A name, read or made."""
        if self._deep:
            return
        if isinstance(node.ctx, ast.Load):
            self.read.append((node.id, node.lineno))
        else:
            self.made.add(node.id)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        """Its decorators and defaults are read at once, its body when it is called."""
        if not self._deep:
            self.made.add(node.name)
        for part in (*node.decorator_list, *node.args.defaults, *node.args.kw_defaults):
            if part is not None:
                self.visit(part)
        self._inside(node.body)

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815 - the name that ast.NodeVisitor looks for

    def visit_Lambda(self, node: ast.Lambda) -> None:
        """As a function."""
        self._inside([node.body])

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        """Its bases are read at once; names of its body are its own."""
        if not self._deep:
            self.made.add(node.name)
        for part in (*node.decorator_list, *node.bases):
            self.visit(part)
        self._inside(node.body)

    def visit_Global(self, node: ast.Global) -> None:
        """A function that makes names of the whole session."""
        self.made.update(node.names)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        """The name of an error."""
        if node.name:
            self.made.add(node.name)
        self.generic_visit(node)

    def visit_Import(self, node: ast.Import | ast.ImportFrom) -> None:
        """What an import makes. Everything of a module cannot be followed."""
        for alias in node.names:
            if alias.name == "*":
                raise _Opaque
            self.made.add(alias.asname or alias.name.partition(".")[0])

    visit_ImportFrom = visit_Import  # noqa: N815 - the name that ast.NodeVisitor looks for

    def visit_MatchAs(self, node: ast.MatchAs) -> None:
        """A name that a pattern makes."""
        if node.name:
            self.made.add(node.name)
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        """Calls by which names can come from anywhere."""
        called = node.func
        if isinstance(called, ast.Name) and called.id in _MAKERS:
            raise _Opaque
        if isinstance(called, ast.Attribute) and called.attr in ("run_line_magic", "magic"):
            raise _Opaque
        self.generic_visit(node)

    def _inside(self, nodes: Sequence[ast.AST]) -> None:
        self._deep += 1
        for node in nodes:
            self.visit(node)
        self._deep -= 1


# Personal data


def _shown(document: object, text: str) -> Iterator[Shown]:
    outputs = "\n".join(_texts(document))[:MOST_OUTPUT]
    for form in FORMS:
        valid, first = _counted(form, outputs)
        if valid >= form.least:
            plain = json.dumps(first, ensure_ascii=False)[1:-1]
            at = max(0, text.find(plain))
            yield Shown(form.kind, valid, text.count("\n", 0, at) + 1)


def _counted(form: PersonalForm, outputs: str) -> tuple[int, str]:
    """How many different values are valid, none where too few of what looks alike is."""
    near = _near(outputs, form.mark) if form.mark else outputs
    values = dict.fromkeys(form.pattern.findall(near))
    valid = [v for v in values if form.valid(v)]
    if not valid or len(valid) < form.share * len(values):
        return 0, ""
    return len(valid), valid[0]


def _near(text: str, mark: str) -> str:
    """What stands around each mark: a long text without one costs nothing."""
    pieces: list[str] = []
    at = text.find(mark)
    while at >= 0:
        pieces.append(text[max(0, at - _AROUND) : at + _AROUND])
        at = text.find(mark, at + _AROUND // 2)
    return "\n".join(pieces)


def _texts(document: object) -> Iterator[str]:
    """What streams and results print as text."""
    for cell in _code_cells(document):
        for output in _outputs(cell):
            yield _joined(output.get("text"))
            data = output.get("data")
            if isinstance(data, dict):
                yield _joined(data.get("text/plain"))
                yield _joined(data.get("text/html"))


def _joined(value: object) -> str:
    if isinstance(value, list):
        return "".join(v for v in value if isinstance(v, str))
    return value if isinstance(value, str) else ""


def assemble(
    tree: Tree,  # noqa: ARG001 - all collectors get it
    parts: Sequence[tuple[str, NotebookState]],
) -> NotebookStates:
    """All notebooks in order of path."""
    return NotebookStates(tuple(state for _, state in parts))


COLLECTOR = Collector(NotebookStates, 1, wants, read, assemble, LIMIT, endings=(".ipynb",))

"""Gathers places where a comparison of a model's metric stops, withholds, flags or retrains.

Python is read by its syntax; shell by its tests on values whose names are metrics.
"""

import ast
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import pairwise

from msgspec.structs import replace

from audits.collectors.collecting import Collector, Derivation
from audits.collectors.comparisons import (
    CAMEL,
    NOTHING,
    Held,
    compared,
    key_of,
    metric_in,
    name_of,
    words_of,
)
from audits.collectors.languages.walking import right_below, walk
from audits.collectors.parsing import shared_tree, text_of
from audits.facts.gates import CodeGates, Gate, Gates
from audits.facts.tools.gate_words import (
    BEST,
    DECISIONS,
    KEEPING,
    METRICS,
    PASSING,
    RELEASING,
    RETRAINING,
    STOPPING,
    WITHHELD,
)
from audits.facts.tools.operations_rollouts import RIVALS
from audits.facts.tree import FOREIGN, File, Tree
from audits.facts.workflows import Step, Workflows

LIMIT = 512 * 1024
_TRAINING_VERBS = (["run", "training"], ["trigger", "training"], ["start", "training"],
                   ["run", "train"], ["trigger", "retraining"], ["launch", "training"])  # fmt: skip
_LOADS = ("joblib.load", "pickle.load", "load_model", "torch.load", "from_pretrained", "read_csv",
          "read_parquet", "load_dataset")  # fmt: skip
_MEASURES = ("sklearn.metrics", "torchmetrics", "evaluate", "_score(", "mean_squared_error")
_SHELL = re.compile(
    r"(?:\[\[?|\(\(|\bbc\b)[^\n]{0,120}?\$\{?([A-Za-z_]{2,40})\}?[^\n]{0,80}(?:<|>|-lt|-gt|-le|-ge)"
)


def wants(file: File) -> bool:
    """Python and shell that is not vendored."""
    return file.suffix in (".py", ".sh") and not file.role & FOREIGN


def read(path: str, content: bytes) -> tuple[Gate, ...] | None:
    """The gates of one file."""
    if path.endswith(".sh"):
        rows = content.decode("utf-8", "replace").split("\n")
        return tuple(_in_shell(path, list(zip(rows, range(1, len(rows) + 1), strict=True)))) or None
    text = content.decode("utf-8", "replace")
    if not _may_compare(text):
        return None
    whole = text_of(content)
    try:
        tree = shared_tree(whole)
    except SyntaxError:
        return None  # the collector of code reports it, once
    loads = any(w in text for w in _LOADS)
    measures = any(w in text for w in _MEASURES)
    found = _Finder(path, _Signs(whole), loads=loads, measures=measures).gates(tree)
    return tuple(found) or None


_ORDER = re.compile(r"[<>](?<![-<>=].)(?![<>])")
_METRIC = re.compile(rf"(?<![a-z0-9])(?:{'|'.join(sorted(METRICS | RIVALS))})(?![a-z0-9])")
_MOST_SIGNS = 5_000
"""Signs after which the parser is the quicker way to find out."""

_NEAR = 200
"""Characters between the sign of a comparison and the metric that it compares, at most."""


def _may_compare(text: str) -> bool:
    """Whether a metric stands near a sign of order, so that it is worth parsing the file."""
    for count, at in enumerate(_signs_of_order(text)):
        if count >= _MOST_SIGNS:
            return True
        before = text[max(0, at - _NEAR) : at].rsplit("\n", 2)[-2:]
        after = text[at : at + _NEAR].split("\n", 2)[:2]
        around = CAMEL.sub(r"\1_\2", " ".join((*before, *after))).lower()
        if _METRIC.search(around):
            return True
    return False


def _signs_of_order(text: str) -> Iterator[int]:
    """Where they stand; to look for one character is ten times as fast as for a pattern."""
    for sign in "<>":
        at = text.find(sign)
        while at >= 0:
            if _ORDER.match(text, at):
                yield at
            at = text.find(sign, at + 1)


class _Signs:
    """The lines of Python where a sign of order may stand; nothing is compared on any other."""

    def __init__(self, text: str) -> None:
        rows = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        self._lines = [number for number, row in enumerate(rows, 1) if "<" in row or ">" in row]

    def in_(self, node: ast.expr | ast.stmt) -> bool:
        """Whether there is one in an expression or a statement."""
        at = bisect_left(self._lines, node.lineno)
        return at < len(self._lines) and self._lines[at] <= (node.end_lineno or node.lineno)


class _Finder:
    """Finds gates scope by scope, through variables that hold the outcome of a comparison."""

    def __init__(self, path: str, signs: _Signs, *, loads: bool, measures: bool) -> None:
        self.path, self.signs, self.loads, self.measures = path, signs, loads, measures

    def gates(self, tree: ast.Module) -> list[Gate]:
        found: list[Gate] = []
        waiting: list[tuple[ast.AST, str]] = [(tree, "")]
        while waiting:
            owner, scope = waiting.pop()
            nodes, inner = _own(owner)
            outcomes = self._outcomes(nodes)
            for node in nodes:
                found += self._gates_at(node, scope, outcomes)
            waiting += [(i, f"{scope}.{i.name}".lstrip(".")) for i in inner if self.signs.in_(i)]
        return sorted(found, key=lambda g: g.line)

    def _gates_at(self, node: ast.AST, scope: str, outcomes: dict[str, Held]) -> Iterator[Gate]:
        if isinstance(node, ast.Assert):
            held = self._decided(node.test, outcomes)
            if held.metric:
                yield self._gate(node, "fails", held, scope, node.lineno)
        elif isinstance(node, ast.If):
            held = self._decided(node.test, outcomes)
            effect = _effect(node, held) if held.metric else None
            if effect:
                yield self._gate(node, effect[0], held, scope, effect[1])
        elif isinstance(node, ast.Assign) and len(node.targets) == 1 and self.signs.in_(node.value):
            named = words_of(key_of(node.targets[0]))
            held = compared(node.value) if named & (DECISIONS | BEST) else NOTHING
            if held.metric and (named & DECISIONS or held.in_use):
                yield self._gate(node, "flags", held, scope, node.lineno)
        elif isinstance(node, ast.Return) and node.value.__class__ in _OUTCOMES:
            yield from self._answered(node, scope, outcomes)

    def _answered(self, node: ast.Return, scope: str, outcomes: dict[str, Held]) -> Iterator[Gate]:
        """What a function gives back whose name says that it decides on a release."""
        asked = words_of(scope.rsplit(".", 1)[-1])
        if node.value is None or not asked & RELEASING or any("train" in w for w in asked):
            return
        held = self._decided(node.value, outcomes)
        if held.metric:
            yield self._gate(node, "withholds", held, scope, node.lineno)

    def _outcomes(self, nodes: list[ast.AST]) -> dict[str, Held]:
        """Variables that hold what a comparison of a metric gave, with what was compared."""
        found: dict[str, Held] = {}
        for node in nodes:
            if isinstance(node, ast.Assign) and len(node.targets) == 1:
                outcome = node.value.__class__ in _OUTCOMES
                if outcome and (held := self._decided(node.value, found)).metric:
                    found[key_of(node.targets[0])] = held
            elif isinstance(node, ast.If):
                held = self._decided(node.test, found)
                for inner in node.body if held.metric else ():
                    if isinstance(inner, ast.Assign) and isinstance(inner.value, ast.Constant):
                        found[key_of(inner.targets[0])] = held
        found.pop("", None)
        return found

    def _decided(self, test: ast.expr, outcomes: dict[str, Held]) -> Held:
        """The metric on which a condition hangs, directly or through a variable."""
        held = compared(test) if self.signs.in_(test) else NOTHING
        if held.metric or not outcomes:
            return held
        for node in walk(test):
            named = isinstance(node, ast.Name | ast.Attribute | ast.Subscript)
            if named and key_of(node) in outcomes:
                return outcomes[key_of(node)]
        return NOTHING

    def _gate(self, node: ast.stmt, effect: str, held: Held, scope: str, line: int) -> Gate:
        return Gate(
            self.path,
            node.lineno,
            effect,
            held.metric,
            scope,
            line,
            self.loads,
            self.measures,
            " ".join(held.names)[:200],
        )


_Scope = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def _own(owner: ast.AST) -> tuple[list[ast.AST], list[_Scope]]:
    """The statements of a scope in order of the text, and the scopes that open inside it."""
    found: list[ast.AST] = []
    inner: list[_Scope] = []
    waiting = list(reversed(right_below(owner)))
    while waiting:
        node = waiting.pop()
        if isinstance(node, _Scope):
            inner.append(node)
            continue
        found.append(node)
        waiting += reversed(right_below(node))
    return found, inner


_OUTCOMES = frozenset({ast.Compare, ast.BoolOp, ast.UnaryOp, ast.Name, ast.Call})
"""Expressions that can be the outcome of a comparison."""


def _effect(node: ast.If, held: Held) -> tuple[str, int] | None:
    withheld = WITHHELD | KEEPING if held.in_use else WITHHELD
    for kind, chosen in (("fails", STOPPING), ("withholds", withheld), ("retrains", RETRAINING)):
        for statement in _reached(node):
            line = _does(statement, kind, chosen)
            if line:
                return kind, line
    for statement in _reached(node):
        for inner in walk(statement):
            if isinstance(inner, ast.Assign) and words_of(name_of(inner.targets[0])) & DECISIONS:
                return "flags", inner.lineno
    return None


def _reached(node: ast.If) -> list[ast.stmt]:
    """Both branches, without what belongs to a further condition."""
    alternative = node.orelse
    if len(alternative) == 1 and isinstance(alternative[0], ast.If):
        alternative = []
    return [*node.body, *alternative]


def _does(statement: ast.stmt, kind: str, chosen: frozenset[str]) -> int:
    for inner in walk(statement):
        if kind == "fails" and isinstance(inner, ast.Raise) and not _is_argument_error(inner):
            return inner.lineno
        if kind == "fails" and isinstance(inner, ast.Return) and _is_failure(inner):
            return inner.lineno
        if isinstance(inner, ast.Call):
            name = name_of(inner.func)
            wanted = name in chosen or (kind == "retrains" and _starts_training(name))
            if wanted and not (name in PASSING and _exits_well(inner)):
                return inner.lineno
    return 0


def _starts_training(name: str) -> bool:
    """A function whose verb is to train; an object's own `fit` is part of an algorithm."""
    verbs = name.lower().split("_")
    trains = verbs[0] in ("retrain", "train") and len(verbs) > 1
    return trains or verbs[:2] in _TRAINING_VERBS


def _is_argument_error(node: ast.Raise) -> bool:
    """A check of a parameter's range, not of a result."""
    made = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    return made is not None and name_of(made) in ("TypeError", "KeyError", "NotImplementedError",
                                                "StopIteration", "TrialPruned")  # fmt: skip


def _is_failure(node: ast.Return) -> bool:
    """`return 1` of a main function that gives its exit status."""
    return (
        isinstance(node.value, ast.Constant)
        and node.value.value in (1, 2)
        and (not isinstance(node.value.value, bool))
    )


def _exits_well(call: ast.Call) -> bool:
    if not call.args:
        return name_of(call.func) != "cancel"
    first = call.args[0]
    return isinstance(first, ast.Constant) and first.value in (0, None)


def _in_shell(path: str, rows: Sequence[tuple[str, int]]) -> Iterator[Gate]:
    for at, (row, number) in enumerate(rows):
        found = None if row.lstrip().startswith("#") else _SHELL.search(row[:400])
        if found and metric_in(found[1]):
            after = "\n".join(text for text, _ in rows[at : at + 8])
            if "exit 1" in after or "false" in after.split():
                yield Gate(path, number, "fails", found[1], effect_line=number)


def assemble(tree: Tree, parts: Sequence[tuple[str, tuple[Gate, ...]]]) -> CodeGates:  # noqa: ARG001 - the shape of every collector
    """All gates in order of path."""
    return CodeGates(tuple(g for _, gates in parts for g in gates))


def with_inline(code: CodeGates, workflows: Workflows) -> Gates:
    """Adds what is written inside the steps of live workflows."""
    inline: list[Gate] = []
    for workflow in workflows.live:
        for _, step in workflow.steps():
            inline += _in_shell(step.path, step.script)
            inline += _in_programs(step)
    return Gates((*code.items, *dict.fromkeys(inline)))


def _in_programs(step: Step) -> Iterator[Gate]:
    """Python that a step carries in itself, in a here-document or after `-c`."""
    for command in step.commands:
        if command.program != "python":
            continue
        text = command.inline or next((b for a, b in pairwise(command.words) if a == "-c"), "")
        for gate in read(f"{step.path}.py", text.encode()) or () if text else ():
            line = command.line + (gate.line if command.inline else 0)
            yield replace(gate, path=step.path, line=line, effect_line=line)


COLLECTOR = Collector(CodeGates, 5, wants, read, assemble, LIMIT, endings=(".py", ".sh"))
DERIVATION = Derivation(Gates, (CodeGates, Workflows), with_inline)

"""Functions that nothing in the repository comes to: what stands in them is not in use.

A function may be handed on by its name, found by a framework or started from outside, so it is
called idle only where none of this can be.
"""

from audits.facts.code import Code, SourceFile
from audits.facts.names import last_part

_HANDED_ON = frozenset(
    {"python_callable", "target", "func", "function", "callback", "fn", "callable", "op", "step"}
)
"""Keywords that take a function."""
_TAKE_FUNCTIONS = frozenset(
    {"map", "starmap", "submit", "partial", "node", "apply", "run_in_executor", "Thread"}
    | {"Process", "add_job", "from_function", "add_command", "do", "register", "PythonOperator"}
)
"""Methods that take a function as an argument."""
_STARTED = ("main", "run", "handler", "lambda_handler", "init", "test", "entrypoint")


def is_idle(code: Code, path: str, scope: str) -> bool:
    """Whether the product calls, imports or hands on a function of a module nowhere."""
    file = code.get(path)
    if file is None or file.language != "python" or not scope or "." in scope:
        return False
    found = [d for d in file.definitions if d.name == scope and d.kind == "function"]
    if not found or any(d.decorators for d in found) or scope.startswith(_STARTED):
        return False
    if not _HANDED_ON.isdisjoint(file.keywords) or file.calls_any(_TAKE_FUNCTIONS):
        return False
    own = f"{path}:{scope}"
    others = {d.name for d in file.definitions} - {scope}
    return not any(_knows(each, own, scope, path, others) for each in code.product())


def _knows(file: SourceFile, own: str, scope: str, path: str, others: set[str]) -> bool:
    """Whether a file calls or names the function, or brings in all of its module."""
    named = file.path != path and any(text == scope for text, _ in file.strings)
    if own in file.names or named:
        return True
    brought = [i.module for i in file.imports if i.target == path]
    if not brought:
        return False
    return scope in file.methods or any(last_part(m) not in others for m in brought)

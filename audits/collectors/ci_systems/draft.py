"""What a reader of one CI file hands over before files that refer to each other are joined."""

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct

from audits.collectors.yaml_nodes import Node
from audits.facts.shell import joined_path
from audits.facts.workflows import Step, Workflow


class Kind(StrEnum):
    """A WORKFLOW runs by itself, an ACTION is called by steps, a FRAGMENT is included.

    An IMAGE is described rather than run; a step that starts one says which.
    """

    WORKFLOW = "workflow"
    ACTION = "action"
    FRAGMENT = "fragment"
    IMAGE = "image"


class Draft(Struct, frozen=True):
    """A workflow with references to other files still unresolved (`./path` in `uses`, `calls`)."""

    workflow: Workflow
    kind: Kind = Kind.WORKFLOW
    includes: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()


def is_true(node: Node) -> bool:
    """Whether a value says plainly yes."""
    return node.text.strip().lower() in ("true", "yes", "on")


def is_never(node: Node) -> bool:
    """Whether a condition can never hold."""
    text = node.text.replace("${{", "").replace("}}", "").strip().lower()
    return text in ("false", "0", "never", "never()")


def script_of(*nodes: Node) -> tuple[tuple[str, int], ...]:
    """The lines of scripts given as text or as lists of text."""
    found: list[tuple[str, int]] = []
    for node in nodes:
        for item in node.listed():
            found += script_of(*item.items) if item.kind == "list" else item.lines()
    return tuple(found)


def pairs_of(node: Node) -> tuple[tuple[str, str], ...]:
    """The scalar entries of a map."""
    return tuple(
        (k.text, v.text if v.kind == "scalar" else " ".join(v.words())) for k, v in node.entries
    )


def settings_of(nodes: Iterable[Node]) -> tuple[tuple[str, str, int], ...]:
    """Variables with their values and lines, from maps or from lists of name and value."""
    found: list[tuple[str, str, int]] = []
    for node in nodes:
        found += [(k.text, v.text, k.line) for k, v in node.entries if v.kind == "scalar"]
        for item in node.items:
            if item.get("name") and item.get("value").kind == "scalar":
                found.append((item.get("name").text, item.get("value").text, item.line))
    return tuple(found)


def script_step(path: str, node: Node, *scripts: Node, forgiven: bool = False) -> Step:
    """A step made of script lines alone."""
    lines = script_of(*scripts)
    line = lines[0][1] if lines else node.line
    return Step(path, line, script=lines, forgiven=forgiven)


def local(path: str, base: str = "") -> str:
    """A repository path as CI files write it, resolved."""
    return joined_path("" if path.startswith("/") else base, path.lstrip("/"))

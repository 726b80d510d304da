"""Images that are described by Blubber's YAML: variants with a base, copies and an entry."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from audits.collectors.yaml_nodes import Node

_DEEPEST = 8


class Variant(Struct, frozen=True):
    """One image: the words it starts, each local file under its path in the repository."""

    name: str
    line: int
    base: str = ""
    entry: tuple[str, ...] = ()
    entry_line: int = 0
    copies: tuple[tuple[str, str, int], ...] = ()


def is_blubber(root: Node) -> bool:
    """Whether a document describes images so."""
    version = root.get("version").text
    return root.get("variants").kind == "map" and version[:1] == "v" and version[1:].isdigit()


def variants(root: Node) -> Iterator[Variant]:
    """The images of a document, with what they include of each other."""
    every = {k.text: v for k, v in root.get("variants").entries if v.kind == "map"}
    for key, node in root.get("variants").entries:
        if node.kind != "map":
            continue
        chain = list(_included(node, every))
        entry = next((n.get("entrypoint") for n in chain if n.get("entrypoint")), Node())
        copies = tuple(c for n in (*chain, root) for c in _copies(n))
        yield Variant(
            key.text,
            key.line,
            base=next((n.get("base").text for n in (*chain, root) if n.get("base")), ""),
            entry=tuple(_located(w, copies) for w in entry.words()),
            entry_line=entry.line,
            copies=copies,
        )


def _included(node: Node, every: Mapping[str, Node], depth: int = 0) -> Iterator[Node]:
    yield node
    for name in node.get("includes").words()[:_DEEPEST] if depth < _DEEPEST else ():
        if name in every:
            yield from _included(every[name], every, depth + 1)
            return


def _copies(node: Node) -> Iterator[tuple[str, str, int]]:
    """Local files with the places they are copied to."""
    for item in node.get("copies").items:
        source, target = item.get("source").text, item.get("destination").text
        if item.get("from").text == "local" and source:
            yield source, target or source, item.line


def _located(word: str, copies: tuple[tuple[str, str, int], ...]) -> str:
    """A path inside the image as the path in the repository that it was copied from."""
    path = word.removeprefix("./")
    for source, target, _ in copies:
        place = target.removeprefix("./").rstrip("/")
        inside = f"{place}/" if place not in ("", ".") else ""
        if path in (place, inside + source.rsplit("/", 1)[-1]):
            return source.removeprefix("./")
        if inside and path.startswith(inside):
            return f"{source.removeprefix('./').rstrip('/')}/{path[len(inside) :]}"
    return word

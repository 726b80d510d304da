"""YAML as nodes that know their line, read from the event stream of the parser.

Nothing is constructed: a tag cannot call anything, and no recursion follows the input's depth. An
alias points to the node it names; a document that would unfold beyond the limits, as alias bombs
do, is refused.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache

import yaml
from msgspec import Struct, field

from audits.collectors.collecting import Unreadable

MAX_DEPTH = 60
MAX_EVENTS = 300_000
MAX_UNFOLDED = 600_000
"""Nodes of a document with every alias written out."""

SEARCHED = 32
"""Entries of a map that are searched in turn; a larger one has an index."""

_Loader: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Node(Struct, frozen=True, eq=False):
    """A scalar, list or map with the line it starts on; false where nothing is there."""

    kind: str = ""
    line: int = 1
    text: str = ""
    style: str = ""
    tag: str = ""
    items: tuple["Node", ...] = ()
    entries: tuple[tuple["Node", "Node"], ...] = ()
    size: int = 1
    index: Mapping[str, "Node"] | None = None
    """The values by key, of maps so large that a search for each key would take all day."""

    def __bool__(self) -> bool:
        return bool(self.kind)

    def get(self, *keys: str) -> "Node":
        """The value under a path of keys, or an empty node."""
        node = self
        for key in keys:
            if node.index is not None:
                node = node.index.get(key, NOTHING)
            else:
                node = next((v for k, v in node.entries if k.text == key), NOTHING)
        return node

    def first(self, *keys: str) -> "Node":
        """The value of the first of these keys that is there."""
        return next((v for v in (self.get(k) for k in keys) if v), NOTHING)

    def keys(self) -> tuple[str, ...]:
        """The keys of a map."""
        return tuple(k.text for k, _ in self.entries)

    def line_of(self, key: str) -> int:
        """The line on which a key stands, or the node's own line."""
        return next((k.line for k, _ in self.entries if k.text == key), self.line)

    def listed(self) -> tuple["Node", ...]:
        """The items of a list; a lone value is a list of one."""
        if self.kind == "list":
            return self.items
        return (self,) if self else ()

    def words(self) -> tuple[str, ...]:
        """The scalars of a list or a lone scalar."""
        return tuple(n.text for n in self.listed() if n.kind == "scalar")

    def lines(self) -> tuple[tuple[str, int], ...]:
        """A scalar's text by lines; those of a block start on the line after its indicator."""
        if self.kind != "scalar":
            return ()
        first = self.line + 1 if self.style in ("|", ">") else self.line
        step = 1 if self.style == "|" else 0
        return tuple(
            (t, first + n * step) for n, t in enumerate(self.text.split("\n")) if t.strip()
        )

    def walk(self) -> Iterator["Node"]:
        """This node and all below it, in order of the document."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.items))
            for key, value in reversed(node.entries):
                waiting.extend((value, key))

    def maps(self) -> Iterator["Node"]:
        """Every map in it."""
        return (n for n in self.walk() if n.kind == "map")


NOTHING = Node()


class _Open(Struct):
    kind: str
    line: int
    tag: str
    anchor: str | None
    children: list[Node] = field(default_factory=list)


@lru_cache(maxsize=4)
def documents(content: bytes) -> tuple[Node, ...]:
    """The documents of a YAML stream. Raises Unreadable. Cached, as several collectors ask."""
    try:
        return tuple(_Reader().read(content))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f" on line {mark.line + 1}" if mark else ""
        raise Unreadable(f"not valid YAML{place}") from error
    except (UnicodeDecodeError, ValueError) as error:
        raise Unreadable("not valid YAML: its text cannot be decoded") from error


def document(content: bytes) -> Node:
    """The first document of a stream, an empty node where there is none. Raises Unreadable."""
    found = documents(content)
    return found[0] if found else NOTHING


class _Reader:
    def __init__(self) -> None:
        self.stack: list[_Open] = []
        self.anchors: dict[str, Node] = {}
        self.done: list[Node] = []

    def read(self, content: bytes) -> list[Node]:
        for count, event in enumerate(yaml.parse(content, Loader=_Loader)):
            if count > MAX_EVENTS:
                raise Unreadable("YAML with too many values to examine")
            if isinstance(event, yaml.DocumentStartEvent):
                self.anchors = {}
            elif isinstance(event, yaml.AliasEvent):
                self._add(self._alias(str(event.anchor)))
            elif isinstance(event, yaml.ScalarEvent):
                self._scalar(event)
            elif isinstance(event, yaml.CollectionStartEvent):
                self._open(event)
            elif isinstance(event, yaml.CollectionEndEvent):
                self._close()
        return self.done

    def _alias(self, anchor: str) -> Node:
        if anchor not in self.anchors:
            raise Unreadable("YAML with an alias that refers to itself or to nothing")
        return self.anchors[anchor]

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        line = _line(event)
        node = Node("scalar", line, event.value, event.style or "", event.tag or "")
        self._name(event.anchor, node)
        self._add(node)

    def _open(self, event: yaml.CollectionStartEvent) -> None:
        if len(self.stack) >= MAX_DEPTH:
            raise Unreadable("YAML nested too deeply to examine")
        kind = "map" if isinstance(event, yaml.MappingStartEvent) else "list"
        line = _line(event)
        self.stack.append(_Open(kind, line, event.tag or "", event.anchor))

    def _close(self) -> None:
        top = self.stack.pop()
        size = 1 + sum(child.size for child in top.children)
        if size > MAX_UNFOLDED:
            raise Unreadable("YAML whose aliases unfold to too many values")
        if top.kind == "list":
            node = Node("list", top.line, tag=top.tag, items=tuple(top.children), size=size)
        else:
            pairs = tuple(zip(top.children[::2], top.children[1::2], strict=False))
            entries = _merged(pairs)
            size = 1 + sum(k.size + v.size for k, v in entries)
            node = Node(
                "map", top.line, tag=top.tag, entries=entries, size=size, index=_index(entries)
            )
        self._name(top.anchor, node)
        self._add(node)

    def _name(self, anchor: str | None, node: Node) -> None:
        if anchor:
            self.anchors[anchor] = node

    def _add(self, node: Node) -> None:
        (self.stack[-1].children if self.stack else self.done).append(node)


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _index(entries: tuple[tuple[Node, Node], ...]) -> Mapping[str, Node] | None:
    """Of equal keys the first counts, as it does in a search."""
    if len(entries) <= SEARCHED:
        return None
    return {key.text: value for key, value in reversed(entries)}


def _merged(pairs: tuple[tuple[Node, Node], ...]) -> tuple[tuple[Node, Node], ...]:
    """The pairs with `<<` written out; a map's own keys win over merged ones."""
    if not any(k.text == "<<" for k, _ in pairs):
        return pairs
    own = {k.text for k, _ in pairs}
    merged = [pair for pair in pairs if pair[0].text != "<<"]
    for key, value in pairs:
        if key.text == "<<":
            sources = [value] if value.kind == "map" else value.items
            merged += [p for s in sources for p in s.entries if p[0].text not in own]
    if len(merged) > MAX_EVENTS:
        raise Unreadable("YAML whose aliases unfold to too many values")
    return tuple(merged)

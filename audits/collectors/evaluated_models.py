"""Gathers what promptfoo is configured to ask: models, or the product's own service."""

from collections.abc import Iterator, Sequence

from audits.collectors.collecting import Collector, Derivation
from audits.collectors.yaml_nodes import Node, document
from audits.facts.code import Code
from audits.facts.evaluated_models import Configured, EvaluatedModels, UnderTest, evaluated_models
from audits.facts.learning import Learning
from audits.facts.tree import NOT_PRODUCT, File, Role, Tree

LIMIT = 512 * 1024
_OWN = ("http:", "https:", "file:", "exec:", "python:", "ws:", "webhook:", "package:", "browser")
"""Providers of promptfoo that come to a program or an address: to the product's own answers."""

_NO_MODELS = ("echo", "promptfoo:")


def wants(file: File) -> bool:
    """Configurations of promptfoo, those among tests too."""
    named = "promptfoo" in file.name.lower() and file.suffix in (".yaml", ".yml", ".json")
    return named and not file.role & NOT_PRODUCT & ~Role.TEST


def read(path: str, content: bytes) -> tuple[UnderTest, ...] | None:
    """What one configuration asks for answers. Raises Unreadable."""
    root = document(content)
    if root.kind != "map":
        return None
    listed = root.first("providers", "targets")
    return tuple(sorted(set(_targets(path, listed)))) or None


def _targets(path: str, listed: Node) -> Iterator[UnderTest]:
    for item in listed.listed():
        name = item.get("id") if item.kind == "map" else item
        if item.kind == "map" and not name and len(item.entries) == 1:
            name = item.entries[0][0]  # `- openai:gpt-4o: {config: …}`
        text = name.text.strip()
        if text and not text.startswith(_NO_MODELS) and "{{" not in text:
            model = "" if text.startswith(_OWN) else text.rsplit(":", 1)[-1]
            yield UnderTest(path, name.line, model)


def assemble(tree: Tree, parts: Sequence[tuple[str, tuple[UnderTest, ...]]]) -> Configured:  # noqa: ARG001 - the shape of every collector
    """All of them in order of path."""
    return Configured(tuple(u for _, found in parts for u in found))


COLLECTOR = Collector(
    Configured, 1, wants, read, assemble, LIMIT, endings=(".yaml", ".yml", ".json")
)
DERIVATION = Derivation(EvaluatedModels, (Configured, Code, Learning), evaluated_models)

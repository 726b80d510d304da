"""What the repository is: from its uses of machine learning, and how its README opens."""

import re
from collections.abc import Sequence

from audits.collectors.collecting import Collector, Derivation
from audits.facts.code import Code
from audits.facts.dependencies import Dependencies
from audits.facts.identity import Identity, identity_of
from audits.facts.learning import Learning, learning_of
from audits.facts.own_words import SelfDescription
from audits.facts.tree import File, Tree
from audits.facts.workflows import Workflows

LONGEST_OPENING = 600
_MARKUP = re.compile(r"!?\[([^\]]{0,200})\]\([^)]{0,500}\)|<[^>]{0,500}>|[*_`#=~]+")


def wants(file: File) -> bool:
    """The README at the root, and the one that forges show in its place."""
    folder, _, name = file.path.rpartition("/")
    return name.lower().split(".")[0] == "readme" and folder.lower() in ("", ".github", "docs")


def read(path: str, content: bytes) -> SelfDescription:
    """Its title and its first sentences, without badges, link lists and markup."""
    lines = content[:20_000].decode("utf-8", "replace").splitlines()
    said = [p for line in lines if not _is_badge(line) and len(p := _plain(line)) > 2]
    opening = " ".join(p for p in said[1:] if len(p.split()) > 3)
    return SelfDescription(path, said[0] if said else "", opening[:LONGEST_OPENING])


def _is_badge(line: str) -> bool:
    start = line.lstrip()[:120]
    links = start.startswith("[") and "]:" in start
    return links or start.startswith(("[![", "![", "<", "|", ".. ", ":"))


def _plain(line: str) -> str:
    return " ".join(_MARKUP.sub(r" \1 ", line).replace(" ,", ",").split())


def assemble(tree: Tree, parts: Sequence[tuple[str, SelfDescription]]) -> SelfDescription:
    """The one nearest to the root."""
    del tree
    return min((p for _, p in parts), key=lambda p: p.path.count("/"), default=SelfDescription())


COLLECTOR = Collector(SelfDescription, 1, wants, read, assemble)
LEARNING = Derivation(Learning, (Code,), learning_of)
_NEEDS = (Code, Learning, Dependencies, SelfDescription, Tree, Workflows)
IDENTITY = Derivation(Identity, _NEEDS, identity_of)

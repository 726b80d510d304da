"""Gathers code owners, update bots, security policies, licence files and inventories of parts."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from audits.collectors.collecting import Collector
from audits.collectors.yaml_nodes import Node, document
from audits.engine.types import Evidence
from audits.facts.tools.governance_upkeep import (
    BOM_FORMATS,
    BOM_NAMES,
    LICENCE_NAMES,
    LICENCE_SUFFIXES,
    RENOVATE_PATHS,
    REPORT_WORDS,
    WEAKNESS_WORDS,
)
from audits.facts.tree import NOT_PRODUCT, File, Role, Tree
from audits.facts.upkeep import Upkeep

LIMIT = 4 * 1024 * 1024
_PLACES = ("", ".github", "docs", ".gitlab")
_HEAD = 4_000
_NEAR = 6
_DEPENDABOT = frozenset({".github/dependabot.yml", ".github/dependabot.yaml"})
_ASIDE_NAMES = ("readme", "contributing")
_CONTACT = ".well-known/security.txt"
Part = tuple[tuple[str, Evidence], ...]


def wants(file: File) -> bool:
    """A few files by their names and places."""
    return bool(_kind_of(file))


def _kind_of(file: File) -> str:
    path, name = file.path.lower(), file.name.lower()
    folder = path.rpartition("/")[0]
    kind = ""
    if folder not in _PLACES and file.role & _NOT_OURS and not path.endswith(_CONTACT):
        return kind  # as are most files of many a tree
    if name == "codeowners" and folder in _PLACES:
        kind = "owners"
    elif path in _DEPENDABOT or path in RENOVATE_PATHS or _configures_others(path):
        kind = "bots"
    elif _is_policy(path, name, folder):
        kind = "policies"
    elif is_licence_name(name) and not file.role & _NOT_OURS:
        kind = "licences"
    elif name.startswith(_ASIDE_NAMES) and folder in _PLACES:
        kind = "asides"
    elif any(n in name for n in BOM_NAMES) and not file.role & NOT_PRODUCT:
        kind = "inventories" if file.suffix in (".json", ".xml", ".spdx", ".yaml", ".yml") else ""
    return kind


_NOT_OURS = Role.VENDORED | Role.GENERATED | Role.TEST


def _configures_others(path: str) -> bool:
    return path in (".pyup.yml", ".pyup.yaml", ".pre-commit-config.yaml", "package.json")


def _is_policy(path: str, name: str, folder: str) -> bool:
    if path.endswith(_CONTACT):
        return True
    stem, _, suffix = name.partition(".")
    return stem == "security" and suffix in ("md", "rst", "txt", "") and folder in _PLACES


def is_licence_name(name: str) -> bool:
    """Whether a file name is that of a licence text: LICENSE, COPYING, MIT-LICENSE.txt."""
    stem, dot, suffix = name.lower().partition(".")
    if dot and suffix not in LICENCE_SUFFIXES:
        return False
    words = stem.replace("_", "-").split("-")
    return bool(words) and (words[0] in LICENCE_NAMES or words[-1] in LICENCE_NAMES)


def read(path: str, content: bytes) -> Part | None:
    """What one file says."""
    kind = _kind_of(File(path, len(content), ""))
    rows = content.decode("utf-8", "replace").split("\n")
    if kind == "owners":
        found = _owners(path, rows)
    elif kind == "bots":
        found = _bots(path, content, rows)
    elif kind == "inventories":
        found = _inventories(path, rows)
    elif kind == "licences":
        found = iter([Evidence(path, 1, "licence text")] if content.strip() else [])
    else:
        found = _reporting(path, rows)
    return tuple((kind, e) for e in found) or None


def _owners(path: str, rows: Sequence[str]) -> Iterator[Evidence]:
    """The first rule: a pattern with an owner behind it."""
    for number, row in enumerate(rows, 1):
        words = row.split("#")[0].split()
        # A pattern in brackets opens a section, which may name the owners of all its rules.
        if len(words) > 1 and any("@" in w for w in words[1:]):
            yield Evidence(path, number, "names owners")
            return


def _bots(path: str, content: bytes, rows: Sequence[str]) -> Iterator[Evidence]:
    if path.lower() in RENOVATE_PATHS:
        text = "".join(rows).replace(" ", "").replace("'", '"')
        if content.strip() and not text.startswith(('{"enabled":false', "{enabled:false")):
            yield Evidence(path, 1, "Renovate")
    elif path == "package.json":
        yield from (Evidence(path, n, "Renovate") for n, r in enumerate(rows, 1)
                    if r.strip().startswith('"renovate":'))  # fmt: skip
    else:
        yield from _by_yaml(path, document(content))


def _by_yaml(path: str, root: Node) -> Iterator[Evidence]:
    if path.lower() in _DEPENDABOT:
        for item in root.get("updates").items:
            if name := item.get("package-ecosystem"):
                yield Evidence(path, name.line, f"Dependabot updates {name.text}")
    elif "pyup" in path:
        if root.get("update").text != "false":
            yield Evidence(path, 1, "PyUp")
    else:
        for key, _ in root.get("ci").entries:
            if key.text.startswith("autoupdate"):
                yield Evidence(path, key.line, "pre-commit.ci updates hooks")


def _reporting(path: str, rows: Sequence[str]) -> Iterator[Evidence]:
    """Where a text says to whom a weakness is reported: both words within a few lines."""
    lowered = [row[:_HEAD].lower() for row in rows]
    if path.lower().endswith("security.txt") and any(r.startswith("contact:") for r in lowered):
        yield Evidence(path, 1, "says how to report a vulnerability")
        return
    for at, row in enumerate(lowered):
        around = " ".join(lowered[at : at + _NEAR])
        if any(w in row for w in WEAKNESS_WORDS) and any(w in around for w in REPORT_WORDS):
            yield Evidence(path, at + 1, "says how to report a vulnerability")
            return


def _inventories(path: str, rows: Sequence[str]) -> Iterator[Evidence]:
    for number, row in enumerate(rows, 1):
        if any(f in row[:_HEAD] for f in BOM_FORMATS):
            yield Evidence(path, number, "list of components")
            return


def assemble(tree: Tree, parts: Sequence[tuple[str, Part]]) -> Upkeep:  # noqa: ARG001 - the shape of every collector
    """Everything by its kind."""
    found: dict[str, list[Evidence]] = defaultdict(list)
    for _, part in parts:
        for kind, place in part:
            found[kind].append(place)
    return Upkeep(**{kind: tuple(places) for kind, places in found.items()})


COLLECTOR = Collector(Upkeep, 1, wants, read, assemble, LIMIT)

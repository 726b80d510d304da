"""Gathers the licence texts that stand with code of others which was copied into the repository."""

from collections.abc import Sequence

from audits.collectors.collecting import Collector
from audits.collectors.packages import LICENCE_FILES, licence_of
from audits.facts.packages import Copied, CopiedCode
from audits.facts.tree import File, Role, Tree

LIMIT = 256 * 1024
_ASIDE = Role.TEST | Role.DOCS | Role.EXAMPLE | Role.TEMPLATE
_INSTALLED = ("node_modules/", "site-packages/", ".venv/", "venv/", "bower_components/")
"""Folders of package managers: what lies there is told by the manifests."""


def wants(file: File) -> bool:
    """Licence texts below folders of vendored code."""
    if file.name.lower() not in LICENCE_FILES or file.role & _ASIDE:
        return False
    installed = any(f"/{part}" in f"/{file.path}" for part in _INSTALLED)
    return bool(file.role & Role.VENDORED) and not installed


def read(path: str, content: bytes) -> Copied | None:
    """What one text says, if its beginning is that of a common licence."""
    licence = licence_of(content[:4_000].decode("utf-8", "replace").lstrip("\ufeff"))
    return Copied(path, licence) if licence else None


def assemble(tree: Tree, parts: Sequence[tuple[str, Copied]]) -> CopiedCode:  # noqa: ARG001 - the shape of every collector
    """All of them in order of path."""
    return CopiedCode(tuple(part for _, part in parts))


COLLECTOR = Collector(CopiedCode, 1, wants, read, assemble, LIMIT)

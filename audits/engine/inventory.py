"""What a tree is made of beside its own code: packages, models, hosted models, data sets.

These are the rows of the bill of materials. Each says where in the tree it was seen.
"""

from collections.abc import Iterable
from hashlib import sha256
from typing import Protocol

from msgspec import Struct


class HashedFile(Protocol):
    """A file of the tree: 40 hex of `blob` are a git blob id, 64 the SHA-256 of the content."""

    @property
    def path(self) -> str:
        """Its path from the root."""

    @property
    def size(self) -> int:
        """Its bytes."""

    @property
    def blob(self) -> str:
        """Its identity."""


def digest_of(files: Iterable[HashedFile]) -> str:
    """The SHA-256 of the list of all files: path, size and identity, a line each."""
    digest = sha256()
    for file in files:
        digest.update(f"{file.path}\0{file.size}\0{file.blob}\n".encode("utf-8", "replace"))
    return digest.hexdigest()


class Package(Struct, frozen=True, order=True):
    """A package that the product needs.

    `version` is "" where nothing pins it, `licence` "" where the lock file does not say it.
    `optional` marks what only development needs.
    """

    ecosystem: str
    name: str
    version: str
    path: str
    line: int
    licence: str = ""
    optional: bool = False


class NamedModel(Struct, frozen=True, order=True):
    """A model that is fetched by its name: from a hub, or from a server of local models.

    `kind` is "loads" where the code runs it and "base" where own weights say that they stand on it.
    """

    hub: str
    name: str
    path: str
    line: int
    revision: str = ""
    kind: str = "loads"
    licence: str = ""


class HostedModel(Struct, frozen=True, order=True):
    """A model that runs at a provider's; `name` is "" where the code does not say which."""

    provider: str
    name: str
    path: str
    line: int


class Weights(Struct, frozen=True, order=True):
    """A file of weights in the tree, or a pointer to one that is kept elsewhere.

    `sha256` is "" where it was too large to be read; `pointer` names the tool that keeps it.
    `parameters` is 0 where the header does not tell.
    """

    path: str
    form: str
    bytes: int
    sha256: str = ""
    pointer: str = ""
    name: str = ""
    architecture: str = ""
    parameters: int = 0
    licence: str = ""
    base: str = ""


class Dataset(Struct, frozen=True, order=True):
    """Data that is loaded by name, or pinned by a pointer with its digest (`md5:…`)."""

    source: str
    name: str
    path: str
    line: int
    digest: str = ""
    revision: str = ""


class Inventory(Struct, frozen=True):
    """All of it, each sorted. `name` and `licence` are the project's own, from its manifest."""

    packages: tuple[Package, ...] = ()
    models: tuple[NamedModel, ...] = ()
    hosted: tuple[HostedModel, ...] = ()
    weights: tuple[Weights, ...] = ()
    datasets: tuple[Dataset, ...] = ()
    name: str = ""
    licence: str = ""

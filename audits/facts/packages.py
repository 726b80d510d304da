"""Packages of lock files and pinned lists with their versions, and the project's own licence."""

from msgspec import Struct

from audits.engine.inventory import Package


class PackageList(Struct, frozen=True):
    """What one file says: packages, and the project's name and licence where it describes one."""

    path: str
    packages: tuple[Package, ...] = ()
    name: str = ""
    licence: str = ""


class Packages(Struct, frozen=True):
    """All such lists, sorted by path."""

    lists: tuple[PackageList, ...] = ()

    @property
    def own(self) -> PackageList:
        """The description of the project nearest to the root."""
        told = [p for p in self.lists if p.name]
        return min(told, key=lambda p: (p.path.count("/"), p.path), default=PackageList(""))


class Copied(Struct, frozen=True):
    """A licence text that stands with copied code: its path, and the licence as an SPDX id."""

    path: str
    licence: str

    @property
    def folder(self) -> str:
        """The code that it speaks of."""
        return self.path.rpartition("/")[0]


class CopiedCode(Struct, frozen=True):
    """All of them, sorted by path."""

    items: tuple[Copied, ...] = ()

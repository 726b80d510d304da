"""Written documents by their headings: what each section is about and how much stands in it."""

from collections.abc import Iterator
from dataclasses import dataclass

from audits.facts.tree import Role, role_of


@dataclass(frozen=True)
class Section:
    """A heading with its line, and the characters of its own text, placeholders not counted.

    `placeholders` are the gaps of a form that nobody filled in; `links` lead somewhere else.
    """

    title: str
    level: int
    line: int
    characters: int = 0
    placeholders: int = 0
    has_table: bool = False
    has_numbers: bool = False
    bold: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Document:
    """One document; `head` are the keys of its YAML head, as model hubs read them."""

    path: str
    sections: tuple[Section, ...] = ()
    head: tuple[tuple[str, int], ...] = ()

    @property
    def name(self) -> str:
        """Its file name in lower case."""
        return self.path.rsplit("/", 1)[-1].lower()

    @property
    def role(self) -> Role:
        """What its path is for."""
        return role_of(self.path)

    @property
    def characters(self) -> int:
        """All its text."""
        return sum(s.characters for s in self.sections)


@dataclass(frozen=True)
class Documents:
    """All documents, sorted by path."""

    items: tuple[Document, ...] = ()

    def outside(self, roles: Role) -> Iterator[Document]:
        """Those whose path has none of these roles."""
        return (d for d in self.items if not d.role & roles)

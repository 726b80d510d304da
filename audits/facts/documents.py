"""Written documents by their headings: what each section is about and how much stands in it."""

import re
from collections.abc import Iterator

from msgspec import Struct

from audits.facts.tree import Role, role_of

_MODEL = frozenset({"model", "models"})
_TELLING = frozenset(
    {"documentation", "doc", "docs", "description", "report", "info", "overview", "details"}
    | {"evaluation", "performance", "about", "the", "of", "summary", "final", "facts"}
)
"""Words of a file's name beside which `model` says that the model is told of."""


class Section(Struct, frozen=True):
    """A heading with its line, and the characters of its own text, placeholders not counted.

    `placeholders` are the gaps of a form that nobody filled in. `said` are the topics of a model
    card that its sentences and tables speak of whatever the heading, with their lines.
    """

    title: str
    level: int
    line: int
    characters: int = 0
    placeholders: int = 0
    has_table: bool = False
    has_numbers: bool = False
    bold: tuple[tuple[str, int], ...] = ()
    said: tuple[tuple[str, int], ...] = ()


class Document(Struct, frozen=True):
    """One document; `head` are the keys of its YAML head, as model hubs read them."""

    path: str
    sections: tuple[Section, ...] = ()
    head: tuple[tuple[str, int], ...] = ()

    @property
    def name(self) -> str:
        """Its file name in lower case."""
        return self.path.rsplit("/", 1)[-1].lower()

    @property
    def may_tell_of_a_model(self) -> bool:
        """Whether it is a README, or named for a model and not for how one is handled."""
        words = set(re.split(r"[\W_]", self.name.rsplit(".", 1)[0])) - {""}
        return "readme" in words or (bool(words & _MODEL) and words <= _MODEL | _TELLING)

    @property
    def role(self) -> Role:
        """What its path is for."""
        return role_of(self.path)

    @property
    def characters(self) -> int:
        """All its text."""
        return sum(s.characters for s in self.sections)


class Documents(Struct, frozen=True):
    """All documents, sorted by path."""

    items: tuple[Document, ...] = ()

    def outside(self, roles: Role) -> Iterator[Document]:
        """Those whose path has none of these roles."""
        return (d for d in self.items if not d.role & roles)

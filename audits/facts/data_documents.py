"""What documents say of data: where they come from, and what they contain."""

from msgspec import Struct

from audits.engine.types import Evidence
from audits.facts.tree import Role, role_of


class DataText(Struct, frozen=True):
    """A text on data; `source` and `content` are the lines that tell of them, 0 if none does.

    `named` is the line at which the source is named beyond doubt: a place where data are published,
    or a sentence on how they were got. `leaning` texts are lists of fields without a word on whose
    they are: they count where another text of the document names a source.
    """

    path: str
    line: int
    title: str
    source: int = 0
    content: int = 0
    named: int = 0
    leaning: bool = False

    @property
    def role(self) -> Role:
        """What its path is for."""
        return role_of(self.path)

    @property
    def place(self) -> Evidence:
        """Where it begins."""
        return Evidence(self.path, self.line, self.title[:60])


class DataDocuments(Struct, frozen=True):
    """All such sections, sorted by path and line."""

    items: tuple[DataText, ...] = ()

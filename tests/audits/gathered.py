"""Facts of a tree given in literals, through the real collectors and derivations."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeVar

from audits.collectors.gathering import gather, stock
from audits.engine.types import Skipped
from audits.facts.tree import File, Tree
from audits.sources.snapshot import silent
from tests.make import Files

Fact = TypeVar("Fact")


@dataclass(frozen=True)
class Literal:
    """A source whose files are written out in a test."""

    tree: Tree
    contents: dict[str, bytes]
    scattered: bool = True
    skipped: tuple[Skipped, ...] = ()

    def read(self, files: Sequence[File]) -> Iterator[tuple[File, bytes | Skipped]]:
        return ((f, self.contents[f.path]) for f in files)


def source_of(files: Files) -> Literal:
    contents = {p: t.encode() if isinstance(t, str) else t for p, t in files.items()}
    rows = (File(p, len(c), sha256(c).hexdigest()) for p, c in contents.items())
    return Literal(Tree(tuple(sorted(rows))), contents)


def fact_of(kind: type[Fact], files: Files) -> Fact:
    """One fact of these files."""
    found = gather(source_of(files), stock(), file_bytes=32 * 1024 * 1024, notice=silent)
    fact = found.facts[kind]
    assert isinstance(fact, kind), found.skipped
    return fact


def skipped_of(files: Files) -> dict[str, str]:
    """What could not be read of these files, with the reason."""
    found = gather(source_of(files), stock(), file_bytes=32 * 1024 * 1024, notice=silent)
    return {s.path: s.reason for s in found.skipped}

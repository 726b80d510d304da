"""Pickles among the files of a tree that would run code as soon as somebody opens them."""

from dataclasses import dataclass

from audits.engine.types import Evidence


@dataclass(frozen=True, order=True)
class Pickled:
    """A file that imports what runs commands, reads files or reaches the network."""

    path: str
    names: tuple[str, ...]

    @property
    def place(self) -> Evidence:
        """The file; a pickle has no lines."""
        return Evidence(self.path, 1, f"would import {', '.join(self.names)} when it is opened")


@dataclass(frozen=True)
class Pickles:
    """All of them, sorted by path."""

    items: tuple[Pickled, ...] = ()

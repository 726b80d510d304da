"""Pickles among the files of a tree that would run code as soon as somebody opens them."""

from msgspec import Struct

from audits.engine.types import Evidence


class Pickled(Struct, frozen=True, order=True):
    """A file that imports what runs commands, reads files or reaches the network."""

    path: str
    names: tuple[str, ...]

    @property
    def place(self) -> Evidence:
        """The file; a pickle has no lines."""
        return Evidence(self.path, 1, f"would import {', '.join(self.names)} when it is opened")


class Pickles(Struct, frozen=True):
    """All of them, sorted by path."""

    items: tuple[Pickled, ...] = ()

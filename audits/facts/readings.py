"""Readings: what a function that looks at one file, and at nothing else, finds in it.

The answer is worked out once for each file. It depends on the file and on the code of this package
alone, so it may also lie on disk until the file changes, or what its names lead to does. A question
that only adds such answers up costs next to nothing the second time.
"""

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import wraps
from typing import Any, TypeVar, overload

from audits.facts.code import Call, SourceFile

Found = TypeVar("Found")
READINGS: dict[str, tuple[int, Callable[[SourceFile], Any]]] = {}
"""Every reading by its name: its bit in `Told.asked`, and the function as it was written."""


@overload
def reading(
    find: Callable[[SourceFile], Iterator[Found]],
) -> Callable[[SourceFile], tuple[Found, ...]]: ...


@overload
def reading(find: Callable[[SourceFile], Found]) -> Callable[[SourceFile], Found]: ...


def reading(find: Callable[[SourceFile], Any]) -> Callable[[SourceFile], Any]:
    """Makes a reading of a function of one file; a generator's answer becomes a tuple.

    All who ask share the answer, so it must be of a kind that nobody can change.
    """
    return wraps(find)(named_reading(f"{find.__module__}.{find.__qualname__}", find))


def named_reading(name: str, find: Callable[[SourceFile], Any]) -> Callable[[SourceFile], Any]:
    """The same for functions that are made in a loop, each under a name of its own."""
    if name in READINGS:
        raise ValueError(f"two readings are named {name}")
    bit = 1 << len(READINGS)
    READINGS[name] = bit, find

    def read(file: SourceFile) -> Any:
        told = file.told
        if told is None:
            return _settled(find(file))
        if told.asked & bit:
            return told.answer(bit)
        found = _settled(find(file))
        told.note(bit, found)
        return found

    return read


def asking(
    name: str,
    *,
    names: AbstractSet[str] = frozenset(),
    methods: AbstractSet[str] = frozenset(),
    modules: Sequence[str] = (),
    keywords: AbstractSet[str] = frozenset(),
) -> Callable[[SourceFile], tuple[Call, ...]]:
    """The reading that asks a file for these calls, as `SourceFile.calls_of` does."""

    def asked(file: SourceFile) -> tuple[Call, ...]:
        return file.calls_of(names=names, methods=methods, modules=modules, keywords=keywords)

    return named_reading(name, asked)


@reading
def own_names(file: SourceFile) -> frozenset[str]:
    """What it calls of this repository; known without unpacking the names of all its calls."""
    return file.own_names


def _settled(found: Any) -> Any:
    if found.__class__ is tuple:
        return found  # as most are, and a class of such a kind is slow to ask for
    return tuple(found) if isinstance(found, Iterator) else found

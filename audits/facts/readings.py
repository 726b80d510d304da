"""Readings: what a function that looks at one file, and at nothing else, finds in it.

The answer is worked out once for each file. It depends on the file and on the code of this package
alone, so it may also lie on disk until the file changes, or what its names lead to does. A question
that only adds such answers up costs next to nothing the second time.
"""

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from functools import wraps
from typing import Any, TypeVar, overload

from audits.facts.code import Call, SourceFile

Found = TypeVar("Found")
READINGS: dict[str, tuple[int, Callable[[SourceFile], Any]]] = {}
"""Every reading by its name: its bit in `Told.asked`, and the function as it was written."""
_OF_TEXTS: list[tuple[int, Callable[[SourceFile], Any]]] = []
"""Those that go through the strings or the assignments of nearly every file."""


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


@overload
def reading_of_texts(
    find: Callable[[SourceFile], Iterator[Found]],
) -> Callable[[SourceFile], tuple[Found, ...]]: ...


@overload
def reading_of_texts(find: Callable[[SourceFile], Found]) -> Callable[[SourceFile], Found]: ...


def reading_of_texts(find: Callable[[SourceFile], Any]) -> Callable[[SourceFile], Any]:
    """A reading that goes through the strings or the assignments of nearly every file.

    Those of a large repository lie packed, and are unpacked and dropped again file by file. So the
    first such reading that is asked of a file has all others asked too, while they are at hand.
    """
    name = f"{find.__module__}.{find.__qualname__}"
    read = named_reading(name, find)
    _OF_TEXTS.append(READINGS[name])

    @wraps(find)
    def read_with_others(file: SourceFile) -> Any:
        told = file.told
        if told is None or told.asked & READINGS[name][0]:
            return read(file)
        found = read(file)
        for bit, other in _OF_TEXTS:
            if not told.asked & bit:
                # What one cannot answer is not told, and fails whoever asks for it.
                with suppress(Exception):
                    told.note(bit, _settled(other(file)))
        return found

    return read_with_others


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

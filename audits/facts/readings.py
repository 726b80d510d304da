"""Readings: what a function that looks at one file, and at nothing else, finds in it.

The answer is worked out once for each file. It depends on the file and on the code of this package
alone, so it may also lie on disk until the file changes, or what its names lead to does. A question
that only adds such answers up costs next to nothing the second time.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from functools import wraps
from typing import Any, TypeVar, overload

from audits.facts.code import Call, Code, SourceFile
from audits.facts.told import Late, Settled
from audits.facts.tree import NOT_PRODUCT, Role

Found = TypeVar("Found")
READINGS: dict[str, tuple[int, Callable[[SourceFile], Any]]] = {}
"""Every reading by its name: its bit in `Told.asked`, and the function as it was written."""
_BITS: dict[Callable[[SourceFile], Any], int] = {}
"""The bits by what is called."""
_OF_ALL: list[tuple[int, Callable[[SourceFile], Any]]] = []
"""Those that every file of the product is asked, with their bits."""
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
    return wraps(find)(named_reading(_name_of(find), find))


@overload
def reading_of_all(
    find: Callable[[SourceFile], Iterator[Found]],
) -> Callable[[SourceFile], tuple[Found, ...]]: ...


@overload
def reading_of_all(find: Callable[[SourceFile], Found]) -> Callable[[SourceFile], Found]: ...


def reading_of_all(find: Callable[[SourceFile], Any]) -> Callable[[SourceFile], Any]:
    """A reading that every file of the product is asked, at least where something learns.

    Of a large repository it is asked ahead (`ask_ahead`). The mark changes when, never what.
    """
    return wraps(find)(named_reading(_name_of(find), find, of_all=True))


def _name_of(find: Callable[[SourceFile], Any]) -> str:
    return f"{find.__module__}.{find.__qualname__}"


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
    name = _name_of(find)
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

    _BITS[read_with_others] = READINGS[name][0]
    return read_with_others


def named_reading(
    name: str, find: Callable[[SourceFile], Any], *, of_all: bool = False
) -> Callable[[SourceFile], Any]:
    """The same for functions that are made in a loop, each under a name of its own."""
    if name in READINGS:
        raise ValueError(f"two readings are named {name}")
    bit = 1 << len(READINGS)
    READINGS[name] = bit, find
    if of_all:
        _OF_ALL.append(READINGS[name])

    def read(file: SourceFile) -> Any:
        told = file.told
        if told is None:
            return _settled(find(file))
        if told.asked & bit:
            # Written out, as an audit comes here for each of its files and readings.
            found = told.found.get(bit, ())
            return found if found.__class__ is not Late else told.made(bit)
        found = _settled(find(file))
        told.note(bit, found)
        return found

    _BITS[read] = bit
    return read


def answering(
    code: Code,
    *readings: Callable[[SourceFile], tuple[Any, ...]],
    outside: Role = NOT_PRODUCT,
    also: AbstractSet[str] = frozenset(),
) -> Iterator[SourceFile]:
    """The files of the product but for those that are known to answer nothing to all of these.

    Most files answer most readings so, and nobody has to ask each. Files at paths that are named
    `also` come in any case.
    """
    files = tuple(code.product(outside))
    if outside not in code.settled:
        code.settled[outside] = Settled([file.told for file in files])
    bits = 0
    for each in readings:
        bits |= _BITS[each]
    places = code.settled[outside].may_answer(bits)
    if len(places) == len(files):
        return iter(files)
    if also:
        places.update(place for place, file in enumerate(files) if file.path in also)
    return (files[place] for place in sorted(places))


def ask_ahead(files: Iterable[SourceFile]) -> None:
    """Asks files what an audit will ask them anyway, so that the answers are there then.

    These are the readings of texts and, of a file of the product, those of all files.
    """
    of_product = (*_OF_ALL, *_OF_TEXTS)
    for file in files:
        told = file.told
        for bit, find in _OF_TEXTS if file.role & NOT_PRODUCT else of_product:
            if told is not None and not told.asked & bit:
                with suppress(Exception):  # it will fail whoever asks
                    told.note(bit, _settled(find(file)))


def asking(
    name: str,
    *,
    names: AbstractSet[str] = frozenset(),
    methods: AbstractSet[str] = frozenset(),
    modules: Sequence[str] = (),
    keywords: AbstractSet[str] = frozenset(),
    of_all: bool = False,
) -> Callable[[SourceFile], tuple[Call, ...]]:
    """The reading that asks a file for these calls, as `SourceFile.calls_of` does."""

    def asked(file: SourceFile) -> tuple[Call, ...]:
        return file.calls_of(names=names, methods=methods, modules=modules, keywords=keywords)

    return named_reading(name, asked, of_all=of_all)


@reading_of_all
def own_names(file: SourceFile) -> frozenset[str]:
    """What it calls of this repository; known without unpacking the names of all its calls."""
    return file.own_names


def _settled(found: Any) -> Any:
    if found.__class__ is tuple:
        return found  # as most are, and a class of such a kind is slow to ask for
    return tuple(found) if isinstance(found, Iterator) else found

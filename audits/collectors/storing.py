"""Turns parts into MessagePack and back, led by the types that the collectors declare.

A part comes back equal or not at all: what does not fit its type raises. Nothing that is stored can
name a class or run anything.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import msgspec

from audits.collectors.packing import PackedFile
from audits.collectors.unread import UnreadFile

Turn = Callable[[Any], Any]
_PLAIN = (str, int, float, bool, NoneType)


class Unstorable(Exception):
    """A type that has no form here, or a value that is not of its type."""


class Form(msgspec.Struct, frozen=True):
    """How values of one type go into plain lists and come back; None where they stay the same."""

    into: Turn | None = None
    back: Turn | None = None


def form_of_result(function: Callable[..., Any]) -> Form:
    """The form of what a function gives. Raises Unstorable where its type has none."""
    try:
        return form_of(get_type_hints(function)["return"])
    except (KeyError, NameError, TypeError) as error:
        raise Unstorable(f"{function.__module__}: {error}") from error


def dumped(form: Form, value: Any) -> Any:
    """A value as lists and plain values."""
    return form.into(value) if form.into else value


def restored(form: Form, stored: Any) -> Any:
    """The value again."""
    return form.back(stored) if form.back else stored


def bytes_of(stored: Any) -> bytes:
    """The bytes that are kept. Raises ValueError or OverflowError for what has no place in them."""
    return msgspec.msgpack.encode(stored)


def stored_in(content: bytes) -> Any:
    """What such bytes hold. Raises ValueError where they are none."""
    return msgspec.msgpack.decode(content)


@cache
def form_of(kind: Any) -> Form:
    """The form of a type. Raises Unstorable where it has none."""
    if kind in _PLAIN or kind is Any:
        if kind is Any:
            raise Unstorable("a value of any type")
        return Form()
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        return _union(get_args(kind))
    if origin is tuple:
        return _tuple(get_args(kind))
    if origin is Iterator:
        return _series(form_of(get_args(kind)[0]))
    if origin is frozenset:
        return _set(get_args(kind)[0])
    return _class(kind)


def _class(kind: Any) -> Form:
    if kind is UnreadFile:
        return Form(lambda file: file.data, UnreadFile.restored)
    if kind is PackedFile:
        return Form(lambda file: file.data, PackedFile)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return Form(lambda value: value.value, kind)
    if isinstance(kind, type) and is_dataclass(kind):
        return _record(kind, [f.name for f in fields(kind) if f.init])
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return _record(kind, kind.__struct_fields__)
    raise Unstorable(f"no form for {kind}")


def _tuple(inner: tuple[Any, ...]) -> Form:
    if len(inner) == 2 and inner[1] is Ellipsis:
        return _series(form_of(inner[0]))
    forms = [form_of(each) for each in inner]

    def turned(values: Sequence[Any], turns: list[Turn | None]) -> list[Any]:
        if len(values) != len(turns):
            raise Unstorable("a tuple of another length")
        return [t(v) if t else v for v, t in zip(values, turns, strict=True)]

    intos, backs = [f.into for f in forms], [f.back for f in forms]
    if not any(backs):
        return Form(None if not any(intos) else lambda v: turned(v, intos), tuple)
    return Form(lambda v: turned(v, intos), lambda v: tuple(turned(v, backs)))


def _series(form: Form) -> Form:
    into, back = form.into, form.back
    inward = (lambda v: [into(each) for each in v]) if into else None
    outward = (lambda v: tuple(map(back, v))) if back else tuple
    return Form(inward, outward)


def _set(inner: Any) -> Form:
    form = form_of(inner)
    return Form(
        lambda v: sorted(dumped(form, each) for each in v),
        lambda v: frozenset(restored(form, each) for each in v),
    )


def _union(choices: tuple[Any, ...]) -> Form:
    """Plain values stand as they are; of the rest each carries the number of its type."""
    rest = [c for c in choices if c not in _PLAIN]
    if not rest:
        return Form()
    forms = [form_of(c) for c in rest]
    bases = [get_origin(c) or c for c in rest]

    def into(value: Any) -> Any:
        for number, base in enumerate(bases):
            if isinstance(value, base):
                return [number, dumped(forms[number], value)]
        return value

    def back(stored: Any) -> Any:
        return restored(forms[stored[0]], stored[1]) if isinstance(stored, list) else stored

    return Form(into, back)


def _record(kind: type, names: Sequence[str]) -> Form:
    """An object as the list of its fields."""
    hints = get_type_hints(kind)
    forms = [form_of(hints[name]) for name in names]
    intos = [(n, f.into) for n, f in zip(names, forms, strict=True)]
    backs = [(at, f.back) for at, f in enumerate(forms) if f.back]
    count = len(names)

    def into(value: Any) -> list[Any]:
        if type(value) is not kind:
            raise Unstorable(f"a {type(value).__name__} where a {kind.__name__} belongs")
        return [turn(getattr(value, n)) if turn else getattr(value, n) for n, turn in intos]

    def back(row: list[Any]) -> Any:
        if len(row) != count:
            raise Unstorable(f"a {kind.__name__} with other fields")
        for at, turn in backs:
            row[at] = turn(row[at])
        return kind(*row)

    return Form(into, back)

"""What artifacts of a data room yield: facts that are data, can be stored, and come back."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from pydantic import ConfigDict, TypeAdapter

Json = dict[str, Any]
Columns = Mapping[str, str | tuple[str, ...]]
"""Which column of a table plays which part; `groups` names several."""

DIGITS = 6
"""Significant digits of every figure, so that the order of a sum never shows in a report."""


class Facts:
    """The base of the facts on one artifact: frozen dataclasses of plain values."""

    __pydantic_config__: "ConfigDict" = {"populate_by_name": True}

    def headline(self) -> str:
        """What a person wants to know first, in a line; empty where there is nothing to say."""
        return ""

    def document(self) -> Json:
        """The published form, without what was not measured."""
        document: Json = _adapter(type(self)).dump_python(
            self, mode="json", by_alias=True, exclude_none=True
        )
        return document

    @classmethod
    def restored(cls, document: Json) -> Self:
        """The facts from their published form. Raises ValueError where it is another's."""
        facts: Self = _adapter(cls).validate_python(document)
        return facts


_ADAPTERS: dict[str, "TypeAdapter[Any]"] = {}


def _adapter(kind: type[Any]) -> "TypeAdapter[Any]":
    """The codec of a kind of facts, made once; most examinations need none."""
    name = f"{kind.__module__}.{kind.__qualname__}"
    if name not in _ADAPTERS:
        from pydantic import TypeAdapter

        _ADAPTERS[name] = TypeAdapter(kind)
    return _ADAPTERS[name]


@dataclass(frozen=True)
class Figure:
    """A measured number on `n` rows, its 95 % interval and the method behind the interval."""

    value: float
    interval: tuple[float, float] | None = None
    n: int = 0
    method: str = ""


def told(figure: Figure) -> str:
    """A figure with its interval, as a person reads it."""
    if figure.interval is None:
        return f"{figure.value:.4g}"
    low, high = figure.interval
    return f"{figure.value:.4g} ({low:.4g} to {high:.4g})"


def counted(n: int, what: str) -> str:
    """A number of things."""
    return f"{n:,} {what}" if n != 1 else f"1 {what.removesuffix('s')}"


def rounded(value: float, digits: int = DIGITS) -> float:
    """To significant digits; a number that is not finite is a fault of the caller."""
    if not isfinite(value):
        raise ValueError(f"{value} is no figure")
    return float(f"{value:.{digits}g}")

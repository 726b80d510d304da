"""A value that an object works out once and then has.

`functools.cached_property` of Python 3.11 takes a lock at every first look, and a tree of
fifty thousand files has more than a million of them. Examinations run in processes, and where
two threads worked out the same value they would only do it twice.
"""

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

Owner = TypeVar("Owner")
Value = TypeVar("Value")


class lasting(Generic[Owner, Value]):  # noqa: N801 - stands where `property` would
    """A property that is worked out when it is first asked for and kept in the instance."""

    def __init__(self, make: Callable[[Owner], Value]) -> None:
        self._make = make
        self._name = make.__name__
        self.__doc__ = make.__doc__

    @overload
    def __get__(self, owner: None, kind: type[Any]) -> "lasting[Owner, Value]": ...

    @overload
    def __get__(self, owner: Owner, kind: type[Any] | None = None) -> Value: ...

    def __get__(
        self, owner: Owner | None, kind: type[Any] | None = None
    ) -> "Value | lasting[Owner, Value]":
        """Only asked as long as the instance has no such value."""
        if owner is None:
            return self
        value = self._make(owner)
        vars(owner)[self._name] = value
        return value

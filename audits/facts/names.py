"""Dotted names of what is called, and their parts, in any language's notation."""

import re
from collections.abc import Iterable
from functools import lru_cache

_JOINTS = ("", ".", "/", ":")
_JOINT = re.compile("[./:]")
_WORD = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")


def below(name: str, prefixes: Iterable[str]) -> bool:
    """Whether a name is one of the prefixes, or a part of one."""
    every = tuple(prefixes)
    if not name.startswith(every):
        return False
    return any(name.startswith(p) and name[len(p) : len(p) + 1] in _JOINTS for p in every)


def first_part(name: str) -> str:
    """What a name begins with, up to the first joint: `sklearn` of `sklearn.metrics.f1_score`."""
    return _JOINT.split(name, maxsplit=1)[0]


def last_part(name: str) -> str:
    """What is called, without what it is called on: `fit` of `sklearn.linear_model.Ridge.fit`."""
    return name.rpartition(":")[2].rpartition(".")[2]


def is_own(name: str) -> bool:
    """Whether what a call's name stands for is defined in the repository itself."""
    return ":" in name and "::" not in name


@lru_cache(maxsize=100_000)
def words_of(name: str) -> frozenset[str]:
    """The words of an identifier, in lower case."""
    return frozenset(listed_words(name))


def listed_words(name: str) -> tuple[str, ...]:
    """The same in their order."""
    return tuple(w.lower() for w in _WORD.findall(name))


@lru_cache(maxsize=1_000)
def roots_of(prefixes: tuple[str, ...]) -> frozenset[str]:
    """The first parts of some prefixes: no name is below one unless it begins so as well."""
    return frozenset(first_part(p) for p in prefixes)

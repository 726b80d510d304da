"""No regular expression of the engine can be made to backtrack without end."""

import random
import re
import signal
import string
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from re import _constants as kinds  # type: ignore[attr-defined, unused-ignore] # the standard library's own, without types
from re import _parser  # type: ignore[attr-defined, unused-ignore] # the standard library's own, without types
from typing import Any

import pytest

from tests.audits.hostile.patterns import Pattern, nested_quantifiers, of_calls, of_modules

EVERY = list(
    {(p.compiled.pattern, p.compiled.flags): p for p in [*of_calls(), *of_modules()]}.values()
)
LENGTH = 30_000
SECONDS = 0.6
"""Processor time for a text of thirty thousand characters; a good pattern needs a hundredth."""
_CLASSES = {
    kinds.CATEGORY_DIGIT: "0", kinds.CATEGORY_SPACE: " ", kinds.CATEGORY_WORD: "a",
    kinds.CATEGORY_NOT_DIGIT: "a", kinds.CATEGORY_NOT_SPACE: "a", kinds.CATEGORY_NOT_WORD: " ",
}  # fmt: skip


def test_the_engine_has_patterns_to_look_at() -> None:
    assert len(EVERY) > 60


@pytest.mark.parametrize("pattern", EVERY, ids=lambda p: p.place)
def test_no_pattern_repeats_a_repeat(pattern: Pattern) -> None:
    assert nested_quantifiers(pattern.compiled) == [], pattern.compiled.pattern


@pytest.mark.parametrize("pattern", EVERY, ids=lambda p: p.place)
def test_no_text_keeps_a_pattern_busy(pattern: Pattern) -> None:
    is_bytes = isinstance(pattern.compiled.pattern, bytes)
    for text in attacks(pattern.compiled):
        given: Any = text.encode("utf-8", "replace") if is_bytes else text
        try:
            with at_most(SECONDS):
                deque(pattern.compiled.finditer(given), maxlen=0)
                pattern.compiled.match(given)
        except TimeoutError:
            pytest.fail(f"{text[:60]!r}… keeps it busy: {pattern.compiled.pattern!r}")


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Raises TimeoutError after so much processor time; matching looks for signals."""

    def over(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGVTALRM, over)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def attacks(compiled: "re.Pattern[Any]") -> list[str]:
    """Long texts made of what the pattern itself looks for, each ending in what it does not."""
    tree = _parser.parse(compiled.pattern, compiled.flags & ~re.DEBUG)
    pumps = {piece for piece in _pieces(tree) if piece}
    pumps |= {"a", " ", "0", "=", "\n", '"', "\\", "/*", "(", "a.", "<", "\x00"}
    prefixes = {"", _shortest(tree)[:40], _shortest(tree)[:-1][:40]}
    chosen = sorted(pumps, key=lambda p: (len(p), p))[:16]
    texts = [
        prefix + (pump * LENGTH)[:LENGTH] + end
        for prefix, pump, end in product(sorted(prefixes), chosen, ("!",))
    ]
    dice = random.Random(compiled.pattern if isinstance(compiled.pattern, str) else 0)  # noqa: S311 - drawn alike each time, and no secret
    letters = "".join(chosen) + string.ascii_letters
    return [*texts, *("".join(dice.choices(letters, k=LENGTH)) for _ in range(3))]


def _pieces(tree: Any) -> list[str]:
    """A shortest match of every part that repeats, and of pairs that follow each other."""
    found: list[str] = []
    items = list(tree)
    for at, (operation, value) in enumerate(items):
        shortest = _shortest([(operation, value)])
        found += [shortest, shortest + _shortest(items[at + 1 : at + 2])]
        for body in _bodies(operation, value):
            found += _pieces(body)
    return found


def _bodies(operation: Any, value: Any) -> list[Any]:
    if operation in (kinds.MAX_REPEAT, kinds.MIN_REPEAT):
        return [value[2]]
    if operation is kinds.BRANCH:
        return list(value[1])
    if operation is kinds.SUBPATTERN:
        return [value[3]]
    return [value[1]] if operation in (kinds.ASSERT, kinds.ASSERT_NOT) else []


def _shortest(tree: Any) -> str:
    """Some text that the pattern takes, each repeat taken once."""
    return "".join(_taken(operation, value) for operation, value in tree)


def _taken(operation: Any, value: Any) -> str:
    if operation is kinds.LITERAL:
        return chr(value)
    if operation is kinds.NOT_LITERAL:
        return "b" if value == ord("a") else "a"
    if operation is kinds.ANY:
        return "a"
    if operation is kinds.IN:
        return _member(value)
    if operation in (kinds.MAX_REPEAT, kinds.MIN_REPEAT):
        return _shortest(value[2]) * max(1, min(int(value[0]), 40))
    if operation is kinds.BRANCH:
        return _shortest(value[1][0])
    if operation is kinds.SUBPATTERN:
        return _shortest(value[3])
    return ""


def _member(items: Any) -> str:
    negated = items[0][0] is kinds.NEGATE
    if negated:
        excluded = {chr(v) for o, v in items[1:] if o is kinds.LITERAL}
        return next(c for c in "a0 -_" if c not in excluded)
    operation, value = items[0]
    if operation is kinds.LITERAL:
        return chr(value)
    if operation is kinds.RANGE:
        return chr(value[0])
    return _CLASSES.get(value, "a")

"""Two texts compared word by word, as someone reads them: what stayed, what came, what went."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

MOST_WORDS = 4000
"""Beyond this many words in a text, lines are compared: the search takes time by their square."""

_WORDS = re.compile(r"\s+|[^\s]+")
_LINES = re.compile(r"[^\n]*\n|[^\n]+")


@dataclass(frozen=True)
class Piece:
    """A part of the two texts together."""

    kind: Literal["same", "added", "removed"]
    text: str


def compared(before: str, after: str) -> tuple[Piece, ...]:
    """Both texts as one, in which what went stands before what came in its place.

    Words that changed side by side are one change: two texts have spaces in common, which would
    else set their words by turns.
    """
    old, new = _split(before, after)
    pieces: list[Piece] = []
    went = came = ""
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        was, now = "".join(old[a:b]), "".join(new[c:d])
        if kind == "equal" and (was.strip() or not went + came):
            pieces += [*_change(went, came), Piece("same", was)]
            went = came = ""
        else:
            went, came = went + was, came + now
    return (*pieces, *_change(went, came))


def _change(went: str, came: str) -> Iterator[Piece]:
    if went:
        yield Piece("removed", went)
    if came:
        yield Piece("added", came)


def _split(before: str, after: str) -> tuple[list[str], list[str]]:
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if max(len(old), len(new)) > 2 * MOST_WORDS:  # a word and the space behind it are two
        return _LINES.findall(before), _LINES.findall(after)
    return old, new

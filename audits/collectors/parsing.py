"""Foreign text through the parsers of others, within bounds and with one kind of failure.

A parser's time, memory or stack can grow far beyond the size of its input. What could do so is
refused beforehand; whatever a parser raises becomes `Unreadable`. No collector calls one itself.
"""

import ast
import configparser
import json
import warnings
from typing import Any

from audits.collectors.collecting import Unreadable

MOST_JSON_VALUES = 2_000_000
MOST_PYTHON_MARKS = 150_000
"""Marks between parts of Python; a syntax tree may cost two kilobytes for each."""
LONGEST_TOML = 4 * 1024 * 1024
MOST_DOTS = 1_000
"""Dots on a line of TOML; the time for a dotted key grows with the square of its parts."""
TOO_DEEP = "nested too deeply to be parsed"
_MOST_BITS = 256
_MARKS = "\n;,.([{="


def python_of(text: str) -> ast.Module:
    """The syntax tree of Python 3. Raises SyntaxError where it is none, Unreadable otherwise."""
    if len(text) > MOST_PYTHON_MARKS and sum(map(text.count, _MARKS)) > MOST_PYTHON_MARKS:
        raise Unreadable("Python with too many parts to be parsed")
    if not text.isascii():
        text = text.encode("utf-8", "replace").decode()
    try:
        with warnings.catch_warnings():
            # A warning would quote the foreign code on standard error.
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except (RecursionError, MemoryError) as error:
        raise Unreadable(TOO_DEEP) from error


class _Last:
    """The tree of the file read last: whoever reads the same file next need not parse it again."""

    def __init__(self) -> None:
        self._text = ""
        self._tree: ast.Module | None = None

    def of(self, text: str) -> ast.Module:
        if self._tree is None or self._text != text:
            # The tree before is let go first, so that never two of them take memory.
            self._text, self._tree = "", None
            self._text, self._tree = text, python_of(text)
        return self._tree


shared_tree = _Last().of
"""As `python_of`, for a whole file that several collectors read; nobody may change the tree."""


def expression_of(text: str) -> ast.expr:
    """The tree of one expression. Raises as `python_of`."""
    statement = python_of(f"({text})").body[0]
    if not isinstance(statement, ast.Expr):
        raise Unreadable("not an expression")
    return statement.value


def text_of(content: bytes) -> str:
    """Source code as text; what it says of its own encoding is not believed."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def written(value: object) -> str:
    """A literal as it could be written; a number that cannot be, in time, is empty."""
    too_long = isinstance(value, int) and value.bit_length() > _MOST_BITS
    return "" if too_long else str(value)


def json_of(content: bytes | str, what: str = "not valid JSON") -> Any:
    """The value of a JSON text. Raises Unreadable, which says `what`, where it is none."""
    try:
        text = content if isinstance(content, str) else content.decode("utf-8-sig")
        if sum(map(text.count, ",[{")) > MOST_JSON_VALUES:
            raise Unreadable("JSON with too many values to examine")
        return json.loads(text)
    except (ValueError, RecursionError, MemoryError) as error:
        raise Unreadable(what) from error


def toml_of(text: str) -> dict[str, Any]:
    """The table of a TOML text. Raises Unreadable where it is none."""
    if len(text) > LONGEST_TOML:
        raise Unreadable("TOML of more than 4 MB")
    if any(line.count(".") > MOST_DOTS for line in text.split("\n")):
        raise Unreadable(TOO_DEEP)
    try:
        import tomllib  # asked for by few trees that an audit knows already

        return tomllib.loads(text)
    except (RecursionError, MemoryError) as error:
        raise Unreadable(TOO_DEEP) from error
    except ValueError as error:
        raise Unreadable("not valid TOML") from error


def ini_of(text: str) -> configparser.RawConfigParser:
    """The sections of an INI file. Raises Unreadable where it is none."""
    parser = configparser.RawConfigParser(strict=False, allow_no_value=True)
    try:
        parser.read_string(text)
    except (configparser.Error, ValueError, AttributeError) as error:
        raise Unreadable("not a valid INI file") from error
    return parser

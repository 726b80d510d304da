"""Calls that search an index: of a store for it, of a database, or of the repository's own.

Own indexes lie in tables, files and lists of vectors, in any language of queries. What they have
in common is the name of the function that searches them, and that somebody calls it.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from audits.facts.code import Call, SourceFile
from audits.facts.families import Use
from audits.facts.names import below, last_part, listed_words, words_of
from audits.facts.readings import reading_of_all
from audits.facts.running import is_brought, table_of
from audits.facts.tools import retrieval as tools

_METHODS = tools.METHODS | {"rpc"}
_MAY_SEARCH = re.compile(r"(?i)search|simil|relev|near|clos|semant|retriev|find|query")
"""One of these stands in every such name, and in hardly any other."""


@reading_of_all
def retrieval(file: SourceFile) -> Iterator[Use]:
    """Every call of a file that searches an index."""
    names = table_of(file, tools.RETRIEVAL)
    own = {n for n in file.names if searches_by_name(last_part(n))}
    for call in _may_search(file, names, own):
        name = call.name.replace("::", ".")
        of_a_store = below(name, names) and is_brought(file, name)
        found = of_a_store or call.method in tools.METHODS or _is_own(file, call, own)
        if found or _is_vector_procedure(call, file):
            yield Use(file.path, call.line, "retrieval", call.name, call.scope)


def _may_search(file: SourceFile, names: list[str], own: set[str]) -> tuple[Call, ...]:
    if file.language != "python":
        return file.calls
    return file.calls_of(names=own, methods=_METHODS, modules=names)


def _is_own(file: SourceFile, call: Call, own: set[str]) -> bool:
    """Whether a function of the repository is called, or a method that could not be followed.

    Outside Python the name of an import does not say whose it is.
    """
    if call.name not in own:
        return False
    followed = call.is_own or call.name.startswith(".") or "." not in call.name
    return followed or file.language != "python"


@lru_cache(maxsize=100_000)
def searches_by_name(name: str) -> bool:
    """Whether a function says that it looks texts up by meaning, or parts of texts by any way."""
    if not _MAY_SEARCH.search(name):
        return False
    listed = listed_words(name)
    words = set(listed)
    if len(listed) < 2 or listed[0] not in tools.SEEKING | tools.DOES:
        return False
    if "search" in words and words & tools.SEARCHES:
        return listed[0] in tools.DOES
    if words & tools.BY_MEANING and words & tools.TEXTS:
        return listed[0] in tools.SEEKING
    strict = listed[0] in ("search", "retrieve", "query", "find")
    passages = bool(words & tools.OF_AN_INDEX) or {"knowledge", "base"} <= words
    return strict and (passages or (listed[0] == "retrieve" and bool(words & tools.TEXTS)))


def _is_vector_procedure(call: Call, file: SourceFile) -> bool:
    """A stored procedure that searches by meaning, as hosted databases name it: `match_documents`.

    Outside Python its name may stand on the line below the call.
    """
    if call.method != "rpc":
        return False
    first = call.arguments[0] if call.arguments else None
    if isinstance(first, str) or file.language == "python":
        return isinstance(first, str) and _names_a_search(first)
    return any(_names_a_search(text) and line == call.line + 1 for text, line in file.strings)


def _names_a_search(text: str) -> bool:
    return bool(words_of(text) & tools.PROCEDURES)

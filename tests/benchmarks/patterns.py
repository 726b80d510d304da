"""Three hundred content patterns of the kind that an examination looks for, as ripgrep takes them.

They are made from the tables of the engine itself, so that they grow with it.
"""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from itertools import chain

import audits.facts.tools
from audits.facts.tools.secret_formats import FORMATS, KEY_WORDS

COUNT = 300
_NAME = re.compile(r"[A-Za-z_][\w-]*(?:\.[A-Za-z_]\w*){1,4}")


def patterns(count: int = COUNT) -> list[str]:
    """So many patterns: formats of credentials, names that say credential, calls of libraries."""
    # Bounded repetition costs ripgrep's automaton most; look-ahead it does not know.
    secrets = [_plain(f.pattern) for f in FORMATS]
    words = [rf"(?i:{w})[a-z0-9_\-]{{0,30}}[ \t]{{0,3}}[=:]" for w in KEY_WORDS]
    names = sorted({re.escape(name) for name in _names()})
    step = max(1, len(names) // count)
    return list(dict.fromkeys(chain(secrets, words, names[::step])))[:count]


def _plain(pattern: str) -> str:
    """A pattern without look-ahead and with its flags in a group, as they would leak otherwise."""
    plain = re.sub(r"\(\?![^)]*\)", "", pattern).replace(r"\"", '"')
    return f"(?i:{plain[4:]})" if plain.startswith("(?i)") else plain


def _names() -> Iterator[str]:
    """Dotted names in the tables of tools."""
    for info in pkgutil.iter_modules(audits.facts.tools.__path__):
        module = importlib.import_module(f"{audits.facts.tools.__name__}.{info.name}")
        waiting = [v for k, v in vars(module).items() if k.isupper()]
        while waiting:
            value = waiting.pop()
            if isinstance(value, str) and _NAME.fullmatch(value):
                yield value
            elif isinstance(value, dict):
                waiting += [*value, *value.values()]
            elif isinstance(value, list | tuple | set | frozenset):
                waiting += list(value)

"""What the words of a shell script come to once its variables and its arguments are written out.

Known are values that the script itself sets, the folder that it stands in, the items of a loop, and
defaults; what a program gives while it runs stays as it is written.
"""

import re
from collections.abc import Iterator, Sequence

_NAMED = re.compile(r"\$(?:\{([A-Za-z_]\w{0,60})(?::?-([^{}$]{0,200}))?\}|([A-Za-z_]\w{0,60}))")
_PLACED = re.compile(r"\$(?:\{(\d)(?::?-([^{}$]{0,200}))?\}|(\d)(?!\w))")
_REST = re.compile(r"\$\{@:(\d)\}")
_ALL = frozenset({"$@", "$*", "${@}", "${*}"})
_LONGEST = 300
_MOST_ITEMS = 12
MOST_VALUES = 300


class Variables:
    """The variables of one script while it is read; `path` is where the script stands."""

    def __init__(self, path: str) -> None:
        self._folder = path.rpartition("/")[0]
        self._values: dict[str, str] = {}
        self._lists: dict[str, tuple[str, ...]] = {}

    def set(self, words: Sequence[str]) -> None:
        """Takes `NAME=value` of any of these words."""
        for word in words:
            name, equals, value = word.partition("=")
            if equals and name.isidentifier() and len(self._values) < MOST_VALUES:
                written = self.written(value)
                unknown = "$(" in written or "`" in written or len(written) > _LONGEST
                self._values[name] = "" if unknown else written
                self._lists.pop(name, None)

    def loop(self, words: Sequence[str]) -> None:
        """Takes `for NAME in items`."""
        if words[2:3] == ["in"] or words[2:3] == ("in",):
            items = (self.written(w) for w in words[3 : 3 + _MOST_ITEMS])
            self._lists[words[1]] = tuple(i for i in items if len(i) <= _LONGEST)

    def written(self, word: str) -> str:
        """A word with the values of known variables in it."""
        if "$" not in word:
            return word
        return _NAMED.sub(self._value, self._placed(word))

    def split(self, word: str) -> list[str]:
        """A word that is not quoted: a value with spaces becomes several."""
        found = self.written(word)
        return found.split() if " " in found and _NAMED.fullmatch(word) else [found]

    def spread(self, words: list[str]) -> Iterator[list[str]]:
        """A command once for each item of the loop whose variable it mentions."""
        for name, items in self._lists.items() if any("$" in w for w in words) else ():
            forms = (f"${{{name}}}", f"${name}")
            if items and any(f in w for w in words for f in forms):
                for item in items:
                    yield [_filled(w, forms, item) for w in words]
                return
        yield words

    def _value(self, found: re.Match[str]) -> str:
        name, default = found[1] or found[3], found[2]
        if name in self._lists:
            return found[0]
        return self._values.get(name, "") or default or found[0]

    def _placed(self, word: str) -> str:
        """`$(dirname "$0")` and its kin as the folder that the script stands in."""
        if "dirname" not in word or not ("$0" in word or "BASH_SOURCE" in word):
            return word
        ends = (")", "`")["$(" not in word]
        start, end = word.find("$(" if ends == ")" else "`"), word.rfind(ends) + 1
        if start < 0 or end <= start + 1:
            return word
        inside = word[start:end]
        up = inside.count("dirname") - 1 + inside.count("/..")
        parts = self._folder.split("/") if self._folder else []
        here = "/".join(parts[: max(0, len(parts) - up)]) or "."
        return word[:start] + here + word[end:]


def _filled(word: str, forms: Sequence[str], item: str) -> str:
    for form in forms:
        word = word.replace(form, item)
    return word


def with_arguments(words: Sequence[str], given: Sequence[str]) -> tuple[str, ...]:
    """The words of a command of a script that is called with these arguments."""
    found: list[str] = []
    for word in words:
        if word in _ALL:
            found += given
        elif rest := _REST.fullmatch(word):
            found += given[max(0, int(rest[1]) - 1) :]
        else:
            found.append(_PLACED.sub(lambda m: _argument(m, given), word) if "$" in word else word)
    return tuple(w for w in found if w)


def _argument(found: re.Match[str], given: Sequence[str]) -> str:
    at = int(found[1] or found[3]) - 1
    if 0 <= at < len(given):
        return given[at]
    return found[2] or found[0]

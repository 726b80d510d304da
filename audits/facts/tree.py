"""The files of a tree at a commit, and the role that each path plays.

A practice counts where the product uses it. Tests, documentation, examples, vendored copies,
generated files and templates are other roles, and every check says which it leaves out.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import IntFlag, auto
from fnmatch import translate
from functools import lru_cache
from operator import attrgetter
from sys import intern
from typing import cast

from msgspec import Struct
from msgspec.structs import force_setattr

from audits.facts.lasting import lasting


class Role(IntFlag):
    """What a path is for, told from the path alone. NONE is a product path."""

    NONE = 0
    TEST = auto()
    DOCS = auto()
    EXAMPLE = auto()
    VENDORED = auto()
    GENERATED = auto()
    TEMPLATE = auto()
    NOTEBOOK = auto()

    # Asked millions of times on a large tree, and slow as the standard library has them. What two
    # roles have in common is a plain number, since it is only asked whether there is anything.
    __and__ = int.__and__  # type: ignore[assignment] # see above
    __bool__ = int.__bool__
    __hash__ = int.__hash__

    def __or__(self, other: int) -> "Role":
        value = self._value_ | int(other)
        known = Role._value2member_map_.get(value)
        return Role(value) if known is None else cast("Role", known)


FOREIGN = Role.VENDORED | Role.GENERATED
"""Roles of what nobody wrote for this product."""

NOT_PRODUCT = Role.TEST | Role.DOCS | Role.VENDORED | Role.GENERATED | Role.TEMPLATE
"""Roles in which nothing counts as use (definitions, rules G3 and G5)."""

_FOLDERS = {
    Role.TEST: "test tests testing __tests__ spec specs fixtures testdata e2e test-resources "
    "test_resources test-data test_data __mocks__ unit_tests unit-tests integration_tests",
    Role.DOCS: "doc docs documentation site website wiki vignettes",
    Role.EXAMPLE: "example examples demo demos sample samples tutorial tutorials archive archived "
    "deprecated legacy obsolete attic",
    Role.VENDORED: "vendor vendored third_party third-party thirdparty node_modules site-packages "
    "bower_components external .venv venv",
    Role.GENERATED: "dist build __pycache__ target .next generated htmlcov",
    Role.TEMPLATE: "cookiecutter cookiecutters",
}
_ROLE_OF_FOLDER = {name: role for role, names in _FOLDERS.items() for name in names.split()}
_TEST_FILE = re.compile(r"\A(test_.*|.*_tests?|.*\.test|.*\.spec|conftest|tests)\.[A-Za-z]+$")
_GLOB = re.compile(r"[*?\[]")
_PLACEHOLDER = re.compile(r"\{\{[^{}]*\}\}")


@lru_cache(maxsize=200_000)
def role_of(path: str) -> Role:
    """The role of a repository path, told from its folders and its name."""
    folder, _, name = path.lower().rpartition("/")
    role = _role_of_folders(folder)
    if role & _GENERATED and name.endswith((".py", ".sh")) and _is_workshop(folder):
        role = Role(role & ~_GENERATED)
    if ("test" in name or "spec" in name) and _TEST_FILE.match(name):
        role |= Role.TEST
    if "{{" in path and _PLACEHOLDER.search(path):
        role |= Role.TEMPLATE
    if name.endswith(_TELLING):
        role |= Role.NOTEBOOK if name.endswith(_NOTEBOOKS) else _GENERATED
    return role


_GENERATED = Role.GENERATED  # looked up on its class for each of a hundred thousand files
_NOTEBOOKS = (".ipynb", ".rmd", ".qmd")
_TELLING = (*_NOTEBOOKS, ".min.js", "_pb2.py", "_pb2_grpc.py", ".pb.go")


def _is_workshop(folder: str) -> bool:
    """Whether a folder `build` holds what builds, as its programs say, and not what was built."""
    parts = set(folder.split("/"))
    generated = {p for p in parts if _ROLE_OF_FOLDER.get(p) is Role.GENERATED}
    return generated == {"build"} and not parts & {"lib", "static", "bdist", "temp"}


@lru_cache(maxsize=20_000)
def _role_of_folders(path: str) -> Role:
    """What a path of folders, in lower case, adds to the role of every file in it."""
    role = Role.NONE
    for folder in path.split("/"):
        role |= _ROLE_OF_FOLDER.get(folder, Role.NONE)
        if folder.startswith("cookiecutter"):
            role |= Role.TEMPLATE
    return role


class File(Struct, frozen=True, order=True, gc=False):
    """One tracked file: repository path with `/`, size in bytes, blob id (or content hash).

    What its path tells is told once: `name`, the last part, `suffix`, the ending in lower case with
    its dot or an empty string, and `role`. Whoever has kept all three gives them; without a name
    all are told from the path.
    """

    path: str
    size: int
    blob: str
    name: str = ""
    suffix: str = ""
    role: Role = Role.NONE

    def __post_init__(self) -> None:
        if self.name:
            return
        path = self.path
        name = path[path.rfind("/") + 1 :]
        force_setattr(self, "name", name)
        force_setattr(self, "suffix", _suffix_of(name))
        force_setattr(self, "role", role_of.__wrapped__(path))


def _suffix_of(name: str) -> str:
    dot = name.rfind(".")
    return intern(name[dot:].lower()) if dot > 0 else ""


class Tree(Struct, frozen=True, dict=True):
    """All files of the audited tree, sorted by path; `commit` is None for a plain folder."""

    files: tuple[File, ...]
    commit: str | None = None

    @lasting
    def _by_path(self) -> dict[str, File]:
        return {f.path: f for f in self.files}

    def __contains__(self, path: object) -> bool:
        return path in self._by_path

    def __iter__(self) -> Iterator[File]:
        return iter(self.files)

    def get(self, path: str) -> File | None:
        """The file at a path, or None."""
        return self._by_path.get(path)

    @lasting
    def _by_name(self) -> Mapping[str, Sequence[int]]:
        """The places of the files of each name, in lower case."""
        found: dict[str, list[int]] = {}
        for place, file in enumerate(self.files):
            found.setdefault(file.name.lower(), []).append(place)
        return found

    @lasting
    def _by_suffix(self) -> Mapping[str, Sequence[int]]:
        """The places of the files of each suffix."""
        found: dict[str, list[int]] = defaultdict(list)
        for place, file in enumerate(self.files):
            found[file.suffix].append(place)
        return found

    def named(self, *names: str) -> Iterator[File]:
        """The files of exactly these names."""
        lower = {name.lower() for name in names}
        same = self._at(place for name in lower for place in self._by_name.get(name, ()))
        return (file for file in same if file.name in names)

    def ending(self, suffixes: Iterable[str]) -> Iterator[File]:
        """The files of these suffixes, without a look at any other."""
        return self._at(place for s in {*suffixes} for place in self._by_suffix.get(s, ()))

    def _at(self, places: Iterable[int]) -> Iterator[File]:
        return (self.files[place] for place in sorted(places))

    def holds(self, folder: str) -> bool:
        """Whether any file lies in a folder."""
        start = f"{folder}/"
        place = bisect_left(self.files, start, key=attrgetter("path"))
        return place < len(self.files) and self.files[place].path.startswith(start)

    def matching(self, *patterns: str, outside: Role = Role.NONE) -> tuple[File, ...]:
        """Files whose whole path or name matches a case-insensitive glob, but for some roles."""
        wanted = [p.lower() for p in patterns]
        places: set[int] = set()
        plain = [p for p in wanted if "/" not in p]
        places.update(*(self._by_name.get(p, ()) for p in plain if not _GLOB.search(p)))
        if plain := [p for p in plain if _GLOB.search(p)]:
            is_wanted = re.compile("|".join(map(translate, plain))).match
            places.update(*(at for name, at in self._by_name.items() if is_wanted(name)))
        if paths := [p for p in wanted if "/" in p]:
            is_wanted = re.compile("|".join(map(translate, paths))).match
            places.update(n for n, f in enumerate(self.files) if is_wanted(f.path.lower()))
        return tuple(file for file in self._at(places) if not file.role & outside)

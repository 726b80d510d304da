"""What a path tells of a file, without looking into it, and what a tree finds by it."""

import pickle
from collections.abc import Iterable

import pytest
from msgspec import structs

from audits.facts.tree import File, Role, Tree


@pytest.mark.parametrize(
    ("path", "name", "suffix", "role"),
    [
        ("src/train.py", "train.py", ".py", Role.NONE),
        ("README", "README", "", Role.NONE),
        (".env", ".env", "", Role.NONE),
        ("a/.b.YML", ".b.YML", ".yml", Role.NONE),
        ("a.b/c", "c", "", Role.NONE),
        ("tests/Data.Tar.GZ", "Data.Tar.GZ", ".gz", Role.TEST),
        ("web/node_modules/x/index.js", "index.js", ".js", Role.VENDORED),
        ("docs/Guide.ipynb", "Guide.ipynb", ".ipynb", Role.DOCS | Role.NOTEBOOK),
        ("{{ name }}/app.py", "app.py", ".py", Role.TEMPLATE),
        ("a/b.", "b.", ".", Role.NONE),
    ],
)
def test_name_suffix_and_role(path: str, name: str, suffix: str, role: Role) -> None:
    file = File(path, 1, "ab")
    assert (file.name, file.suffix, file.role) == (name, suffix, role)
    assert pickle.loads(pickle.dumps(file)) == file  # noqa: S301 - our own, as between processes
    assert structs.replace(File("x/y.txt", 1, "ab"), path=path, name="") == file


_PATHS = ("Makefile", "a-b/x.py", "a/Run.PY", "a/makefile", "a/run.py", "ab/c.txt", "b.py")
_TREE = Tree(tuple(File(path, 1, "ab") for path in _PATHS))


def _paths(files: Iterable[File]) -> list[str]:
    return [file.path for file in files]


def test_files_are_found_by_their_exact_names_in_the_order_of_the_tree() -> None:
    assert _paths(_TREE.named("makefile")) == ["a/makefile"]
    assert _paths(_TREE.named("x.py", "Makefile", "makefile", "run.py")) == [
        "Makefile", "a-b/x.py", "a/makefile", "a/run.py",
    ]  # fmt: skip
    assert _paths(_TREE.named("gone")) == []


def test_files_are_found_by_their_suffixes_in_any_case() -> None:
    assert _paths(_TREE.ending((".txt", ".py"))) == [
        "a-b/x.py", "a/Run.PY", "a/run.py", "ab/c.txt", "b.py",
    ]  # fmt: skip
    assert _paths(_TREE.ending(("",))) == ["Makefile", "a/makefile"]


def test_a_tree_knows_its_folders() -> None:
    assert [f for f in ("a", "a-b", "ab", "b", "") if _TREE.holds(f)] == ["a", "a-b", "ab"]


@pytest.mark.parametrize(
    ("patterns", "found"),
    [
        (("MAKEFILE",), ["Makefile", "a/makefile"]),
        (("run.py", "*.txt"), ["a/Run.PY", "a/run.py", "ab/c.txt"]),
        (("a/*",), ["a/Run.PY", "a/makefile", "a/run.py"]),
    ],
)
def test_patterns_are_held_against_names_or_whole_paths(
    patterns: tuple[str, ...], found: list[str]
) -> None:
    assert _paths(_TREE.matching(*patterns)) == found

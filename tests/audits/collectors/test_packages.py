"""Versions and licences of packages from lock files, pinned lists and manifests."""

import json

import pytest

from audits.engine.inventory import Inventory
from audits.facts.packages import Packages
from tests.audits.gathered import fact_of, skipped_of
from tests.make import Files

NPM = {
    "lockfileVersion": 3,
    "packages": {
        "": {"name": "x"},
        "node_modules/left-pad": {"version": "1.3.0", "license": "WTFPL"},
        "node_modules/@a/b": {"version": "2.0.0", "dev": True},
    },
}


def rows(path: str, text: str) -> list[tuple[str, str, str, int]]:
    (found,) = fact_of(Packages, {path: text}).lists
    return [(p.ecosystem, p.name, p.version, p.line) for p in found.packages]


@pytest.mark.parametrize(
    "files",
    [
        {"tests/requirements.txt": "a==1\n"},
        {"vendor/x/package-lock.json": json.dumps(NPM)},
        {"requirements.txt": "a>=1\nb\n-r x.txt\n# c==1\n"},
        {"notes.txt": "a==1\n"},
    ],
)
def test_nothing_is_pinned_there(files: Files) -> None:
    assert [p for each in fact_of(Packages, files).lists for p in each.packages] == []


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("requirements.txt", "# x\nNum_py==1.26 ; x\nb[c]==2\n",
         [("pypi", "num-py", "1.26", 2), ("pypi", "b", "2", 3)]),
        ("uv.lock", 'version = 1\n[[package]]\nname = "a"\nversion = "1"\n[package.metadata]\n',
         [("pypi", "a", "1", 3)]),
        ("Cargo.lock", '[[package]]\nname = "serde_x"\nversion = "1"\n',
         [("cargo", "serde_x", "1", 2)]),
        ("Pipfile.lock", '{"default": {\n"a": {"version": "==1"}}, "develop": {}}',
         [("pypi", "a", "1", 2)]),
        ("package-lock.json", json.dumps(NPM, indent=1),
         [("npm", "left-pad", "1.3.0", 7), ("npm", "@a/b", "2.0.0", 11)]),
        ("yarn.lock", '# x\n\n"@a/b@^1":\n  version "1.2"\n\nc@2, c@3:\n  version "3"\n',
         [("npm", "@a/b", "1.2", 3), ("npm", "c", "3", 6)]),
        ("pnpm-lock.yaml", "packages:\n\n  '@a/b@1.0.0':\n    x: 1\n  /c@2.0.0(d@1):\n",
         [("npm", "@a/b", "1.0.0", 3), ("npm", "c", "2.0.0", 5)]),
        ("go.mod", "module x\nrequire (\n\texample.com/a/b v1.2.3\n)\n",
         [("golang", "example.com/a/b", "v1.2.3", 3)]),
        ("renv.lock", '{"Packages": {\n "dplyr": {\n"Version": "1.1"}}}',
         [("cran", "dplyr", "1.1", 2)]),
    ],
)  # fmt: skip
def test_each_form_of_list(path: str, text: str, expected: list[tuple[str, str, str, int]]) -> None:
    assert rows(path, text) == expected


def test_a_broken_lock_is_skipped_with_a_reason() -> None:
    assert skipped_of({"package-lock.json": "["})["package-lock.json"].startswith("a lock file")


def test_the_project_names_itself_and_its_licence() -> None:
    files: Files = {
        "sub/pyproject.toml": '[project]\nname = "sub"\nlicense = "MIT"\n',
        "pyproject.toml": '[project]\nname = "whole"\n',
        "LICENSE": "                Apache License\n        Version 2.0, January 2004\n",
    }
    found = fact_of(Inventory, files)
    assert (found.name, found.licence) == ("whole", "Apache-2.0")


def test_a_declared_package_is_listed_once_with_the_version_of_its_lock() -> None:
    files: Files = {
        "pyproject.toml": '[project]\nname = "x"\ndependencies = ["Num-Py>=1", "loose"]\n',
        "uv.lock": '[[package]]\nname = "num-py"\nversion = "1"\n',
    }
    packages = fact_of(Inventory, files).packages
    assert [(p.name, p.version, p.path) for p in packages] == [
        ("loose", "", "pyproject.toml"),
        ("num-py", "1", "uv.lock"),
    ]

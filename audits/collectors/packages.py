"""Reads which version of which package lock files and pinned lists name, and licences with them.

Lock files in TOML, YAML and yarn's form are long and regular, so they are read line by line.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from audits.collectors import build_files
from audits.collectors.build_files import Coordinate
from audits.collectors.collecting import Collector, Unreadable
from audits.collectors.parsing import json_of, toml_of
from audits.engine.inventory import Package
from audits.facts.packages import PackageList, Packages
from audits.facts.tree import NOT_PRODUCT, File, Tree

LIMIT = 16 * 1024 * 1024
LONGEST = 200
"""Characters of a name, version or licence; what is longer is none."""

_TOML_LOCKS = {
    "poetry.lock": "pypi", "uv.lock": "pypi", "pdm.lock": "pypi", "pylock.toml": "pypi",
    "cargo.lock": "cargo",
}  # fmt: skip
_FIELD = re.compile(r'^(name|version)\s*=\s*"([^"]{1,200})"')
_PINNED = re.compile(
    r"^([A-Za-z0-9][A-Za-z0-9._-]{0,80})(?:\[[^\]]{0,80}\])?\s*===?\s*([\w.+!-]{1,60})"
)
_GO_NEED = re.compile(r"^\s*(?:require\s+)?([\w.-]{1,100}\.[\w.-]{1,100}/\S{1,160})\s+v(\S{1,60})")
_YARN_HEAD = re.compile(r'^"?((?:@[^@/\s"]{1,80}/)?[^@\s"]{1,80})@')
_YARN_VERSION = re.compile(r'^\s+version:?\s+"?([^"\s]{1,60})')
_PNPM = re.compile(
    r"^  '?/?((?:@[^@/\s']{1,80}/)?[^@/\s'():]{1,80})[@/](\d[^'():\s]{0,60})(?:\([^\n]{0,400})?'?:"
)
Found = Iterator[Package]
LICENCE_FILES = frozenset({"license", "license.txt", "license.md", "licence", "copying"})


def wants(file: File) -> bool:
    """Lock files, pinned lists and manifests of the product."""
    if file.role & NOT_PRODUCT:
        return False
    name = file.name.lower()
    listed = name.endswith(".txt") and "requirements" in file.path.lower()
    return listed or name in _READERS or name.endswith(".csproj")


def read(path: str, content: bytes) -> PackageList | None:
    """The packages of one file. Raises Unreadable where its format is broken."""
    name = path.rsplit("/", 1)[-1].lower()
    reader = _READERS.get(name, _nuget if name.endswith(".csproj") else _requirements)
    try:
        found = reader(path, content.decode("utf-8", "replace").lstrip("\ufeff"))
    except (Unreadable, TypeError) as error:
        if "lock" not in name:
            # A broken manifest is told once, by those who read what it declares.
            return None
        raise Unreadable("a lock file that cannot be parsed") from error
    return found if found.packages or found.name or found.licence else None


def _listed(path: str, packages: Found) -> PackageList:
    return PackageList(path, tuple(dict.fromkeys(packages)))


def _requirements(path: str, text: str) -> PackageList:
    return _listed(
        path,
        (
            Package("pypi", _normal(found[1]), found[2], path, number)
            for number, line in enumerate(text.splitlines(), 1)
            if (found := _PINNED.match(line[:LONGEST]))
        ),
    )


def _normal(name: str) -> str:
    """A Python package's name as the index writes it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _toml_lock(path: str, text: str) -> PackageList:
    ecosystem = _TOML_LOCKS[path.rsplit("/", 1)[-1].lower()]
    return _listed(path, _toml_packages(path, text, ecosystem))


def _toml_packages(path: str, text: str, ecosystem: str) -> Found:
    name, at, inside = "", 0, False
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("["):
            inside = line.startswith(("[[package]]", "[[packages]]"))
            name = ""
        elif inside and (found := _FIELD.match(line)):
            if found[1] == "name":
                name, at = found[2], number
            elif name:
                shown = _normal(name) if ecosystem == "pypi" else name
                yield Package(ecosystem, shown, found[2], path, at)
                name = ""


def _pipfile_lock(path: str, text: str) -> PackageList:
    data = _object(text)
    pairs = (
        (name, entry, section == "develop")
        for section in ("default", "develop")
        for name, entry in _object_of(data, section).items()
    )
    return _listed(
        path,
        (
            Package("pypi", _normal(name), version, path, _line_of(text, f'"{name}"'), "", dev)
            for name, entry, dev in pairs
            if isinstance(entry, dict) and (version := _word(entry.get("version")).lstrip("="))
        ),
    )


def _object(text: str) -> Mapping[str, Any]:
    data = json_of(text)
    if not isinstance(data, dict):
        raise TypeError("no object")
    return data


def _object_of(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = data.get(key)
    return value if isinstance(value, dict) else {}


def _word(value: object) -> str:
    return value if isinstance(value, str) and len(value) <= LONGEST else ""


def _line_of(text: str, word: str) -> int:
    at = text.find(word)
    return text.count("\n", 0, at) + 1 if at >= 0 else 1


def _package_lock(path: str, text: str) -> PackageList:
    """npm's lock: version 2 and 3 by folder, version 1 by name; lines are found in one pass."""
    data = _object(text)
    entries = {
        key.rsplit("node_modules/", 1)[-1]: (key, value)
        for key, value in _object_of(data, "packages").items()
        if "node_modules/" in key
    } or {key: (key, value) for key, value in _object_of(data, "dependencies").items()}
    lines = _lines_of_keys(text)
    return _listed(
        path,
        (
            Package(
                "npm", name, version, path, lines.get(key, 1), _word(entry.get("license")),
                entry.get("dev") is True,
            )
            for name, (key, entry) in entries.items()
            if isinstance(entry, dict) and (version := _word(entry.get("version")))
        ),
    )  # fmt: skip


_KEY = re.compile(r'^\s{1,8}"([^"\\]{1,300})":\s*\{')


def _lines_of_keys(text: str) -> dict[str, int]:
    lines: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if found := _KEY.match(line[:400]):
            lines.setdefault(found[1], number)
    return lines


def _yarn(path: str, text: str) -> PackageList:
    return _listed(path, _yarn_packages(path, text))


def _yarn_packages(path: str, text: str) -> Found:
    name, at = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        if line[:1] not in ("", " ", "#", "\t"):
            found = _YARN_HEAD.match(line[:400])
            name, at = (found[1], number) if found else ("", 0)
        elif name and (version := _YARN_VERSION.match(line[:LONGEST])):
            yield Package("npm", name, version[1], path, at)
            name = ""


def _pnpm(path: str, text: str) -> PackageList:
    rows = ((n, _PNPM.match(line[:600])) for n, line in enumerate(text.splitlines(), 1))
    return _listed(path, (Package("npm", m[1], m[2], path, n) for n, m in rows if m))


def _go_mod(path: str, text: str) -> PackageList:
    rows = ((n, _GO_NEED.match(line[:400])) for n, line in enumerate(text.splitlines(), 1))
    return _listed(path, (Package("golang", m[1], f"v{m[2]}", path, n) for n, m in rows if m))


def _renv(path: str, text: str) -> PackageList:
    lines = _lines_of_keys(text)
    return _listed(
        path,
        (
            Package("cran", name, version, path, lines.get(name, 1))
            for name, entry in _object_of(_object(text), "Packages").items()
            if isinstance(entry, dict) and (version := _word(entry.get("Version")))
        ),
    )


def _pyproject(path: str, text: str) -> PackageList:
    data = toml_of(text)
    project = _object_of(data, "project")
    poetry = _object_of(_object_of(data, "tool"), "poetry")
    licence = project.get("license") or poetry.get("license")
    if isinstance(licence, dict):
        licence = licence.get("text")
    name = _word(project.get("name")) or _word(poetry.get("name"))
    return PackageList(path, (), name, _word(licence))


def _package_json(path: str, text: str) -> PackageList:
    data = _object(text)
    return PackageList(path, (), _word(data.get("name")), _word(data.get("license")))


def _cargo(path: str, text: str) -> PackageList:
    package = _object_of(toml_of(text), "package")
    return PackageList(path, (), _word(package.get("name")), _word(package.get("license")))


_TITLES = (
    (re.compile(r"\A\s*(?:The )?MIT License", re.I), "MIT"),
    (re.compile(r"\A\s*Apache License\s+Version 2\.0", re.I), "Apache-2.0"),
    (re.compile(r"\A\s*GNU AFFERO GENERAL PUBLIC LICENSE\s+Version 3", re.I), "AGPL-3.0-only"),
    (re.compile(r"\A\s*GNU LESSER GENERAL PUBLIC LICENSE\s+Version 3", re.I), "LGPL-3.0-only"),
    (re.compile(r"\A\s*GNU GENERAL PUBLIC LICENSE\s+Version 3", re.I), "GPL-3.0-only"),
    (re.compile(r"\A\s*GNU GENERAL PUBLIC LICENSE\s+Version 2", re.I), "GPL-2.0-only"),
    (re.compile(r"\A\s*BSD 3-Clause License", re.I), "BSD-3-Clause"),
    (re.compile(r"\A\s*BSD 2-Clause License", re.I), "BSD-2-Clause"),
    (re.compile(r"\A\s*Server Side Public License\s+VERSION 1", re.I), "SSPL-1.0"),
    (re.compile(r"\A\s*Business Source License 1\.1", re.I), "BUSL-1.1"),
    (re.compile(r"\A\s*Mozilla Public License Version 2\.0", re.I), "MPL-2.0"),
)
"""How the texts of common licences begin."""


def licence_of(text: str) -> str:
    """The SPDX id of a licence by how its text begins, or ""."""
    start = text[:400]
    return next((name for title, name in _TITLES if title.match(start)), "")


def _licence_file(path: str, text: str) -> PackageList:
    return PackageList(path, (), "", licence_of(text))


def _at_versions(ecosystem: str, path: str, found: Iterable[Coordinate]) -> PackageList:
    """Those whose version is written; the others are listed by what declares them."""
    exact = (c for c in found if c.version and len(c.name) <= LONGEST)
    return _listed(path, (Package(ecosystem, c.name, c.version, path, c.line) for c in exact))


def _maven(path: str, text: str) -> PackageList:
    return _at_versions("maven", path, build_files.maven(text)[1])


def _gradle(path: str, text: str) -> PackageList:
    return _at_versions("maven", path, build_files.gradle(text))


def _version_catalogue(path: str, text: str) -> PackageList:
    return _at_versions("maven", path, build_files.version_catalogue(text))


def _gradle_lock(path: str, text: str) -> PackageList:
    return _at_versions("maven", path, build_files.gradle_lock(text))


def _sbt(path: str, text: str) -> PackageList:
    return _at_versions("maven", path, build_files.sbt(text)[1])


def _nuget(path: str, text: str) -> PackageList:
    return _at_versions("nuget", path, build_files.nuget(text))


def _nuget_lock(path: str, text: str) -> PackageList:
    lines = _lines_of_keys(text)
    frameworks = _object_of(_object(text), "dependencies")
    return _listed(
        path,
        (
            Package("nuget", name, version, path, lines.get(name, 1))
            for framework in frameworks
            for name, entry in _object_of(frameworks, framework).items()
            if isinstance(entry, dict) and (version := _word(entry.get("resolved")))
        ),
    )


_READERS: dict[str, Callable[[str, str], PackageList]] = {
    **dict.fromkeys(_TOML_LOCKS, _toml_lock),
    "pipfile.lock": _pipfile_lock,
    "package-lock.json": _package_lock,
    "npm-shrinkwrap.json": _package_lock,
    "yarn.lock": _yarn,
    "pnpm-lock.yaml": _pnpm,
    "go.mod": _go_mod,
    "renv.lock": _renv,
    "pyproject.toml": _pyproject,
    "package.json": _package_json,
    "cargo.toml": _cargo,
    "pom.xml": _maven,
    "build.gradle": _gradle,
    "build.gradle.kts": _gradle,
    "libs.versions.toml": _version_catalogue,
    "gradle.lockfile": _gradle_lock,
    "build.sbt": _sbt,
    "packages.config": _nuget,
    "directory.packages.props": _nuget,
    "packages.lock.json": _nuget_lock,
    **dict.fromkeys(LICENCE_FILES, _licence_file),
}


def assemble(tree: Tree, parts: Sequence[tuple[str, PackageList]]) -> Packages:  # noqa: ARG001 - the shape of every collector
    """All lists in order of path."""
    return Packages(tuple(part for _, part in parts))


COLLECTOR = Collector(Packages, 2, wants, read, assemble, LIMIT)

"""What build files of the JVM and of .NET declare: Maven, Gradle, sbt, NuGet. None of them is run.

Gradle's and sbt's files are programs. Only coordinates that are written out in them are seen.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any
from xml.sax.handler import ContentHandler

from msgspec import Struct

from audits.collectors.collecting import Unreadable
from audits.collectors.parsing import toml_of

if TYPE_CHECKING:
    from xml.sax.xmlreader import AttributesImpl, Locator

LONGEST_LINE = 500
MOST_ELEMENTS = 100_000
DEEPEST = 100


class Coordinate(Struct, frozen=True):
    """A package as a build file names it; `version` is "" unless one exact version is written."""

    name: str
    version: str
    line: int


class _Element(Struct, frozen=True):
    """An element without children: where it stands, its attributes in lower case, and its text."""

    path: tuple[str, ...]
    attributes: dict[str, str]
    text: str
    line: int
    parent: int
    """The line on which the element around it begins."""


class _Elements(ContentHandler):
    """Keeps the elements of an XML text with their lines."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[_Element] = []
        self._open: list[tuple[str, dict[str, str], int]] = []
        self._text: list[str] = []
        self._line: Callable[[], int] = lambda: 1

    def setDocumentLocator(self, locator: "Locator") -> None:  # noqa: N802 - sax's name
        """Is told who knows the line."""
        self._line = lambda: locator.getLineNumber() or 1

    def startElement(self, name: str, attrs: "AttributesImpl") -> None:  # noqa: N802 - sax's name
        """Goes in."""
        if len(self._open) >= DEEPEST or len(self.found) >= MOST_ELEMENTS:
            raise Unreadable("XML with too many elements to examine")
        given = {key.lower(): value for key, value in attrs.items()}
        self._open.append((name.rpartition(":")[2], given, self._line()))
        self._text = []

    def characters(self, content: str) -> None:
        """Keeps the text of the innermost element."""
        self._text.append(content)

    def endElement(self, name: str) -> None:  # noqa: ARG002, N802 - sax's name
        """Comes out."""
        path = tuple(n for n, _, _ in self._open)
        _, given, line = self._open.pop()
        around = self._open[-1][2] if self._open else line
        self.found.append(_Element(path, given, "".join(self._text).strip(), line, around))
        self._text = []


def _elements(text: str) -> list[_Element]:
    """All elements of an XML text, inner ones first. Raises Unreadable where it is none."""
    from defusedxml.common import DefusedXmlException
    from defusedxml.sax import parseString

    handler = _Elements()
    try:
        parseString(text.encode("utf-8", "replace"), handler)
    except DefusedXmlException as error:
        raise Unreadable("XML that declares entities of its own") from error
    except Exception as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable("not valid XML") from error
    return handler.found


def maven(text: str) -> tuple[str, tuple[Coordinate, ...]]:
    """The name of a `pom.xml` and what it depends on; versions by the file's own properties."""
    found = _elements(text)
    known = {e.path[-1]: e.text for e in found if e.path[1:-1] == ("properties",)}
    name = next((e.text for e in found if e.path[1:] == ("artifactId",)), "")
    return name, tuple(_maven(found, known))


def _maven(found: list[_Element], known: dict[str, str]) -> Iterator[Coordinate]:
    fields: dict[str, str] = {}
    for element in found:
        *around, last = element.path
        if around[-1:] == ["dependency"]:
            fields[last] = element.text
        elif last == "dependency":
            named = fields.get("groupId") and fields.get("artifactId")
            if named and fields.get("scope") != "test" and "plugin" not in around:
                version = _exact(_filled(fields.get("version", ""), known))
                yield Coordinate(
                    f"{fields['groupId']}:{fields['artifactId']}", version, element.line
                )
            fields = {}


def _filled(version: str, known: dict[str, str]) -> str:
    """A version with a property of the same file put in."""
    if version.startswith("${") and version.endswith("}"):
        return known.get(version[2:-1], "")
    return version


def _exact(version: str) -> str:
    """A version that names one release; no range, no wildcard, no moving name."""
    moving = any(c in version for c in "[](),*+$") or version.endswith(("SNAPSHOT", "RELEASE"))
    return "" if moving or not version[:1].isalnum() or version.startswith("latest") else version


_GRADLE = re.compile(
    r"^\s{0,40}(\w{2,40})\s{0,4}\(?\s{0,4}(?:platform\()?[\"']"
    r"([\w.\-]{2,100}):([\w.\-]{1,100})(?::([^\"':]{1,60}))?[\"']"
)
_DECLARING = ("implementation", "api", "compile", "runtime", "compileonly", "runtimeonly")


def gradle(text: str) -> tuple[Coordinate, ...]:
    """What the lines of a `build.gradle` declare, in Groovy or Kotlin; tests' packages not."""
    rows = ((n, _GRADLE.match(row[:LONGEST_LINE])) for n, row in enumerate(text.split("\n"), 1))
    return tuple(
        Coordinate(f"{m[2]}:{m[3]}", _exact(m[4] or ""), n)
        for n, m in rows
        if m and m[1].lower() in _DECLARING
    )


def version_catalogue(text: str) -> tuple[Coordinate, ...]:
    """The libraries of Gradle's `libs.versions.toml`."""
    data = toml_of(text)
    versions, libraries = data.get("versions"), data.get("libraries")
    known = versions if isinstance(versions, dict) else {}
    rows = text.split("\n")
    lines = {row.split("=")[0].strip(): n for n, row in reversed(list(enumerate(rows, 1)))}
    listed = libraries.items() if isinstance(libraries, dict) else ()
    return tuple(c for key, value in listed if (c := _catalogued(value, known, lines.get(key, 1))))


def _catalogued(value: Any, known: Mapping[str, Any], line: int) -> Coordinate | None:
    if isinstance(value, str):
        module, _, written = value.rpartition(":")
        return Coordinate(module, _exact(written), line) if module.count(":") == 1 else None
    if not isinstance(value, dict):
        return None
    name = value.get("module") or f"{value.get('group', '')}:{value.get('name', '')}"
    version = value.get("version")
    if isinstance(version, dict):
        version = known.get(str(version.get("ref")))
    exact = _exact(version) if isinstance(version, str) else ""
    return Coordinate(str(name), exact, line) if len(str(name)) > len(":") else None


_SBT = re.compile(
    r'"([\w.\-]{2,100})"\s{0,4}%{1,3}\s{0,4}"([\w.\-]{1,100})"\s{0,4}%\s{0,4}'
    r'(?:"([^"]{1,60})"|([\w.]{1,60}))(\s{0,4}%\s{0,4}(?:"test"|Test))?'
)
_SBT_NAME = re.compile(r'^\s{0,8}(?:ThisBuild\s{0,4}/\s{0,4})?name\s{0,4}:=\s{0,4}"([^"]{1,100})"')


def sbt(text: str) -> tuple[str, tuple[Coordinate, ...]]:
    """The name of a `build.sbt` and the modules that its lines name; comments and tests not."""
    name = ""
    found: list[Coordinate] = []
    for number, row in enumerate(text.split("\n"), 1):
        line = row[:LONGEST_LINE].split("//")[0]
        named = _SBT_NAME.match(line)
        name = name or (named[1] if named else "")
        found += [
            Coordinate(f"{m[1]}:{m[2]}", _exact(m[3] or ""), number)
            for m in _SBT.finditer(line)
            if not m[5]
        ]
    return name, tuple(found)


_NUGET = {"PackageReference": "include", "PackageVersion": "include", "package": "id"}


def nuget(text: str) -> tuple[Coordinate, ...]:
    """What a project of .NET, its `packages.config` or its central versions name.

    `Version="4.0.0"` means 4.0.0 or newer, but what is restored is the lowest: that very version.
    """
    found = _elements(text)
    inner = {
        (e.path[-2], e.parent): e.text for e in found if e.path[-1:] == ("Version",) and e.path[1:]
    }
    return tuple(
        Coordinate(name, _exact(version), e.line)
        for e in found
        if (key := _NUGET.get(e.path[-1])) and (name := e.attributes.get(key, ""))
        for version in [e.attributes.get("version") or inner.get((e.path[-1], e.line), "")]
    )


_LOCKED = re.compile(r"^([\w.\-]{2,100}):([\w.\-]{1,100}):([^=\s]{1,60})=")


def gradle_lock(text: str) -> tuple[Coordinate, ...]:
    """The packages of a `gradle.lockfile`, one a line."""
    rows = ((n, _LOCKED.match(row[:LONGEST_LINE])) for n, row in enumerate(text.split("\n"), 1))
    return tuple(Coordinate(f"{m[1]}:{m[2]}", m[3], n) for n, m in rows if m)

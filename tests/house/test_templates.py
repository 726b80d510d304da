"""Every address that a template names exists, and no template carries style or script inline."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.template import engines
from django.urls import URLPattern, URLResolver, get_resolver

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
URL_TAG = re.compile(r"{%\s*url\s+(['\"])(?P<name>[\w:.-]+)\1(?P<rest>[^%]*)%}")
ADDRESS = re.compile(r"address\((['\"])(?P<name>[\w:.-]+)\1(?P<rest>[^)]*)\)")
INLINE = re.compile(
    r"""<(?!svg|g\b|rect|path|line|circle|text)[a-z][^>]*\sstyle=|\son[a-z]+=["']"""
)


@dataclass(frozen=True)
class Use:
    """One `{% url %}` in a template."""

    template: str
    name: str
    arguments: int


def uses() -> list[Use]:
    return [
        Use(str(file.relative_to(TEMPLATES)), match["name"], count(match["rest"]))
        for file in sorted(TEMPLATES.rglob("*.*"))
        for pattern, count in ((URL_TAG, _count), (ADDRESS, _commas))
        for match in pattern.finditer(file.read_text("utf-8"))
    ]


def _commas(rest: str) -> int:
    return rest.count(",")


def _count(rest: str) -> int:
    words = rest.split()
    return len(words[: words.index("as")] if "as" in words else words)


def known_names() -> dict[str, set[int]]:
    """Every URL name with its namespaces, and how many arguments it takes."""
    found: dict[str, set[int]] = {}
    for name, arguments in _walk(get_resolver().url_patterns, "", 0):
        found.setdefault(name, set()).add(arguments)
    return found


def _walk(
    patterns: Iterable[URLPattern | URLResolver], prefix: str, arguments: int
) -> Iterable[tuple[str, int]]:
    for entry in patterns:
        total = arguments + entry.pattern.regex.groups
        if isinstance(entry, URLResolver):
            inner = f"{prefix}{entry.namespace}:" if entry.namespace else prefix
            yield from _walk(entry.url_patterns, inner, total)
        elif entry.name:
            yield f"{prefix}{entry.name}", total


@pytest.mark.parametrize("use", uses(), ids=lambda use: f"{use.template}:{use.name}")
def test_every_address_in_a_template_exists(use: Use) -> None:
    known = known_names()
    assert use.name in known, f"{use.template} names {use.name!r}, which no urls.py has"
    assert use.arguments in known[use.name], f"{use.template}: {use.name!r} takes other arguments"


def test_every_template_can_be_parsed() -> None:
    for file in sorted(TEMPLATES.rglob("*.html")):
        engines["django"].get_template(str(file.relative_to(TEMPLATES)))
    for file in sorted(TEMPLATES.rglob("*.jinja")):
        engines["jinja2"].get_template(str(file.relative_to(TEMPLATES)))


def test_no_template_carries_style_or_handlers_inline() -> None:
    # The Content-Security-Policy would silently drop them.
    offenders = [
        str(file.relative_to(TEMPLATES))
        for file in sorted(TEMPLATES.rglob("*.*"))
        if INLINE.search(file.read_text("utf-8"))
    ]
    assert offenders == []


def test_every_script_comes_from_a_file_and_carries_the_number_of_its_page() -> None:
    script = re.compile(
        r"<script(?![^>]*type=\"application/json\")"
        r"(?!( [^>]*)? nonce=\"{{ csp_nonce }}\"( [^>]*)? src=)[^>]*>"
    )
    offenders = [
        str(file.relative_to(TEMPLATES))
        for file in sorted(TEMPLATES.rglob("*.*"))
        if script.search(file.read_text("utf-8"))
    ]
    assert offenders == []


def test_every_time_of_day_says_its_zone() -> None:
    # Colleagues sit in several zones, and a time without one is read in the reader's own.
    time = re.compile(r"H:i|\|moment\b")
    offenders = [
        f"{file.relative_to(TEMPLATES)}: {line.strip()}"
        for file in sorted(TEMPLATES.rglob("*.*"))
        for line in file.read_text("utf-8").splitlines()
        if time.search(line) and "UTC" not in line
    ]
    assert offenders == []


def test_the_walk_finds_what_django_resolves() -> None:
    assert known_names()["healthz"] == {0}

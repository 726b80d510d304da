"""How a report looks: our style sheet, the firm's letterhead, and the name of a reader.

All of it comes from the frozen data and from our own static files.
"""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from django.contrib.staticfiles import finders

DEFAULT_COLOUR = "#155464"
PAPERS = {"A4": "A4", "letter": "letter"}
LONGEST_MARK = 48
"""Letters of a reader's name that fit between two marks."""


@dataclass(frozen=True)
class Look:
    """A style sheet, and the pictures that it and the page ask for by name."""

    style: str
    pictures: Mapping[str, bytes]


def look_of(data: Mapping[str, Any], *, reader: str = "") -> Look:
    """The look of everything that is drawn from this data."""
    paper = data.get("letterhead") or {}
    pictures = {}
    if paper.get("logo_png"):
        pictures["logo"] = base64.b64decode(paper["logo_png"])
    style = [_static("rubrics/report.css"), _of_letterhead(paper)]
    if reader:
        pictures["reader"] = _marked(reader)
        # The tile is a picture; in the margin the name can also be searched for and copied.
        style.append(
            "@page { background: url(proofroom:reader); "
            f"@bottom-center {{ content: {_css_text(f'Copy for {reader}')} }} }}"
        )
    return Look("\n".join(style), pictures)


def _of_letterhead(paper: Mapping[str, Any]) -> str:
    colour = paper.get("colour", "")
    # The service has looked at it already; frozen data of another hand must not become style.
    colour = colour if re.fullmatch("#[0-9a-f]{6}", colour) else DEFAULT_COLOUR
    size = PAPERS.get(paper.get("paper", ""), "A4")
    return f"@page {{ size: {size} }} html {{ --brand: {colour} }}"


def _marked(reader: str) -> bytes:
    """A tile with the name, aslant and pale enough to read through; it repeats over the page."""
    name = escape(reader if len(reader) <= LONGEST_MARK else f"{reader[:LONGEST_MARK]}…")
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="420" height="300">'
        '<text x="30" y="230" transform="rotate(-28 30 230)" font-size="17" fill="#e3e3e3" '
        f'font-family="DejaVu Sans, sans-serif">{name}</text></svg>'
    ).encode()


def _css_text(text: str) -> str:
    """A CSS string in which every sign that is no letter or figure is written by its number."""
    signs = (c if c.isascii() and c.isalnum() else f"\\{ord(c):x} " for c in text)
    return f'"{"".join(signs)}"'


def _static(name: str) -> str:
    path = finders.find(name)
    if path is None:
        raise FileNotFoundError(f"{name} is not among the static files")
    with open(str(path), encoding="utf-8") as file:  # noqa: PTH123 - a path from the finder
        return file.read()

"""The firm's own words: Markdown to HTML that holds nothing but text, lists, emphasis and links.

HTML in it stays text, pictures are not drawn, links lead to web and mail addresses only.
"""

from functools import cache

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

ALLOWED = ("emphasis", "list", "newline", "escape", "entity", "backticks", "link", "blockquote",
           "heading")  # fmt: skip
HEADING = "h2"
"""Whatever the level: the chapters of the report are ours, and its outline stays in order."""


class _Reader(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802 - the library's name
        return url.startswith(("https://", "http://", "mailto:"))


@cache
def _reader() -> MarkdownIt:
    return _Reader("zero", {"html": False, "linkify": False}).enable(list(ALLOWED))


def rich(text: str) -> SafeString:
    """The text as HTML."""
    reader = _reader()
    tokens = reader.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = HEADING
    # Made of the rules above alone: every text and attribute in it was escaped by the renderer.
    html: str = reader.renderer.render(tokens, reader.options, {})
    return mark_safe(html)  # noqa: S308 - see above

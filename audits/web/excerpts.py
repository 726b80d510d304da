"""Cited lines as the page shows them: numbered as at the commit, the cited one marked."""

from dataclasses import dataclass

from audits.models import Excerpt


@dataclass(frozen=True)
class CitedLine:
    """One line of an excerpt."""

    number: int
    text: str
    cited: bool


def excerpt_lines(excerpt: Excerpt) -> tuple[CitedLine, ...]:
    """The lines of an excerpt; empty where the file has no text to show."""
    if not excerpt.text:
        return ()
    return tuple(
        CitedLine(number, text, number == excerpt.line)
        for number, text in enumerate(excerpt.text.split("\n"), start=excerpt.first_line)
    )

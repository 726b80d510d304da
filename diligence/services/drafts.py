"""What is done to every draft of a text: taken in from a file, and kept while one writes."""

from typing import TypeVar

from diligence.models import User
from diligence.models.draft import TextDraft
from diligence.services.errors import Conflict, Refused

LARGEST_TEXT = 1_000_000
_Draft = TypeVar("_Draft", bound=TextDraft)


def text_of(name: str, data: bytes, what: str) -> str:
    """The text of a file. Raises Refused where it is none or is too large."""
    try:
        text = plain(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Refused(f"{name} is not text in UTF-8; save the {what} as plain text.") from None
    refuse_large(text, what)
    return text


def plain(text: str) -> str:
    """The text with the line ends and without the bytes that a database cannot keep."""
    return text.replace("\r\n", "\n").replace("\x00", "")


def refuse_large(text: str, what: str) -> None:
    """Raises Refused for what nobody reads and a parser should not."""
    if len(text) > LARGEST_TEXT:
        raise Refused(f"The {what} is larger than 1 MB; split it in two.")


def keep_text(row: _Draft, actor: User, source: str, revision: int, title: str) -> _Draft:
    """Keeps what was typed on a row that the caller has locked; `title` where the text has one.

    Raises Conflict where somebody changed the draft since `revision` was read. The same text again
    changes nothing.
    """
    if source == row.source:
        return row
    if revision != row.revision:
        raise Conflict(
            f"{row.updated_by} changed this draft while you were writing; "
            "below is what it says now."
        )
    row.source, row.title = source, title or row.title
    row.revision, row.updated_by = row.revision + 1, actor
    row.save()
    return row

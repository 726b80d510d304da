"""What is done to every draft of a text: taken in, kept while one writes, and published.

Rubrics and questionnaires differ in how their text is read and where its versions are kept. The
rest is here, so that nobody's edit is lost and no version is published twice in either.
"""

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


def locked(draft: _Draft) -> _Draft:
    """The draft as it is now, which nobody else changes until the transaction ends.

    Raises Refused where it is gone.
    """
    rows = type(draft)._default_manager.select_for_update(of=("self",))
    found = rows.select_related("updated_by", "based_on").filter(pk=draft.pk).first()
    if found is None:
        raise Refused("This draft was published or thrown away meanwhile.")
    return found


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


def ready_to_publish(draft: _Draft, revision: int) -> _Draft:
    """The draft, locked. Raises Conflict where it is not the one that was read before."""
    row = locked(draft)
    if revision != row.revision:
        raise Conflict(f"{row.updated_by} changed this draft; read it again before you publish it.")
    return row


def refuse_other_version(slug: str, version: int, following: int) -> None:
    """Raises Refused for a text that says it is another version than the next."""
    if version != following:
        raise Refused(
            f"Version {version} of {slug} cannot be published: the next version is {following}. "
            f"Write `version: {following}` and publish again."
        )

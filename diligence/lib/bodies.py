"""How much a request may bring along, so that nobody fills the disk of a page that takes no files.

Django keeps the files of a form in temporary space before any view sees them, also those of a
stranger: the protection against forged requests reads the form first. So the length that a request
announces is held against the limit of its view before a byte of it is read. A body without a length
is empty to Django, and one that goes on beyond its length is not read.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpRequest

OPEN = 1024**2
"""Bytes that anybody may send: forms without files."""
SIGNED_IN = 128 * 1024**2
"""Bytes of a page for people with an account: workbooks, templates, findings of other tools."""

View = TypeVar("View", bound=Callable[..., Any])
_MARK = "largest_body"


def takes_evidence(view: View) -> View:
    """Marks a view that takes evidence, of the size that the settings allow, with its form."""
    setattr(view, _MARK, lambda: settings.PROOFROOM_UPLOAD_BYTES + SIGNED_IN)
    return view


def takes_up_to(largest: int) -> Callable[[View], View]:
    """Marks a view that takes so many bytes, from whomever."""

    def mark(view: View) -> View:
        setattr(view, _MARK, lambda: largest)
        return view

    return mark


def announced(request: HttpRequest) -> int:
    """The bytes that a request says it brings; 0 where it says nothing that can be understood."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def largest_for(request: HttpRequest, view: Callable[..., Any]) -> int:
    """The bytes that this person may send to this view."""
    marked: Callable[[], int] | None = getattr(view, _MARK, None)
    if marked is not None:
        return marked()
    return SIGNED_IN if request.user.is_authenticated else OPEN

"""The firm on its reports: an administrator sets it, each issued report keeps it as it was.

A logo is taken in as a picture and written out anew, so that nothing but its points is kept.
"""

import base64
import re
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.db import transaction
from django.utils import timezone

from diligence.models import User
from diligence.policies import require
from diligence.services.activity import record
from diligence.services.errors import Conflict, Refused
from rubrics.models import Letterhead

LARGEST_LOGO = 2 * 1024**2
"""Bytes of the file that is handed in."""
LOGO_BOX = (640, 200)
"""Points that a logo is fitted into: sharp in print at the 54 by 17 mm that it is given."""
MOST_POINTS = 40_000_000
LEAST_CONTRAST = 4.5
"""Of the colour on white paper, as text in it is small (WCAG 2.2, 1.4.3)."""
HEX = re.compile(r"#[0-9a-f]{6}")


@dataclass(frozen=True)
class GivenLetterhead:
    """What an administrator sets; no logo leaves the one that is there."""

    firm: str
    colour: str
    paper: str
    introduction: str
    disclaimer: str
    logo: bytes | None = None
    without_logo: bool = False
    revision: int = 1


def letterhead() -> Letterhead:
    """The one that is in force; blank until somebody sets it."""
    return Letterhead.objects.filter(pk=Letterhead.ONLY).first() or Letterhead()


@transaction.atomic
def set_letterhead(*, actor: User, given: GivenLetterhead) -> Letterhead:
    """Sets it for the reports to come. Raises Refused or Conflict with what to do."""
    require(actor, "letterhead.set")
    logo = logo_of(given.logo) if given.logo else None
    colour = legible_colour(given.colour)
    Letterhead.objects.get_or_create(pk=Letterhead.ONLY)
    row = Letterhead.objects.select_for_update().get(pk=Letterhead.ONLY)
    if row.revision != given.revision:
        raise Conflict("Somebody else changed this meanwhile; look at it and save again.")
    row.firm, row.colour, row.paper = given.firm.strip(), colour, given.paper
    row.introduction, row.disclaimer = given.introduction.strip(), given.disclaimer.strip()
    row.logo = logo or (None if given.without_logo else row.logo)
    row.revision, row.set_by, row.set_at = row.revision + 1, actor, timezone.now()
    row.save()
    record(actor=actor, verb="letterhead.set", text="set the firm's letterhead", about=row)
    return row


def letterhead_data(row: Letterhead) -> dict[str, Any]:
    """As it is frozen into a report."""
    return {
        "firm": row.firm,
        "colour": row.colour,
        "paper": row.paper,
        "introduction": row.introduction,
        "disclaimer": row.disclaimer,
        "logo_png": base64.b64encode(bytes(row.logo)).decode() if row.logo else "",
    }


def legible_colour(text: str) -> str:
    """The colour in lower case. Raises Refused where text in it could not be read on paper."""
    colour = text.strip().lower()
    if not HEX.fullmatch(colour):
        raise Refused("Write the colour as # and six digits or letters a to f, such as #155464.")
    if contrast_with_white(colour) < LEAST_CONTRAST:
        raise Refused("Text in this colour is too pale on paper; choose a darker one.")
    return colour


def contrast_with_white(colour: str) -> float:
    """From 1 to 21, by the relative luminance of WCAG 2.2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def logo_of(data: bytes) -> bytes:
    """The picture as PNG, small enough to print. Raises Refused where it is none."""
    from PIL import Image

    if len(data) > LARGEST_LOGO:
        raise Refused("The logo is larger than 2 MB; export a smaller one.")
    try:
        with Image.open(BytesIO(data), formats=("PNG", "JPEG", "WEBP")) as opened:
            if opened.width * opened.height > MOST_POINTS:
                raise Refused("The logo has more than 40 million points; export a smaller one.")
            picture = opened.convert("RGBA")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise Refused("The logo must be a PNG, JPEG or WebP picture.") from error
    picture.thumbnail(LOGO_BOX)
    # Flat on white: PDF/A allows transparency, old printers and some viewers draw it badly.
    flat = Image.new("RGB", picture.size, "white")
    flat.paste(picture, mask=picture.getchannel("A"))
    out = BytesIO()
    flat.save(out, "PNG", optimize=True)
    return out.getvalue()

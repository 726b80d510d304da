"""A viewer's name burnt into a picture, so that one that leaks says where it leaked."""

from io import BytesIO
from typing import IO

ANGLE = 30
SHADE = (120, 120, 120, 70)
STEP = (520, 260)
"""Pixels between two marks, across and down: no half page is without one."""


def marked(picture: IO[bytes], text: str) -> bytes:
    """The picture as WebP with the text all over it."""
    from PIL import Image, ImageDraw, ImageFont

    with Image.open(picture, formats=("WEBP",)) as opened:
        page = opened.convert("RGBA")
    side = int(1.5 * max(page.size))
    layer = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    draw, font = ImageDraw.Draw(layer), ImageFont.load_default(22)
    for y in range(0, side, STEP[1]):
        for x in range((y // STEP[1] % 2) * (STEP[0] // 2) - STEP[0], side, STEP[0]):
            draw.text((x, y), text, fill=SHADE, font=font)
    turned = layer.rotate(ANGLE)
    left, top = (side - page.width) // 2, (side - page.height) // 2
    page.alpha_composite(turned.crop((left, top, left + page.width, top + page.height)))
    out = BytesIO()
    page.convert("RGB").save(out, "WEBP", quality=80)
    return out.getvalue()

"""Archives, columnar tables, pictures and documents, each by the format's own library."""

import lzma
import tarfile
import zipfile
import zlib
from pathlib import Path
from typing import Any

from diligence.lib.previewing.shown import (
    ENTRIES,
    PAGES,
    PIXELS,
    ROWS,
    WIDTH,
    NotShown,
    Shown,
    clipped,
)
from diligence.lib.previewing.texts import table

PICTURES = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF")
NO_LIST = "The archive's list of files cannot be read."
CUT = "The archive is damaged or was cut short after these files."
TOO_LARGE = "It says that it has {:,} by {:,} pixels, which is more than is drawn here."
LOCKED = "The archive is locked with a password."
_TAR_FAULTS = (
    tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, OSError, TypeError, ValueError,
)  # fmt: skip
"""TypeError: the library's own, where compressed data end within their head."""


def zipped(path: Path) -> Shown:
    """What a zip file lists in its directory; nothing is unpacked."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise NotShown(NO_LIST) from None
    rows = [(e.filename, e.file_size) for e in entries[:ENTRIES] if not e.is_dir()]
    locked = any(entry.flag_bits & 1 for entry in entries)
    return _listing(rows, total=len(entries), note=LOCKED if locked else "")


def tarred(path: Path) -> Shown:
    """What a tar file holds, one header after the other, up to the limit; nothing is unpacked."""
    rows: list[tuple[str, int]] = []
    seen, note = 0, ""
    try:
        with tarfile.open(path, "r|*") as archive:
            for member in archive:
                seen += 1
                if seen > ENTRIES:
                    break
                if member.isfile():
                    rows.append((member.name, member.size))
    except _TAR_FAULTS:
        if not rows:
            raise NotShown(NO_LIST) from None
        note = CUT
    return _listing(rows, total=seen, note=note)


def _listing(rows: list[tuple[str, int]], *, total: int, note: str) -> Shown:
    listed = [{"name": clipped(name), "size": size} for name, size in rows]
    return Shown("archive", {"entries": listed, "more": total > ENTRIES}, note=note)


def parquet(path: Path) -> Shown:
    """The first rows of a Parquet file, and how many there are."""
    import duckdb

    with duckdb.connect(":memory:", config={"threads": 1, "memory_limit": "400MB"}) as connection:
        try:
            found = connection.execute(
                "SELECT * FROM read_parquet(?) LIMIT ?", [str(path), ROWS + 1]
            )
            columns = [column[0] for column in found.description or ()]
            rows = found.fetchall()
            count = connection.execute("SELECT count(*) FROM read_parquet(?)", [str(path)])
            total = (count.fetchone() or (0,))[0]
        except duckdb.Error:
            raise NotShown("It begins like a Parquet file but cannot be read as one.") from None
    return table(columns, rows, more=len(rows) > ROWS, note=f"{total:,} rows")


def picture(path: Path, folder: Path) -> Shown:
    """The picture drawn anew, without anything that came along with it."""
    from PIL import Image, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = None  # of the whole picture it is said below, with its size
    try:
        with Image.open(path, formats=PICTURES) as image:
            size = image.size
            if size[0] * size[1] > PIXELS:
                raise NotShown(TOO_LARGE.format(*size))
            Image.MAX_IMAGE_PIXELS = PIXELS // 2  # from twice as many on Pillow refuses a part
            image.draft("RGB", (WIDTH, WIDTH))
            image.thumbnail((WIDTH, 4 * WIDTH))
            image.convert("RGBA" if "A" in image.getbands() else "RGB").save(
                folder / "1.webp", quality=85
            )
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError):
        raise NotShown("It begins like a picture but cannot be drawn as one.") from None
    return Shown("picture", {}, 1, f"{size[0]:,} by {size[1]:,} pixels")


def document(path: Path, folder: Path) -> Shown:
    """The pages of a PDF as pictures; scripts, forms, links and attachments stay behind."""
    import pypdfium2

    try:
        with pypdfium2.PdfDocument(path) as pdf:
            total = len(pdf)
            for number in range(min(total, PAGES)):
                _draw(pdf[number], folder / f"{number + 1}.webp")
    except pypdfium2.PdfiumError as error:
        locked = "password" in str(error).lower()
        why = "It is locked with a password." if locked else "It cannot be read as a PDF."
        raise NotShown(why) from None
    return Shown("pages", {"total": total}, min(total, PAGES))


def _draw(page: Any, path: Path) -> None:
    """One page at the common width, however large its author called it."""
    width = max(1.0, page.get_width())
    height = max(1.0, page.get_height())
    scale = min(WIDTH / width, (4 * WIDTH) / height)
    bitmap = page.render(scale=scale, may_draw_forms=False)
    bitmap.to_pil().convert("RGB").save(path, quality=80)

"""Previews: what is shown of each type, and what a hostile file gets: nothing, in a sentence."""

import gzip
import io
import json
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from diligence.lib.previewing.shown import CELL, ENTRIES, TEXT_BYTES
from diligence.models import Preview
from diligence.services import previews
from diligence.services.previews import make_preview, open_picture, texts_of, waiting_previews
from tests.cast import Cast, some_evidence


def shown(cast: Cast, content: bytes, filename: str = "file.bin") -> Preview:
    item = some_evidence(cast.deal, by=cast.founder, filename=filename, content=content)
    preview = item.versions.get().blob.preview
    make_preview(preview.pk)
    preview.refresh_from_db()
    return preview


def refused(cast: Cast, content: bytes, filename: str = "file.bin") -> str:
    preview = shown(cast, content, filename)
    assert (preview.state, preview.pictures, texts_of(preview)) == ("none", 0, {})
    return preview.note


def zipped(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def a_png(size: tuple[int, int] = (40, 30)) -> bytes:
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    info, out = PngInfo(), io.BytesIO()
    info.add_text("Comment", "the photographer's address")
    Image.new("RGB", size, "teal").save(out, "PNG", pnginfo=info)
    return out.getvalue()


def a_pdf(pages: int) -> bytes:
    from PIL import Image

    out = io.BytesIO()
    first, *rest = [Image.new("RGB", (60, 80), "white") for _ in range(pages)]
    first.save(out, "PDF", save_all=True, append_images=rest)
    return out.getvalue()


# What must not be shown ----------------------------------------------------------------------


def test_what_is_not_what_it_begins_like_is_refused_in_a_sentence(cast: Cast) -> None:
    assert "begins like a picture" in refused(cast, b"\x89PNG\r\n\x1a\n" + b"0" * 64)
    assert "cannot be read as a PDF" in refused(cast, b"%PDF-1.7\n" + b"\xff\xfe" * 64)
    assert "cannot be read as one" in refused(cast, b"PAR1" + b"\0" * 64 + b"PAR1")
    assert "list of files" in refused(cast, zipped(a=b"x")[:-10])
    assert "is none" in refused(cast, b'{"cells": [1], "nbformat": 4, "cell_type": 1}')
    assert refused(cast, b"\x80\x04\x95" + b"\0" * 20) == ""


def test_a_bomb_of_pixels_is_not_drawn(cast: Cast) -> None:
    header = bytearray(a_png())
    header[16:24] = (200_000).to_bytes(4, "big") * 2
    assert "cannot be drawn" in refused(cast, bytes(header))


def test_a_compressed_bomb_is_listed_up_to_its_limit_and_not_unpacked(cast: Cast) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for n in range(ENTRIES + 5):
            member = tarfile.TarInfo(f"{n}.txt")
            archive.addfile(member, io.BytesIO())
    preview = shown(cast, gzip.compress(out.getvalue()))
    assert len(texts_of(preview)["entries"]) == ENTRIES
    assert texts_of(preview)["more"] is True


def test_a_file_that_kills_the_child_is_given_up_in_a_sentence(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = some_evidence(cast.deal, by=cast.founder)
    preview = item.versions.get().blob.preview
    monkeypatch.setattr(previews, "SECONDS", 0.01)
    make_preview(preview.pk)
    preview.refresh_from_db()
    assert (preview.state, "too much time or memory" in preview.note) == ("none", True)


def test_the_child_has_no_network() -> None:
    code = (
        "from diligence.lib.confinement import shut_network; shut_network()\n"
        "import socket\n"
        "socket.create_connection(('127.0.0.1', 9))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "NetworkShut" in done.stderr or "PermissionError" in done.stderr


def test_markup_is_shown_as_the_text_that_it_is(cast: Cast) -> None:
    for content in (b"<html><script>alert(1)</script>", b"<svg onload='alert(1)'></svg>"):
        preview = shown(cast, content)
        assert (preview.kind, texts_of(preview)["text"]) == ("text", content.decode())


# What is shown -------------------------------------------------------------------------------


def test_a_text_is_shown_up_to_its_limit(cast: Cast) -> None:
    preview = shown(cast, b"one line of a log\n" * 10_000)
    assert texts_of(preview)["more"] is True
    assert len(texts_of(preview)["text"]) == TEXT_BYTES


def test_a_table_in_text_is_shown_as_one(cast: Cast) -> None:
    long = "x" * (CELL + 50)
    preview = shown(cast, f"day;auc;note\n1;0.91;{long}\n2;0.87;\n".encode())
    assert preview.kind == "table"
    assert texts_of(preview)["columns"] == ["day", "auc", "note"]
    assert texts_of(preview)["rows"][0][:2] == ["1", "0.91"]
    assert texts_of(preview)["rows"][0][2] == f"{long[:CELL]}…"


def test_a_parquet_file_is_shown_by_its_first_rows_and_their_number(
    cast: Cast, tmp_path: Path
) -> None:
    import duckdb

    path = tmp_path / "x.parquet"
    rows = "SELECT range AS row, range * 0.5 AS score FROM range(1234)"
    duckdb.execute(f"COPY ({rows}) TO '{path}' (FORMAT parquet)")
    preview = shown(cast, path.read_bytes())
    assert (preview.kind, preview.note) == ("table", "1,234 rows")
    assert texts_of(preview)["columns"] == ["row", "score"]
    assert texts_of(preview)["rows"][1] == ["1", "0.5"]
    assert texts_of(preview)["more"] is True


def test_a_notebook_is_shown_as_text_with_its_outputs(cast: Cast) -> None:
    notebook = {
        "cells": [
            {"cell_type": "markdown", "source": ["# Title\n", "<img src=x onerror=alert(1)>"]},
            {
                "cell_type": "code", "source": "print(1)",
                "outputs": [
                    {"output_type": "stream", "text": ["1\n"]},
                    {"output_type": "display_data", "data": {"text/html": "<script>1</script>"}},
                ],
            },
        ],
        "nbformat": 4,
    }  # fmt: skip
    preview = shown(cast, json.dumps(notebook).encode())
    first, second = texts_of(preview)["cells"]
    assert first["source"] == "# Title\n<img src=x onerror=alert(1)>"
    assert second["outputs"] == ["1\n", "[text/html]"]


def test_a_picture_is_drawn_anew_without_what_came_with_it(cast: Cast) -> None:
    preview = shown(cast, a_png())
    assert (preview.kind, preview.pictures, preview.note) == ("picture", 1, "40 by 30 pixels")
    drawn = open_picture(preview, 1).read()
    assert drawn[8:12] == b"WEBP"
    assert b"photographer" not in drawn


def test_the_pages_of_a_document_are_drawn(cast: Cast) -> None:
    preview = shown(cast, a_pdf(3))
    assert (preview.kind, preview.pictures, texts_of(preview)["total"]) == ("pages", 3, 3)


def test_an_archive_is_listed(cast: Cast) -> None:
    preview = shown(cast, zipped(**{"a/model.pkl": b"x" * 10, "readme.md": b"hi"}))
    names = [(entry["name"], entry["size"]) for entry in texts_of(preview)["entries"]]
    assert names == [("a/model.pkl", 10), ("readme.md", 2)]


def test_the_same_content_is_drawn_once(cast: Cast) -> None:
    some_evidence(cast.deal, by=cast.founder)
    some_evidence(cast.other_deal, by=cast.other_founder)
    assert len(waiting_previews()) == 1

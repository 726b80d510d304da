"""What a file is by its bytes."""

import pytest

from diligence.lib.sniffing import sniffed_type


@pytest.mark.parametrize(
    "head", [b"BM is a word as well", b"MZ;a;b\n", b"GIF is said so\n", b"# Card", b"a", b"\xc3"]
)
def test_words_are_not_taken_for_magic_numbers(head: bytes) -> None:
    assert sniffed_type(head) in ("text/plain", "application/octet-stream")


def test_text_cut_in_the_middle_of_a_character_is_text() -> None:
    assert sniffed_type("Größe".encode() * 100 + b"\xe2\x82") == "text/plain"


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"# v2 git bundle\nabc", "application/x-git-bundle"),
        (b"PAR1\x15\x04", "application/vnd.apache.parquet"),
        (b"GGUF\x03\0\0\0", "application/x-gguf"),
        (b"\x80\x04\x95\x10\0", "application/x-python-pickle"),
        (b"\x80\x02}q\0.", "application/x-python-pickle"),
        (b"\x40\0\0\0\0\0\0\0" + b'{"w":{"dtype":"F32"}}', "application/x-safetensors"),
        (b"PK\x03\x04" + b"0" * 26 + b"archive/data.pkl", "application/x-pytorch"),
        (b"PK\x03\x04" + b"0" * 26 + b"notes.txt", "application/zip"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 20, "image/png"),
        (b"%PDF-1.7\n", "application/pdf"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "application/pdf"),
        (b'{"cells": [], "nbformat": 4}', "application/x-ipynb+json"),
        (b'{"a": 1}', "application/json"),
        (b"{{ a template }}", "text/plain"),
        (b"<!DOCTYPE html><script>", "text/html"),
        (b"day,auc\n1,0.9\n", "text/plain"),
        (b"\0\x01\x02\x03\xff", "application/octet-stream"),
    ],
)
def test_types_are_known_by_their_bytes(head: bytes, expected: str) -> None:
    assert sniffed_type(head) == expected

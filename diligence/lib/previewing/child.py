"""The confined child: `python -m diligence.lib.previewing.child`.

A line with a JSON request on standard input (path, media type, folder for pictures), one JSON line
with the preview on standard output. It knows no framework, no secrets and no network, and whatever
the file does to it dies with it.
"""

import json
import resource
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from diligence.lib.confinement import confine, shut_network
from diligence.lib.previewing import binaries, texts
from diligence.lib.previewing.shown import NotShown, Shown

MEMORY_BYTES = 1536 * 1024**2
CPU_SECONDS = 40
WRITTEN_BYTES = 64 * 1024**2

Draw = Callable[[Path, Path], Shown]


def _text(make: Callable[[Path], Shown]) -> Draw:
    return lambda path, _: make(path)


MAKERS: dict[str, Draw] = {
    "application/x-ipynb+json": _text(texts.notebook),
    "application/vnd.apache.parquet": _text(binaries.parquet),
    "application/zip": _text(binaries.zipped),
    "application/x-pytorch": _text(binaries.zipped),
    "application/x-npz": _text(binaries.zipped),
    "application/x-tar": _text(binaries.tarred),
    "application/gzip": _text(binaries.tarred),
    "application/x-gzip": _text(binaries.tarred),
    "application/x-bzip2": _text(binaries.tarred),
    "application/x-xz": _text(binaries.tarred),
    "application/pdf": binaries.document,
    "application/json": _text(texts.text),
    "application/xml": _text(texts.text),
    "image/svg+xml": _text(texts.text),
}
OTHERS: dict[str, Draw] = {"text/": _text(texts.text), "image/": binaries.picture}
"""By the beginning of the type, where the whole is not listed: a drawing in SVG is a text."""


def maker_of(media_type: str) -> Draw | None:
    """What shows files of this type; None where nothing does so safely."""
    if media_type in MAKERS:
        return MAKERS[media_type]
    return next((make for start, make in OTHERS.items() if media_type.startswith(start)), None)


def main() -> None:
    """One preview."""
    request = json.loads(sys.stdin.readline())
    confine(MEMORY_BYTES, CPU_SECONDS)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_FSIZE, (WRITTEN_BYTES, WRITTEN_BYTES))
    shut_network()
    make = maker_of(request["media_type"])
    try:
        if make is None:
            raise NotShown("")
        answer = asdict(make(Path(request["path"]), Path(request["folder"])))
    except NotShown as why:
        answer = {"refused": str(why)}
    # A name or a text may hold half a sign, which no page and no database takes.
    line = json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace")
    sys.stdout.buffer.write(line + b"\n")


if __name__ == "__main__":
    main()

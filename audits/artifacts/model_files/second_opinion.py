"""A second engine for pickles, of other hands, in a process of its own: picklescan.

It gets each pickle that was found, the numbers between its opcodes left out, and the file as it
stands. As `python -m audits.artifacts.model_files.second_opinion FILE` it is the child: it bounds
itself, scans, and prints JSON. It never loads what it scans.
"""

import json
import logging
import resource
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from audits.artifacts.model_files.found import Piece

SECONDS: Final = 20.0
"""How long it is waited for on the clock; a busy machine takes its time to start a child."""
PROCESSOR_SECONDS: Final = 3
MEMORY_BYTES: Final = 1024 * 1024 * 1024
MOST_BYTES: Final = 256 * 1024 * 1024
NAME: Final = "picklescan"


@dataclass(frozen=True)
class Opinion:
    """What the second engine says: dangerous names, or why it says nothing."""

    dangerous: tuple[str, ...] = ()
    silent: str = ""

    @property
    def word(self) -> str:
        """It in one word for the report."""
        return self.silent or ("dangerous" if self.dangerous else "nothing dangerous")


def second_opinion(path: Path, pieces: Sequence[Piece], seconds: float = SECONDS) -> Opinion:
    """Asks the child. It says nothing where it needs too long, too much, or fails."""
    if sum(len(p.content) for p in pieces) > MOST_BYTES:
        return Opinion(silent="too much to be scanned twice")
    with TemporaryDirectory(prefix="proofroom-") as folder:
        for number, piece in enumerate(pieces):
            Path(folder, f"{number}.pkl").write_bytes(piece.content)
        command = [sys.executable, "-I", "-c", _START, folder, str(path.resolve())]
        try:
            done = subprocess.run(  # noqa: S603 - our own interpreter and module
                command, capture_output=True, timeout=seconds, stdin=subprocess.DEVNULL, check=False
            )
        except (subprocess.TimeoutExpired, OSError):
            return Opinion(silent="timed out")
    if done.returncode == -signal.SIGKILL:  # the kernel's answer to the limit on the processor
        return Opinion(silent="timed out")
    return _heard(done.stdout)


_START: Final = (
    f"import sys; sys.path[:0] = {[p for p in sys.path if p]!r}; "
    "from audits.artifacts.model_files.second_opinion import main; main(*sys.argv[1:])"
)


def _heard(output: bytes) -> Opinion:
    try:
        said = json.loads(output)
        return Opinion(tuple(sorted(map(str, said["dangerous"]))), str(said["silent"]))
    except (ValueError, KeyError, TypeError):
        return Opinion(silent="failed")


def main(folder: str, path: str) -> None:
    """Scans the pieces and the file, and prints what was found."""
    _bound()
    logging.disable(logging.CRITICAL)
    dangerous: set[str] = set()
    silent = ""
    for piece in sorted(Path(folder).iterdir()):
        failed, names = _scanned(piece.read_bytes())
        dangerous |= names
        silent = silent or ("could not read it all" if failed else "")
    dangerous |= _whole(path)
    sys.stdout.write(json.dumps({"dangerous": sorted(dangerous), "silent": silent}))


def _bound() -> None:
    for which, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES), (resource.RLIMIT_CPU, PROCESSOR_SECONDS),
        (resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, 0),
    ):  # fmt: skip
        with suppress(ValueError, OSError):
            resource.setrlimit(which, (most, most))


def _scanned(content: bytes) -> tuple[bool, set[str]]:
    from picklescan.scanner import scan_pickle_bytes

    try:
        result = scan_pickle_bytes(BytesIO(content), "piece")
    except Exception:  # noqa: BLE001 - whatever it fails with, it has said nothing
        return True, set()
    return bool(result.scan_err), _named(result)


def _whole(path: str) -> set[str]:
    """The file as the engine itself takes it apart; where it cannot, the pieces have spoken."""
    from picklescan.scanner import scan_file_path

    try:
        return _named(scan_file_path(path))
    except Exception:  # noqa: BLE001 - as above
        return set()


def _named(result: Any) -> set[str]:
    return {f"{g.module}.{g.name}" for g in result.globals if g.safety.value == "dangerous"}

"""Runs `proofroom audit` on an attack: a process of its own, with a clock and a memory ceiling."""

import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SECONDS = 60
"""Processor time that an attack may cost; most need a small part of it."""
PATIENCE = 600
"""Wall time after which something waits that should not, however busy the machine is."""
MEGABYTES = 600
"""Resident memory that an audit may need at its peak, git included."""
_ADDRESS_SPACE = 6 * 1024**3
_ESCAPES = frozenset(map(chr, [*range(0x0A), *range(0x0B, 0x20), *range(0x7F, 0xA0)]))
_BIDI = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True)
class Ending:
    """How an audit ended."""

    status: int
    out: str
    err: str
    megabytes: int

    @property
    def document(self) -> Mapping[str, Any]:
        """The JSON on standard output; the audit must have run."""
        assert (self.status, self.err) == (0, ""), self.err
        document: Mapping[str, Any] = json.loads(self.out)
        return document

    @property
    def skipped(self) -> dict[str, str]:
        """What was left out, with the reason."""
        return {s["path"]: s["reason"] for s in self.document["skipped"]}

    @property
    def reasons(self) -> dict[str, set[str]]:
        """What was left out, with all its reasons: several readers may want one file."""
        found: dict[str, set[str]] = {}
        for entry in self.document["skipped"]:
            found.setdefault(entry["path"], set()).add(entry["reason"])
        return found

    @property
    def files(self) -> int:
        """How many files the tree has."""
        return int(self.document["source"]["files"])

    @property
    def refusal(self) -> str:
        """The sentence of a source that cannot be used: one line, and nothing on standard output.

        What stands before it is taken off: the program's name and the location.
        """
        assert (self.status, self.out) == (2, ""), (self.status, self.out[:300], self.err[:300])
        assert self.err.count("\n") == 1
        assert self.err.startswith("proofroom: ")
        return self.err.rstrip("\n")


PROGRAM = Path(sys.executable).with_name("proofroom")
_MEASURED = """
import json, resource, subprocess, sys
status = subprocess.call(sys.argv[2:])
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
with open(sys.argv[1], "w") as report:
    json.dump([status, peak], report)
"""
"""Stands between, because the peak of a process begins at that of whoever started it: the tests may
have grown large themselves."""


def audited(
    source: Path | str, *options: str, style: str = "json", cwd: Path | None = None, **env: str
) -> Ending:
    """Audits a source as a person would, within the limits of time and memory."""
    command = [str(PROGRAM), "audit", str(source), "--format", style, *options]
    kept = {k: v for k, v in os.environ.items() if k in ("PATH", "LANG", "TMPDIR")}
    with (
        tempfile.TemporaryFile() as out,
        tempfile.TemporaryFile() as err,
        tempfile.NamedTemporaryFile("r") as report,
    ):
        process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _MEASURED, report.name, *command],
            stdin=subprocess.DEVNULL, stdout=out, stderr=err, env={**kept, **env}, cwd=cwd,
            preexec_fn=_bounded, start_new_session=True,
        )  # fmt: skip
        watchdog = threading.Timer(PATIENCE, os.killpg, (process.pid, signal.SIGKILL))
        watchdog.start()
        process.wait()
        watchdog.cancel()
        status, peak = json.loads(report.read() or "[-9, 0]")
        out.seek(0)
        err.seek(0)
        ending = Ending(status, out.read().decode(), err.read().decode(), peak // 1024)
    assert ending.status >= 0, f"killed by signal {-ending.status}: {ending.err[-500:]}"
    assert ending.status != 3, ending.err
    assert ending.megabytes < MEGABYTES, f"{ending.megabytes} MB"
    assert steers(ending.err) == set(), repr(ending.err)
    return ending


def _bounded() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE, _ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def steers(text: str) -> set[str]:
    """The characters of a text that steer a terminal or turn its direction round."""
    return set(text) & (_ESCAPES | _BIDI)

"""Start processes, keep them running, stop all of them: the part of `proofroom up` that owns pids.

Each process leads a group of its own, so that what it forked (Celery's children, a git they run)
goes with it. The pids are also written down: after a hard kill of the supervisor the next start
ends what was left.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from diligence.config.process_table import Trace, group_lives, trace
from diligence.config.processes import Process

GRACE_SECONDS = 8
# A process that dies more often than this within the window is not started again.
MOST_RESTARTS = 5
RESTART_WINDOW_SECONDS = 60


class ProcessFailedError(Exception):
    """A process ended and cannot be kept running; the message says which and why."""


@dataclass
class Running:
    """One process and what is needed to start it again."""

    process: Process
    handle: "subprocess.Popen[bytes]"
    restarts: deque[float] = field(default_factory=deque)


class Supervisor:
    """The processes of one `proofroom up`."""

    def __init__(self, folder: Path, logs: Path, environment: Mapping[str, str]) -> None:
        self.traces = folder / "processes.json"
        self.logs = logs
        self.environment = environment
        self.running: list[Running] = []

    def end_leftovers(self) -> None:
        """End what an earlier supervisor, itself killed, left behind in this folder."""
        with contextlib.suppress(OSError, ValueError, TypeError):
            left = [Trace(**entry) for entry in json.loads(self.traces.read_text("utf-8"))]
            alive = [one.pid for one in left if trace(one.pid) == one]
            _end_groups(alive, GRACE_SECONDS)
        self.traces.unlink(missing_ok=True)

    def start(self, processes: Sequence[Process]) -> None:
        """Start each with a fresh log."""
        self.logs.mkdir(parents=True, exist_ok=True)
        for process in processes:
            self.log_of(process).write_bytes(b"")
            self.running.append(Running(process, self._spawn(process)))
        self._write_traces()

    def watch(self, *, restart: bool) -> None:
        """Look once at all processes. One that ended is started again, or is an error."""
        for running in self.running:
            if running.handle.poll() is None:
                continue
            if not restart or not _may_restart(running):
                raise ProcessFailedError(self._obituary(running))
            # A worker's children may outlive it and would compete with the new one's.
            _end_groups([running.handle.pid], GRACE_SECONDS)
            running.handle = self._spawn(running.process)
            self._write_traces()

    def stop(self) -> None:
        """Ask all groups to end, wait, then insist."""
        _end_groups([running.handle.pid for running in self.running], GRACE_SECONDS)
        for running in self.running:
            with contextlib.suppress(subprocess.TimeoutExpired):
                running.handle.wait(timeout=1)
        self.running.clear()
        self.traces.unlink(missing_ok=True)

    def log_of(self, process: Process) -> Path:
        return self.logs / f"{process.name}.log"

    def _spawn(self, process: Process) -> "subprocess.Popen[bytes]":
        with self.log_of(process).open("ab") as log:
            return subprocess.Popen(  # noqa: S603 our own modules, no shell
                [sys.executable, "-m", *process.module],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=dict(self.environment),
                start_new_session=True,
            )

    def _obituary(self, running: Running) -> str:
        log = self.log_of(running.process)
        lines = log.read_text("utf-8", errors="replace").strip().splitlines()
        last = lines[-1].strip() if lines else "nothing"
        return f"The {running.process.name} process ended; its last words in {log}: {last}"

    def _write_traces(self) -> None:
        traces = [trace(running.handle.pid) for running in self.running]
        self.traces.parent.mkdir(parents=True, exist_ok=True)
        self.traces.write_text(
            json.dumps([{"pid": t.pid, "started": t.started} for t in traces if t]), "utf-8"
        )


def _may_restart(running: Running) -> bool:
    now = time.monotonic()
    running.restarts.append(now)
    while now - running.restarts[0] > RESTART_WINDOW_SECONDS:
        running.restarts.popleft()
    return len(running.restarts) <= MOST_RESTARTS


def _end_groups(leaders: Sequence[int], grace: float) -> None:
    for sign, patience in ((signal.SIGTERM, grace), (signal.SIGKILL, 5.0)):
        left = [pid for pid in leaders if group_lives(pid)]
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(pid, sign)
        deadline = time.monotonic() + patience
        while any(group_lives(pid) for pid in left) and time.monotonic() < deadline:
            time.sleep(0.05)

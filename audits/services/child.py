"""An examination in a process of its own, under the worker's eye.

The child gets its request as a line on standard input and answers in JSON lines; it has no secrets
in its environment and no access to the database. What it does or how it dies cannot hurt the
worker. Its input stays open for as long as the worker lives, so that it ends with the worker.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, Queue
from time import monotonic
from typing import IO, Any

from django.conf import settings

from audits.services.allowances import VARIABLES
from diligence.lib.disks import FULL, is_full
from diligence.services.errors import Refused

PASSED_ON = ("PATH", "LANG", "LC_ALL", "SSL_CERT_FILE", "SSL_CERT_DIR", "GIT_SSL_CAINFO",
             "HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy", *VARIABLES)  # fmt: skip
"""All that the child sees of the worker's environment."""

Notice = Callable[["Progress"], bool]
"""Hears how far the child is; answers whether the job is still ours."""


@dataclass
class Progress:
    """Where the child is."""

    stage: str
    done: int = 0
    total: int = 0


class LostJob(Exception):
    """The job was cancelled or taken over; nothing of this attempt may be stored."""


def work_folder() -> Path:
    """Where each job has a folder of its own while it runs."""
    return Path(settings.PROOFROOM_DATA_DIR) / "work"


@contextmanager
def workspace(name: str) -> Iterator[Path]:
    """A folder of the job's own, emptied of what an attempt that died left behind.

    Raises Refused where the disk is full, before or while the job writes into it.
    """
    folder = work_folder() / name
    shutil.rmtree(folder, ignore_errors=True)
    try:
        folder.mkdir(parents=True, mode=0o700)
        yield folder
    except OSError as error:
        if not is_full(error):
            raise
        raise Refused(f"{FULL}; make room, then start it again.") from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _cache() -> Path:
    return Path(settings.PROOFROOM_DATA_DIR) / "cache"


def examined(
    module: str, request: Mapping[str, Any], *, folder: Path, first: str, notice: Notice
) -> Mapping[str, Any]:
    """What the child `python -m module` answers to the request.

    Raises Refused with its words where it cannot, and LostJob where `notice` says that the job is
    no longer ours. `first` names the stage before the child has said anything.
    """
    environment = {k: os.environ[k] for k in PASSED_ON if k in os.environ}
    environment |= {"HOME": str(folder), "TMPDIR": str(folder), "PYTHONHASHSEED": "0"}
    environment["PROOFROOM_AUDIT_BYTES"] = str(settings.PROOFROOM_AUDIT_BYTES)
    environment.setdefault("PROOFROOM_AUDIT_CPU_SECONDS", str(settings.PROOFROOM_AUDIT_SECONDS))
    environment.setdefault("PROOFROOM_CACHE_DIR", str(_cache()))
    with subprocess.Popen(  # noqa: S603 - a module of ours, named by a literal
        [sys.executable, "-m", module],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment,
        start_new_session=True, cwd=settings.BASE_DIR,
    ) as child:  # fmt: skip
        try:
            return _converse(child, request, Progress(first), notice)
        finally:
            _kill(child)


def _kill(child: "subprocess.Popen[bytes]") -> None:
    """Ends the child and all that it started."""
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _converse(
    child: "subprocess.Popen[bytes]",
    request: Mapping[str, Any],
    progress: Progress,
    notice: Notice,
) -> Mapping[str, Any]:
    """Reads the child's lines, renewing the lease at least three times within its length."""
    if child.stdin is None or child.stdout is None or child.stderr is None:
        raise RuntimeError("the child was started without pipes")
    with suppress(BrokenPipeError):  # it died at once; what it said last is read below
        os.write(child.stdin.fileno(), f"{json.dumps(request)}\n".encode())
    lines: Queue[bytes | None] = Queue()
    errors: list[bytes] = []
    threading.Thread(target=_pump, args=(child.stdout, lines), daemon=True).start()
    drain = threading.Thread(target=_keep_tail, args=(child.stderr, errors), daemon=True)
    drain.start()
    limit = Deadline(settings.PROOFROOM_AUDIT_SECONDS)
    while True:
        message = _next(lines, settings.PROOFROOM_RUN_LEASE_SECONDS / 3)
        if message is None:
            child.wait()
            drain.join(timeout=5)
            raise Refused(_last_words(child.returncode, errors))
        if "report" in message:
            return dict(message["report"])
        if "error" in message:
            raise Refused(str(message["error"]))
        _note(progress, message)
        if limit.is_over:
            raise Refused(
                f"The examination was stopped after {settings.PROOFROOM_AUDIT_SECONDS // 60} "
                "minutes; hand in a smaller source or raise PROOFROOM_AUDIT_SECONDS."
            )
        if not notice(progress):
            raise LostJob


class Deadline:
    """A point in time on the clock that never jumps."""

    def __init__(self, seconds: float) -> None:
        self._ends = monotonic() + seconds

    @property
    def is_over(self) -> bool:
        """Whether it has passed."""
        return monotonic() > self._ends


def _pump(stream: IO[bytes], lines: "Queue[bytes | None]") -> None:
    for line in stream:
        lines.put(line)
    lines.put(None)


def _keep_tail(stream: IO[bytes], errors: list[bytes]) -> None:
    for line in stream:
        errors.append(line)
        del errors[:-20]


def _next(lines: "Queue[bytes | None]", seconds: float) -> dict[str, Any] | None:
    """The next message; an empty one after `seconds` of silence, None at the end."""
    try:
        line = lines.get(timeout=seconds)
        return None if line is None else dict(json.loads(line))
    except (Empty, ValueError):  # silence, or a line that a dying child did not finish
        return {}


def _note(progress: Progress, message: Mapping[str, Any]) -> None:
    news = message.get("progress")
    if news:
        progress.stage = str(news.get("stage", progress.stage))
        progress.done, progress.total = int(news.get("done", 0)), int(news.get("total", 0))


def _last_words(code: int | None, errors: list[bytes]) -> str:
    if code == -signal.SIGXCPU:
        return (
            "The examination took more processor time than allowed and was stopped; "
            "hand in a smaller source or raise PROOFROOM_AUDIT_CPU_SECONDS."
        )
    if code is not None and code < 0:
        return (
            f"The examination was killed (signal {-code}), most likely for want of memory; "
            "hand in a smaller source or give the worker more."
        )
    last = errors[-1].decode(errors="replace").strip() if errors else "without a word"
    return f"The examination broke off: {last}"

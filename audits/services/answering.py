"""The child's side of an examination: one request in, progress and one answer out.

The request is a line of JSON on standard input; the answer is lines of JSON on standard output.
When standard input ends, so does the child: then the worker is gone.
"""

import json
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Mapping
from time import monotonic
from typing import Any

from audits.services.allowances import bounds_from_environment
from audits.sources.snapshot import Notice, SourceError
from diligence.lib.confinement import confine

Work = Callable[[Mapping[str, Any], Notice], Mapping[str, Any]]
TICK_SECONDS = 0.5
NO_MEMORY = (
    "The examination needed more memory than it was allowed; "
    "hand in a smaller source or raise PROOFROOM_AUDIT_MEMORY_BYTES."
)


class Answers:
    """Lines of JSON on standard output; progress not more often than twice a second."""

    def __init__(self) -> None:
        self._last: tuple[str, float] = ("", 0.0)

    def say(self, message: Mapping[str, Any]) -> None:
        """Writes one line, at once."""
        sys.stdout.write(f"{json.dumps(message)}\n")
        sys.stdout.flush()

    def progress(self, stage: str, done: int, total: int) -> None:
        """Writes how far it is, where the stage is new or some time has passed."""
        now = monotonic()
        if stage != self._last[0] or done == total or now - self._last[1] >= TICK_SECONDS:
            self._last = (stage, now)
            self.say({"progress": {"stage": stage, "done": done, "total": total}})


def _end_with_the_worker() -> None:
    """Waits for the end of standard input, then ends this process and what it started."""
    # Not through sys.stdin, whose lock a waiting thread would still hold at the exit.
    while os.read(0, 1024):
        pass
    if os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


def serve(work: Work) -> int:
    """Answers one request within the bounds of the environment, or says in a sentence why not."""
    answers = Answers()
    try:
        request = json.loads(sys.stdin.readline())
        bounds = bounds_from_environment()
        confine(bounds.memory_bytes, bounds.cpu_seconds)
        threading.Thread(target=_end_with_the_worker, daemon=True).start()
        report = work(request, answers.progress)
    except SourceError as error:
        answers.say({"error": str(error)})
        return 2
    except MemoryError:
        answers.say({"error": NO_MEMORY})
        return 2
    except Exception as fault:  # noqa: BLE001 - the worker must hear of it in a sentence
        if os.environ.get("PROOFROOM_TRACEBACK") == "1":
            traceback.print_exc()
        answers.say({"error": f"Proofroom failed on this source ({type(fault).__name__}); "
                              "tell whoever runs this server."})  # fmt: skip
        return 3
    answers.say({"report": report})
    return 0

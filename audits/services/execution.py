"""Carries out one audit run: the examination goes on in a child process, under the worker's eye.

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
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, Queue
from time import monotonic
from typing import IO, Any

from django.conf import settings
from django.core.files.storage import storages

from audits.models import AuditRun
from audits.services.allowances import VARIABLES
from audits.services.repositories import token_of
from audits.services.runs import IN_FLIGHT, claim_run, complete_run, fail_run, renew_lease
from diligence.services.errors import Refused

PASSED_ON = ("PATH", "LANG", "LC_ALL", "SSL_CERT_FILE", "SSL_CERT_DIR", "GIT_SSL_CAINFO",
             "HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy", *VARIABLES)  # fmt: skip
"""All that the child sees of the worker's environment."""


@dataclass
class _Progress:
    stage: str = "Opening the source"
    done: int = 0
    total: int = 0


class _LostRun(Exception):
    """The run was cancelled or taken over; nothing of this attempt may be stored."""


def execute_run(run_id: uuid.UUID) -> None:
    """Claims the run, examines its source and stores what was found, or why it failed.

    1. Claim the row; someone else's is left alone. 2. Start the child. 3. Renew the lease while it
    works; kill it where the run is no longer ours or it takes too long. 4. Store the outcome.
    """
    holder = claim_run(run_id)
    if holder is None:
        return
    run = AuditRun.objects.select_related("repository__evidence").get(pk=run_id)
    try:
        with _workspace(run) as folder:
            report = _examine(run, holder, folder)
    except _LostRun:
        return
    except Refused as error:
        fail_run(run_id, holder, str(error))
    else:
        complete_run(run_id, holder, report)


@contextmanager
def _workspace(run: AuditRun) -> Iterator[Path]:
    """A folder of the run's own, emptied of what an attempt that died left behind."""
    folder = _work() / str(run.pk)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _work() -> Path:
    return Path(settings.PROOFROOM_DATA_DIR) / "work"


def _cache() -> Path:
    return Path(settings.PROOFROOM_DATA_DIR) / "cache"


def clear_abandoned() -> None:
    """Takes away the folders of runs that are over and whose worker died before it could."""
    # First the folders, then the rows: a run has its row before it has its folder.
    folders = list(_work().iterdir()) if _work().is_dir() else []
    if not folders:
        return
    in_flight = AuditRun.objects.filter(state__in=IN_FLIGHT).values_list("pk", flat=True)
    held = {str(pk) for pk in in_flight}
    for folder in folders:
        if folder.name not in held:
            shutil.rmtree(folder, ignore_errors=True)


def _source_of(run: AuditRun, folder: Path) -> str:
    """Where the child finds the source: the URL, or a file with the bytes of the evidence."""
    item = run.repository.evidence
    if item is None:
        return run.repository.url
    version = item.current
    if version is None:
        raise Refused("The evidence of this repository has no file; hand it in again.")
    AuditRun.objects.filter(pk=run.pk).update(source_sha256=version.blob_id)
    storage = storages["default"]
    try:
        return str(storage.path(version.blob.path))
    except NotImplementedError:
        copy = folder / "source"
        with storage.open(version.blob.path) as stored, copy.open("wb") as out:
            shutil.copyfileobj(stored, out, 1024 * 1024)
        return str(copy)


def _examine(run: AuditRun, holder: uuid.UUID, folder: Path) -> Mapping[str, Any]:
    request = {
        "location": _source_of(run, folder),
        "rev": None if run.rev == "HEAD" else run.rev,
        "token": token_of(run.repository) or None,
    }
    environment = {k: os.environ[k] for k in PASSED_ON if k in os.environ}
    environment |= {"HOME": str(folder), "TMPDIR": str(folder), "PYTHONHASHSEED": "0"}
    environment["PROOFROOM_AUDIT_BYTES"] = str(settings.PROOFROOM_AUDIT_BYTES)
    environment.setdefault("PROOFROOM_AUDIT_CPU_SECONDS", str(settings.PROOFROOM_AUDIT_SECONDS))
    environment.setdefault("PROOFROOM_CACHE_DIR", str(_cache()))
    with subprocess.Popen(
        [sys.executable, "-m", "audits.services.examine"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment,
        start_new_session=True, cwd=settings.BASE_DIR,
    ) as child:  # fmt: skip
        try:
            return _converse(child, request, run, holder)
        finally:
            _kill(child)


def _kill(child: "subprocess.Popen[bytes]") -> None:
    """Ends the child and all that it started."""
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _converse(
    child: "subprocess.Popen[bytes]", request: Mapping[str, Any], run: AuditRun, holder: uuid.UUID
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
    progress = _Progress()
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
        if not renew_lease(run.pk, holder, **vars(progress)):
            raise _LostRun


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


def _note(progress: _Progress, message: Mapping[str, Any]) -> None:
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

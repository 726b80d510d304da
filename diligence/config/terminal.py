"""How every subcommand that examines a source behaves in a terminal: parser, progress, one line.

Exit statuses: 0 done, 1 something stands that was asked to fail on, 2 the input cannot be used, 3 a
fault of the program, 130 interrupted.
"""

import argparse
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn

from audits.engine.documents import shown
from audits.sources.remote import without_login
from audits.sources.snapshot import Notice, SourceError, silent

DONE, FOUND, UNUSABLE, FAULT, INTERRUPTED = 0, 1, 2, 3, 130
OVER_SOURCE = "The output file would replace the source; choose another place."


class Parser(argparse.ArgumentParser):
    """A parser that says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(UNUSABLE, f"{self.prog}: {message}; see {self.prog} --help\n")


def guarded(work: Callable[[], int], source: str) -> int:
    """Carries out the work on a source; whatever goes wrong is one line and an exit status."""
    before = signal.signal(signal.SIGTERM, _leave)
    try:
        return work()
    except SourceError as error:
        return complain(f"{without_login(source)}: {error}", UNUSABLE)
    except KeyboardInterrupt:
        return complain("interrupted", INTERRUPTED)
    except BrokenPipeError:
        # Whoever read the output went away; Python would complain again on closing it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except Exception as fault:  # noqa: BLE001 - a person gets a line, not a traceback
        if os.environ.get("PROOFROOM_TRACEBACK") == "1":
            traceback.print_exc()
        what = f"{type(fault).__name__}: {str(fault)[:300]}"
        return complain(f"failed on this source ({what}); PROOFROOM_TRACEBACK=1 shows where", FAULT)
    finally:
        signal.signal(signal.SIGTERM, before)


def _leave(*_: object) -> NoReturn:
    """Ends in order on SIGTERM, so that what was unpacked is taken away."""
    raise KeyboardInterrupt


def complain(sentence: str, status: int) -> int:
    """Says what is wrong on standard error, in one line; gives the status."""
    sys.stderr.write(f"proofroom: {shown(sentence)}\n")
    return status


@contextmanager
def progress() -> Iterator[Notice]:
    """A bar on standard error where that is a terminal; silence elsewhere."""
    if not sys.stderr.isatty():
        yield silent
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("Opening the source", total=None)

        def notice(stage: str, done: int, total: int) -> None:
            bar.update(task, description=stage, completed=done, total=total or None)

        yield notice

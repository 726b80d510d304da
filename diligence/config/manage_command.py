"""`proofroom manage`: one management command on the system that `proofroom up` runs here.

It uses the same folder, servers and keys. Servers that did not run are stopped again afterwards.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence

from django.core.exceptions import ImproperlyConfigured

from diligence.config import env
from diligence.config.embedded import EmbeddedError, Servers
from diligence.config.up import UpError, environment_of, place_of


def main(arguments: Sequence[str]) -> int:
    """Exit status of the command, or 1 with one sentence where it could not be started."""
    if not arguments:
        sys.stderr.write("Say which command to run, such as `proofroom manage backup FILE`.\n")
        return 1
    os.umask(0o077)
    place = place_of([])
    try:
        own = None if env.secret_address("DATABASE_URL") else Servers(place.home)
        environment = environment_of(place, own)
        started = own is not None and not own.answers()
    except (UpError, EmbeddedError, ImproperlyConfigured) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    # A stop reaches the command by itself; the servers are stopped when it has ended.
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, _nothing)
    try:
        if own:
            own.start()
        return _run(arguments, environment)
    except EmbeddedError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    finally:
        if own and started:
            own.stop()


def _nothing(*_: object) -> None:
    """The default comes back in the child, which an ignored signal would not."""


def _run(arguments: Sequence[str], environment: dict[str, str]) -> int:
    command = [sys.executable, "-m", "django", *arguments]
    with subprocess.Popen(command, env=environment) as process:  # noqa: S603 our own command
        return process.wait()

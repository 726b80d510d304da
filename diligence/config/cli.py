"""The `proofroom` command: each subcommand hands over to its own module, imported only then."""

import argparse
import gc
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from diligence.lib.leaving import leave


def main(arguments: Sequence[str] | None = None) -> int:
    """Dispatch; what follows the subcommand is that module's to read."""
    parser = argparse.ArgumentParser(
        prog="proofroom",
        description="Technical diligence on startups that say they run on AI.",
        epilog="`proofroom COMMAND --help` says more.",
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version and exit")
    parser.add_argument(
        "command", choices=["audit", "collect", "manage", "up"],
        help="audit: examine a repository; collect: examine it where it is and write a signed "
        "bundle without source; manage: a management command, such as backup, on what `up` runs; "
        "up: start the whole application on this machine",
    )  # fmt: skip
    parser.add_argument("rest", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.command == "audit":
        with _imports():
            from diligence.config import audit_command

        return audit_command.main(options.rest)
    if options.command == "collect":
        from diligence.config import collect_command

        return collect_command.main(options.rest)
    if options.command == "manage":
        from diligence.config import manage_command

        return manage_command.main(options.rest)
    from diligence.config import up

    return up.main(options.rest)


class _Version(argparse.Action):
    """Says the version, which is looked up only then."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        from importlib.metadata import version

        sys.stdout.write(f"proofroom {version('proofroom')}\n")
        parser.exit()


@contextmanager
def _imports() -> Iterator[None]:
    """No search for garbage while modules are imported, nor in them later: what they make stays.

    Nor does pydantic look through all that is installed for plugins, of which it has none here.
    """
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def program() -> int:
    """The command as a process of its own; one that examined something ends at once."""
    status = main()
    if sys.argv[1] in ("audit", "collect"):
        leave(status)
    return status


if __name__ == "__main__":
    sys.exit(program())

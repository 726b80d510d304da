"""The `proofroom` command: each subcommand hands over to its own module, imported only then."""

import argparse
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Dispatch; what follows the subcommand is that module's to read."""
    parser = argparse.ArgumentParser(prog="proofroom", description="Technical diligence on AI.")
    parser.add_argument("command", choices=["up"])
    parser.add_argument("rest", nargs=argparse.REMAINDER)
    options = parser.parse_args(arguments)
    from diligence.config import up

    return up.main(options.rest)


if __name__ == "__main__":
    sys.exit(main())

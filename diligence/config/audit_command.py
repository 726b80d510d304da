"""`proofroom audit`: examines a source in the terminal, without server, database or network."""

import argparse
import sys
from collections.abc import Sequence

from audits.engine.documents import contract, dumped
from audits.services.examine import SourceError, examine

DONE, FOUND, UNUSABLE, FAULT = 0, 1, 2, 3


def main(arguments: Sequence[str]) -> int:
    """Runs the command; the exit status is as in the contract."""
    parser = argparse.ArgumentParser(prog="proofroom audit")
    parser.add_argument("source")
    parser.add_argument("--rev")
    parser.add_argument("--format", default="text")
    options = parser.parse_args(arguments)
    try:
        report = examine(options.source, rev=options.rev, excerpts=False)
    except SourceError as error:
        sys.stderr.write(f"proofroom: {options.source}: {error}\n")
        return UNUSABLE
    sys.stdout.write(dumped(contract(report)) + "\n")
    return DONE

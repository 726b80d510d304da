"""`proofroom collect`: examines a source on the startup's own machine and writes a signed bundle.

The bundle holds verdicts, findings, what the tree is made of and the hash of every file, and not
one line of source. Needs no server, no database and no network.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec.structs import replace

from audits.engine.documents import printable
from audits.engine.report import AuditReport
from audits.services.collection import BadCollection, key_of_invitation, packed, spoken
from audits.services.examine import (
    SourceError,
    examine,
    limits_from_environment,
    resources_from_environment,
)
from diligence.config.terminal import DONE, OVER_SOURCE, Parser, guarded, progress

NOT_WRITTEN = "The bundle {} cannot be written ({}); choose another place."
WRITTEN = """Wrote {path} ({size:,} bytes).
It holds {practices} verdicts, {findings} findings and the hashes of {files:,} files.
It holds no line of source; it is a zip archive, so you can look at everything in it.
Hand it in, and read this digest to the firm by another way than the file takes:

    {digest}
"""
SIGNED = "It is signed with the key of the firm's invitation; the firm needs no digest.\n"


def main(arguments: Sequence[str]) -> int:
    """Runs the command and gives the exit status."""
    options = _parser().parse_args(arguments)
    return guarded(lambda: _collect(options), options.source)


def _parser() -> Parser:
    parser = Parser(
        prog="proofroom collect",
        description="Examine a repository where it is and write what was found, without a line "
        "of source, as a signed bundle for the firm.",
    )
    parser.add_argument("source", metavar="SOURCE", help="as for proofroom audit")
    parser.add_argument("--output", type=Path, metavar="FILE", required=True, help="the bundle")
    parser.add_argument("--rev", help="the revision to examine (HEAD)")
    parser.add_argument("--invitation", metavar="CODE", help="the code that the firm gave, if any")
    return parser


def _collect(options: argparse.Namespace) -> int:
    key = _key(options.invitation)
    output, source = options.output, Path(options.source)
    if output.exists() and source.exists() and output.samefile(source):
        raise SourceError(OVER_SOURCE)
    with progress() as notice:
        report = examine(
            options.source,
            rev=options.rev,
            token=os.environ.get("PROOFROOM_GIT_TOKEN") or None,
            limits=limits_from_environment(),
            progress=notice,
            resources=resources_from_environment(None),
        )
    report = replace(
        report, source=replace(report.source, location=printable(str(source.resolve())))
    )
    data = packed(report, version=version("proofroom"), key=key, moment=datetime.now(UTC))
    try:
        output.write_bytes(data)
    except OSError as error:
        raise SourceError(NOT_WRITTEN.format(output, error.strerror)) from None
    _tell(report, output, data)
    if options.invitation:
        sys.stdout.write(SIGNED)
    return DONE


def _key(code: str | None) -> Ed25519PrivateKey:
    """The key of the invitation, or one that is made for this bundle and forgotten after it."""
    try:
        return key_of_invitation(code) if code else Ed25519PrivateKey.generate()
    except BadCollection as error:
        raise SourceError(str(error)) from None


def _tell(report: AuditReport, output: Path, data: bytes) -> None:
    told = WRITTEN.format(
        path=output,
        size=len(data),
        practices=len(report.practices),
        findings=len(report.findings),
        files=report.source.files,
        digest=spoken(data),
    )
    sys.stdout.write(printable(told))

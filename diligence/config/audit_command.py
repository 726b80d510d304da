"""`proofroom audit`: examines a source in the terminal, without server, database or network.

The exit status: 0 it ran, 1 a finding of the severity given with --fail-on stands, 2 the input
cannot be used, 3 a fault of the program. Whatever goes wrong is one line on standard error.
"""

import argparse
import os
import shutil
import sys
import traceback
from collections.abc import Iterable, Sequence
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from msgspec.structs import replace

from audits.engine.claiming import Claim, ClaimVerdict, Standing
from audits.engine.documents import contract, dumped, harmless, printable
from audits.engine.report import AuditReport, by_gravity
from audits.engine.types import Finding, Severity
from audits.services.examine import (
    SourceError,
    examine,
    limits_from_environment,
    resources_from_environment,
)
from audits.sources.paths import in_order
from audits.sources.snapshot import Notice
from diligence.config.proposing import as_document, proposed_scores
from diligence.config.terminal import DONE, FOUND, OVER_SOURCE, Parser, guarded, progress

if TYPE_CHECKING:
    from audits.services.room import MeasuredRoom

WIDEST = 120
FORMATS = ("text", "json", "sarif", "markdown", "cyclonedx")
RULE_FAILED = "Proofroom failed on this claim ({}); tell us, with the claim as it is written."
NO_OUTPUT = "The output file {} cannot be written ({}); choose another place."
SAME_OUTPUT = "--output and --pdf name the same file; give each its own."


def main(arguments: Sequence[str]) -> int:
    """Runs the command and gives the exit status."""
    options = _parser().parse_args(arguments)
    return guarded(lambda: _audit(options), options.source)


def _parser() -> Parser:
    parser = Parser(
        prog="proofroom audit",
        description="Examine a repository. It needs no server, no database and no network.",
    )
    parser.add_argument(
        "source", metavar="SOURCE",
        help="a git work tree, a bare git directory, a git bundle, a .zip or .tar(.gz|.zst) "
        "archive, a plain folder, or an https:// git address",
    )  # fmt: skip
    parser.add_argument("--rev", help="the revision to examine (HEAD)")
    parser.add_argument("--room", type=Path, metavar="DIR", help="the folder of the data room")
    parser.add_argument(
        "--claims", type=Path, metavar="FILE", help="what the startup says, as YAML"
    )
    parser.add_argument("--format", choices=FORMATS, default="text")
    parser.add_argument("--output", type=Path, metavar="FILE", help="write there instead")
    parser.add_argument("--pdf", type=Path, metavar="FILE", help="write the diligence report")
    parser.add_argument(
        "--cache", type=Path, metavar="DIR",
        help="keep facts there, so that the next audit reads only what changed",
    )  # fmt: skip
    parser.add_argument(
        "--fail-on", choices=[s.value for s in Severity],
        help="exit with 1 where a finding of this severity or above stands",
    )  # fmt: skip
    return parser


def _audit(options: argparse.Namespace) -> int:
    _check_outputs(options)
    claims = _claims(options.claims) if options.claims else ()
    if options.room:
        _check_room(options.room)
    with progress() as notice:
        report = examine(
            options.source,
            rev=options.rev,
            token=os.environ.get("PROOFROOM_GIT_TOKEN") or None,
            limits=limits_from_environment(),
            progress=notice,
            excerpts=False,
            resources=resources_from_environment(options.cache),
        )
        started = perf_counter()
        room = _room(options.room, claims, notice) if options.room else None
        lap = (("room", perf_counter() - started),) if options.room else ()
    report = replace(
        report,
        source=replace(report.source, location=printable(options.source)),
        artifacts=room.artifacts if room else (),
        skipped=in_order((*report.skipped, *(room.skipped if room else ()))),
        timings=(*report.timings, *lap),
        findings=by_gravity((*report.findings, *_findings_of(room))),
        claims=tuple(_verdict(claim, report, room) for claim in claims),
    )
    if options.pdf is not None:
        from diligence.config.audit_pdf import write_pdf

        write_pdf(report, proposed_scores(report), options.pdf)
    _write(_document(report, options), options.output)
    return FOUND if options.fail_on and _stands(report, Severity(options.fail_on)) else DONE


def _claims(file: Path) -> tuple[Claim, ...]:
    """What the startup says; without a file nothing of what judges it is imported."""
    from audits.services.evidence_files import read_claims

    return read_claims(file)


def _verdict(claim: Claim, report: AuditReport, room: "MeasuredRoom | None") -> ClaimVerdict:
    """The verdict on a claim; a rule that fails costs its own claim the test and nothing else."""
    from audits.claims.judging import judge_claims

    try:
        artifacts = room.artifacts if room else ()
        (found,) = judge_claims([claim], report.practices, artifacts, report.inventory)
    except Exception as fault:  # noqa: BLE001 - one rule never ends an audit
        if os.environ.get("PROOFROOM_TRACEBACK") == "1":
            traceback.print_exc()
        because = RULE_FAILED.format(type(fault).__name__)
        return ClaimVerdict(claim.id, claim.kind, Standing.UNSUPPORTED, because)
    return found


def _check_room(folder: Path) -> None:
    """Raises SourceError where there is no such folder, before anything is examined."""
    from audits.services.room import ROOM_MISSING

    if not folder.is_dir():
        raise SourceError(ROOM_MISSING.format(folder))


def _room(folder: Path, claims: Iterable[Claim], notice: Notice) -> "MeasuredRoom":
    """The measured room, with the windows that claims speak of; what measures is imported late."""
    from audits.services.room import measure_room

    days = {claim.number_of("window_days") for claim in claims}
    windows = tuple(sorted(int(each) for each in days if each and each >= 1))
    return measure_room(folder, windows=windows, notice=notice)


def _findings_of(room: "MeasuredRoom | None") -> tuple[Finding, ...]:
    """What in the room someone should act on."""
    if room is None or not room.artifacts:
        return ()
    from audits.claims.room_findings import room_findings

    return tuple(room_findings(room.artifacts))


def _check_outputs(options: argparse.Namespace) -> None:
    """Raises SourceError where an output would overwrite what is examined, or the other output."""
    source = Path(options.source)
    for output in (options.output, options.pdf):
        if output and output.exists() and source.exists() and output.samefile(source):
            raise SourceError(OVER_SOURCE)
    if options.pdf and options.output and options.pdf.resolve() == options.output.resolve():
        raise SourceError(SAME_OUTPUT)


def _document(report: AuditReport, options: argparse.Namespace) -> str:
    """The report in the format asked for; what only other formats need is not imported."""
    if options.format == "sarif":
        from importlib.metadata import version

        from audits.engine.sarif import sarif

        return dumped(sarif(report, version("proofroom"))) + "\n"
    if options.format == "cyclonedx":
        from importlib.metadata import version

        from audits.engine.cyclonedx import cyclonedx

        return dumped(cyclonedx(report, version("proofroom"))) + "\n"
    scores = proposed_scores(report)
    if options.format == "json":
        return dumped(contract(report, as_document(scores))) + "\n"
    from diligence.config.audit_text import headline, rendered

    if options.format == "markdown":
        from audits.engine.markdown import markdown

        return harmless(markdown(report, headline(scores))) + "\n"
    to_terminal = options.output is None and sys.stdout.isatty()
    width = min(WIDEST, shutil.get_terminal_size((WIDEST, 40)).columns) if to_terminal else WIDEST
    colour = to_terminal and not os.environ.get("NO_COLOR")
    return rendered(report, scores, width=width, colour=colour)


def _write(text: str, output: Path | None) -> None:
    if output is None:
        sys.stdout.buffer.write(text.encode())
        sys.stdout.buffer.flush()
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise SourceError(NO_OUTPUT.format(output, error.strerror)) from None


def _stands(report: AuditReport, least: Severity) -> bool:
    return any(f.severity.rank <= least.rank for f in report.findings)

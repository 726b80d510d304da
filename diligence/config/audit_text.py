"""An audit as a person reads it in a terminal, in about a minute."""

import io
from collections import Counter

from rich.console import Console
from rich.table import Table
from rich.text import Text

from audits.engine.documents import printable, shown
from audits.engine.report import AuditReport, PracticeResult
from audits.engine.types import Lens, Nature, Verdict
from rubrics.scoring.suggest import AuditScores
from rubrics.scoring.types import NOT_RATEABLE

MOST_FINDINGS = 15
MOST_SKIPPED = 5
MOST_ARTIFACTS = 30
_GOOD, _BAD, _MILD, _QUIET = "green", "red", "yellow", "dim"
_SEVERITY_STYLE = {"critical": "bold red", "high": "red", "medium": "yellow"}


def rendered(report: AuditReport, scores: AuditScores | None, *, width: int, colour: bool) -> str:
    """The summary as text, with colours only where asked for."""
    out = io.StringIO()
    console = Console(
        file=out, width=width, force_terminal=colour, no_color=not colour, highlight=False,
        color_system="standard" if colour else None, emoji=False, markup=False,
        legacy_windows=False,
    )  # fmt: skip
    _head(console, report)
    for lens in Lens:
        _lens(console, lens, [p for p in report.practices if p.lens is lens])
    _findings(console, report)
    _room(console, report)
    _claims(console, report)
    _scores(console, scores)
    _skipped(console, report)
    lines = (line.rstrip() for line in out.getvalue().splitlines())
    return printable("\n".join(lines)) + "\n"


def _head(console: Console, report: AuditReport) -> None:
    source = report.source
    where = f"commit {source.commit[:12]}" if source.commit else "no commit"
    when = f" of {source.committed_at[:10]}" if source.committed_at else ""
    console.print(Text(f"Proofroom audit of {shown(source.location)}", style="bold"))
    console.print(Text(f"{where}{when}, {_files(source.files)}, {_size(source.bytes)}"))
    kind = next((p for p in report.practices if p.id == "ml-kind"), None)
    if kind is not None:
        value = kind.value or kind.verdict.value
        console.print(Text(f"What it is: {shown(value)}. {shown(kind.because)}"))


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count:,} files"


def _size(count: int) -> str:
    return f"{count / 1e6:,.1f} MB" if count >= 100_000 else f"{count:,} bytes"


def _lens(console: Console, lens: Lens, results: list[PracticeResult]) -> None:
    if not results:
        return
    console.print()
    console.print(Text(lens.value.capitalize(), style="bold"))
    table = _grid(8, 31)
    for p in results:
        because = Text(shown(p.because))
        if p.evidence:
            first = p.evidence[0]
            more = f" (+{len(p.evidence) - 1})" if len(p.evidence) > 1 else ""
            because.append(f"\n{shown(first.path)}:{first.line}{more}", style="cyan")
        name = p.id if p.value in (None, "") or p.id == "ml-kind" else f"{p.id}\n{shown(p.value)}"
        table.add_row(Text(p.verdict.value, style=_style(p)), name, because)
    console.print(table)


def _style(result: PracticeResult) -> str:
    hazard = result.nature is Nature.HAZARD
    styles = {
        Verdict.YES: _BAD if hazard else _GOOD,
        Verdict.PARTLY: _MILD,
        Verdict.NO: _GOOD if hazard else _BAD,
    }
    plain = result.nature is Nature.IDENTITY
    return "" if plain else styles.get(result.verdict, _QUIET)


def _grid(first: int, second: int) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    table.add_column(width=first, no_wrap=True)
    table.add_column(width=second, overflow="fold")
    table.add_column(ratio=1, overflow="fold")
    return table


def _findings(console: Console, report: AuditReport) -> None:
    console.print()
    if not report.findings:
        console.print(Text("Findings: none", style="bold"))
        return
    counts = Counter(f.severity.value for f in report.findings)
    said = ", ".join(f"{n} {severity}" for severity, n in counts.items())
    console.print(Text(f"Findings: {said}", style="bold"))
    table = _grid(8, 31)
    for f in report.findings[:MOST_FINDINGS]:
        style = _SEVERITY_STYLE.get(f.severity.value, _QUIET)
        what = Text(f"{shown(f.title)}\n{shown(f.fix)}")
        table.add_row(Text(f.severity.value, style=style), f"{shown(f.path)}:{f.line}", what)
    console.print(table)
    _more(console, len(report.findings) - MOST_FINDINGS)


def _room(console: Console, report: AuditReport) -> None:
    """What each artifact is and shows; a kind that was guessed is said with its confidence."""
    if not report.artifacts:
        return
    console.print()
    console.print(Text("Data room", style="bold"))
    table = _grid(18, 21)
    for artifact in report.artifacts[:MOST_ARTIFACTS]:
        said = artifact.problem or (artifact.facts.headline() if artifact.facts else "")
        if artifact.confidence < 1:
            said = f"{said} (kind guessed, {artifact.confidence:.0%} sure)".strip()
        style = _BAD if artifact.problem else ""
        table.add_row(artifact.kind, shown(artifact.path), Text(shown(said), style=style))
    console.print(table)
    _more(console, len(report.artifacts) - MOST_ARTIFACTS)


def _claims(console: Console, report: AuditReport) -> None:
    if not report.claims:
        return
    console.print()
    console.print(Text("Claims", style="bold"))
    table = _grid(12, 27)
    for c in report.claims:
        table.add_row(c.verdict.value, shown(c.id), Text(shown(c.because)))
    console.print(table)


def _scores(console: Console, scores: AuditScores | None) -> None:
    if scores is None:
        return
    console.print()
    title = "Proposed from the code alone, before any reviewer"
    console.print(Text(title, style="bold"))
    console.print(Text(headline(scores)))
    lenses = (f"{s.lens} {_span(s.score, s.low, s.high, 1)}" for s in scores.lenses)
    console.print(Text("; ".join(lenses)))
    for item in scores.knock_outs:
        said = f"Suspected {item.knock_out}, {item.title}: {shown(item.because)}"
        console.print(Text(said, style=_BAD))


def headline(scores: AuditScores) -> str:
    """The figure that the rubric proposes, with its interval, in one sentence."""
    if scores.band == NOT_RATEABLE:
        return "Not rateable: too little of the rubric shows in the code."
    span = _span(scores.headline, scores.low, scores.high, 0)
    sure = f"confidence {scores.confidence:.2f}"
    return f"Headline {span} of 100, band {scores.band}, {sure}"


def _span(value: float | None, low: float | None, high: float | None, digits: int) -> str:
    if value is None:
        return "not rateable"
    if low is None or high is None:
        return f"{value:.{digits}f}"
    return f"{value:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"


def _skipped(console: Console, report: AuditReport) -> None:
    if not report.skipped:
        return
    console.print()
    console.print(Text(f"Not examined: {_files(len(report.skipped))}", style="bold"))
    for s in report.skipped[:MOST_SKIPPED]:
        console.print(Text(f"{shown(s.path)}: {shown(s.reason)}"))
    _more(console, len(report.skipped) - MOST_SKIPPED)


def _more(console: Console, count: int) -> None:
    if count > 0:
        console.print(Text(f"and {count:,} more; --format json lists all", style=_QUIET))

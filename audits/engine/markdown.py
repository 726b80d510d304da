"""A report as Markdown that reads well in a pull request."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from audits.engine.report import AuditReport, PracticeResult
from audits.engine.types import Evidence, Lens, Nature, Severity, Verdict

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|#!~])")
_SPACE = re.compile(r"\s+")
MOST_FINDINGS = 50
_TOLD = (Verdict.YES, Verdict.PARTLY, Verdict.NO, Verdict.UNKNOWN)


def markdown(report: AuditReport, headline: str = "") -> str:
    """Identity, a summary, findings, a table per lens to unfold, and what was left out."""
    return "\n".join(
        (
            "# Proofroom audit",
            "",
            *_identity(report),
            *_summary(report, headline),
            *_findings(report),
            *_lenses(report.practices),
            *_skipped(report),
        )
    ).rstrip("\n")


def plain(text: str) -> str:
    """Text that Markdown shows as it is, on one line."""
    return _SPECIAL.sub(r"\\\1", _SPACE.sub(" ", text)).strip()


def code(text: str) -> str:
    """Text as inline code, whatever backticks it has."""
    text = _SPACE.sub(" ", text).replace("|", "\\|")
    fence = "`" * (1 + max((len(m) for m in re.findall(r"`+", text)), default=0))
    pad = " " if "`" in text else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _identity(report: AuditReport) -> Iterator[str]:
    source = report.source
    commit = f"commit {code(source.commit[:12])}" if source.commit else "no commit"
    when = f" of {source.committed_at[:10]}" if source.committed_at else ""
    size = f"{source.files:,} files, {source.bytes:,} bytes"
    yield f"{plain(source.location)}, {commit}{when}: {size}."
    yield ""


def _summary(report: AuditReport, headline: str) -> Iterator[str]:
    counts = Counter(f.severity for f in report.findings)
    found = ", ".join(f"{counts[s]} {s.value}" for s in Severity if counts[s]) or "none"
    verdicts = Counter(p.verdict for p in report.practices if p.nature is Nature.PRACTICE)
    judged = ", ".join(f"{verdicts[v]} {v.value}" for v in _TOLD if verdicts[v]) or "none judged"
    yield f"**Findings:** {found}. **Practices:** {judged}."
    yield from ((f"**Proposed:** {plain(headline)}", "") if headline else ("",))


def _lenses(practices: Iterable[PracticeResult]) -> Iterator[str]:
    """One table a lens, folded: a pull request is read from its findings."""
    rows = tuple(practices)
    for lens in Lens:
        chosen = [p for p in rows if p.lens is lens]
        if not chosen:
            continue
        counts = Counter(p.verdict for p in chosen)
        told = ", ".join(f"{counts[v]} {v.value}" for v in Verdict if counts[v])
        yield f"<details><summary><b>{lens.value.capitalize()}</b>: {told}</summary>"
        yield from ("", "| Practice | Verdict | Grade | Because | Seen at |")
        yield "| --- | --- | --- | --- | --- |"
        for p in chosen:
            verdict = f"**{p.verdict.value}**" + (f" ({plain(p.value)})" if p.value else "")
            seen = ", ".join(_place(e) for e in p.evidence[:2])
            yield f"| {p.id} | {verdict} | {p.grade.value} | {plain(p.because)} | {seen} |"
        yield from ("", "</details>", "")


def _place(evidence: Evidence) -> str:
    return code(f"{evidence.path}:{evidence.line}")


def _findings(report: AuditReport) -> Iterator[str]:
    yield from ("## Findings", "")
    if not report.findings:
        yield from ("None.", "")
        return
    yield "| Severity | Finding | Where | What to do |"
    yield "| --- | --- | --- | --- |"
    for f in report.findings[:MOST_FINDINGS]:
        where = code(f"{f.path}:{f.line}")
        yield f"| **{f.severity.value}** | {plain(f.title)} | {where} | {plain(f.fix)} |"
    yield ""
    if len(report.findings) > MOST_FINDINGS:
        yield from (f"And {len(report.findings) - MOST_FINDINGS} more.", "")


def _skipped(report: AuditReport) -> Iterator[str]:
    if report.skipped:
        yield from (f"## Not examined ({len(report.skipped)})", "")
        for s in report.skipped[:MOST_FINDINGS]:
            yield f"- {code(s.path)}: {plain(s.reason)}"
        if len(report.skipped) > MOST_FINDINGS:
            yield f"- and {len(report.skipped) - MOST_FINDINGS} more"

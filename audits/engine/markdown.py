"""A report as Markdown that reads well in a pull request."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from audits.engine.documents import harmless
from audits.engine.report import AuditReport, PracticeResult
from audits.engine.types import Evidence, Lens, Nature, Severity, Verdict

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|#!~])")
_SPACE = re.compile(r"\s+")
_REFERRING = re.compile(r"([@#!~%$&])(?=[\w\"({#])")
_ADDRESS = re.compile(r"(?i)\b(https?|ftp|xmpp|mailto|www|GH|GL)(?=[:.\-])")
_APART = "\N{ZERO WIDTH SPACE}"
"""Forges look for names after Markdown's own escapes are gone; this keeps them apart."""

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
    """Foreign text on one line, shown as it is: no link, no mention, no reference, no HTML."""
    apart = _REFERRING.sub(rf"\1{_APART}", harmless(_SPACE.sub(" ", text)))
    apart = _ADDRESS.sub(rf"\1{_APART}", apart)
    return _SPECIAL.sub(r"\\\1", apart).strip()


def code(text: str, *, in_table: bool = True) -> str:
    """Text as inline code, whatever backticks it has; a table's bars end a cell even in code."""
    text = harmless(_SPACE.sub(" ", text)) or " "
    text = text.replace("|", "\\|") if in_table else text
    fence = "`" * (1 + max((len(m) for m in re.findall(r"`+", text)), default=0))
    pad = " " if "`" in text else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _identity(report: AuditReport) -> Iterator[str]:
    source = report.source
    commit = f"commit {code(source.commit[:12])}" if source.commit else "no commit"
    when = f" of {source.committed_at[:10]}" if source.committed_at else ""
    size = f"{source.files:,} files, {source.bytes:,} bytes"
    yield f"{code(source.location, in_table=False)}, {commit}{when}: {size}."
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
            yield f"- {code(s.path, in_table=False)}: {plain(s.reason)}"
        if len(report.skipped) > MOST_FINDINGS:
            yield f"- and {len(report.skipped) - MOST_FINDINGS} more"

"""Reads of triage: findings with what people made of them."""

from collections.abc import Iterable

from audits.models import Finding, Triage


def with_triage(findings: Iterable[Finding]) -> list[Finding]:
    """The findings in their order, each with the word on it; one query for all."""
    rows = list(findings)
    triages = Triage.objects.filter(
        repository__in={f.run.repository_id for f in rows},
        fingerprint__in={f.fingerprint for f in rows},
    ).select_related("owner", "decided_by")
    by_key = {(t.repository_id, t.fingerprint): t for t in triages}
    for finding in rows:
        finding.triage = by_key.get((finding.run.repository_id, finding.fingerprint))
    return rows


def without_false_alarms(findings: Iterable[Finding]) -> list[Finding]:
    """Findings that stand: what someone called a false alarm is left out until that expires."""
    return [f for f in with_triage(findings) if f.triage is None or not f.triage.dismisses]

"""What a verdict points to: lines of the repository, rows and figures of the data room."""

from dataclasses import dataclass

from django.db.models import Q

from audits.models import ClaimVerdict, Excerpt, Measured


@dataclass(frozen=True)
class Pointer:
    """One place: a cited line with its text, a measured file, or the bare name of either."""

    path: str
    line: int
    note: str
    excerpt: Excerpt | None = None
    measured: Measured | None = None


def pointers_of(verdict: ClaimVerdict) -> tuple[Pointer, ...]:
    """The places of a verdict, in their order, each with what there is to show."""
    paths = {each["path"] for each in verdict.evidence}
    measured = _measured(verdict, paths)
    excerpts = _excerpts(verdict, paths)
    return tuple(
        Pointer(
            each["path"], each["line"], each.get("note", ""),
            excerpts.get((each["path"], each["line"])), measured.get(each["path"]),
        )
        for each in verdict.evidence
    )  # fmt: skip


def _measured(verdict: ClaimVerdict, paths: set[str]) -> dict[str, Measured]:
    if verdict.room_run_id is None:
        return {}
    rows = Measured.objects.filter(run=verdict.room_run_id, path__in=paths)
    return {row.path: row for row in rows.select_related("artifact__evidence")}


def _excerpts(verdict: ClaimVerdict, paths: set[str]) -> dict[tuple[str, int], Excerpt]:
    """Lines are cited by the runs of any of the deal's repositories; the newest speaks."""
    deal = verdict.claim.deal_id
    of_deal = Q(practice__run__deal=deal) | Q(finding__run__deal=deal)
    rows = Excerpt.objects.filter(of_deal, path__in=paths).order_by("pk")
    return {(row.path, row.line): row for row in rows}

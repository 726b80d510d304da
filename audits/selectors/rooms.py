"""Reads of the data room: what lies in it, how far the work on it is, what was measured."""

from dataclasses import dataclass
from functools import cached_property

from audits.claims.room_findings import room_findings
from audits.engine.report import by_gravity
from audits.engine.types import Finding
from audits.models import Artifact, Measured, RoomRun
from audits.selectors.proof import as_artifacts, latest_measurement, rows_of
from diligence.models import Deal

KIND_TITLES = {
    "prediction-log": "Log of predictions",
    "labels": "Labels of a log",
    "model-registry": "Model registry",
    "dataset-manifest": "Dataset manifest",
    "reference-sample": "Reference sample",
    "current-sample": "Current sample",
    "train-sample": "Training sample",
    "test-sample": "Test sample",
    "metrics-history": "Metrics history",
    "model": "Model file",
    "model-card": "Model card",
    "sbom": "Bill of materials",
    "eval-results": "Evaluation results",
    "sarif": "Findings of a scanner",
    "document": "Document: a person reads it",
}


BROKEN_OFF = (RoomRun.State.FAILED, RoomRun.State.CANCELLED)


def kind_title(kind: str) -> str:
    """A kind in words."""
    return KIND_TITLES.get(kind, kind.replace("-", " ").capitalize())


@dataclass(frozen=True)
class RoomRow:
    """One file of the room with what it was taken for and what was found on it last."""

    artifact: Artifact
    measured: Measured | None
    is_being_looked_at: bool

    @property
    def title(self) -> str:
        """What it is, or seems to be."""
        kind = self.artifact.kind or self.artifact.guessed_kind
        if self.artifact.guess.get("members"):
            return "Archive: what is in it stands by itself"
        return kind_title(kind) if kind else ""

    @property
    def percent(self) -> int:
        """How sure the guess is."""
        return round(100 * (self.artifact.confidence or 0))

    @property
    def trouble(self) -> str:
        """Why there are no figures, in a sentence."""
        if self.measured is not None:
            return self.measured.trouble
        return "" if self.artifact.is_confirmed else self.artifact.trouble

    @property
    def waits_for_word(self) -> bool:
        """Whether an analyst has to say what it is."""
        artifact = self.artifact
        return not (
            artifact.is_confirmed
            or artifact.left_out
            or self.is_being_looked_at
            or artifact.guessed_kind in ("document", "")
        )


@dataclass(frozen=True)
class DataRoom:
    """The room as it stands: first what waits for a word, then what is measured, then the rest."""

    rows: tuple[RoomRow, ...]
    under_way: RoomRun | None
    failed: RoomRun | None
    latest: RoomRun | None
    facts: tuple[Measured, ...] = ()

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """Files that run code and cards that say otherwise, as the terminal tells them."""
        return by_gravity(room_findings(as_artifacts(self.facts)))

    @property
    def waiting(self) -> tuple[RoomRow, ...]:
        """What an analyst has to say something on."""
        return tuple(row for row in self.rows if row.waits_for_word)

    @property
    def measured(self) -> tuple[RoomRow, ...]:
        """What was confirmed and is in the room."""
        return tuple(
            r
            for r in self.rows
            if r.artifact.is_confirmed and not r.artifact.left_out and r.artifact.kind != "document"
        )

    @property
    def others(self) -> tuple[RoomRow, ...]:
        """Documents, what is left out, and what a worker has not looked at yet."""
        known = {row.artifact.pk for row in (*self.waiting, *self.measured)}
        return tuple(row for row in self.rows if row.artifact.pk not in known)


def data_room(deal: Deal) -> DataRoom:
    """Everything in the room of a deal that was not withdrawn."""
    latest = latest_measurement(deal)
    facts = rows_of(latest) if latest else ()
    found = {m.artifact_id: m for m in facts}
    runs = list(deal.room_runs.filter(state__in=("queued", "running")).order_by("created_at"))
    looked_at = {run.artifact_id for run in runs}
    artifacts = deal.artifacts.filter(evidence__withdrawn_at=None).select_related(
        "evidence", "confirmed_by"
    )
    rows = artifacts.prefetch_related("evidence__versions__blob")
    last = deal.room_runs.measurements().order_by("-created_at").first()
    measuring = [run for run in runs if run.purpose == RoomRun.Purpose.MEASURE]
    return DataRoom(
        tuple(RoomRow(a, found.get(a.pk), a.pk in looked_at) for a in rows),
        next(iter([*measuring, *runs]), None),
        last if last is not None and last.state in BROKEN_OFF else None,
        latest,
        facts,
    )


def history_of(artifact: Artifact) -> tuple[Measured, ...]:
    """Every measurement of a file, newest first."""
    rows = artifact.measured.filter(run__state=RoomRun.State.SUCCEEDED)
    return tuple(rows.select_related("run", "version").order_by("-run__finished_at"))

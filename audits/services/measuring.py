"""Carries out the work on a data room: a look at one file, or a measurement of all confirmed ones.

Each file is read in a child process of its own, confined and without a network. What one file says
of another (which registry knows a prediction's version) is worked out here from the facts alone. A
file whose inputs are those of the last measurement keeps its facts and is not read again.
"""

import hashlib
import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from audits.artifacts.kinds import kinds
from audits.engine.claiming import Scalar
from audits.engine.report import ENGINE_VERSION, Artifact
from audits.facts.model_card import ModelCard
from audits.models import Artifact as StoredArtifact
from audits.models import Claim, Measured, RoomRun
from audits.selectors.proof import latest_measurement, measured_now, restored
from audits.services import jobs
from audits.services.artifacts import keep_members, queue_measurement
from audits.services.child import LostJob, Progress, examined, workspace
from audits.services.claims import CardClaim, collect_card
from audits.services.examine_room import type_of
from audits.services.room import related
from audits.services.runs import without_nul
from audits.services.verdicts import hold_claims
from diligence.models import Deal, EvidenceVersion
from diligence.services.activity import record
from diligence.services.errors import Refused
from diligence.services.keeping import path_of_blob, require_there

CHILD = "audits.services.examine_room"
SEED = 1
"""Of every draw, so that a reviewer draws the same predictions again."""

TELL_OF_OTHERS = ("model-registry", "dataset-manifest")
"""Kinds from which facts of other files follow when the room is related."""

MOST_OF_A_CARD = 50
"""Figures of one model card that become claims."""

GIVEN_UP = (
    "The work on this file stopped without a word {} times and was set aside; "
    "hand it in smaller or as another format."
)


@dataclass(frozen=True)
class Work:
    """A confirmed file as it is handed to the child.

    `packed` is the archive that it lies in, if any, and `into` where that is unpacked.
    """

    artifact: StoredArtifact
    version: EvidenceVersion
    name: str
    path: str
    packed: str = ""
    into: str = ""

    def request(self) -> dict[str, Any]:
        """What the child is told of it."""
        return {
            "path": self.path, "name": self.name, "kind": self.artifact.kind,
            "columns": self.artifact.columns,
        }  # fmt: skip


def execute_room_run(run_id: uuid.UUID) -> None:
    """Claims the work, has it done by a child, and stores what was found or why nothing was."""
    holder = jobs.claim(RoomRun, run_id, stage="Opening the files")
    if holder is None:
        return
    run = RoomRun.objects.select_related("deal", "artifact__evidence").get(pk=run_id)
    mine = jobs.held(RoomRun, run_id, holder)

    def renew(progress: Progress) -> bool:
        return jobs.renew(mine, **vars(progress))

    try:
        with workspace(str(run.pk)) as folder:
            if run.purpose == RoomRun.Purpose.LOOK:
                _look(run, holder, folder, renew)
            else:
                _measure(run, holder, folder, renew)
    except LostJob:
        return
    except Refused as refused:
        if jobs.fail(mine, str(refused)) and run.artifact is not None:
            _keep_trouble(run.artifact, str(refused))


def _keep_trouble(artifact: StoredArtifact, sentence: str) -> None:
    artifact.trouble, artifact.guessed_from = sentence[:1000], artifact.evidence.current
    artifact.save(update_fields=["trouble", "guessed_from"])


# A look ---------------------------------------------------------------------------------------


def _look(run: RoomRun, holder: uuid.UUID, folder: Path, renew: Any) -> None:
    artifact = run.artifact
    version = artifact.evidence.current if artifact else None
    if artifact is None or version is None:
        raise Refused("The file is gone; hand it in again.")
    request = {
        "do": "look", "name": version.filename, "path": _path_of(version, folder, version.filename)
    }  # fmt: skip
    guess = examined(CHILD, request, folder=folder, first="Looking at the file", notice=renew)
    _store_guess(run, holder, version, guess)


@transaction.atomic
def _store_guess(
    run: RoomRun, holder: uuid.UUID, version: EvidenceVersion, guess: Mapping[str, Any]
) -> None:
    if not _finish(run, holder) or run.artifact is None:
        return
    artifact = StoredArtifact.objects.select_for_update().get(pk=run.artifact.pk)
    artifact.guess, artifact.guessed_from = _without_rows(without_nul(guess)), version
    artifact.guessed_kind, artifact.confidence = guess["kind"], guess["confidence"]
    artifact.trouble = str(guess.get("trouble", ""))[:1000]
    artifact.save()
    keep_members(archive=artifact, version=version, members=without_nul(guess.get("members", [])))


def _without_rows(guess: Mapping[str, Any]) -> dict[str, Any]:
    """A look at an archive with the names of what is in it; what they hold is kept with each."""
    members = [each["path"] for each in guess.get("members", [])]
    return {**guess, "members": members} if members else dict(guess)


def _finish(run: RoomRun, holder: uuid.UUID) -> bool:
    """Ends the job as done; False where it is no longer the holder's."""
    return bool(
        jobs.held(RoomRun, run.pk, holder).update(
            state=RoomRun.State.SUCCEEDED, finished_at=timezone.now(), lease_until=None,
            engine_version=ENGINE_VERSION,
        )
    )  # fmt: skip


# A measurement --------------------------------------------------------------------------------


def _measure(run: RoomRun, holder: uuid.UUID, folder: Path, renew: Any) -> None:
    room = _Room(_works(run.deal, folder), windows_asked(run.deal), folder, renew)
    earlier = latest_measurement(run.deal)
    known = {m.inputs: m for m in earlier.measured.all()} if earlier else {}
    rows = []
    for number, work in enumerate(room.works):
        inputs = _inputs(work, room.works, room.windows)
        row = known.get(inputs) if inputs in known and not known[inputs].trouble else None
        if row is None:
            row = room.read(work, number)
        if not renew(Progress(f"Measured {work.name}", number + 1, len(room.works))):
            raise LostJob
        rows.append(_row(run, work, inputs, row))
    _store(run, holder, rows)


def windows_asked(deal: Deal) -> list[int]:
    """The spans in days that claims name; each is measured as well."""
    claims = Claim.objects.standing().filter(deal=deal, kind="metric")
    days = {claim.fields.get("window_days") for claim in claims}
    return sorted({int(d) for d in days if isinstance(d, int | float) and d >= 1})


@transaction.atomic
def measure_new_windows(*, deal: Deal) -> RoomRun | None:
    """Measures again where a claim names a span of days on which no log was measured yet."""
    logs = [m for m in measured_now(deal) if m.kind == "prediction-log" and m.facts]
    wanted = {str(days) for days in windows_asked(deal)}
    if all(wanted <= set(log.facts.get("windows", {})) for log in logs):
        return None
    return queue_measurement(deal=deal, asked_by=None)


def _works(deal: Deal, folder: Path) -> list[Work]:
    works: list[Work] = []
    taken: set[str] = set()
    names: dict[uuid.UUID, str] = {}
    rows = deal.artifacts.confirmed().select_related("evidence").order_by("added_at")
    for artifact in rows.prefetch_related("evidence__versions__blob"):
        version = artifact.evidence.current
        if version is not None:
            if version.pk not in names:
                names[version.pk] = _free(version.filename, taken)
            works.append(_work(artifact, version, names[version.pk], folder))
    return works


def _work(artifact: StoredArtifact, version: EvidenceVersion, name: str, folder: Path) -> Work:
    """A file as it lies in storage, or where it will lie once its archive is unpacked."""
    path = _path_of(version, folder, name)
    if not artifact.member:
        return Work(artifact, version, name, path)
    into = folder / "unpacked" / str(version.pk)
    within = "" if artifact.member == StoredArtifact.WHOLE else artifact.member
    shown = f"{name}/{within}" if within else name
    return Work(artifact, version, shown, str(into / within), packed=path, into=str(into))


def _free(name: str, taken: set[str]) -> str:
    """A name that no other file of the room has."""
    number, found = 1, name
    while found in taken:
        number += 1
        found = f"{number}-{name}"
    taken.add(found)
    return found


def _path_of(version: EvidenceVersion, folder: Path, name: str) -> str:
    """Where the child finds the bytes: in the evidence storage, or as a copy beside it."""
    require_there(version)
    return path_of_blob(
        version.blob, folder / hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()
    )


def _inputs(work: Work, works: Iterable[Work], windows: list[int]) -> str:
    """What the facts of a file follow from, as one hash: the same inputs give the same facts."""
    kind = kinds().get(work.artifact.kind)
    beside = {*TELL_OF_OTHERS, *(kind.needs if kind else ())}
    room = sorted(_identity(w) for w in works if w.artifact.kind in beside)
    text = json.dumps([ENGINE_VERSION, SEED, windows, _identity(work), room])
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _identity(work: Work) -> list[str]:
    columns = json.dumps(work.artifact.columns, sort_keys=True)
    return [work.version.blob_id, work.name, work.artifact.kind, columns]


@dataclass
class _Room:
    """The confirmed files of a room, read one by one; archives are unpacked when first needed."""

    works: list[Work]
    windows: list[int]
    folder: Path
    notice: Any
    refused: dict[str, str] | None = None

    def read(self, work: Work, number: int) -> Measured:
        """One file, read by a child; what breaks the child is that file's trouble alone."""
        if self.refused is None:
            self.refused = self._unpacked()
        if work.packed in self.refused:
            return Measured(trouble=self.refused[work.packed])
        request = {
            **work.request(), "do": "measure", "windows": self.windows, "seed": SEED,
            "number": number, "of": len(self.works),
            "others": [w.request() for w in self.works if w is not work],
        }  # fmt: skip
        try:
            found = without_nul(self._ask(request, f"Measuring {work.name}"))
        except Refused as refused:
            return Measured(trouble=str(refused)[:1000])
        return Measured(
            facts=found["facts"], facts_type=found["facts_type"], trouble=found["trouble"][:1000]
        )

    def _unpacked(self) -> dict[str, str]:
        """Unpacks every archive of which something is confirmed; why, where one cannot be."""
        refused = {}
        for packed, into in {work.packed: work.into for work in self.works if work.packed}.items():
            name = Path(into).name
            request = {"do": "unpack", "name": name, "path": packed, "into": into}
            try:
                self._ask(request, "Unpacking an archive")
            except Refused as sentence:
                refused[packed] = str(sentence)[:1000]
        return refused

    def _ask(self, request: Mapping[str, Any], first: str) -> Mapping[str, Any]:
        return examined(CHILD, request, folder=self.folder, first=first[:60], notice=self.notice)


def _row(run: RoomRun, work: Work, inputs: str, found: Measured) -> Measured:
    return Measured(
        run=run, artifact=work.artifact, version=work.version, path=work.name[:300],
        kind=work.artifact.kind, columns=work.artifact.columns, inputs=inputs,
        facts=found.facts, facts_type=found.facts_type, trouble=found.trouble,
    )  # fmt: skip


@transaction.atomic
def _store(run: RoomRun, holder: uuid.UUID, rows: list[Measured]) -> None:
    """Keeps the measurement once, and holds the claims against it."""
    if not _finish(run, holder):
        return
    _relate(rows)
    Measured.objects.bulk_create(rows)
    for row in rows:
        facts = restored(row)
        if isinstance(facts, ModelCard):
            collect_card(row.artifact, _stated(facts))
    troubled = sum(1 for row in rows if row.trouble)
    fine = len(rows) - troubled
    told = f"measured {fine} file{'s' if fine != 1 else ''} of the data room"
    record(
        actor=run.requested_by, verb="room.measure", deal=run.deal, about=run,
        text=f"{told}; {troubled} could not be measured" if troubled else told,
    )  # fmt: skip
    hold_claims(deal=run.deal)


def _stated(card: ModelCard) -> list[CardClaim]:
    """The figures of a card as claims; the same metric twice is told apart by its order."""
    found: list[CardClaim] = []
    for metric in card.metrics[:MOST_OF_A_CARD]:
        fields: dict[str, Scalar] = {"metric": metric.name, "value": metric.value}
        if metric.dataset:
            fields["dataset"] = metric.dataset
        number = sum(1 for each in found if each.fields["metric"] == metric.name) + 1
        found.append(CardClaim(f"{metric.name}/{number}", "metric", metric.said, fields))
    return found


def _relate(rows: list[Measured]) -> None:
    """What only the room as a whole can tell, such as where predictions lead."""
    facts = [restored(row) for row in rows]
    artifacts = [
        Artifact(row.path, row.kind, row.version.blob_id, 0, facts=each)
        for row, each in zip(rows, facts, strict=True)
    ]
    for row, artifact in zip(rows, related(artifacts), strict=True):
        if artifact.facts is not None:
            row.facts, row.facts_type = artifact.facts.document(), type_of(artifact.facts)


def sweep_room_runs() -> jobs.Swept:
    """Gives back what a dead worker held and gives up what killed it too often."""
    return jobs.sweep(RoomRun, given_up_because=GIVEN_UP)

"""Takes back a questionnaire that was filled in as a workbook: first to look at, then for good."""

from collections.abc import Set as AbstractSet
from dataclasses import asdict, dataclass

from django.db import transaction
from django.utils import timezone

from diligence.models import Questionnaire, User, WorkbookImport
from diligence.policies import require
from diligence.questionnaires.workbooks.cells import WorkbookError
from diligence.questionnaires.workbooks.reading import read
from diligence.selectors.delegation import sheet_for
from diligence.selectors.workbooks import ProposedChange, proposed_changes, workbook_state
from diligence.services.activity import NOTHING, record
from diligence.services.errors import Refused
from diligence.services.questionnaires import GivenAnswer, save_answer


@dataclass(frozen=True)
class Applied:
    """How it went: answers taken over, newer ones kept, and (question, reason) of those refused."""

    taken: int
    kept: int
    refused: tuple[tuple[str, str], ...]


@transaction.atomic
def take_workbook(
    *, actor: User, questionnaire: Questionnaire, filename: str, data: bytes
) -> WorkbookImport:
    """Keeps what a workbook would change, for the person to look at; no answer changes yet.

    Raises Refused where it is no workbook of this questionnaire. An earlier one of the same person
    that was not decided is put aside.
    """
    require(actor, "answer.write", questionnaire)
    try:
        found = read(data, workbook_state(sheet_for(actor, questionnaire)))
    except WorkbookError as error:
        raise Refused(str(error)) from None
    mine = questionnaire.workbook_imports.filter(uploaded_by=actor)
    mine.filter(state=WorkbookImport.State.OPEN).update(
        state=WorkbookImport.State.DROPPED, decided_at=timezone.now()
    )
    imported = WorkbookImport.objects.create(
        questionnaire=questionnaire,
        filename=filename[-255:],
        changes=[asdict(change) for change in found.changes],
        misfits=[asdict(misfit) for misfit in found.misfits],
        uploaded_by=actor,
    )
    record(
        actor=actor, verb="workbook.take", text=f"brought a workbook in, {imported.filename}",
        deal=questionnaire.deal, about=imported,
    )  # fmt: skip
    return imported


@transaction.atomic
def apply_workbook(
    *, actor: User, imported: WorkbookImport, overwrite: AbstractSet[str] = frozenset()
) -> Applied:
    """Takes its answers over. An answer that is newer here stays, unless its question is named."""
    imported = _open(imported)
    require(actor, "answer.write", imported.questionnaire)
    changes = proposed_changes(imported)
    wanted = [c for c in changes if not c.is_newer_here or c.question.id in overwrite]
    by_question = {change["question"]: change for change in imported.changes}
    refused = []
    for change in wanted:
        reason = _save(actor, imported.questionnaire, change, by_question[change.question.id])
        refused += [(change.question.text, reason)] if reason else []
    _decide(imported, WorkbookImport.State.APPLIED)
    taken = len(wanted) - len(refused)
    record(
        actor=actor, verb="answer.workbook", about=imported, deal=imported.questionnaire.deal,
        text=f"took over {taken} answers from a workbook", in_room=True,
    )  # fmt: skip
    return Applied(taken, len(changes) - len(wanted), tuple(refused))


@transaction.atomic
def drop_workbook(*, actor: User, imported: WorkbookImport) -> None:
    """Puts a workbook aside; the answers stay as they are."""
    imported = _open(imported)
    require(actor, "answer.write", imported.questionnaire)
    _decide(imported, WorkbookImport.State.DROPPED)
    record(
        actor=actor, verb="workbook.drop", text=f"put the workbook {imported.filename} aside",
        deal=imported.questionnaire.deal, about=imported,
    )  # fmt: skip


def record_workbook(*, actor: User, questionnaire: Questionnaire) -> None:
    """Leaves a line when a questionnaire is taken out with its answers."""
    record(
        actor=actor, verb="answer.export", deal=questionnaire.deal, about=questionnaire,
        text=f"took {questionnaire.template.title} out as a workbook", change=NOTHING,
    )  # fmt: skip


def _save(
    actor: User, questionnaire: Questionnaire, change: ProposedChange, stored: dict[str, object]
) -> str:
    """Saves one answer; why it could not be, or an empty string."""
    given = GivenAnswer(
        raw=stored["value"],
        cannot_answer=str(stored["cannot_answer"]),
        revision=change.answer.revision if change.answer else 0,
    )
    try:
        save_answer(
            actor=actor, questionnaire=questionnaire, question_id=change.question.id, given=given
        )
    except Refused as error:
        return str(error)
    return ""


def _open(imported: WorkbookImport) -> WorkbookImport:
    rows = WorkbookImport.objects.select_for_update(of=("self",))
    row = rows.select_related("questionnaire__deal__startup", "questionnaire__template").get(
        pk=imported.pk
    )
    if row.state != WorkbookImport.State.OPEN:
        raise Refused("This workbook was decided already; upload it again to look at it anew.")
    return row


def _decide(imported: WorkbookImport, state: WorkbookImport.State) -> None:
    imported.state, imported.decided_at = state, timezone.now()
    imported.save(update_fields=["state", "decided_at"])

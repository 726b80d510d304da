"""Reads of a questionnaire as a workbook, and of the workbooks that came back."""

from dataclasses import dataclass

from diligence.models import Answer, Questionnaire, User, WorkbookImport
from diligence.questionnaires.schema import Question
from diligence.questionnaires.values import display_value
from diligence.questionnaires.workbooks.layout import Entry, QuestionnaireState, SectionOfEntries
from diligence.questionnaires.workbooks.writing import written
from diligence.selectors.questionnaires import AskedQuestion, QuestionnaireSheet, sheet_of


def workbook_state(sheet: QuestionnaireSheet) -> QuestionnaireState:
    """What a workbook is made of."""
    row = sheet.questionnaire
    sections = tuple(
        SectionOfEntries(s.title, s.intro, tuple(_entry(sheet, asked) for asked in s.questions))
        for s in sheet.sections
    )
    return QuestionnaireState(str(row.pk), row.deal.startup.name, sheet.template, sections)


def _entry(sheet: QuestionnaireSheet, asked: AskedQuestion) -> Entry:
    answer = asked.answer
    return Entry(
        asked.question,
        shown=asked.shown,
        open=sheet.is_with_founder and sheet.is_open(asked),
        value=answer.value if answer else None,
        cannot_answer=answer.cannot_answer if answer else "",
        revision=answer.revision if answer else 0,
    )


def workbook_of(sheet: QuestionnaireSheet) -> bytes:
    """The questionnaire as an Excel workbook."""
    return written(workbook_state(sheet))


@dataclass(frozen=True)
class ProposedChange:
    """An answer of a workbook beside the one that stands."""

    question: Question
    cell: str
    theirs: str
    ours: str
    answer: Answer | None
    is_newer_here: bool

    @property
    def changed_by(self) -> User | None:
        """Who wrote the answer that stands."""
        return self.answer.updated_by if self.answer else None


def proposed_changes(imported: WorkbookImport) -> tuple[ProposedChange, ...]:
    """What a workbook would change now, in the order of the questions.

    What says the same as what stands is no change, whoever came first.
    """
    sheet = sheet_of(imported.questionnaire)
    by_question = {change["question"]: change for change in imported.changes}
    found = []
    for section in sheet.sections:
        for asked in section.questions:
            change = by_question.get(asked.question.id)
            if change is not None and not _says_the_same(asked.answer, change):
                found.append(_proposed(asked, change))
    return tuple(found)


def _says_the_same(answer: Answer | None, change: dict[str, object]) -> bool:
    value, because = (answer.value, answer.cannot_answer) if answer else (None, "")
    return value == change["value"] and because == change["cannot_answer"]


def _proposed(asked: AskedQuestion, change: dict[str, object]) -> ProposedChange:
    because = str(change["cannot_answer"])
    theirs = display_value(asked.question, change["value"])  # type: ignore[arg-type] # as it was stored
    return ProposedChange(
        asked.question,
        str(change["cell"]),
        f"We cannot answer: {because}" if because else theirs,
        asked.shown_value,
        asked.answer,
        is_newer_here=(asked.answer.revision if asked.answer else 0) != change["revision"],
    )


def open_import(questionnaire: Questionnaire, user: User) -> WorkbookImport | None:
    """The newest workbook of a person that waits for a decision."""
    rows = questionnaire.workbook_imports.filter(uploaded_by=user)
    return rows.filter(state=WorkbookImport.State.OPEN).first()

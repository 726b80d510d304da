"""One question as form fields: what is posted for it, and what its fields show again.

All fields of a question carry its id as prefix (`main-model.value`, `main-model.revision`), so that
a whole section is one form and a single question can be saved alone.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from diligence.models import EvidenceItem
from diligence.questionnaires.claims import ClaimAhead, claim_ahead
from diligence.questionnaires.schema import (
    OTHER,
    OTHER_PREFIX,
    AnswerValue,
    CellValue,
    Column,
    MultipleQuestion,
    Option,
    Question,
    ScaleQuestion,
    SingleQuestion,
    TableQuestion,
)
from diligence.selectors.questionnaires import AskedQuestion
from diligence.services.questionnaires import GivenAnswer

EMPTY_ROWS = 3
YES_NO = (("yes", "Yes"), ("no", "No"))


@dataclass(frozen=True)
class PostedAnswer:
    """What came in for one question."""

    given: GivenAnswer
    files: tuple[UploadedFile[Any], ...] = ()
    attach: tuple[str, ...] = ()
    detach: str = ""
    reply: str = ""
    lacks_reason: bool = False


def is_posted(question: Question, data: QueryDict) -> bool:
    """Whether the fields of this question were in the form."""
    return f"{question.id}.revision" in data


def posted_answer(
    question: Question, data: QueryDict, files: MultiValueDict[str, UploadedFile[Any]]
) -> PostedAnswer:
    """What the form says for this question."""
    cannot = bool(data.get(f"{question.id}.cannot"))
    because = data.get(f"{question.id}.because", "").strip() if cannot else ""
    revision = data.get(f"{question.id}.revision", "")
    pressed, _, item = data.get("detach", "").partition(":")
    return PostedAnswer(
        GivenAnswer(
            raw=_raw_value(question, data),
            cannot_answer=because,
            revision=int(revision) if revision.isascii() and revision.isdecimal() else 0,
        ),
        files=tuple(files.getlist(f"{question.id}.files")),
        attach=tuple(pk for pk in data.getlist(f"{question.id}.attach") if pk),
        detach=item if pressed == question.id else "",
        reply=data.get(f"{question.id}.reply", "").strip(),
        lacks_reason=cannot and not because,
    )


def _raw_value(question: Question, data: QueryDict) -> object:
    name = f"{question.id}.value"
    match question:
        case SingleQuestion() | MultipleQuestion():
            return {"choice": data.getlist(name), "other": data.get(f"{question.id}.other", "")}
        case TableQuestion():
            return _raw_rows(question, data)
    return data.get(name)


def _raw_rows(question: TableQuestion, data: QueryDict) -> list[dict[str, str | None]]:
    """Rows by their number in the names (`metrics.3.value`); gaps are where rows were removed."""
    row_of = re.compile(rf"{re.escape(question.id)}\.(\d{{1,6}})\.")
    numbers = sorted({int(found[1]) for name in data if (found := row_of.match(name))})
    return [
        {column.id: data.get(f"{question.id}.{number}.{column.id}") for column in question.columns}
        for number in numbers
    ]


@dataclass(frozen=True)
class Choice:
    """One thing to choose, and whether it is chosen."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class CellField:
    """One cell of a table question."""

    column: Column
    name: str
    value: str
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True)
class AnswerField:
    """One question with what its fields show: what is stored, or what was typed and not taken."""

    asked: AskedQuestion
    is_open: bool
    section: str = ""
    typed: GivenAnswer | None = None
    error: str = ""
    conflict: str = ""
    attachable: tuple[EvidenceItem, ...] = ()
    lacks_reason: bool = False

    @property
    def question(self) -> Question:
        return self.asked.question

    @property
    def template(self) -> str:
        """The template of its control, by the type of the question."""
        return f"diligence/_question_{self.question.type.replace('-', '_')}.html"

    @property
    def claim(self) -> ClaimAhead | None:
        """What its answer would claim."""
        return claim_ahead(self.question)

    @property
    def name(self) -> str:
        return f"{self.question.id}.value"

    @property
    def revision(self) -> int:
        return self.asked.answer.revision if self.asked.answer else 0

    @property
    def because(self) -> str:
        """Why it cannot be answered."""
        if self.typed is not None:
            return self.typed.cannot_answer
        return self.asked.answer.cannot_answer if self.asked.answer else ""

    @property
    def declined(self) -> bool:
        """Whether "we cannot answer" is ticked."""
        return bool(self.because) or self.lacks_reason

    @property
    def to_choose(self) -> tuple[EvidenceItem, ...]:
        """Evidence of the room that is not attached yet."""
        attached = {item.pk for item in self.asked.attached}
        return tuple(item for item in self.attachable if item.pk not in attached)

    @property
    def stored(self) -> AnswerValue:
        return self.asked.answer.value if self.asked.answer else None

    @property
    def text(self) -> str:
        """The value of a single input."""
        value = self.typed.raw if self.typed is not None else self.stored
        return _as_text(value) if isinstance(value, bool | int | float | str) else ""

    @property
    def chosen(self) -> tuple[str, ...]:
        """The ids that are chosen; `other` for words of one's own."""
        if self.typed is not None and isinstance(self.typed.raw, dict):
            return tuple(self.typed.raw["choice"])
        if isinstance(self.stored, list):
            return tuple(_option_id(str(item)) for item in self.stored)
        return (_option_id(self.text),) if self.text else ()

    @property
    def other(self) -> str:
        """The words of one's own."""
        if self.typed is not None and isinstance(self.typed.raw, dict):
            return str(self.typed.raw["other"])
        stored = self.stored if isinstance(self.stored, list) else [self.stored]
        words = [v for v in stored if isinstance(v, str) and v.startswith(OTHER_PREFIX)]
        return words[-1].removeprefix(OTHER_PREFIX) if words else ""

    @property
    def choices(self) -> tuple[Choice, ...]:
        """What there is to choose from."""
        question, chosen = self.question, self.chosen
        if isinstance(question, SingleQuestion | MultipleQuestion):
            listed = _choices(question.options, chosen)
            other = Choice(OTHER, "Other", OTHER in chosen)
            return (*listed, other) if question.with_other else listed
        if isinstance(question, ScaleQuestion):
            steps = range(question.minimum, question.maximum + 1)
            return tuple(Choice(str(n), str(n), str(n) in chosen) for n in steps)
        return tuple(Choice(value, label, value in chosen) for value, label in YES_NO)

    @property
    def rows(self) -> tuple[tuple[CellField, ...], ...]:
        """The rows of a table: those filled in, and empty ones below."""
        question = self.question
        if not isinstance(question, TableQuestion):
            return ()
        value = self.typed.raw if self.typed is not None else self.stored
        filled = [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []
        room = max(0, question.max_rows - len(filled))
        shown = [*filled, *({} for _ in range(min(EMPTY_ROWS, room)))]
        return tuple(_row(question, number, row) for number, row in enumerate(shown))

    @property
    def pattern_row(self) -> tuple[CellField, ...]:
        """An empty row that a script copies; `__row__` stands for its number."""
        question = self.question
        return _row(question, "__row__", {}) if isinstance(question, TableQuestion) else ()


def _row(
    question: TableQuestion, number: int | str, values: dict[str, CellValue]
) -> tuple[CellField, ...]:
    return tuple(
        _cell(column, f"{question.id}.{number}.{column.id}", _as_text(values.get(column.id)))
        for column in question.columns
    )


def _cell(column: Column, name: str, value: str) -> CellField:
    if column.type == "yes-no":
        choices = tuple(Choice(key, label, key == value) for key, label in YES_NO)
        return CellField(column, name, value, choices)
    return CellField(column, name, value, _choices(column.options, (value,)))


def _choices(options: Iterable[Option], chosen: tuple[str, ...]) -> tuple[Choice, ...]:
    return tuple(Choice(o.id, o.label, o.id in chosen) for o in options)


def _option_id(value: str) -> str:
    return OTHER if value.startswith(OTHER_PREFIX) else value


def _as_text(value: CellValue) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)

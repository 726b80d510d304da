"""What a cell of a workbook may hold, what it holds, and how that is said beside it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from openpyxl.worksheet.datavalidation import DataValidation

from diligence.questionnaires.schema import (
    Column,
    DateQuestion,
    MultipleQuestion,
    NumberQuestion,
    Option,
    Question,
    ScaleQuestion,
    SingleQuestion,
    TableQuestion,
    YesNoQuestion,
)
from diligence.questionnaires.workbooks.layout import NO, OTHER, YES

AS_TEXT, AS_DAY = "@", "yyyy-mm-dd"
"""Number formats of Excel: text as typed, and a day."""

_LARGEST = 1e15
"""Beyond it an answer is refused anyway (questionnaires.values)."""


def labels(question: SingleQuestion) -> tuple[str, ...]:
    """The entries of a single choice's list."""
    labels = tuple(option.label for option in question.options)
    return (*labels, OTHER) if question.with_other else labels


def label(options: Sequence[Option], value: str) -> str | None:
    """The label of an option, or None."""
    return next((option.label for option in options if option.id == value), None)


def column_head(column: Column) -> str:
    """The head of a table's column, with its unit; a star where it is required."""
    unit = f" ({column.unit})" if column.unit else ""
    return f"{column.label}{unit}{' *' if column.required else ''}"


def cell_value(question: Question, value: Any) -> Any:
    """A stored answer as a cell holds it."""
    if isinstance(question, YesNoQuestion):
        return None if value is None else (YES if value else NO)
    if isinstance(question, DateQuestion) and value:
        return date.fromisoformat(str(value))
    return value


def column_value(column: Column, value: Any) -> Any:
    """A stored cell of a table as a cell holds it."""
    if value is None:
        return None
    match column.type:
        case "yes-no":
            return YES if value else NO
        case "choice":
            return label(column.options, str(value))
        case "date":
            return date.fromisoformat(str(value))
    return value


def format_of(question: Question) -> str:
    """The number format of a question's cell."""
    if isinstance(question, DateQuestion):
        return AS_DAY
    return "General" if isinstance(question, NumberQuestion | ScaleQuestion) else AS_TEXT


def column_format(column: Column) -> str:
    """The number format of a column's cells."""
    return {"date": AS_DAY, "number": "General"}.get(column.type, AS_TEXT)


def rule(question: Question) -> DataValidation | None:
    """What Excel checks in a question's cell, if anything."""
    match question:
        case YesNoQuestion():
            return DataValidation(type="list", formula1=f'"{YES},{NO}"', allow_blank=True)
        case ScaleQuestion():
            return numbers("whole", question.minimum, question.maximum)
        case NumberQuestion():
            kind = "whole" if question.whole else "decimal"
            return numbers(kind, question.minimum, question.maximum)
        case DateQuestion():
            return days(question.earliest, question.latest)
    return None


def numbers(kind: Any, low: float | None, high: float | None) -> DataValidation:
    """A range of numbers; without a bound any of ordinary size, as Excel knows only ranges."""
    low, high = (-_LARGEST if low is None else low), (_LARGEST if high is None else high)
    rule = DataValidation(
        type=kind,
        operator="between",
        formula1=f"{low:.15g}",
        formula2=f"{high:.15g}",
        allow_blank=True,
    )
    rule.error = "Enter a number" + (
        f" from {low:.15g} to {high:.15g}." if high < _LARGEST else "."
    )
    return rule


def days(earliest: date | None, latest: date | None) -> DataValidation:
    """A range of days."""
    first, last = earliest or date(1900, 1, 1), latest or date(9999, 12, 31)
    rule = DataValidation(
        type="date", operator="between", allow_blank=True,
        formula1=f"DATE({first.year},{first.month},{first.day})",
        formula2=f"DATE({last.year},{last.month},{last.day})",
    )  # fmt: skip
    rule.error = "Enter a date, such as 2026-03-31."
    return rule


def range_in_words(question: Question) -> str:
    """What fits, as a founder would say it; empty where that is plain."""
    match question:
        case ScaleQuestion():
            low, high = question.minimum, question.maximum
            return f"{low} is “{question.low}”, {high} is “{question.high}”."
        case NumberQuestion() if question.unit:
            return f"In {question.unit}." if question.unit != "%" else "In percent, 93 for 93%."
        case MultipleQuestion() if question.at_most:
            return f"At most {question.at_most} of them."
        case TableQuestion():
            return f"At most {question.max_rows} entries."
    return ""

"""Answers as they come from a form or as JSON, made canonical, and said back in words.

`clean_value` returns JSON types or raises `AnswerError` with one sentence for the person who typed.
An empty answer is always allowed here: whether one is required is a matter of submitting.
"""

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from diligence.questionnaires.schema import (
    OTHER,
    OTHER_PREFIX,
    AnswerValue,
    CellValue,
    Column,
    DateQuestion,
    FileQuestion,
    LongTextQuestion,
    MultipleQuestion,
    NumberQuestion,
    Option,
    Question,
    ScaleQuestion,
    ShortTextQuestion,
    SingleQuestion,
    TableQuestion,
    TableRow,
    YesNoQuestion,
)

CELL_LENGTH = 500
OTHER_LENGTH = 300

_YES = frozenset({"yes", "true", "on", "1", "y"})
_NO = frozenset({"no", "false", "off", "0", "n"})
_SPACES = re.compile(r"[\s\u00a0\u202f_]")
# Tab and line feed are text; other control characters break exports and PDFs.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class AnswerError(ValueError):
    """An answer that cannot be taken; its text is one sentence for the founder."""


def clean_value(question: Question, raw: object) -> AnswerValue:
    """The canonical value of what was typed or sent, or None where it is empty."""
    match question:
        case YesNoQuestion():
            return _boolean(raw)
        case SingleQuestion() | MultipleQuestion():
            return _choice(question, raw)
        case ShortTextQuestion() | LongTextQuestion():
            return _text(raw, question.max_length, lines=isinstance(question, LongTextQuestion))
        case ScaleQuestion() | NumberQuestion():
            return _quantity(question, raw)
        case DateQuestion():
            return _date_answer(question, raw)
        case TableQuestion():
            return _table(question, raw)
        case FileQuestion():
            return _files(question, raw)


def display_value(question: Question, value: AnswerValue) -> str:
    """A stored value in words; an empty string where there is no answer."""
    if value is None:
        return ""
    if isinstance(value, list):
        return _list_in_words(question, value)
    match question:
        case YesNoQuestion():
            return "Yes" if value else "No"
        case SingleQuestion():
            return _label(question.options, str(value))
        case ScaleQuestion():
            return f"{value} of {question.maximum}"
        case NumberQuestion() if isinstance(value, int | float):
            return _with_unit(value, question.unit)
        case DateQuestion():
            return _spoken_date(str(value))
    return str(value)


def display_cell(column: Column, value: CellValue) -> str:
    """One cell of a table answer in words."""
    if value is None:
        return ""
    if column.type == "yes-no":
        return "Yes" if value else "No"
    if column.type == "choice":
        return _label(column.options, str(value))
    if column.type == "number" and isinstance(value, int | float):
        return _with_unit(value, column.unit)
    if column.type == "date" and isinstance(value, str):
        return _spoken_date(value)
    return str(value)


# Single values ----------------------------------------------------------------------------


def _is_empty(raw: object) -> bool:
    return raw is None or (isinstance(raw, str) and not raw.strip()) or raw == [] or raw == ()


def _boolean(raw: object) -> bool | None:
    if _is_empty(raw) or isinstance(raw, bool):
        return raw if isinstance(raw, bool) else None
    word = raw.strip().casefold() if isinstance(raw, str) else ""
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise AnswerError("Answer this question with yes or no.")


def _text(raw: object, max_length: int, *, lines: bool) -> str | None:
    if _is_empty(raw):
        return None
    if not isinstance(raw, str):
        raise AnswerError("Answer this question with text.")
    text = raw.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not lines:
        text = " ".join(text.split())
    if _CONTROL.search(text):
        raise AnswerError("Remove the characters that cannot be printed from this text.")
    if len(text) > max_length:
        raise AnswerError(f"Shorten this text to {max_length} characters; it has {len(text)} now.")
    return text


def _number(raw: object) -> int | float | None:
    if _is_empty(raw):
        return None
    if isinstance(raw, bool) or not isinstance(raw, int | float | str):
        raise AnswerError("Answer this question with a number.")
    if isinstance(raw, str):
        raw = _number_from_text(raw)
    # The size comes first: an integer may be too large to be a float at all.
    if abs(raw) > 1e15 or not math.isfinite(raw):
        raise AnswerError("Enter a number of ordinary size.")
    return int(raw) if float(raw).is_integer() else raw


def _number_from_text(raw: str) -> float:
    digits = _SPACES.sub("", raw).removesuffix("%")
    if "," in digits:
        raise AnswerError("Write the number with a decimal point and no commas, such as 1250.5.")
    if len(digits) > 40:
        raise AnswerError("Enter a number of ordinary size.")
    try:
        return float(digits)
    except ValueError:
        raise AnswerError("Enter a number, such as 12.5.") from None


def _quantity(question: ScaleQuestion | NumberQuestion, raw: object) -> int | float | None:
    if isinstance(question, ScaleQuestion):
        return _scale(question, raw)
    number = _number(raw)
    if number is None:
        return None
    _check_range(number, question.minimum, question.maximum)
    if question.whole and not isinstance(number, int):
        raise AnswerError("Enter a whole number.")
    return number


def _check_range(number: float, minimum: float | None, maximum: float | None) -> None:
    too_low = minimum is not None and number < minimum
    too_high = maximum is not None and number > maximum
    if not (too_low or too_high):
        return
    if minimum is not None and maximum is not None:
        raise AnswerError(f"Enter a number between {_plain(minimum)} and {_plain(maximum)}.")
    if minimum is not None:
        raise AnswerError(f"Enter a number of at least {_plain(minimum)}.")
    raise AnswerError(f"Enter a number of at most {_plain(maximum or 0)}.")


def _scale(question: ScaleQuestion, raw: object) -> int | None:
    number = _number(raw)
    if number is None:
        return None
    if not isinstance(number, int) or not question.minimum <= number <= question.maximum:
        raise AnswerError(f"Choose a whole number from {question.minimum} to {question.maximum}.")
    return number


def _day(raw: object) -> date | None:
    if _is_empty(raw):
        return None
    if type(raw) is date:
        return raw
    try:
        return date.fromisoformat(raw.strip()) if isinstance(raw, str) else _not_a_day()
    except ValueError:
        return _not_a_day()


def _not_a_day() -> date:
    raise AnswerError("Enter a date as year-month-day, such as 2026-03-31.")


def _date_answer(question: DateQuestion, raw: object) -> str | None:
    day = _day(raw)
    if day is None:
        return None
    if question.earliest and day < question.earliest:
        raise AnswerError(f"Enter a date on or after {question.earliest.isoformat()}.")
    if question.latest and day > question.latest:
        raise AnswerError(f"Enter a date on or before {question.latest.isoformat()}.")
    return day.isoformat()


# Choices ----------------------------------------------------------------------------------


def _choice(question: SingleQuestion | MultipleQuestion, raw: object) -> str | list[str] | None:
    chosen = _chosen(raw)
    known = [option.id for option in question.options]
    strange = next((item for item in chosen if not _possible(question, known, item)), None)
    if strange is not None:
        raise AnswerError("Choose one of the listed answers.")
    other = _other_words(chosen)
    ordered = [name for name in known if name in chosen] + ([other] if other else [])
    if isinstance(question, SingleQuestion):
        if len(ordered) > 1:
            raise AnswerError("Choose only one answer.")
        return ordered[0] if ordered else None
    if question.at_most is not None and len(ordered) > question.at_most:
        raise AnswerError(f"Choose at most {question.at_most} answers.")
    return ordered or None


def _chosen(raw: object) -> list[str]:
    """What was chosen as a flat list; a form sends {"choice": ..., "other": "..."}."""
    if _is_empty(raw):
        return []
    if isinstance(raw, Mapping):
        chosen = _chosen(raw.get("choice"))
        words = str(raw.get("other") or "").strip()
        return [f"{OTHER_PREFIX}{words}" if item == OTHER else item for item in chosen]
    if isinstance(raw, str):
        return [raw.strip()]
    if isinstance(raw, Sequence) and all(isinstance(item, str) for item in raw):
        return [item.strip() for item in raw if item.strip()]
    raise AnswerError("Choose one of the listed answers.")


def _possible(question: SingleQuestion | MultipleQuestion, known: list[str], item: str) -> bool:
    is_other = item == OTHER or item.startswith(OTHER_PREFIX)
    return item in known or (question.with_other and is_other)


def _other_words(chosen: list[str]) -> str | None:
    others = [item for item in chosen if item == OTHER or item.startswith(OTHER_PREFIX)]
    if not others:
        return None
    words = _text(others[-1].removeprefix(OTHER).removeprefix(":"), OTHER_LENGTH, lines=False)
    if words is None:
        raise AnswerError("Say in a few words what you mean by other.")
    return f"{OTHER_PREFIX}{words}"


# Tables and files -------------------------------------------------------------------------


def _table(question: TableQuestion, raw: object) -> list[TableRow] | None:
    rows = [row for row in _raw_rows(raw) if any(not _is_empty(cell) for cell in row.values())]
    if not rows:
        return None
    if len(rows) > question.max_rows:
        raise AnswerError(f"Enter at most {question.max_rows} rows; there are {len(rows)}.")
    if len(rows) < question.min_rows:
        raise AnswerError(f"Enter at least {question.min_rows} rows.")
    return [_row(question, number, row) for number, row in enumerate(rows, start=1)]


def _raw_rows(raw: object) -> list[Mapping[str, Any]]:
    if _is_empty(raw):
        return []
    if isinstance(raw, str):
        try:
            raw = json.loads(raw)
        except (ValueError, RecursionError):
            raise AnswerError("Fill in the table row by row.") from None
    if not isinstance(raw, list | tuple) or not all(isinstance(row, Mapping) for row in raw):
        raise AnswerError("Fill in the table row by row.")
    return list(raw)


def _row(question: TableQuestion, number: int, raw: Mapping[str, Any]) -> TableRow:
    strange = sorted(str(key) for key in raw if key not in {c.id for c in question.columns})
    if strange:
        raise AnswerError(f"Remove the column {strange[0]} from row {number}: it is not asked.")
    row: TableRow = {}
    for column in question.columns:
        try:
            row[column.id] = clean_cell(column, raw.get(column.id))
        except AnswerError as error:
            raise AnswerError(f"Row {number}, {column.label}: {error}") from None
        if column.required and row[column.id] is None:
            raise AnswerError(f"Row {number}: fill in {column.label}.")
    return row


def clean_cell(column: Column, raw: object) -> CellValue:
    """The canonical value of one cell of a table, or None where it is empty."""
    match column.type:
        case "yes-no":
            return _boolean(raw)
        case "number":
            number = _number(raw)
            if number is not None:
                _check_range(number, column.minimum, column.maximum)
            return number
        case "date":
            day = _day(raw)
            return day.isoformat() if day else None
        case "choice":
            return _cell_choice(column, raw)
        case "text":
            return _text(raw, CELL_LENGTH, lines=False)


def _cell_choice(column: Column, raw: object) -> str | None:
    if _is_empty(raw):
        return None
    if isinstance(raw, str) and raw.strip() in {option.id for option in column.options}:
        return raw.strip()
    raise AnswerError("Choose one of the listed answers.")


def _files(question: FileQuestion, raw: object) -> list[str] | None:
    if _is_empty(raw):
        return None
    names = [raw] if isinstance(raw, str) else raw
    if not isinstance(names, Iterable) or not all(isinstance(name, str) for name in names):
        raise AnswerError("Attach files to answer this question.")
    kept = list(dict.fromkeys(name.strip() for name in names if name.strip()))
    if len(kept) > question.max_files:
        raise AnswerError(f"Attach at most {question.max_files} files; there are {len(kept)}.")
    return kept or None


# Words ------------------------------------------------------------------------------------


def _label(options: tuple[Option, ...], value: str) -> str:
    if value.startswith(OTHER_PREFIX):
        return f"Other: {value.removeprefix(OTHER_PREFIX)}"
    return next((option.label for option in options if option.id == value), value)


def _plain(number: float) -> str:
    return f"{number:,.10g}".replace(",", " ")


def _with_unit(number: float, unit: str | None) -> str:
    if not unit:
        return _plain(number)
    return f"{_plain(number)}%" if unit == "%" else f"{_plain(number)} {unit}"


def _spoken_date(value: str) -> str:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return value
    return f"{day.day} {day:%B %Y}"


def _list_in_words(question: Question, value: list[str] | list[TableRow]) -> str:
    if isinstance(question, TableQuestion):
        return "\n".join(_row_in_words(question, row) for row in value if isinstance(row, dict))
    if isinstance(question, MultipleQuestion):
        return ", ".join(_label(question.options, str(item)) for item in value)
    return ", ".join(str(item) for item in value)


def _row_in_words(question: TableQuestion, row: TableRow) -> str:
    cells = [
        f"{column.label}: {display_cell(column, row.get(column.id))}"
        for column in question.columns
        if row.get(column.id) is not None
    ]
    return "; ".join(cells)

"""Where everything stands in a workbook, known to the side that writes and the side that reads.

A sheet for each section: a row for a question, one more for each option of a multiple choice and
one for the words of "other". Column A is hidden and says what the row is. A table question has a
sheet of its own, with the ids of its columns in a hidden first row. One more hidden sheet says
which questionnaire it is and what each answer was when the workbook was made.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from diligence.questionnaires.schema import OTHER as OTHER_ID
from diligence.questionnaires.schema import (
    AllOf,
    Answered,
    AnswerValue,
    AnyOf,
    Condition,
    Equals,
    MultipleQuestion,
    Not,
    Question,
    Scalar,
    SomeOf,
    TableQuestion,
    Template,
)
from diligence.questionnaires.values import display_value

FORMAT = "proofroom/workbook/1"
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

GUIDE_SHEET = "Read me"
LISTS_SHEET = "Lists"
STATE_SHEET = "Proofroom"

KEY, TEXT, ANSWER, BECAUSE, HINT = 1, 2, 3, 4, 5
"""The columns of a section's sheet."""

FIRST_ROW = 3
"""Where the questions of a section begin; above stand the title and the heads of the columns."""

TABLE_KEYS, TABLE_HEADS, TABLE_FIRST = 1, 3, 4
"""The rows of a table's sheet: hidden ids of the columns, the visible heads, the first entry."""

YES, NO, OTHER = "Yes", "No", "Other"
OPTION_MARK, OTHER_MARK = "#", "#other-words"

_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
_TITLE_LENGTH = 31


@dataclass(frozen=True)
class Entry:
    """A question as it stands: whether it is asked now, may be written, and what it says."""

    question: Question
    shown: bool
    open: bool
    value: AnswerValue
    cannot_answer: str
    revision: int


@dataclass(frozen=True)
class SectionOfEntries:
    """A section with the questions that concern the startup, hidden ones included."""

    title: str
    intro: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class QuestionnaireState:
    """All that a workbook is made of. `id` is the questionnaire's."""

    id: str
    startup: str
    template: Template
    sections: tuple[SectionOfEntries, ...]


class SheetTitles:
    """Titles that Excel takes: at most 31 characters, none of `[]:*?/\\'`, and no two alike."""

    def __init__(self) -> None:
        self._taken = {title.casefold() for title in (GUIDE_SHEET, LISTS_SHEET, STATE_SHEET)}

    def claim(self, wanted: str) -> str:
        """A title that is free, as near to the wanted one as can be."""
        plain = " ".join(_FORBIDDEN.sub(" ", wanted).split()) or "Section"
        for number in range(1, 1000):
            ending = "" if number == 1 else f" {number}"
            title = plain[: _TITLE_LENGTH - len(ending)].rstrip() + ending
            if title.casefold() not in self._taken:
                self._taken.add(title.casefold())
                return title
        raise ValueError("there are too many sheets")


@dataclass(frozen=True)
class Place:
    """The sheet of a question, and of its table if it has one."""

    section: str
    table: str = ""


def places(state: QuestionnaireState) -> tuple[list[str], dict[str, Place]]:
    """The title of each section's sheet, and where each question stands; always the same."""
    titles = SheetTitles()
    sections = [titles.claim(section.title) for section in state.sections]
    found: dict[str, Place] = {}
    number = 0
    for title, section in zip(sections, state.sections, strict=True):
        for entry in section.entries:
            table = ""
            if isinstance(entry.question, TableQuestion):
                number += 1
                table = titles.claim(f"Table {number}")
            found[entry.question.id] = Place(title, table)
    return sections, found


def condition_in_words(template: Template, condition: Condition) -> str:
    """When a question is asked, as a founder would say it."""
    match condition:
        case AllOf(parts=parts):
            return " and ".join(condition_in_words(template, part) for part in parts)
        case SomeOf(parts=parts):
            return " or ".join(condition_in_words(template, part) for part in parts)
        case Not(part=part):
            return f"not where {condition_in_words(template, part)}"
        case Equals(question=question, equals=wanted):
            return _answer_is(template, question, [wanted])
        case AnyOf(question=question, any_of=choices):
            return _answer_is(template, question, choices)
        case Answered(question=question, answered=wanted):
            how = "is answered" if wanted else "is not answered"
            return f"“{template.question(question).text}” {how}"


def _answer_is(template: Template, question_id: str, wanted: Iterable[Scalar]) -> str:
    question = template.question(question_id)
    words = " or ".join(f"“{word}”" for word in _in_words(question, wanted))
    return f"the answer to “{question.text}” is {words}"


def _in_words(question: Question, wanted: Iterable[Scalar]) -> Iterator[str]:
    for item in wanted:
        if item == OTHER_ID:
            yield OTHER
        elif isinstance(question, MultipleQuestion):
            yield display_value(question, [str(item)])
        else:
            yield display_value(question, item)

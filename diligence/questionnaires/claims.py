"""What the answers claim: each rule of the template applied to each answer that is shown."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from string import Template as StringTemplate

from diligence.questionnaires.conditions import is_answered, visible_questions
from diligence.questionnaires.schema import (
    Answers,
    AnswerValue,
    CellValue,
    ClaimRule,
    ClaimSource,
    MultipleQuestion,
    Profile,
    Question,
    Scalar,
    TableQuestion,
    Template,
    YesNoQuestion,
)
from diligence.questionnaires.values import display_cell, display_value

ANSWER = "answer"


class ClaimText(StringTemplate):
    """Text with `$answer` or `${column-id}`; only braces may hold a hyphen."""

    idpattern = r"[a-z][a-z0-9]*"
    braceidpattern = r"[a-z][a-z0-9-]*"


@dataclass(frozen=True)
class AnswerClaim:
    """A claim that an answer makes, in the terms of the engine's claim kinds."""

    id: str
    text: str
    kind: str
    fields: Mapping[str, Scalar]
    question_id: str


@dataclass(frozen=True)
class _Source:
    """What a claim may be filled from: raw cells for fields, words for the text."""

    cells: Mapping[str, CellValue]
    words: Mapping[str, str]


@dataclass(frozen=True)
class ClaimAhead:
    """Which claim an answer would make, told to whoever is about to give it.

    `when` holds the answers that make it, empty where any does.
    """

    text: str
    when: tuple[str, ...] = ()
    by_row: bool = False


def claim_ahead(question: Question) -> ClaimAhead | None:
    """What the answer to a question would claim; None where it claims nothing."""
    rule = question.claim
    if rule is None:
        return None
    if isinstance(question, TableQuestion):
        words = {column.id: f"[{column.label}]" for column in question.columns}
        return ClaimAhead(ClaimText(rule.text).safe_substitute(words), by_row=True)
    made_by = rule.when or ((True,) if isinstance(question, YesNoQuestion) else ())
    several = isinstance(question, MultipleQuestion)
    return ClaimAhead(
        ClaimText(rule.text).safe_substitute({ANSWER: "…"}).replace("….", "…"),
        tuple(display_value(question, [str(one)] if several else one) for one in made_by),
    )


def claims_of(
    template: Template, answers: Answers, profile: Profile | None = None
) -> tuple[AnswerClaim, ...]:
    """Every claim that the visible answers make, in the order of the questions."""
    found: list[AnswerClaim] = []
    for question in visible_questions(template, answers, profile):
        value = answers.get(question.id)
        if question.claim is not None and is_answered(value):
            found.extend(_claims(question, question.claim, value))
    return tuple(found)


def _claims(question: Question, rule: ClaimRule, value: AnswerValue) -> Iterator[AnswerClaim]:
    if isinstance(question, TableQuestion):
        for number, source in enumerate(_row_sources(question, value), start=1):
            fields = _fields(rule, source)
            if fields is not None:
                yield _claim(f"{question.id}-{number}", question, rule, source, fields)
        return
    if not _is_made(rule, value):
        return
    cell = value if isinstance(value, bool | int | float | str) else None
    source = _Source({ANSWER: cell}, {ANSWER: display_value(question, value)})
    fields = _fields(rule, source)
    if fields is not None:
        yield _claim(question.id, question, rule, source, fields)


def _claim(
    claim_id: str, question: Question, rule: ClaimRule, source: _Source, fields: dict[str, Scalar]
) -> AnswerClaim:
    return AnswerClaim(
        id=claim_id,
        text=ClaimText(rule.text).safe_substitute(source.words),
        kind=rule.kind,
        fields=fields,
        question_id=question.id,
    )


def _is_made(rule: ClaimRule, value: AnswerValue) -> bool:
    """Whether this answer makes the claim; without `when`, every answer but a plain no does."""
    if not rule.when:
        return value is not False
    given: Iterable[object] = value if isinstance(value, list) else [value]
    return any(
        type(item) is type(wanted) and item == wanted for item in given for wanted in rule.when
    )


def _row_sources(question: TableQuestion, value: AnswerValue) -> Iterator[_Source]:
    for row in value if isinstance(value, list) else []:
        if isinstance(row, dict):
            words = {
                column.id: display_cell(column, row.get(column.id)) for column in question.columns
            }
            yield _Source(row, words)


def _fields(rule: ClaimRule, source: _Source) -> dict[str, Scalar] | None:
    """The fields of the claim, or None where the answer leaves a needed one open."""
    result: dict[str, Scalar] = {}
    for name, spec in rule.fields.items():
        if not isinstance(spec, ClaimSource):
            result[name] = spec
            continue
        value = _from_source(spec, source.cells.get(spec.source))
        if value is None:
            return None
        result[name] = value
    return result


def _from_source(spec: ClaimSource, cell: CellValue) -> Scalar | None:
    if cell is None:
        return None
    if spec.mapping is not None:
        return spec.mapping.get(str(cell))
    if spec.scale != 1 and isinstance(cell, int | float):
        return round(cell * spec.scale, 10)
    return cell

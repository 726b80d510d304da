"""Which questions a startup is shown: its profile first, then conditions over earlier answers.

An answer to a question that is hidden stays stored but counts as not given, so that changing
one's mind twice brings everything back.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from diligence.questionnaires.schema import (
    OTHER,
    OTHER_PREFIX,
    AllOf,
    Answered,
    Answers,
    AnswerValue,
    AnyOf,
    CellValue,
    Condition,
    Equals,
    Not,
    Profile,
    Question,
    Scalar,
    Section,
    SomeOf,
    Template,
)


@dataclass(frozen=True)
class VisibleSection:
    """A section with those of its questions that are shown."""

    section: Section
    questions: tuple[Question, ...]


def is_answered(value: AnswerValue) -> bool:
    """Whether a stored value counts as an answer: `false` and `0` do, nothing and empty do not."""
    return value is not None and value != "" and value != []


def holds(condition: Condition, answers: Answers) -> bool:
    """Whether a condition holds for these answers."""
    match condition:
        case AllOf(parts=parts):
            return all(holds(part, answers) for part in parts)
        case SomeOf(parts=parts):
            return any(holds(part, answers) for part in parts)
        case Not(part=part):
            return not holds(part, answers)
        case Equals(question=question, equals=wanted):
            return _matches(answers.get(question), wanted)
        case AnyOf(question=question, any_of=choices):
            return any(_matches(answers.get(question), wanted) for wanted in choices)
        case Answered(question=question, answered=wanted):
            return is_answered(answers.get(question)) is wanted


def concerns(subject: Section | Question, profile: Profile | None) -> bool:
    """Whether a section or question applies to a startup of this profile (None: to any)."""
    if profile is None:
        return True
    by_archetype = (
        not subject.archetypes
        or not profile.archetypes
        or not profile.archetypes.isdisjoint(subject.archetypes)
    )
    return by_archetype and (not subject.flags or not profile.flags.isdisjoint(subject.flags))


def visible_sections(
    template: Template, answers: Answers, profile: Profile | None = None
) -> tuple[VisibleSection, ...]:
    """The sections that hold at least one question to show, with these questions."""
    seen: dict[str, AnswerValue] = {}
    result: list[VisibleSection] = []
    for section in template.sections:
        if not concerns(section, profile):
            continue
        shown = tuple(_shown(section.questions, answers, profile, seen))
        if shown:
            result.append(VisibleSection(section, shown))
    return tuple(result)


def visible_questions(
    template: Template, answers: Answers, profile: Profile | None = None
) -> tuple[Question, ...]:
    """The questions to show, in order."""
    sections = visible_sections(template, answers, profile)
    return tuple(question for section in sections for question in section.questions)


def _shown(
    questions: Iterable[Question],
    answers: Answers,
    profile: Profile | None,
    seen: dict[str, AnswerValue],
) -> Iterable[Question]:
    """Yield the questions to show, filling `seen` with the answers of those shown so far."""
    for question in questions:
        if not concerns(question, profile):
            continue
        if question.show_if is None or holds(question.show_if, seen):
            seen[question.id] = answers.get(question.id)
            yield question


def _matches(value: AnswerValue, wanted: Scalar) -> bool:
    if isinstance(value, list):
        return any(isinstance(item, str) and _same(item, wanted) for item in value)
    return _same(value, wanted)


def _same(value: CellValue, wanted: Scalar) -> bool:
    # True == 1 in Python; an answer of 1 on a scale is not a yes.
    if isinstance(value, bool) or isinstance(wanted, bool):
        return value is wanted
    if wanted == OTHER and isinstance(value, str) and value.startswith(OTHER_PREFIX):
        return True
    return value == wanted
